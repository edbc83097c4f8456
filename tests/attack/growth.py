"""Hostile texts of every format: time grows with length, and never faster.

python tests/attack/growth.py [--size N] [--formats .md .html]

Each case runs in a process of its own, with a limit on time. Exit code 1 where one grows faster
than its length, is very slow, or has wrong spans.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
from multiprocessing.connection import Connection

from tests.support.growth import grows_faster_than_length, measure_cost
from tests.support.hostile_texts import CASES, all_cases

# Characters a second that the slowest format has to reach, and seconds until a case is given up.
SLOWEST, MOST_SECONDS = 10_000, 120


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=50_000)
    parser.add_argument("--formats", nargs="*", default=list(CASES))
    chosen = parser.parse_args()
    cases = [(suffix, name) for suffix, name, _ in all_cases() if suffix in chosen.formats]
    failed = 0
    for suffix, name in cases:
        if problem := try_case(suffix, name, chosen.size):
            failed += 1
            print(f"FAILED  {suffix:6} {name}: {problem}", flush=True)
    print(f"{len(cases)} hostile texts, {failed} failed")
    return 1 if failed else 0


def try_case(suffix: str, name: str, size: int) -> str | None:
    """What is wrong with a case, found by another process."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=send_problem, args=(theirs, suffix, name, size))
    process.start()
    theirs.close()
    try:
        if not ours.poll(MOST_SECONDS):
            process.kill()
            return f"takes longer than {MOST_SECONDS} s"
        return ours.recv()
    except EOFError:
        return "its process died"
    finally:
        process.join()
        ours.close()


def send_problem(answer: Connection, suffix: str, name: str, size: int) -> None:
    try:
        answer.send(find_problem(suffix, name, size))
    except Exception as error:
        answer.send(repr(error))


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
