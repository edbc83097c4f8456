"""Scores of lists: all members are wanted, in any order, whatever stands between them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.squad import f1, normalize

_PARTS = re.compile(r"[,;\n、]|\band\b|\bor\b", re.IGNORECASE)
_BETWEEN = frozenset(("and", "or", "as", "well", "both", "also"))


def list_exact_match(quoted: Sequence[str], members: Sequence[str]) -> float:
    """1.0 where the texts quoted give every member and, between them, nothing else."""
    words = " ".join(normalize(text) for text in quoted).split()
    for member in sorted((normalize(m).split() for m in members), key=len, reverse=True):
        at = _find_words(words, member)
        if at is None:
            return 0.0
        words[at : at + len(member)] = ["and"]
    return float(all(word in _BETWEEN for word in words))


def list_f1(quoted: Sequence[str], members: Sequence[str]) -> float:
    """Harmonic mean of how well the members are found, and of how well the parts are members.

    Each member counts with its best word-overlap F1 with a part, each part the same way.
    """
    if list_exact_match(quoted, members):
        return 1.0
    parts = [part for text in quoted for part in _PARTS.split(text) if normalize(part)]
    if not parts:
        return 0.0
    recall = sum(f1(member, parts) for member in members) / len(members)
    precision = sum(f1(part, members) for part in parts) / len(parts)
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _find_words(words: Sequence[str], wanted: Sequence[str]) -> int | None:
    for at in range(len(words) - len(wanted) + 1):
        if list(words[at : at + len(wanted)]) == list(wanted):
            return at
    return None
