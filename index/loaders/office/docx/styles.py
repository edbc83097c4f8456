"""The styles of a DOCX file, and the bullets and numbers of its lists.

Styles tell which paragraphs are headings, titles, items of lists and the like. Bullets and numbers
are counted, not part of the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from index.loaders.shared.roman import write_roman

_HEADING = re.compile(r"heading ([1-9])")
# As Word and LibreOffice name them.
_CONTENTS = re.compile(r"(?:toc|contents|index) (?:[1-9]|heading)|table of figures")
_CAPTIONS = frozenset(("caption", "table caption"))
_QUOTATIONS = frozenset(("quote", "intense quote", "block text", "quotations"))
# Settings of words that are hidden or struck out.
_UNREAD = ("vanish", "strike", "dstrike")
_LEVELS = 9
# A style extends another one, and so on; a longer chain is a loop.
_LONGEST_CHAIN = 20
_BULLET = "•"
_COUNTED = re.compile(r"%([1-9])")


@dataclass(frozen=True, slots=True)
class Style:
    """A style of paragraphs or of words.

    Attributes:
        name: its English name in small letters.
        parent: the id of the style that it extends, if any.
        outline: its own level in an outline, from 1; None if it has none of its own.
        numbering: the id of its list and the level there, from 0; None as above.
        unread: its own settings of what is hidden or struck out, by name.
    """

    name: str
    parent: str | None
    outline: int | None
    numbering: tuple[str | None, int | None] | None
    unread: dict[str, bool]


class Styles:
    """The styles of a document."""

    def __init__(self, root: Element | None) -> None:
        self._styles = {
            style.get("styleId", ""): _read_style(style)
            for style in (root.iterfind("style") if root is not None else ())
        }

    def heading_level(self, paragraph: Element) -> int | None:
        """The level of a heading, from 1; None if the paragraph is not a heading."""
        own = outline_level(paragraph.find("pPr"))
        if own is not None:
            return own if own <= _LEVELS else None
        for style in self._chain(paragraph):
            if match := _HEADING.fullmatch(style.name):
                return int(match[1])
            if style.name == "title":
                return 1
            if style.outline is not None:
                return style.outline if style.outline <= _LEVELS else None
        return None

    def is_title(self, paragraph: Element) -> bool:
        return any(style.name == "title" for style in self._chain(paragraph))

    def is_caption(self, paragraph: Element) -> bool:
        """Whether a paragraph says what the table or the picture beside it is."""
        return any(style.name in _CAPTIONS for style in self._chain(paragraph))

    def is_contents(self, paragraph: Element) -> bool:
        """Whether a paragraph is the title or a line of a table of contents or an index."""
        return any(_CONTENTS.fullmatch(style.name) for style in self._chain(paragraph))

    def is_quotation(self, paragraph: Element) -> bool:
        return any(style.name in _QUOTATIONS for style in self._chain(paragraph))

    def list_position(self, paragraph: Element) -> tuple[str, int] | None:
        """The id of the list to which a paragraph belongs, and its level there, from 0."""
        positions = [list_position(paragraph.find("pPr"))]
        positions += [style.numbering for style in self._chain(paragraph)]
        given = [position for position in positions if position is not None]
        number = next((number for number, _ in given if number is not None), None)
        level = next((level for _, level in given if level is not None), 0)
        return (number, min(max(level, 0), _LEVELS - 1)) if number not in (None, "0") else None

    def unread_paragraph(self, paragraph: Element) -> dict[str, bool]:
        """What the style of a paragraph says of words that are hidden or struck out, by setting."""
        return self._add_unread({}, self._chain(paragraph))

    def is_unread(self, run: Element, paragraph: dict[str, bool]) -> bool:
        """Whether words are hidden or struck out.

        Args:
            paragraph: what the style of their paragraph says of it.
        """
        properties = run.find("rPr")
        if properties is None:
            return any(paragraph.values())
        own = self._add_unread(_read_unread(properties), self._chain(run, "rPr/rStyle"))
        return any((paragraph | own).values())

    def _add_unread(self, own: dict[str, bool], styles: Iterable[Style]) -> dict[str, bool]:
        """Settings with those of styles that they do not change."""
        for style in styles:
            own = style.unread | own
        return own

    def _chain(self, part: Element, path: str = "pPr/pStyle") -> Iterator[Style]:
        """The style of a paragraph or of words, and those that it extends."""
        name = value(part, path)
        for _ in range(_LONGEST_CHAIN):
            style = self._styles.get(name or "")
            if style is None:
                return
            yield style
            name = style.parent


def value(element: Element, path: str) -> str | None:
    """The value of a property; None if it is missing."""
    setting = element.find(path)
    return setting.get("val") if setting is not None else None


def is_on(setting: Element | None) -> bool:
    """Whether a setting is there, and not switched off."""
    return setting is not None and setting.get("val", "true") not in ("0", "false", "off")


def read_integer(text: str | None) -> int | None:
    """A whole number; None for other text."""
    return int(text) if text and re.fullmatch(r"-?[0-9]{1,9}", text) else None


def outline_level(properties: Element | None) -> int | None:
    """The outline level in the properties of a paragraph, from 1; 10 is body text."""
    level = read_integer(value(properties, "outlineLvl")) if properties is not None else None
    return level + 1 if level is not None and 0 <= level <= _LEVELS else None


def list_position(properties: Element | None) -> tuple[str | None, int | None] | None:
    """The list and the level in the properties of a paragraph; either may be missing."""
    numbering = properties.find("numPr") if properties is not None else None
    if numbering is None:
        return None
    return value(numbering, "numId"), read_integer(value(numbering, "ilvl"))


def _read_style(style: Element) -> Style:
    properties = style.find("pPr")
    return Style(
        (value(style, "name") or "").lower(),
        value(style, "basedOn"),
        outline_level(properties),
        list_position(properties),
        _read_unread(style.find("rPr")),
    )


def _read_unread(properties: Element | None) -> dict[str, bool]:
    """The settings of what is hidden or struck out, by name."""
    settings = {name: properties.find(name) for name in _UNREAD} if properties is not None else {}
    return {name: is_on(setting) for name, setting in settings.items() if setting is not None}


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
        # Levels that are other than those of their kind, by the list.
        self._own_levels: dict[str, dict[int, _Level]] = {}
        if root is None:
            return
        by_style: dict[str, _List] = {}
        linked: dict[str, str] = {}
        for kind in root.iterfind("abstractNum"):
            name, counted = kind.get("abstractNumId", ""), _List(_read_levels(kind.iterfind("lvl")))
            self._lists[name] = counted
            if (style := value(kind, "styleLink")) is not None:
                by_style[style] = counted
            if (style := value(kind, "numStyleLink")) is not None:
                linked[name] = style
        # A kind without levels of its own may have those of a style of lists.
        for name, style in linked.items():
            self._lists[name] = by_style.get(style, self._lists[name])
        for number in root.iterfind("num"):
            name = number.get("numId", "")
            self._kinds[name] = value(number, "abstractNumId") or ""
            self._own_levels[name] = _read_levels(number.iterfind("lvlOverride/lvl"))
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
        own = self._own_levels.get(number, {}).get(level)
        if own is not None or counted is None:
            return own or _Level()
        return counted.levels.get(level, _Level())

    def label(self, number: str, level: int) -> str:
        """The bullet or number of the next item of a list; "" if it has neither."""
        counted = self._lists.get(self._kinds.get(number, ""))
        if counted is None:
            return _BULLET
        # A list is restarted once, at its first item.
        for restarted, start in self._restarts.pop(number, {}).items():
            if restarted < _LEVELS:
                counted.counts[restarted] = start - 1
        shown = self._find_level(number, level)
        before = counted.counts[level]
        counted.counts[level] = shown.start if before is None else before + 1
        counted.counts[level + 1 :] = [None] * (_LEVELS - level - 1)
        if shown.format == "bullet":
            return _BULLET
        if shown.format == "none":
            return ""

        def write_count(match: re.Match[str]) -> str:
            position = int(match[1]) - 1
            counted_level = self._find_level(number, position)
            count = counted.counts[position]
            write = _FORMATS.get(counted_level.format, str)
            return write(counted_level.start if count is None else count)

        return _COUNTED.sub(write_count, shown.pattern).strip()


def _read_levels(levels: Iterable[Element]) -> dict[int, _Level]:
    return {
        read_integer(level.get("ilvl")) or 0: _Level(
            value(level, "numFmt") or "decimal",
            value(level, "lvlText") or "",
            read_integer(value(level, "start")) or 0,
            _read_indent(level),
        )
        for level in levels
    }


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
