"""Headings of markup that marks them at the beginning of their line (Org, AsciiDoc)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.documents import Content, Heading, Span

_LINE = re.compile(r"[^\r\n]+")
# In characters: a longer line is no heading.
_LONGEST_LINE = 400


@dataclass(frozen=True, slots=True)
class Markup:
    """How a markup language marks headings.

    Attributes:
        heading: matches a whole line; the group `mark` has a character for each level, the
            group `words` what the heading says.
        title: matches a line that names the document, in the group `words`; it may be a
            heading, too.
        block: matches a line that begins a block in which nothing is marked; another
            that `ends_block` ends it.
        comment: matches lines that are no text.
    """

    heading: re.Pattern[str]
    title: re.Pattern[str]
    block: re.Pattern[str]
    comment: re.Pattern[str]

    def ends_block(self, first: str, line: str) -> bool:
        """Whether a line ends the block that the line `first` began."""
        if first.startswith("#+"):
            name = re.split(r"[_\s]", first, maxsplit=2)[1].lower()
            return line.strip().lower() == f"#+end_{name}"
        return line.rstrip() == first


def locate_headings(text: str, markup: Markup) -> Content:
    """The text as it is, with its title and headings located."""
    title = next(_find_titles(text, markup), None)
    return Content(text, title, tuple(_find_headings(text, markup)))


def _find_titles(text: str, markup: Markup) -> Iterator[str]:
    for line in _LINE.finditer(text):
        if len(line[0]) > _LONGEST_LINE:
            return
        if (match := markup.title.fullmatch(line[0])) and match["words"].strip():
            yield " ".join(match["words"].split())
        elif not markup.comment.match(line[0]):
            return


def _find_headings(text: str, markup: Markup) -> Iterator[Heading]:
    block: str | None = None
    for line in _LINE.finditer(text):
        words = line[0]
        if block is not None:
            if markup.ends_block(block, words):
                block = None
        elif len(words) > _LONGEST_LINE:
            continue
        elif match := markup.heading.fullmatch(words):
            heading = " ".join(match["words"].split())
            if heading:
                yield Heading(Span(*line.span()), len(match["mark"]), heading)
        elif markup.block.match(words):
            block = words.rstrip()
