"""The same passages in several engines: taken in, asked for, found, and what they cost.

python tests/benchmarks/engines.py --kept FOLDER [--docs FOLDER] [--data FOLDER]
[--paragraphs 680000] [--milvus-paragraphs 140000] [local] [postgres] [milvus]: all three if none is
named. PostgreSQL is a server of this benchmark's own, Milvus is Milvus Lite. `--docs` holds HTML
files to take text from (engine_corpus.py), `--data` the collections of retrieval.py. Each step's
figures are kept in the folder, and what was measured is not measured again: a run that was
interrupted goes on. The folder must be one that the server's user may enter.

Short paragraphs are joined: 680,000 make half a million passages. All but embedding is timed: cutting, storing, indexing. Times are by the clock and, in brackets,
of the processors, those of the server among them: what counts where others use them, too.
"""

from __future__ import annotations

import argparse
import heapq
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from corpus import QUESTIONS, milliseconds
from engine_corpus import Copies, Remembering, make_documents, read_corpus
from numpy.typing import NDArray
from retrieval import measure_collections

from index import Filter, Index, Progress, Retriever

sys.path.append(str(Path(__file__).parents[2]))
from tests.support.postgres_server import PostgresServer

ENGINES = ("local", "postgres", "milvus")
# As a team's server is set up: what is acknowledged is on the disk.
_SERVER = ("shared_buffers=2GB", "max_wal_size=8GB", "work_mem=32MB", "max_connections=30",
           "listen_addresses=127.0.0.1", "lc_messages=C")  # fmt: skip
_TICKS = os.sysconf("SC_CLK_TCK")
Measured = dict[str, Any]


class Place:
    """An engine, and where its indexes are."""

    def __init__(self, engine: str, kept: Path) -> None:
        self.engine, self._kept = engine, kept
        self.server = PostgresServer(kept / "server", _SERVER) if engine == "postgres" else None

    def address(self, name: str) -> str:
        if self.server is not None:
            return self.server.address(schema=f"bench_{name}")
        file = self._kept / f"{name}.{self.engine}"
        return str(file) if self.engine == "local" else f"milvus+file://{file}.db"

    def remove(self, name: str) -> None:
        """Remove an index that was made before."""
        if self.server is not None:
            self.server.execute(f'DROP SCHEMA IF EXISTS "bench_{name}" CASCADE')
            return
        for file in self._kept.glob(f"{name}.{self.engine}*"):
            shutil.rmtree(file) if file.is_dir() else file.unlink()

    def processor_seconds(self) -> float:
        """What this process has used, and the server with all that it has started."""
        return time.process_time() + (_used(self.server.processes) if self.server else 0.0)

    def memory(self) -> dict[str, int]:
        """Megabytes: of this process now and at most, and of the server."""
        status = Path("/proc/self/status").read_text(encoding="utf-8")
        said = {line.split(":")[0]: line.split()[1] for line in status.splitlines() if ":" in line
                and len(line.split()) > 1}  # fmt: skip
        found = {
            name: int(said[field]) * 1024 // 10**6
            for name, field in (("now", "VmRSS"), ("at most", "VmHWM"))
        }
        if self.server is not None:
            found["server"] = sum(map(_proportional, self.server.processes)) * 1024 // 10**6
        return found


def _used(processes: Sequence[int]) -> float:
    """Seconds of the processors; of the first one, also those of children that have ended."""
    ticks = 0
    for number, process in enumerate(processes):
        try:
            fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += sum(map(int, fields[11:15] if number == 0 else fields[11:13]))
    return ticks / _TICKS


def _proportional(process: int) -> int:
    """Kibibytes of a process, what it shares with others counted in part."""
    try:
        rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in rollup.splitlines() if line[:4] == "Pss:"), 0)


def told(times: Sequence[tuple[float, float]]) -> dict[str, float]:
    clock, processors = zip(*times, strict=True)
    return {
        "p50 ms": round(statistics.median(clock), 1),
        "p95 ms": round(sorted(clock)[int(0.95 * len(clock))], 1),
        "p50 processor ms": round(statistics.median(processors), 1),
    }


def take_in(
    place: Place, name: str, encoder: Copies, texts: list[str], paragraphs: int
) -> Measured:
    """How fast they are taken in, and what they cost."""
    place.remove(name)
    with Index.open(place.address(name), create=True, encoder=encoder) as index:
        building: list[tuple[float, float]] = []

        def note(progress: Progress) -> None:
            # The last steps of a run are no part of taking in.
            if progress.stage == "building the graph of vectors":
                building.append((time.perf_counter(), place.processor_seconds()))

        started, used = time.perf_counter(), place.processor_seconds()
        index.add_texts(make_documents(texts, paragraphs), progress=note)
        ended = time.perf_counter(), place.processor_seconds()
        taken = building[0] if building else ended
        spent, used = taken[0] - started, taken[1] - used
        count = index.counts.passages
        return {
            "passages": count,
            "graph s": round(ended[0] - taken[0]),
            "graph, processor s": round(ended[1] - taken[1]),
            "a second": round(count / spent),
            "a second of a processor": round(count / used),
            "bytes a passage": round(sum(index.engine.measure_footprint().disk.values()) / count),
            "parts": dict(index.engine.measure_footprint().disk),
            "memory": place.memory(),
        }


def ask(place: Place, name: str, encoder: Copies) -> Measured:
    """How long questions take: the first, then when all is warm."""
    with Index.open(place.address(name), encoder=encoder) as index:
        encoder.encode_questions(["warm"])
        retriever = Retriever(index)
        first = milliseconds(lambda: retriever.search(QUESTIONS[0]))
        found: Measured = {"first ms": round(first[0])}
        for mode in ("hybrid", "dense", "bm25"):
            times = [
                milliseconds(lambda q=question, m=mode: retriever.search(q, 10, m))
                for _ in range(3)
                for question in QUESTIONS
            ]
            found[mode] = told(times[len(QUESTIONS) :])
        chosen = Filter(paths="07/")
        assert retriever.search(QUESTIONS[0], filter=chosen), "nothing is in that folder"
        times = [
            milliseconds(lambda q=question: retriever.search(q, filter=chosen))
            for question in QUESTIONS
        ]
        return found | {"filtered": told(times), "memory": place.memory()}


def measure_recall(place: Place, name: str, encoder: Copies,
                   asked: NDArray[np.float32]) -> Measured:  # fmt: skip
    """The share of the ten nearest passages that are found, by comparing with all."""
    with Index.open(place.address(name), encoder=encoder) as index:
        nearest = index.engine.open_vectors(encoder.fingerprint)
        found = [[number for number, _ in nearest.search(each, 100)][:10] for each in asked]
        best: list[list[tuple[float, int]]] = [[] for _ in asked]
        cosines_found: list[dict[int, float]] = [{} for _ in asked]
        for ids, vectors in _read_vectors(index, encoder):
            rows = {number: row for row, number in enumerate(ids)}
            for at, cosines in enumerate(asked @ vectors.T):
                # The ids of Milvus are too large for the floats of an array.
                first = np.argpartition(-cosines, 10)[:10] if len(ids) > 10 else range(len(ids))
                new = [(float(cosines[row]), ids[row]) for row in first]
                best[at] = heapq.nlargest(10, best[at] + new)
                known = rows.keys() & found[at]
                cosines_found[at] |= {number: cosines[rows[number]] for number in known}
    strict, equal = [], []
    for near, chosen, cosines in zip(best, found, cosines_found, strict=True):
        strict.append(len({number for _, number in near} & set(chosen)) / 10)
        # Of those that are as near as the tenth, any will do.
        equal.append(sum(cosine >= near[-1][0] - 1e-3 for cosine in cosines.values()) / 10)
    return {
        "recall@10": round(float(np.mean(strict)), 4),
        "of questions": round(float(np.mean(strict[-len(QUESTIONS) :])), 4),
        "within .001": round(float(np.mean(equal)), 4),
    }


def _read_vectors(index: Index, encoder: Copies) -> Iterator[tuple[list[int], NDArray[np.float32]]]:
    """The ids and vectors of all passages, so many at a time as fit into memory."""
    ids: list[int] = []
    texts: list[str] = []
    for stored in index.engine.read_documents(index.documents()):
        ids += [passage.id for passage in stored.passages]
        texts += [passage.text for passage in stored.passages]
        if len(ids) >= 20_000:
            yield ids, encoder.encode_passages(texts)
            ids, texts = [], []
    if ids:
        yield ids, encoder.encode_passages(texts)


def add_more(place: Place, name: str, encoder: Copies, texts: list[str]) -> Measured:
    """A document more, and when another reader sees it; then a later run."""
    with Index.open(place.address(name), encoder=encoder) as index:
        # Milvus Lite lets one process in, and one connection is all there is.
        reader = Retriever(index)
        reader.search("lighthouse of Faro", 1)
        added = [("new.txt", "A note about the lighthouse of Faro, the first of its kind.")]
        spent = milliseconds(lambda: index.add_texts(added))
        tries = 1
        while reader.search("lighthouse of Faro", 1)[0].document.path != "new.txt":
            tries += 1
            assert tries < 10_000
        found = {"a document ms": round(spent[0]), "searches until it is found": tries}
        later = ((f"later/{path}", text) for path, text in make_documents(texts[::-1], 10_000))
        started, used = time.perf_counter(), place.processor_seconds()
        index.add_texts(later)
        found["later, a second"] = round(10_000 / (time.perf_counter() - started))
        found["later, of a processor"] = round(10_000 / (place.processor_seconds() - used))
        return found


def settle(place: Place, name: str, encoder: Copies) -> Measured:
    """Build PostgreSQL's graph of all vectors, which else it does when there are more."""
    from index.engines.postgres import maintenance

    maintenance.MOST_YOUNG = 0
    with Index.open(place.address(name), encoder=encoder) as index:
        started, used = time.perf_counter(), place.processor_seconds()
        # Whoever has written brings all up to date.
        index.add_texts([("settled.txt", "A note that all vectors have found their place.")])
        spent, used = time.perf_counter() - started, place.processor_seconds() - used
        count = index.counts.passages
        return {
            "a second": round(count / spent),
            "a second of a processor": round(count / used),
            "bytes a passage": round(sum(index.engine.measure_footprint().disk.values()) / count),
            "parts": dict(index.engine.measure_footprint().disk),
        }


def measure_quality(place: Place, kept: Path, data: Path) -> Measured:
    """XQuAD and SciFact, with the default model."""
    encoder = Remembering(kept)

    @contextmanager
    def make(name: str) -> Iterator[Index]:
        place.remove(name)
        with Index.open(place.address(name), create=True, encoder=encoder) as index:
            yield index

    figures = measure_collections(data / "ir", kept / "files", make)
    encoder.save()
    return {
        "XQuAD R@1": round(figures["XQuAD (English)"]["hybrid"]["R@1"], 4),
        "SciFact nDCG@10": round(figures["SciFact"]["hybrid"]["nDCG@10"], 4),
    }


def measure(engine: str, arguments: argparse.Namespace) -> None:
    """Take the steps of an engine that were not taken before."""
    kept, results = arguments.kept, arguments.kept / "results.json"
    count = arguments.milvus_paragraphs if engine == "milvus" else arguments.paragraphs
    texts, vectors, asked = read_corpus(kept, arguments.docs, arguments.paragraphs)
    encoder, place, name = Copies(vectors), Place(engine, kept), f"n{count}"
    steps: dict[str, Callable[[], Measured]] = {
        "taken in": lambda: take_in(place, name, encoder, texts, count),
        "questions": lambda: ask(place, name, encoder),
        "found": lambda: measure_recall(place, name, encoder, asked),
        "more": lambda: add_more(place, name, encoder, texts),
    }
    if arguments.data:
        steps["quality"] = lambda: measure_quality(place, kept, arguments.data)
    if engine == "postgres":
        steps |= {
            "settled": lambda: settle(place, name, encoder),
            "settled, questions": lambda: ask(place, name, encoder),
            "settled, found": lambda: measure_recall(place, name, encoder, asked),
        }
    try:
        for step, take in steps.items():
            known = json.loads(results.read_text()) if results.exists() else {}
            key = f"{engine}, {count}: {step}"
            if key not in known:
                known[key] = take()
                results.write_text(json.dumps(known, indent=1))
            print(f"{key}: {json.dumps(known[key])}", flush=True)
    finally:
        if place.server is not None:
            place.server.stop()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("engines", nargs="*", choices=[*ENGINES, []], metavar="ENGINE")
    parser.add_argument("--kept", type=Path, required=True)
    parser.add_argument("--docs", type=Path)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--paragraphs", type=int, default=680_000)
    parser.add_argument("--milvus-paragraphs", type=int, default=140_000)
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    arguments.kept = arguments.kept.resolve()
    arguments.kept.mkdir(parents=True, exist_ok=True)
    if arguments.here:
        measure(arguments.engines[0], arguments)
        return 0
    # Each in a process of its own: its memory is then its own, too.
    given = [each for each in sys.argv[1:] if each not in ENGINES]
    command = [sys.executable, __file__, *given, "--here"]
    said = [subprocess.run([*command, engine]) for engine in arguments.engines or ENGINES]
    return max(process.returncode for process in said)


if __name__ == "__main__":
    sys.exit(main())
