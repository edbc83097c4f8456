"""Shapes of hostile texts: functions from a length to a text of about that length."""

from __future__ import annotations

from collections.abc import Callable
from math import isqrt

Text = Callable[[int], str]


def repeat(unit: str) -> Text:
    return lambda size: (unit * (size // len(unit) + 1))[:size]


def begin(start: str, unit: str = "", end: str = "") -> Text:
    """`start`, then one unit again and again, then `end`."""
    return lambda size: start + unit * (size // max(1, len(unit))) + end


def nest(opening: str, closing: str = "", inside: str = "") -> Text:
    def make(size: int) -> str:
        depth = size // (len(opening) + len(closing))
        return opening * depth + inside + closing * depth

    return make


def indent(line: str) -> Text:
    """Each line set in farther than the one before."""
    return lambda size: "".join("  " * depth + line + "\n" for depth in range(isqrt(size)))


def lengthen(sign: str, after: str = " ") -> Text:
    """Runs of a sign, each longer than the one before."""
    return lambda size: "".join(sign * length + after for length in range(1, isqrt(2 * size)))


def number(pattern: str, most: int | None = None) -> Text:
    """A pattern with another number each time."""

    def make(size: int) -> str:
        count = size // (len(pattern) + 2)
        return "".join(pattern.replace("N", str(n)) for n in range(min(count, most or count)))

    return make
