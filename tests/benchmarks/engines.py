"""The same passages in several engines: taken in, asked for, and found as by comparing all.

python tests/benchmarks/engines.py --kept FOLDER --index local --index postgresql://…: each index
is made anew (a schema or name of its own in an engine), so name a place that may be written to.
The text is real: paragraphs of the documentation in Python's own modules and in installed
packages, and of the sample documents. Some are embedded; the others get copies of these vectors,
a little off. So what is timed is all but embedding: cutting, storing, indexing. Times are by the
clock; in brackets, of this process's processors.
"""

from __future__ import annotations

import argparse
import ast
import json
import random
import shutil
import statistics
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import uuid4
from zlib import crc32

import numpy as np
from corpus import QUESTIONS, milliseconds
from numpy.typing import NDArray

from index import MODES, Filter, Index, Retriever, load_encoder

SEEDS = Path(__file__).parents[2] / "seeds"
SHORTEST, LONGEST = 80, 400
# Paragraphs that are embedded; of these, some are asked as questions and not indexed.
EMBEDDED, HELD_OUT = 3_000, 100
PASSAGES_A_DOCUMENT = 25


def find_paragraphs(most: int) -> list[str]:
    """Different paragraphs of documentation, in an order that stays."""
    found: dict[str, None] = {}
    for path in sorted(SEEDS.iterdir()):
        _add(found, path.read_text(encoding="utf-8", errors="replace"))
    paths = sysconfig.get_paths()
    for folder in (paths["stdlib"], paths["purelib"]):
        for path in sorted(Path(folder).rglob("*.py")):
            if len(found) >= most:
                break
            for text in _docstrings(path):
                _add(found, text)
    chosen = list(found)[:most]
    random.Random(1).shuffle(chosen)
    return chosen


def _docstrings(path: Path) -> Iterator[str]:
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError, RecursionError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield ast.get_docstring(node) or ""


def _add(found: dict[str, None], text: str) -> None:
    for paragraph in text.split("\n\n"):
        line = " ".join(paragraph.split())
        if SHORTEST <= len(line) <= LONGEST:
            found[line] = None


def read_corpus(kept: Path, count: int) -> tuple[list[str], NDArray[np.float32]]:
    """Paragraphs, and vectors of the first of them."""
    kept.mkdir(parents=True, exist_ok=True)
    texts, vectors = kept / f"docstrings-{count}.json", kept / f"docstrings-{count}.npy"
    if not vectors.exists():
        paragraphs = find_paragraphs(count)
        texts.write_text(json.dumps(paragraphs))
        np.save(vectors, load_encoder().encode_passages(paragraphs[:EMBEDDED]))
    return json.loads(texts.read_text()), np.load(vectors)


class Copies:
    """The default model for questions; for passages, copies of real vectors, a little off."""

    name = "copies"
    fingerprint = "copies"

    def __init__(self, vectors: NDArray[np.float32]) -> None:
        self._vectors = vectors
        self._noise = np.random.default_rng(7).normal(0, 0.02, (4_001, vectors.shape[1]))
        self.dimension = vectors.shape[1]
        encoder = load_encoder()
        self.max_tokens, self.count_tokens = encoder.max_tokens, encoder.count_tokens
        self.encode_questions = encoder.encode_questions

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        numbers = np.asarray([crc32(text.encode()) for text in texts])
        vectors = self._vectors[numbers % len(self._vectors)] + self._noise[numbers % 4_001]
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors.astype(np.float32)


def make_documents(texts: Sequence[str], passages: int) -> Iterator[tuple[str, str]]:
    """Documents with so many passages in all; paragraphs come again where there are too few."""
    for at in range(0, passages, PASSAGES_A_DOCUMENT):
        rows = range(at, min(at + PASSAGES_A_DOCUMENT, passages))
        # A number makes each one different.
        lines = [f"{texts[row % len(texts)]} (Paragraph {row}.)" for row in rows]
        yield f"{at % 40:02}/{at:08}.txt", "\n\n".join(lines)


def told(times: Sequence[tuple[float, float]]) -> str:
    clock, processors = map(statistics.median, zip(*times, strict=True))
    return f"{clock:.1f} ms ({processors:.1f})"


def measure(place: str, encoder: Copies, texts: Sequence[str], passages: int,
            questions: NDArray[np.float32]) -> None:  # fmt: skip
    """Print an engine's figures."""
    scheme = place.partition("://")[0] if "://" in place else "local"
    with Index.open(place, create=True, encoder=encoder) as index:
        started, used = time.perf_counter(), time.process_time()
        index.add_texts(make_documents(texts, passages))
        spent, used = time.perf_counter() - started, time.process_time() - used
        count = index.counts[1]
        print(f"{scheme}: {count} passages in {spent:.0f} s ({used:.0f}):", end=" ")
        print(f"{count / spent:.0f} a second beyond embedding", flush=True)
        print(f"{scheme}: {index.engine.measure_size() / count:.0f} bytes a passage", flush=True)
        retriever = Retriever(index)
        for mode in MODES:
            times = [
                milliseconds(lambda q=question, m=mode: retriever.search(q, 10, m))
                for _ in range(3)
                for question in QUESTIONS
            ][len(QUESTIONS) :]
            p95 = sorted(clock for clock, _ in times)[int(0.95 * len(times))]
            print(f"{scheme}, {mode}: p50 warm {told(times)}, p95 {p95:.1f} ms", flush=True)
        chosen = Filter(paths="07/")
        times = [
            milliseconds(lambda q=question: retriever.search(q, filter=chosen))
            for question in QUESTIONS
        ]
        print(f"{scheme}, a fortieth of the documents: first {told(times[:1])}", end=", ")
        print(f"then p50 {told(times[1:])}", flush=True)
        print_recall(index, scheme, encoder, questions)
        started = time.perf_counter()
        index.add_texts(
            [("new.txt", "A note about the lighthouse of Faro, the first of its kind.")]
        )
        print(f"{scheme}: a document more in {1000 * (time.perf_counter() - started):.0f} ms")
        assert retriever.search("lighthouse of Faro", 1)[0].document.path == "new.txt"


def print_recall(
    index: Index, scheme: str, encoder: Copies, questions: NDArray[np.float32]
) -> None:
    """Print the share of the ten nearest passages that are found, by comparing with all."""
    ids, parts = [], []
    for document in index.documents():
        passages = index.engine.passages_of(document)
        ids += [passage.id for passage in passages]
        parts.append(encoder.encode_passages([passage.text for passage in passages]))
    numbers, vectors = np.asarray(ids), np.concatenate(parts)
    nearest = index.engine.open_vectors(encoder.fingerprint)
    shares = []
    for question in questions:
        cosines = vectors @ question
        # Of equals, any will do.
        least = np.partition(cosines, -10)[-10] - 1e-3
        equals = set(numbers[cosines >= least].tolist())
        found = [number for number, _ in nearest.search(question, 100)][:10]
        shares.append(len(equals.intersection(found)) / 10)
    exact = [
        set(numbers[np.argsort(-(vectors @ question))[:10]].tolist()) for question in questions
    ]
    strict = [
        len(best.intersection([number for number, _ in nearest.search(question, 100)][:10])) / 10
        for best, question in zip(exact, questions, strict=True)
    ]
    print(f"{scheme}: recall@10 {np.mean(strict):.4f}, within .001 of the tenth's cosine "
          f"{np.mean(shares):.4f}", flush=True)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kept", type=Path, required=True)
    parser.add_argument("--passages", type=int, default=50_000)
    parser.add_argument("--index", action="append", required=True, metavar="local|URL")
    arguments = parser.parse_args()
    texts, vectors = read_corpus(arguments.kept, 60_000)
    questions, indexed = vectors[:HELD_OUT], texts[HELD_OUT:]
    print(f"{len(indexed)} different paragraphs, {arguments.passages} passages", flush=True)
    encoder = Copies(vectors[HELD_OUT:])
    aside = Path(tempfile.mkdtemp(prefix="quoteback-engines-"))
    try:
        for place in arguments.index:
            name = f"bench_{uuid4().hex[:8]}"
            if place == "local":
                place = str(aside / "an.index")
            elif place.startswith("postgres"):
                place += f"{'&' if '?' in place else '?'}schema={name}"
            measure(place, encoder, indexed, arguments.passages, questions)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
