"""An index of the size that people's own files reach: made, opened, asked, added to.

python tests/benchmarks/scale.py --folder FOLDER --kept FOLDER: a folder of HTML files,
see corpus.py, and one for what takes long. Everything is real but most vectors: the
passages get copies, a little off, of those of real paragraphs, since a million would
take hours to embed; questions are embedded as ever. Keyword search is compared with
SQLite's FTS5 over the same passages, which answers the same questions by turns.
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
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from zlib import crc32

import numpy as np
from corpus import QUESTIONS, embedded
from numpy.typing import NDArray

from index import Index, Progress, Retriever, load_encoder

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
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def milliseconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - started)


def make(index: Index, folder: Path) -> None:
    """Index the folder, and say how fast that is and how much memory it takes."""
    before, memory, finished = resident(), [], threading.Event()
    read = [0.0, 0.0]

    def watch() -> None:
        while not finished.wait(1):
            memory.append(resident() - before)

    def tell(progress: Progress) -> None:
        if progress.stage == "reading" and progress.done == progress.total:
            read[:] = time.perf_counter() - started, time.process_time() - used

    watcher = threading.Thread(target=watch)
    watcher.start()
    started, used = time.perf_counter(), time.process_time()
    index.add([folder], progress=tell)
    spent, used = time.perf_counter() - started, time.process_time() - used
    finished.set()
    watcher.join()
    documents, passages = index.counts
    print(f"{documents} documents, {passages} passages")
    print(f"found by keyword: {passages / read[0]:.0f} passages a second ({read[1]:.0f} s of CPU)")
    print(f"all in {spent:.0f} s, {used:.0f} s of CPU")
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
    print(f"opened and asked, model loaded before: {made.stdout.strip()} ms")


def first_hit(place: Path, encoder: Copies) -> None:
    encoder.encode_questions(["warm"])

    def ask() -> None:
        with Index.open(place, encoder=encoder) as index:
            assert Retriever(index).search(QUESTIONS[0])

    print(f"{milliseconds(ask):.0f}")


def hybrid(index: Index, name: str) -> None:
    retriever = Retriever(index)
    for mode in ("hybrid", "dense", "bm25"):
        times = [
            milliseconds(lambda q=question, m=mode: retriever.search(q, 10, m))
            for _ in range(2)
            for question in QUESTIONS
        ][len(QUESTIONS) :]
        times.sort()
        p50, p95 = statistics.median(times), times[int(0.95 * len(times))]
        print(f"{name}, {mode}: p50 {p50:.1f} ms, p95 {p95:.1f} ms")


def rows_of(index: Index) -> Iterator[tuple[int, str, str, str]]:
    after = 0
    while batch := index.store.embeddable(after, 10_000):
        for passage in batch:
            yield passage.id, passage.text, passage.heading or "", passage.title or ""
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
            "SELECT rowid, bm25(passages, 1, 0.5, 0.3) AS score FROM passages "
            "WHERE passages MATCH ? ORDER BY score LIMIT ?",
            (terms, DEPTH),
        ).fetchall()

    index.keywords.refresh()
    rows = [
        (
            milliseconds(lambda q=question: ask(q)),
            milliseconds(lambda q=question: index.keywords.search(q, DEPTH)),
        )
        for _ in range(2)
        for question in QUESTIONS
    ][len(QUESTIONS) :]
    theirs, ours = (statistics.median(side) for side in zip(*rows, strict=True))
    ratio = statistics.median(ours / theirs for theirs, ours in rows)
    print(f"{index.keywords.count} passages by keyword, p50: FTS5 {theirs:.1f} ms", end=", ")
    print(f"ours {ours:.1f} ms (every word, stop words too), ratio {ratio:.3f}")
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
        print(f"one file added or changed: {milliseconds(lambda: index.add([file])):.0f} ms")
    gone = [document.path for document in index.documents()][::5]
    print(f"{len(gone)} documents removed: {milliseconds(lambda: index.remove(gone)):.0f} ms")
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
        against_fts5(index, arguments.kept / "fts5.sqlite")
        passages = index.counts[1]
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
