"""Words of scripts written from right to left, such as Hebrew and Arabic, in reading order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe]")
# What a piece of a number consists of; a number, with "d" for each piece that has digits.
_IN_NUMBER = re.compile(r"[\d.,:/%+-]+")
_NUMBER = re.compile(r"(?:(?<!\S)[+-])?%?d(?:[d.,:/%+-]*d)?%?")


def order_pieces(pieces: Sequence[str]) -> list[str]:
    """The pieces of a line in reading order.

    Words written from right to left change places, with the spaces and signs between them; the
    letters of a word stay as they are, and so do the pieces of a number.

    Args:
        pieces: words, and what stands between them, from left to right as they are seen.
    """
    leftward = [at for at, piece in enumerate(pieces) if _RIGHT_TO_LEFT.search(piece)]
    if not leftward:
        return [*pieces]
    rightward = [at for at, piece in enumerate(pieces) if _has_other_letters(piece)]
    if not rightward:
        return _reverse(pieces)
    ordered = [*pieces]
    for first, last in _runs(leftward, {*rightward}):
        ordered[first : last + 1] = _reverse(pieces[first : last + 1])
    return ordered


def _reverse(pieces: Sequence[str]) -> list[str]:
    """The pieces from right to left, but for those of each number."""
    ordered: list[str] = []
    end = len(pieces)
    for number in reversed([*_NUMBER.finditer("".join(map(_mark, pieces)))]):
        start, after = number.span()
        ordered += [*reversed(pieces[after:end]), *pieces[start:after]]
        end = start
    return [*ordered, *reversed(pieces[:end])]


def _mark(piece: str) -> str:
    """One sign for each piece: what it may be in a number."""
    if _IN_NUMBER.fullmatch(piece):
        return "d" if any(map(str.isdecimal, piece)) else piece[0]
    return " " if piece.isspace() else "x"


def _runs(leftward: Iterable[int], rightward: set[int]) -> list[tuple[int, int]]:
    """The first and last of the pieces in each run with nothing from left to right in it."""
    runs: list[tuple[int, int]] = []
    for at in leftward:
        if at in rightward:
            continue
        if runs and rightward.isdisjoint(range(runs[-1][1] + 1, at)):
            runs[-1] = runs[-1][0], at
        else:
            runs.append((at, at))
    return runs


def _has_other_letters(piece: str) -> bool:
    return any(letter.isalpha() for letter in _RIGHT_TO_LEFT.sub("", piece))
