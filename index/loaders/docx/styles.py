"""What the styles of a DOCX file say of its paragraphs: headings, titles, lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

_HEADING = re.compile(r"heading ([1-9])")
_CONTENTS = re.compile(r"toc [1-9]|toc heading|table of figures")
_LEVELS = 9
# Longer chains of styles are loops.
_LONGEST_CHAIN = 20


@dataclass(frozen=True, slots=True)
class Style:
    """A paragraph style.

    Attributes:
        name: as Word calls it in English, in lower case.
        parent: the style that it extends, if any.
        outline: the level it has in an outline, from 1; None where it has none itself.
        numbering: the list it belongs to and the level in it; None as above.
    """

    name: str
    parent: str | None
    outline: int | None
    numbering: tuple[str | None, int | None] | None


class Styles:
    """The styles of a document, by their ids."""

    def __init__(self, root: Element | None) -> None:
        self._styles = {
            style.get("styleId", ""): _style(style)
            for style in (root.iterfind("style") if root is not None else ())
        }

    def heading_level(self, paragraph: Element) -> int | None:
        """The level of a heading, from 1; None for any other paragraph."""
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
        """Whether a paragraph is a line of a table of contents, which repeats a heading."""
        return any(_CONTENTS.fullmatch(style.name) for style in self._chain(paragraph))

    def numbering(self, paragraph: Element) -> tuple[str, int] | None:
        """The list that a paragraph belongs to and its level in it, from 0."""
        found = [numbering(paragraph.find("pPr"))]
        found += [style.numbering for style in self._chain(paragraph)]
        given = [pair for pair in found if pair is not None]
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
    """The value of a property; None where it is not given."""
    found = element.find(path)
    return found.get("val") if found is not None else None


def whole(text: str | None) -> int | None:
    """A whole number, if it is one."""
    return int(text) if text and re.fullmatch(r"-?[0-9]{1,9}", text) else None


def outline_level(properties: Element | None) -> int | None:
    """The outline level that paragraph properties give, from 1; 10 is body text."""
    level = whole(value(properties, "outlineLvl")) if properties is not None else None
    return level + 1 if level is not None and 0 <= level <= _LEVELS else None


def numbering(properties: Element | None) -> tuple[str | None, int | None] | None:
    """The list and the level that paragraph properties give."""
    given = properties.find("numPr") if properties is not None else None
    if given is None:
        return None
    return value(given, "numId"), whole(value(given, "ilvl"))


def _style(style: Element) -> Style:
    properties = style.find("pPr")
    return Style(
        (value(style, "name") or "").lower(),
        value(style, "basedOn"),
        outline_level(properties),
        numbering(properties),
    )
