"""The styles of a DOCX file: which paragraphs are headings, titles, items of lists and the like."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

_HEADING = re.compile(r"heading ([1-9])")
# As Word and LibreOffice name them.
_CONTENTS = re.compile(r"(?:toc|contents|index) (?:[1-9]|heading)|table of figures")
_QUOTATIONS = frozenset(("quote", "intense quote", "block text", "quotations"))
_LEVELS = 9
# A style extends another one, and so on; a longer chain is a loop.
_LONGEST_CHAIN = 20


@dataclass(frozen=True, slots=True)
class Style:
    """A paragraph style.

    Attributes:
        name: its English name in small letters.
        parent: the id of the style that it extends, if any.
        outline: its own level in an outline, from 1; None if it has none of its own.
        numbering: the id of its list and the level there, from 0; None as above.
    """

    name: str
    parent: str | None
    outline: int | None
    numbering: tuple[str | None, int | None] | None


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

    def _chain(self, paragraph: Element) -> Iterator[Style]:
        """The style of a paragraph and those that it extends."""
        name = value(paragraph, "pPr/pStyle")
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
    )
