"""Superscripts in plain text: a power stays one, as 2⁴⁸ is not 248."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter

_RAISED = str.maketrans("0123456789+-−()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁽⁾ⁿⁱ")
_CAN_BE_RAISED = re.compile(r"[-+−]?[0-9ni]+(?:[-+−][0-9ni]+)*[-+−]?|\([-+−]?[0-9n]+\)")
# What is not a power: 1st, 3e, M^lle, a trade mark.
_NO_POWERS = frozenset("st nd rd th e er re me ème eme lle mme a o os as tm sm".split())
# What can have a power: a number, a bracket that closes, a variable.
_BASE = re.compile(r"(?:\d|[)\]]|(?<![^\W\d_])[^\W\d_])\Z")
_LONGEST_SUPERSCRIPT = 20


def raise_text(words: str, before: str) -> str:
    """The words of a superscript as they are to be written; "" if they may stay as they are.

    Args:
        words: on one line, without space around them.
        before: what stands right before it; "" if it begins a block, or a gap is before it.
    """
    if not words or len(words) > _LONGEST_SUPERSCRIPT:
        return ""
    if _CAN_BE_RAISED.fullmatch(words):
        return words.translate(_RAISED)
    if not _BASE.search(before) or words.lower() in _NO_POWERS or not words[-1].isalnum():
        return ""
    return f"^{words}" if words.isalnum() else f"^({words})"


def join_runs(runs: Iterable[tuple[str, bool]]) -> str:
    """The words of a paragraph, with powers written so that they stay powers.

    Args:
        runs: words, each with whether it is a superscript; one may be in several of them.
    """
    parts = [""]
    given = (run for run in runs if run[0])
    for is_raised, pieces in groupby(given, itemgetter(1)):
        words = "".join(words for words, _ in pieces)
        parts.append(_raise(words, parts[-1]) if is_raised else words)
    return "".join(parts)


def _raise(words: str, before: str) -> str:
    """A superscript as it is written on a line, after what stands before it."""
    bare = words.strip()
    raised = raise_text(bare, before if words.startswith(bare) else "")
    return words.replace(bare, raised) if raised else words
