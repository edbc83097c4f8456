"""The head of a text in Org or AsciiDoc: its title, and lines that say what the text is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.documents import NO_PROPERTIES, Heading, Properties, Span
from index.loaders.shared.head_lines import WORTH_FINDING
from index.loaders.shared.metadata import make_properties, split_tags

_LINE = re.compile(r"[^\r\n]+")
# In characters: a longer line says nothing of the document, and is no heading.
LONGEST_LINE = 400
_HEAD_LINES = 100


@dataclass(frozen=True, slots=True)
class HeadMarkup:
    """How a markup language writes what a document is.

    Attributes:
        title: matches a line that names the document, in the group `words`.
        names_section: whether that line is a heading, too.
        block: matches a line that begins a block: the head ends before it.
        comment: matches lines that are no text.
        field: matches a line that says something of the document: its `name`, and what (`words`).
        author, date: match lines right under the title that do so without a name.
    """

    title: re.Pattern[str]
    names_section: bool
    block: re.Pattern[str]
    comment: re.Pattern[str]
    field: re.Pattern[str]
    author: re.Pattern[str] | None = None
    date: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above the first paragraph.

    Attributes:
        title: None if none is given.
        lines: those that are for programs.
    """

    title: str | None = None
    properties: Properties = NO_PROPERTIES
    lines: Sequence[Span] = ()


def read_head(text: str, markup: HeadMarkup, headings: Sequence[Heading]) -> Head:
    """What the lines above the first paragraph say of a document with these headings."""
    title: str | None = None
    authors: list[str] = []
    tags: list[str] = []
    dates: list[str] = []
    lines: list[Span] = []
    under_title = 0
    for line, _ in zip(_LINE.finditer(text), range(_HEAD_LINES), strict=False):
        words = line[0]
        if len(words) > LONGEST_LINE or markup.block.match(words):
            break
        if is_title := markup.title.fullmatch(words):
            title = title or " ".join(is_title["words"].split()) or None
            under_title = 2
            if markup.names_section:
                continue
        elif field := markup.field.fullmatch(words):
            name, value = field["name"].lower(), field["words"].strip()
            match name:
                case "author" | "authors":
                    authors.append(value)
                case "filetags":
                    tags += value.strip(":").split(":")
                case "keywords" | "tags" | "category" | "categories":
                    tags += split_tags(value)
                case "date" | "revdate":
                    dates.append(value)
            if name in WORTH_FINDING:
                continue
        elif under_title == 2 and markup.author and markup.author.fullmatch(words):
            authors.append(words)
        elif under_title > 0 and markup.date and markup.date.fullmatch(words):
            dates.append(words)
        elif not markup.comment.match(words):
            break
        under_title = max(0, under_title - 1)
        lines.append(Span(*line.span()))
    if title is None and markup.names_section and headings and headings[0].level == 1:
        # It may be underlined.
        title = headings[0].text if not text[: headings[0].span.start].strip() else None
    return Head(title, make_properties(authors, tags, dates), lines)
