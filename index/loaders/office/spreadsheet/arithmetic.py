"""What a simple formula gives: sums, means, least and largest numbers, and + - * / of cells."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from math import fsum
from typing import NamedTuple, Protocol

_PLACE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_CELL = r"\$?[A-Z]{1,3}\$?[0-9]{1,7}"
_TOKEN = re.compile(
    rf"""\s*(?: (?P<function>SUM|AVERAGE|MIN|MAX)\(
      | (?P<cells>{_CELL}:{_CELL})(?![\w.(!:]) | (?P<cell>{_CELL})(?![\w.(!:])
      | (?P<number>[0-9]{{1,15}}(?:\.[0-9]{{1,15}})?)(?![\w.%]) | (?P<sign>[-+*/(),]) )\s*""",
    re.VERBOSE,
)
# In characters; how many parts of a formula may be within one another.
_LONGEST, _DEEPEST = 500, 20


class Place(NamedTuple):
    """Where a cell is; the first row and the first column are 0."""

    row: int
    column: int


class Unsure(Exception):
    """Only a spreadsheet program can say what a formula gives, or a cell holds."""


class Cells(Protocol):
    """The cells of a sheet. Both methods raise `Unsure`."""

    def read(self, place: Place, /) -> float | str:
        """What a cell holds: a number, or words; "" where it is empty."""
        ...

    def read_range(self, first: Place, last: Place, /) -> Iterator[float | str]:
        """What the cells of a range hold."""
        ...


def compute(formula: str, cells: Cells) -> float:
    """What a formula gives.

    Raises:
        Unsure: it is not simple, or not sure.
        ArithmeticError: it divides by nothing.
    """
    tokens: list[tuple[str, str]] = []
    at = 0
    while at < len(formula):
        token = _TOKEN.match(formula, at) if len(formula) <= _LONGEST else None
        if token is None:
            raise Unsure
        kind = token.lastgroup or ""
        tokens.append((kind, token[kind]))
        at = token.end()
    reader = _Reader(tokens, cells)
    value = reader.read_sum()
    if reader.next[0]:
        raise Unsure
    return value


def find_place(letters: str, number: str) -> Place:
    """The place of a cell by the letters of its column and the number of its row."""
    column = 0
    for letter in letters:
        column = 26 * column + ord(letter) - 64
    return Place(int(number) - 1, column - 1)


def _read_place(cell: str) -> Place:
    match = _PLACE.fullmatch(cell)
    if match is None:
        raise Unsure
    return find_place(match[1], match[2])


class _Reader:
    """Reads the tokens of a formula, each once."""

    def __init__(self, tokens: Sequence[tuple[str, str]], cells: Cells) -> None:
        self._tokens, self._cells = tokens, cells
        self._at = self._depth = 0

    @property
    def next(self) -> tuple[str, str]:
        """The kind and the words of the next token; "" at the end."""
        return self._tokens[self._at] if self._at < len(self._tokens) else ("", "")

    def _take(self, *signs: str) -> str:
        """The next token, if it is one of some signs; "" where it is not."""
        kind, words = self.next
        if kind != "sign" or words not in signs:
            return ""
        self._at += 1
        return words

    def read_sum(self) -> float:
        value = self._read_product()
        while sign := self._take("+", "-"):
            other = self._read_product()
            value = value + other if sign == "+" else value - other
        return value

    def _read_product(self) -> float:
        value = self._read_part()
        while sign := self._take("*", "/"):
            other = self._read_part()
            value = value * other if sign == "*" else value / other
        return value

    def _read_part(self) -> float:
        if self._depth == _DEEPEST:
            raise Unsure
        self._depth += 1
        if sign := self._take("+", "-"):
            value = self._read_part() if sign == "+" else -self._read_part()
        elif self._take("("):
            value = self.read_sum()
            if not self._take(")"):
                raise Unsure
        else:
            value = self._read_value()
        self._depth -= 1
        return value

    def _read_value(self) -> float:
        kind, words = self.next
        self._at += 1
        if kind == "number":
            return float(words)
        if kind == "function":
            return _FUNCTIONS[words](self._read_arguments())
        if kind != "cell":
            raise Unsure
        value = self._cells.read(_read_place(words))
        if value == "":
            return 0.0
        if isinstance(value, str):
            raise Unsure
        return value

    def _read_arguments(self) -> list[float]:
        """The numbers that a function is given; words in the cells do not count."""
        numbers: list[float] = []
        while True:
            kind, words = self.next
            after = self._tokens[self._at + 1] if self._at + 1 < len(self._tokens) else ("", "")
            if kind in ("cell", "cells") and after in (("sign", ","), ("sign", ")")):
                self._at += 1
                ends = [_read_place(cell) for cell in words.split(":")]
                found = self._cells.read_range(ends[0], ends[-1])
                numbers += [value for value in found if not isinstance(value, str)]
            else:
                numbers.append(self.read_sum())
            if self._take(")"):
                return numbers
            if not self._take(","):
                raise Unsure


def _find_mean(numbers: Sequence[float]) -> float:
    return fsum(numbers) / len(numbers)


def _find_least(numbers: Sequence[float]) -> float:
    return min(numbers, default=0.0)


def _find_largest(numbers: Sequence[float]) -> float:
    return max(numbers, default=0.0)


_FUNCTIONS: dict[str, Callable[[Sequence[float]], float]] = {
    "SUM": fsum,
    "AVERAGE": _find_mean,
    "MIN": _find_least,
    "MAX": _find_largest,
}
