"""Headings of plain text that its table of contents lists: lines with a number that come twice.

How far they are set in says nothing, since pages printed as text set in what they like. So a line
is a heading where the same number and title stand above it in a list of many.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.documents import Heading, Span
from index.loaders.plain.lines import is_below_blank
from index.loaders.shared.contents_list import letters_of, read_entry
from index.text.patterns import SECTION_NUMBER, SECTION_WORDS

# So many headings at least are listed.
_FEWEST_HEADINGS = 8
# At least this share of the numbered lines from the first that is listed to the last.
_LISTED = 0.7
# Entries of another level are set in by so many characters; by one are those of fewer digits.
_STEP = 2

_LINE = re.compile(
    rf"""^[^\S\r\n]*(?:(?:{SECTION_WORDS}|appendix)[^\S\r\n])?
      (?P<number>{SECTION_NUMBER})[.:)]?[^\S\r\n]+(?=\S)[^\r\n]{{1,200}}(?=[\r\n])""",
    re.VERBOSE | re.IGNORECASE | re.MULTILINE,
)


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
    if len(entries) < _FEWEST_HEADINGS or len(entries) < _LISTED * (
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
    for match in _LINE.finditer(text.replace("\r\n", " \n").replace("\r", "\n")):
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
