"""Hostile texts of every format, and of every pattern: time grows with length, and never faster.

python tests/attack/growth.py [--size N] [--formats .md .html] [--packages index qa tui] [--texts N]

Some texts are written by hand, others are derived from the patterns of whatever reads the format;
every pattern of every package is attacked by itself, too. Each case runs in a process of its own,
with a limit on time. Exit code 1 where one grows faster than its length, is very slow, or has
wrong spans.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from tests.support.forking import find_problem_apart
from tests.support.growth import grows_faster_than_length, measure_cost
from tests.support.hostile_patterns import FORMATS, derive_texts
from tests.support.hostile_shapes import Text
from tests.support.hostile_texts import CASES
from tests.support.pattern_attacks import derive_attacks, find_slow_text
from tests.support.patterns import find_patterns

# Characters a second that the slowest format has to reach, and seconds until a case is given up.
SLOWEST, MOST_SECONDS = 10_000, 120
# Attacks on each pattern by itself.
ON_PATTERN = 120


@dataclass(frozen=True, slots=True)
class Case:
    """Something to try; `find_problem` says what is wrong with it, if anything is."""

    name: str
    find_problem: Callable[[], str | None]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=50_000)
    parser.add_argument("--formats", nargs="*", default=[*dict.fromkeys((*CASES, *FORMATS))])
    parser.add_argument("--packages", nargs="*", default=["index", "qa", "tui"])
    parser.add_argument("--texts", type=int, default=120, help="derived texts for each format")
    chosen = parser.parse_args()
    patterns = find_patterns(*chosen.packages) if chosen.packages else []
    texts = [*list_texts(chosen.formats, chosen.size, chosen.texts)]
    attacks = sum(len(derive_attacks(each.pattern, ON_PATTERN)) for each in patterns)
    cases = [
        *(Case(each.place, partial(find_slow_text, each, ON_PATTERN)) for each in patterns),
        *texts,
    ]
    failed = 0
    for case in cases:
        if problem := find_problem_apart(case.find_problem, MOST_SECONDS):
            failed += 1
            print(f"FAILED  {case.name}: {problem}", flush=True)
    print(f"{len(patterns):,} patterns, {attacks + len(texts):,} hostile texts, {failed:,} failed")
    return 1 if failed else 0


def list_texts(formats: list[str], size: int, derived: int) -> Iterator[Case]:
    """The texts of formats: those written by hand, and so many derived from patterns."""
    for suffix in formats:
        for name, text in CASES.get(suffix, {}).items():
            yield Case(f"{suffix:6} {name}", partial(find_problem, suffix, text, size))
        if suffix in FORMATS:
            # There are very many: a third of the length tells enough.
            for name, text in derive_texts(suffix, derived):
                yield Case(f"{suffix:6} {name}", partial(find_problem, suffix, text, size // 3))


def find_problem(suffix: str, text: Text, size: int) -> str | None:
    if problem := grows_faster_than_length(suffix, text, size):
        return problem
    cost = measure_cost(suffix, text(size))
    if cost.seconds > 0.5 + cost.size / SLOWEST:
        return f"{cost.seconds:.2f} s for {cost.size:,} characters"
    return None


if __name__ == "__main__":
    sys.exit(main())
