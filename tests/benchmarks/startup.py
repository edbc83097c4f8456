"""Start-up: a compiled model's first answer against importing sentence-transformers.

python tests/benchmarks/startup.py. Every measurement is a fresh process; both sides by turns.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

from index import load_encoder

ROUNDS = 5
OURS = "from index import load_encoder; load_encoder().encode_questions(['when did it open?'])"
THEIRS = "import sentence_transformers"
NOTHING = "pass"


def seconds(statement: str) -> float:
    """Time of a fresh Python process that runs one statement."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", statement], check=True)
    return time.perf_counter() - started


def main() -> None:
    load_encoder()
    for statement in (OURS, THEIRS):
        seconds(statement)  # fills the page cache for both
    rows = [(seconds(OURS), seconds(THEIRS), seconds(NOTHING)) for _ in range(ROUNDS)]
    ours, theirs, nothing = (statistics.median(side) for side in zip(*rows, strict=True))
    print(f"{'load and encode one question':32}{ours:8.3f} s")
    print(f"{'import sentence_transformers':32}{theirs:8.3f} s")
    print(f"{'Python alone':32}{nothing:8.3f} s")
    print(f"{'ratio':32}{theirs / ours:8.1f}")


if __name__ == "__main__":
    main()
