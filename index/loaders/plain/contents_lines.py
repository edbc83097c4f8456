"""The table of contents of a plain text: its lines are in no passage, and may tell the headings.

A heading that is listed has a number and comes twice: where the same number and title stand above
it in a list of many. How far it is set in says nothing, since pages printed as text set in what
they like.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from index.documents import Content, Heading, Span
from index.loaders.plain.lines import is_below_blank
from index.loaders.shared.contents_list import (
    is_contents_title,
    letters_of,
    read_entry,
)
from index.text.patterns import SECTION_NUMBER, SECTION_WORDS
from index.text.plain_blocks import split_paragraphs

# So many headings at least are listed.
_FEWEST_LISTED = 8
# At least this share of the numbered lines from the first that is listed to the last.
_LISTED = 0.7
# Entries of another level are set in by so many characters; by one are those of fewer digits.
_STEP = 2

_NUMBERED_LINE = re.compile(
    rf"""^[^\S\r\n]*(?:(?:{SECTION_WORDS}|appendix)[^\S\r\n])?
      (?P<number>{SECTION_NUMBER})[.:)]?[^\S\r\n]+(?=\S)[^\r\n]{{1,200}}(?=[\r\n])""",
    re.VERBOSE | re.IGNORECASE | re.MULTILINE,
)
# A table of contents names so many headings at least, and stands near the beginning (characters).
_FEWEST_HEADINGS, _NEAR_CHARACTERS = 10, 200_000
# A line begins a longer title if it has so many letters and digits.
_BEGINNING = 12
# So many numbered lines in a row that name none may stand in it: titles that were changed since.
_MOST_OTHERS = 8
# At least this share of its entries and other lines are entries.
_NAMED = 0.8
_LINE = re.compile(r"(?<![^\r\n])[^\S\r\n]*+\S[^\r\n]*")
_ENTRY_NUMBER = re.compile(rf"\s*(?:[^\W\d_]{{1,10}} )?{SECTION_NUMBER}(?:[.:)]|\s)")


@dataclass(frozen=True, slots=True)
class _NumberedLine:
    """A line that begins with a number, as entries and headings do.

    Attributes:
        title: its letters and digits after the number, in small letters.
        indent: how far it is set in, in characters.
    """

    span: Span
    number: tuple[int, ...]
    title: str
    indent: int


def find_listed_headings(text: str) -> list[Heading]:
    """The headings that a table of contents lists, in order; none if there is no such table."""
    last: dict[tuple[tuple[int, ...], str], _NumberedLine] = {}
    lines = list(_find_numbered_lines(text))
    for line in lines:
        last[line.number, line.title] = line
    listed = [
        (at, heading)
        for at, line in enumerate(lines)
        if (heading := last[line.number, line.title]) is not line
    ]
    # The list ends before its headings begin.
    end = min((heading.span.start for _, heading in listed), default=0)
    entries = [(at, heading) for at, heading in listed if lines[at].span.end < end]
    if len(entries) < _FEWEST_LISTED or len(entries) < _LISTED * (
        entries[-1][0] - entries[0][0] + 1
    ):
        return []
    levels = _find_levels([lines[at] for at, _ in entries])
    headings: list[Heading] = []
    for level, (_, line) in zip(levels, entries, strict=True):
        at = headings[-1].span.end if headings else 0
        if at <= line.span.start and is_below_blank(text, line.span.start - line.indent):
            headings.append(Heading(line.span, level, " ".join(line.span.of(text).split())))
    return headings if 2 * _count_sections(text, headings) >= len(headings) else []


def _count_sections(text: str, headings: Sequence[Heading]) -> int:
    """How many headings have text under them: a list that is there twice has none."""
    starts = [*(heading.span.start for heading in headings), len(text)]
    return sum(
        bool(text[heading.span.end : following].strip())
        for heading, following in zip(headings, starts[1:], strict=True)
    )


def _find_levels(entries: Sequence[_NumberedLine]) -> list[int]:
    """The level of each entry by how far it is set in; if all are alike, by its number."""
    indents = sorted({entry.indent for entry in entries})
    steps = [indent for before, indent in pairwise([-_STEP, *indents]) if indent - before >= _STEP]
    if len(steps) > 1:
        return [bisect_right(steps, entry.indent) for entry in entries]
    return [len(entry.number) for entry in entries]


def _find_numbered_lines(text: str) -> Iterator[_NumberedLine]:
    for match in _NUMBERED_LINE.finditer(text.replace("\r\n", " \n").replace("\r", "\n")):
        line = match[0]
        listed = read_entry(line)
        title = listed.title if listed else letters_of(line)
        if title:
            start = match.start() + len(line) - len(line.lstrip())
            yield _NumberedLine(
                Span(start, match.start() + len(line.rstrip())),
                tuple(map(int, match["number"].split("."))),
                title,
                start - match.start(),
            )


def exclude_contents_lines(content: Content) -> Content:
    """A text without the heading and the paragraphs of its table of contents; the same text."""
    text, headings = content.text, content.headings
    contents = _find_contents(text, headings)
    if contents is None:
        return content
    blocks = [*split_paragraphs(text, [(contents, ()), *((each.span, ()) for each in headings)])]
    above = max((block for block in blocks if block.end <= contents.start), default=None)
    if above and is_contents_title(above.of(text)):
        blocks.remove(above)
    return replace(
        content,
        paragraphs=tuple(blocks),
        headings=tuple(
            heading
            for heading in headings
            if not (is_contents_title(heading.text) and _is_right_above(text, heading, contents))
        ),
    )


def _is_right_above(text: str, heading: Heading, contents: Span) -> bool:
    end = heading.span.end
    return end <= contents.start and not text[end : contents.start].strip()


def _find_contents(text: str, headings: Sequence[Heading]) -> Span | None:
    """Where the table of contents stands, from its first entry to the end of its last."""
    if len(headings) < _FEWEST_HEADINGS:
        return None
    titles = sorted((letters_of(heading.text), heading.span.start) for heading in headings)
    listing = _Listing()
    for line in _LINE.finditer(text, 0, min(len(text), _NEAR_CHARACTERS)):
        if _names_heading(line, titles):
            listing.add_entry(line)
        elif listing.entries and _goes_on(text, line, listing.indent):
            # The title of the last entry goes on, if there was no line between them.
            listing.end = listing.end if listing.below else line.end()
        elif listing.entries:
            listing.add_other(line)
        if listing.below > _MOST_OTHERS:
            if listing.entries >= _FEWEST_HEADINGS:
                break
            listing = _Listing()
    return Span(listing.start, listing.end) if listing.is_contents else None


@dataclass(slots=True)
class _Listing:
    """Lines that may be a table of contents, as they are read.

    Attributes:
        start, end: where the first entry begins and where the last one ends.
        indent: how far the last entry is indented, in characters.
        entries: lines that name a heading.
        others: numbered lines between the entries that name none.
        below: such lines below the last entry. A line without a number ends the listing.
    """

    start: int = 0
    end: int = 0
    indent: int = 0
    entries: int = 0
    others: int = 0
    below: int = 0

    @property
    def is_contents(self) -> bool:
        return self.entries >= max(_FEWEST_HEADINGS, _NAMED * (self.entries + self.others))

    def add_entry(self, line: re.Match[str]) -> None:
        if not self.entries:
            self.start = line.start()
        self.entries += 1
        self.others += self.below
        self.below = 0
        self.end = line.end()
        self.indent = _measure_indent(line[0])

    def add_other(self, line: re.Match[str]) -> None:
        self.below += 1 if _ENTRY_NUMBER.match(line[0]) else _MOST_OTHERS + 1


def _names_heading(line: re.Match[str], titles: Sequence[tuple[str, int]]) -> bool:
    """Whether a line is the title of a heading below it, or begins it.

    Args:
        titles: of the headings, and where they stand, in order.
    """
    listed = read_entry(line[0])
    title = listed.title if listed else letters_of(line[0])
    at = bisect_left(titles, (title, line.end()))
    if not title or at == len(titles):
        return False
    return titles[at][0] == title or (
        len(title) >= _BEGINNING and titles[at][0].startswith(title) and titles[at][1] > line.end()
    )


def _goes_on(text: str, line: re.Match[str], indent: int) -> bool:
    """Whether a line goes on with an entry: set in deeper, or as deep with no blank line above."""
    own = _measure_indent(line[0])
    return own > indent or (
        own == indent > 0
        and not is_below_blank(text, line.start())
        and not _ENTRY_NUMBER.match(line[0])
    )


def _measure_indent(line: str) -> int:
    return len(line) - len(line.lstrip())
