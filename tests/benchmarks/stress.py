"""Readers and writers of one index at once, in processes of their own.

python tests/benchmarks/stress.py [--seconds N] [--readers N] [--writers N]

Writers change, add, remove and repair; readers search in two threads each, in every mode:
what was committed must be found at once, quoted exactly, and as many passages as there are.
Prints how much was done and every error; exit code 1 where there was one.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.support.stressing import stress


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--readers", type=int, default=4)
    parser.add_argument("--writers", type=int, default=1)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as base:
        done = stress(Path(base, "an.index"), chosen.seconds, chosen.readers, chosen.writers)
    for what, count in sorted(done.items()):
        print(f"{count:8,}  {what}")
    return 1 if any(what.startswith("ERROR") for what in done) else 0


if __name__ == "__main__":
    sys.exit(main())
