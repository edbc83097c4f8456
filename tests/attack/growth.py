"""Hostile texts of every format: time grows with length, and never faster.

python tests/attack/growth.py [--size N] [--formats .md .html]

Each case runs in a process of its own, with a limit on time. Exit code 1 where one grows faster
than its length, is very slow, or has wrong spans.
"""

from __future__ import annotations

import argparse
import subprocess
import sys

from tests.support.growth import grows_faster_than_length, measure_cost
from tests.support.hostile_texts import CASES, all_cases

# Characters a second that the slowest format has to reach, and seconds until a case is given up.
SLOWEST, MOST_SECONDS = 10_000, 120


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=50_000)
    parser.add_argument("--formats", nargs="*", default=list(CASES))
    parser.add_argument("--one", nargs=2, metavar=("FORMAT", "CASE"))
    chosen = parser.parse_args()
    if chosen.one:
        print(find_problem(*chosen.one, chosen.size) or "")
        return 0
    cases = [(suffix, name) for suffix, name, _ in all_cases() if suffix in chosen.formats]
    failed = 0
    for suffix, name in cases:
        command = [sys.executable, __file__, "--size", str(chosen.size), "--one", suffix, name]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=MOST_SECONDS)
            problem = done.stdout.strip() or done.stderr.strip()[-300:]
        except subprocess.TimeoutExpired:
            problem = f"takes longer than {MOST_SECONDS} s"
        if problem:
            failed += 1
            print(f"FAILED  {suffix:6} {name}: {problem}", flush=True)
    print(f"{len(cases)} hostile texts, {failed} failed")
    return 1 if failed else 0


def find_problem(suffix: str, name: str, size: int) -> str | None:
    text = CASES[suffix][name]
    if problem := grows_faster_than_length(suffix, text, size):
        return problem
    cost = measure_cost(suffix, text(size))
    if cost.seconds > 0.5 + cost.size / SLOWEST:
        return f"{cost.seconds:.2f} s for {cost.size:,} characters"
    return None


if __name__ == "__main__":
    sys.exit(main())
