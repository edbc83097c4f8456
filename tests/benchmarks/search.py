"""Dense search over a million vectors against NumPy: time, memory, and what is missed.

python tests/benchmarks/search.py --folder FOLDER --kept FOLDER: a folder of HTML files,
see corpus.py, and one for what takes long. 100,000 of the vectors are of real text,
the rest copies of them, a little off. Both sides answer by turns, so that whatever
else runs slows both; NumPy's product uses all cores, ours one, so on a busy machine the
time on the processors tells more. Memory is that of a process of its own.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from corpus import HELD_OUT, QUESTIONS, embedded, jittered, milliseconds
from numpy.typing import NDArray

from index.engines.local.vectors import Vectors
from index.models import load_encoder

MILLION = 1_000_000
K = 10
# What a process of its own does: its resident megabytes before and after searching.
MEMORY = """
import sys, numpy
from pathlib import Path
from index.engines.local.vectors import Vectors
def resident():
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) * 1024 / 10**6
questions = numpy.load(sys.argv[2])
before = resident()
vectors = Vectors(Path(sys.argv[1]))
for question in questions:
    vectors.search(question, 10)
print(resident() - before)
"""


def filled(folder: Path, parts: Iterable[NDArray[np.float32]]) -> Vectors:
    """A store of all the vectors; ids count from 1."""
    shutil.rmtree(folder, ignore_errors=True)
    vectors, at = Vectors(folder), 1
    for part in parts:
        vectors.append(range(at, at + len(part)), part)
        at += len(part)
    return vectors


def recall(vectors: Vectors, matrix: NDArray[np.float32], questions: NDArray[np.float32]) -> float:
    """Share of the exact ten best that are found."""
    found = 0
    for question in questions:
        best = np.argpartition(matrix @ question, -K)[-K:] + 1
        found += len(set(best.tolist()) & {number for number, _ in vectors.search(question, K)})
    return found / (K * len(questions))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--kept", type=Path, required=True)
    arguments = parser.parse_args()
    _, real = embedded(arguments.folder, arguments.kept)
    held_out, real = real[:HELD_OUT].astype(np.float32), real[HELD_OUT:]
    asked = load_encoder().encode_questions(QUESTIONS)
    with tempfile.TemporaryDirectory(dir=arguments.kept) as scratch:
        matrix = real.astype(np.float32)
        vectors = filled(Path(scratch, "real"), [matrix])
        for name, questions in (("paragraphs held out", held_out), ("questions", asked)):
            share = recall(vectors, matrix, questions)
            print(f"recall@{K}, {len(real)} real passages, {len(questions)} {name}: {share:.4f}")
        matrix = np.concatenate(list(jittered(real, MILLION)))
        place = Path(scratch, "million")
        vectors = filled(place, jittered(real, MILLION))
        rows = []
        for question in np.concatenate([asked, held_out[:40]]):
            plain = milliseconds(lambda q=question: np.argpartition(matrix @ q, -K)[-K:])
            ours = milliseconds(lambda q=question: vectors.search(q, K))
            rows.append((*plain, *ours))
        clock, cores, our_clock, our_cores = (
            statistics.median(side) for side in zip(*rows, strict=True)
        )
        print(f"{MILLION} vectors, p50: NumPy {clock:.1f} ms, ours {our_clock:.1f} ms", end=", ")
        print(f"ratio {statistics.median(row[2] / row[0] for row in rows):.3f}")
        print(f"on the processors: NumPy {cores:.1f} ms, ours {our_cores:.1f} ms", end=", ")
        print(f"ratio {our_cores / cores:.3f}")
        share = recall(vectors, matrix, asked)
        print(f"recall@{K} among the million, {len(asked)} questions: {share:.4f}")
        np.save(Path(scratch, "questions.npy"), asked)
        made = subprocess.run(
            [sys.executable, "-c", MEMORY, str(place), str(Path(scratch, "questions.npy"))],
            check=True,
            capture_output=True,
            text=True,
        )
        print(f"resident for vectors: {float(made.stdout):.0f} MB")


if __name__ == "__main__":
    main()
