"""Numbers that a browser shows: those of the items of a list (1., a., iv.), and powers (2⁴⁸)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from index.loaders.shared.roman import write_roman

_LETTERS = 26
_NUMBER = re.compile(r"\s*-?[0-9]{1,9}\s*")
_RAISED = str.maketrans("0123456789+-−()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁽⁾ⁿⁱ")
_CAN_BE_RAISED = re.compile(r"[-+−]?[0-9ni]+(?:[-+−][0-9ni]+)*[-+−]?|\([-+−]?[0-9n]+\)")
# What is not a power: 1st, 3e, M^lle, a trade mark.
_NO_POWERS = frozenset("st nd rd th e er re me ème eme lle mme a o os as tm sm".split())
# What can have a power: a number, a bracket that closes, a variable.
_BASE = re.compile(r"(?:\d|[)\]]|(?<![^\W\d_])[^\W\d_])\Z")
_LONGEST_SUPERSCRIPT = 20


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


def raise_text(node: LexborNode, before: str) -> str:
    """The words of a superscript as they are to be written; "" if they may stay as they are.

    Args:
        before: what stands right before it; "" if it begins a block, or a gap is before it.
    """
    words = " ".join(node.text(deep=True).split())
    if not words or len(words) > _LONGEST_SUPERSCRIPT:
        return ""
    if _CAN_BE_RAISED.fullmatch(words):
        return words.translate(_RAISED)
    if not _BASE.search(before) or words.lower() in _NO_POWERS or not words[-1].isalnum():
        return ""
    return f"^{words}" if words.isalnum() else f"^({words})"
