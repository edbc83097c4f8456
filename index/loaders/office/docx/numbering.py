"""The bullets and numbers of lists in a DOCX file: they are counted, not part of its text."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from index.loaders.office.docx.styles import read_integer, value
from index.loaders.shared.roman_numerals import write_roman

_LEVELS = 9
_BULLET = "•"
_COUNTED = re.compile(r"%([1-9])")


@dataclass(frozen=True, slots=True)
class _Level:
    """How a level of a list is numbered.

    Attributes:
        format: the kind of number, as DOCX names it.
        pattern: "%1.%2" stands for the counts of two levels with a point between.
        start: the first number.
        indent: how far its items are set in, in twentieths of a point.
    """

    format: str = "decimal"
    pattern: str = ""
    start: int = 1
    indent: int = 0


@dataclass(slots=True)
class _List:
    """A kind of list and its current counts by level; None if a level has not begun."""

    levels: dict[int, _Level]
    counts: list[int | None] = field(default_factory=lambda: [None] * _LEVELS)


class Numbering:
    """Counts the items of a document's lists in reading order."""

    def __init__(self, root: Element | None) -> None:
        self._lists: dict[str, _List] = {}
        self._kinds: dict[str, str] = {}
        self._restarts: dict[str, dict[int, int]] = {}
        if root is None:
            return
        for kind in root.iterfind("abstractNum"):
            levels = {
                read_integer(level.get("ilvl")) or 0: _Level(
                    value(level, "numFmt") or "decimal",
                    value(level, "lvlText") or "",
                    read_integer(value(level, "start")) or 0,
                    _read_indent(level),
                )
                for level in kind.iterfind("lvl")
            }
            self._lists[kind.get("abstractNumId", "")] = _List(levels)
        for number in root.iterfind("num"):
            name = number.get("numId", "")
            self._kinds[name] = value(number, "abstractNumId") or ""
            self._restarts[name] = {
                read_integer(override.get("ilvl")) or 0: read_integer(
                    value(override, "startOverride")
                )
                or 0
                for override in number.iterfind("lvlOverride")
                if override.find("startOverride") is not None
            }

    def indent(self, number: str, level: int) -> int:
        """How far the items of a list are set in, in twentieths of a point."""
        return self._find_level(number, level).indent

    def is_counted(self, number: str, level: int) -> bool:
        """Whether the items of a list have numbers."""
        is_known = self._kinds.get(number, "") in self._lists
        return is_known and self._find_level(number, level).format not in ("bullet", "none")

    def _find_level(self, number: str, level: int) -> _Level:
        counted = self._lists.get(self._kinds.get(number, ""))
        return counted.levels.get(level, _Level()) if counted is not None else _Level()

    def label(self, number: str, level: int) -> str:
        """The bullet or number of the next item of a list; "" if it has neither."""
        counted = self._lists.get(self._kinds.get(number, ""))
        if counted is None:
            return _BULLET
        # A list is restarted once, at its first item.
        for restarted, start in self._restarts.pop(number, {}).items():
            if restarted < _LEVELS:
                counted.counts[restarted] = start - 1
        shown = counted.levels.get(level, _Level())
        before = counted.counts[level]
        counted.counts[level] = shown.start if before is None else before + 1
        counted.counts[level + 1 :] = [None] * (_LEVELS - level - 1)
        if shown.format == "bullet":
            return _BULLET
        if shown.format == "none":
            return ""

        def write_count(match: re.Match[str]) -> str:
            number = int(match[1]) - 1
            counted_level = counted.levels.get(number, _Level())
            count = counted.counts[number]
            write = _FORMATS.get(counted_level.format, str)
            return write(counted_level.start if count is None else count)

        return _COUNTED.sub(write_count, shown.pattern).strip()


def _read_indent(level: Element) -> int:
    settings = level.find("pPr/ind")
    given = (settings.get("left") or settings.get("start")) if settings is not None else None
    return read_integer(given) or 0


def _write_letters(count: int) -> str:
    """a to z, then aa, bb and so on, as Word counts."""
    if not 1 <= count <= 260:
        return str(count)
    return chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1)


_FORMATS: dict[str, Callable[[int], str]] = {
    "lowerLetter": _write_letters,
    "upperLetter": lambda count: _write_letters(count).upper(),
    "lowerRoman": write_roman,
    "upperRoman": lambda count: write_roman(count).upper(),
    "decimalZero": "{:02}".format,
}
