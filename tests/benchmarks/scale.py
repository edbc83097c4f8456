"""An index of the size that people's own files reach: made, opened, asked, added to.

python tests/benchmarks/scale.py --folder FOLDER --kept FOLDER: a folder of HTML files,
see corpus.py, and one for what takes long. Everything is real but most vectors: the
passages get copies, a little off, of those of real paragraphs, since a million would
take hours to embed; questions are embedded as ever. Keyword search is compared with
SQLite's FTS5 over the same passages, which answers the same questions by turns. Times are
by the clock and, in brackets, of the processors: what they would be if nothing else ran.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sqlite3
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from zlib import crc32

import numpy as np
from corpus import QUESTIONS, embedded, milliseconds
from numpy.typing import NDArray

from index import MODES, Filter, Index, Progress, Retriever
from index.models import load_encoder

DEPTH = 100
# What a question shares with every other one says nothing in full-text search.
STOP_WORDS = frozenset(
    "a an and are as at be by can do does for from has have how i in is it of on or several "
    "that the their them themselves they this to was were what when where which while who "
    "why with".split()
)


class Copies:
    """The default model for questions; for passages, copies of real vectors, a little off."""

    name = "copies"
    dimension = 384
    fingerprint = "copies"

    def __init__(self, folder: Path, kept: Path) -> None:
        self._vectors = embedded(folder, kept)[1].astype(np.float32)
        self._encoder = load_encoder()
        self.max_tokens = self._encoder.max_tokens
        self.count_tokens = self._encoder.count_tokens
        self.encode_questions = self._encoder.encode_questions
        self._noise = np.random.default_rng(7)

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = [crc32(text.encode()) % len(self._vectors) for text in texts]
        vectors = self._vectors[rows]
        vectors += self._noise.normal(0, 0.02, vectors.shape).astype(np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def resident() -> float:
    """Megabytes of memory this process has."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.split("VmRSS:")[1].split()[0]) * 1024 / 10**6


def make(index: Index, folder: Path) -> None:
    """Index the folder, and say how fast that is and how much memory it takes."""
    before, memory, finished = resident(), [], threading.Event()
    read = [0.0, 0.0]

    def watch() -> None:
        while not finished.wait(1):
            memory.append(resident() - before)

    def tell(progress: Progress) -> None:
        if progress.stage == "reading" and progress.done == progress.total:
            read[:] = time.perf_counter() - started, time.thread_time() - own

    watcher = threading.Thread(target=watch)
    watcher.start()
    started, used, own = time.perf_counter(), time.process_time(), time.thread_time()
    index.add([folder], progress=tell)
    spent, used = time.perf_counter() - started, time.process_time() - used
    finished.set()
    watcher.join()
    documents, passages = index.counts
    print(f"{documents} documents, {passages} passages")
    print(f"found by keyword: {passages / read[0]:.0f} passages a second", end=" ")
    print(f"({passages / read[1]:.0f} in a second of the thread that reads)")
    print(f"all in {spent:.0f} s ({used:.0f} s of the processors)")
    quarters = [memory[len(memory) * part // 4 - 1] for part in (1, 2, 3, 4)]
    print("memory above the start, MB, at each quarter:", *map(round, quarters))
    print(f"at most: {max(memory):.0f} MB")


def opening(place: Path, options: Sequence[str]) -> None:
    """Print how long a fresh process takes from a loaded model to the first hit."""
    made = subprocess.run(
        [sys.executable, __file__, *options, "--first-hit", str(place)],
        check=True,
        capture_output=True,
        text=True,
    )
    print(f"opened and asked, model loaded before: {made.stdout.strip()}")


def first_hit(place: Path, encoder: Copies) -> None:
    encoder.encode_questions(["warm"])

    def ask() -> None:
        with Index.open(place, encoder=encoder) as index:
            assert Retriever(index).search(QUESTIONS[0])

    print(told([milliseconds(ask)]))


def told(times: Sequence[tuple[float, float]]) -> str:
    """The median by the clock, and of the processors."""
    clock, processors = map(statistics.median, zip(*times, strict=True))
    return f"{clock:.1f} ms ({processors:.1f})"


def hybrid(index: Index, name: str) -> None:
    retriever = Retriever(index)
    for mode in MODES:
        times = [
            milliseconds(lambda q=question, m=mode: retriever.search(q, 10, m))
            for _ in range(2)
            for question in QUESTIONS
        ][len(QUESTIONS) :]
        p95 = sorted(clock for clock, _ in times)[int(0.95 * len(times))]
        print(f"{name}, {mode}: p50 {told(times)}, p95 {p95:.1f} ms", flush=True)


def filtered(index: Index) -> None:
    """Print how long hybrid searches take that are confined to some documents."""
    retriever = Retriever(index)
    folders = Counter(str(Path(document.path).parent) for document in index.documents())
    (most, _), (few, _) = folders.most_common()[0], folders.most_common()[-1]
    for chosen in (
        Filter(types=("html",)),
        Filter(paths=(f"{most}/",)),
        Filter(paths=(f"{few}/",)),
    ):
        times = [
            milliseconds(lambda q=question, f=chosen: retriever.search(q, filter=f))
            for question in QUESTIONS
        ]
        passages = len(index.engine.select(chosen))
        print(f"confined to {passages} passages: first {told(times[:1])}", end=", ")
        print(f"then p50 {told(times[1:])}", flush=True)


def rows_of(index: Index) -> Iterator[tuple[int, str, str, str]]:
    after = 0
    while batch := index.engine.passages_after(after, 10_000):
        for passage in batch:
            yield passage.id, passage.text, " › ".join(passage.headings), passage.title or ""
        after = batch[-1].id


def against_fts5(index: Index, place: Path) -> None:
    """Print the time of a keyword search against that of SQLite's."""
    connection = sqlite3.connect(place)
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'passages'").fetchone():
        connection.execute(
            "CREATE VIRTUAL TABLE passages USING fts5(text, heading, title, "
            "tokenize = 'porter unicode61', content = '')"
        )
        connection.executemany(
            "INSERT INTO passages(rowid, text, heading, title) VALUES (?, ?, ?, ?)", rows_of(index)
        )
        connection.execute("INSERT INTO passages(passages) VALUES ('optimize')")
        connection.commit()

    def ask(question: str) -> None:
        words = [word.strip("?") for word in question.lower().split()]
        terms = " OR ".join(f'"{word}"' for word in words if word not in STOP_WORDS)
        connection.execute(
            "SELECT rowid, bm25(passages) AS score FROM passages "
            "WHERE passages MATCH ? ORDER BY score LIMIT ?",
            (terms, DEPTH),
        ).fetchall()

    index.engine.keywords.refresh()
    theirs, ours = [], []
    for question in QUESTIONS * 2:
        theirs.append(milliseconds(lambda q=question: ask(q)))
        ours.append(milliseconds(lambda q=question: index.engine.keywords.search(q, DEPTH)))
    # The first round only warms.
    theirs, ours = theirs[len(QUESTIONS) :], ours[len(QUESTIONS) :]
    ratios = [
        statistics.median(our[at] / their[at] for their, our in zip(theirs, ours, strict=True))
        for at in (0, 1)
    ]
    print(f"{index.engine.keywords.count} passages by keyword, p50: FTS5 {told(theirs)}", end=", ")
    print(f"ours {told(ours)} with every word", end=", ")
    print(f"ratio {ratios[0]:.3f} ({ratios[1]:.3f})", flush=True)
    connection.close()


def disk(place: Path, passages: int, text: int) -> None:
    """Print what is on disk, for each passage, beyond the passages' own text."""
    files = [file for file in place.rglob("*") if file.is_file()]
    total = sum(file.stat().st_size for file in files)
    parts = {
        name: sum(file.stat().st_size for file in files if file.parent.name == name) / passages
        for name in ("vectors", "keywords")
    }
    print(f"bytes a passage: text {text / passages:.0f}", end=", ")
    print(f"beyond it {(total - text) / passages:.0f}", end=", ")
    print(", ".join(f"{name} {size:.0f}" for name, size in parts.items()))


def changes(index: Index, kept: Path) -> None:
    """Print how long one file takes, and searches when a fifth of the documents has gone."""
    file = kept / "one.txt"
    for number in range(3):
        file.write_text(f"A note about the lighthouse of Faro, the {number}th of its kind.")
        print(f"one file added or changed: {told([milliseconds(lambda: index.add([file]))])}")
    gone = [document.path for document in index.documents()][::5]
    print(f"{len(gone)} documents removed: {told([milliseconds(lambda: index.remove(gone))])}")
    hybrid(index, "a fifth removed")
    hits = Retriever(index).search(QUESTIONS[0], 100)
    print(f"asked for 100: {len(hits)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--kept", type=Path, required=True)
    parser.add_argument("--first-hit", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    encoder = Copies(arguments.folder, arguments.kept)
    if arguments.first_hit:
        first_hit(arguments.first_hit, encoder)
        return
    place = arguments.kept / "scale.index"
    done = place / "made"
    with Index.open(place, create=True, encoder=encoder) as index:
        if not done.exists():
            make(index, arguments.folder)
            done.write_text(json.dumps(index.counts))
        opening(place, sys.argv[1:])
        hybrid(index, "warm")
        filtered(index)
        against_fts5(index, arguments.kept / "fts5.sqlite")
        passages = index.counts.passages
        text = sum(len(row[1].encode()) for row in rows_of(index))
    disk(place, passages, text)
    copy = arguments.kept / "changed.index"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(place, copy)
    with Index.open(copy, encoder=encoder) as index:
        changes(index, arguments.kept)
    shutil.rmtree(copy)


if __name__ == "__main__":
    main()
