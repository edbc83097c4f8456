"""Numbers that a browser shows before the items of a list: 1., a., iv."""

from __future__ import annotations

import re
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from index.loaders.shared.roman import write_roman

_LETTERS = 26
_NUMBER = re.compile(r"\s*-?[0-9]{1,9}\s*")


@dataclass(slots=True)
class ListNumbers:
    """The numbers of one list.

    Attributes:
        kind: how they are written: as letters ("a", "A"), Roman ("i", "I") or as they are.
        next: that of the next item.
    """

    kind: str
    next: int

    def number(self, item: LexborNode) -> str:
        """The number written before an item: its own if it has one, else the next one."""
        given = _read_number(item, "value")
        number = self.next if given is None else given
        self.next = number + 1
        return f"{_write(number, self.kind)}."


def read_list_numbers(node: LexborNode) -> ListNumbers:
    start = _read_number(node, "start")
    return ListNumbers(node.attributes.get("type") or "", 1 if start is None else start)


def _read_number(node: LexborNode, name: str) -> int | None:
    """A whole number among the attributes of an element; None if there is none."""
    given = node.attributes.get(name) or ""
    return int(given) if _NUMBER.fullmatch(given) else None


def _write(number: int, kind: str) -> str:
    write = {"a": _write_letters, "i": write_roman}.get(kind.lower(), str)
    return write(number).upper() if kind.isupper() else write(number)


def _write_letters(number: int) -> str:
    """a to z, then aa, ab and so on."""
    if number < 1:
        return str(number)
    letters = ""
    while number:
        number, letter = divmod(number - 1, _LETTERS)
        letters = chr(ord("a") + letter) + letters
    return letters
