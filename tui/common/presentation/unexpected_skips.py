"""Files that are left out of an index for a reason that a person has not given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from index import ChosenSkip, Failure

EXPECTED = frozenset(ChosenSkip)


def find_surprises(skipped: Iterable[Failure]) -> list[Failure]:
    """Files that were left out for another reason: an unsupported kind, a great size."""
    return [each for each in skipped if each.reason not in EXPECTED]


def count_surprises(reasons: Mapping[str, int]) -> int:
    """How many were left out for another reason.

    Args:
        reasons: how many files and folders, by reason.
    """
    return sum(count for reason, count in reasons.items() if reason not in EXPECTED)
