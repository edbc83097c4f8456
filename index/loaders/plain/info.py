"""Info files, as `makeinfo` writes them: their chapters are headings; what is for programs is out.

That is the line above each node that names its neighbours, the menus and indices, and the tables
that say where nodes begin.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise

from index.documents import Content, Heading, Span
from index.loaders.plain.lines import Line, split_lines
from index.loaders.shared.head_lines import leave_out

_NODE = r"File: [^\r\n,]{1,200},[ \t]{1,9}Node: [^\r\n]*"
_IS_INFO = re.compile(rf"\x1f(?:\r\n|\n|\r)(?:{_NODE}|Indirect:[\r\n])")
# In characters: no more stands above the first node of a file, but for a book's table.
_HEAD = 100_000
# Signs that underline chapters, sections, and those within them.
_SIGNS = "*=-."
_SHORTEST = 3
_MADE = re.compile(r"This is [^\r\n]{1,200}, produced by [^\r\n]{0,200}(?:\r?\n[^\r\n]{1,200})?")
_LISTED = re.compile(
    r"(?:INFO-DIR-SECTION[^\r\n]*+\s++)?START-INFO-DIR-ENTRY\r?\n(?:[^\r\n]*\r?\n){1,50}?END-INFO-DIR-ENTRY"
)
_NODE_LINE = re.compile(_NODE)
# Tables of nodes, to the next of their marks.
_TABLE = re.compile(
    r"\x1f[ \t\r\n]{1,9}(?:Tag Table:|End Tag Table|Indirect:|Local Variables:)[^\x1f]*"
)
# Pictures, and what says that a menu is an index.
_SPECIAL = re.compile(r"\x00\x08\[[^\x00]{0,2000}\x00\x08\]")
_CHAPTER = re.compile(r"\d|Appendix\b")
_ENTRY = re.compile(r"\*[ \t]+\S")
# Lines in a menu, in a row, that are no entries: titles of its parts.
_MOST_OTHERS = 2


def parse_info(text: str) -> Content | None:
    """The content of an Info file; None for any other text."""
    if _IS_INFO.search(text, 0, _HEAD) is None:
        return None
    tables = [match.span() for match in _TABLE.finditer(text)]
    lines = [line for line in split_lines(text) if not _is_in_any(line.start, tables)]
    headings = list(_find_headings(lines))
    unread = [Span(*span) for span in tables]
    for pattern, end in ((_MADE, _HEAD), (_LISTED, _HEAD), (_SPECIAL, len(text))):
        unread += [Span(*match.span()) for match in pattern.finditer(text, 0, end)]
    unread += [Span(line.start, line.end) for line in lines if _NODE_LINE.match(line.words)]
    unread += _find_menus(lines)
    return Content(
        text,
        _find_title(headings),
        headings=leave_out(headings, _part(unread, headings)),
    )


def _find_title(headings: Sequence[Heading]) -> str | None:
    """The heading above all chapters, which stands only in the first file of several."""
    for first in headings[:1]:
        if first.level == 1 and not _CHAPTER.match(first.text):
            return first.text
    return None


def _is_in_any(at: int, spans: Sequence[tuple[int, int]]) -> bool:
    number = bisect_right(spans, (at, at)) - 1
    return number >= 0 and at < spans[number][1]


def _find_headings(lines: Sequence[Line]) -> Iterator[Heading]:
    for line, rule in pairwise(lines):
        sign = rule.words[0]
        if (
            sign in _SIGNS
            and line.is_below_blank
            and not line.is_above_blank
            and rule.words == sign * len(rule.words)
            # Wide letters count twice.
            and max(_SHORTEST, len(line.words) - 1) <= len(rule.words) <= 2 * len(line.words) + 1
        ):
            words = " ".join(line.words.split())
            yield Heading(Span(line.start, rule.end), _SIGNS.index(sign) + 1, words)


def _find_menus(lines: Sequence[Line]) -> Iterator[Span]:
    """The menus: what is below the last entry of one is text."""
    start, end, others = -1, 0, 0
    for line in lines:
        if line.words == "* Menu:":
            start, end, others = line.start, line.end, 0
        elif start < 0:
            continue
        elif _ENTRY.match(line.words) or (line.indent and not line.is_below_blank):
            end, others = line.end, 0
        else:
            others += 1
            if others > _MOST_OTHERS or _NODE_LINE.match(line.words):
                yield Span(start, end)
                start = -1
    if start >= 0:
        yield Span(start, end)


def _part(spans: Sequence[Span], headings: Sequence[Heading]) -> Iterator[Span]:
    """Those of some spans that overlap no other and no heading, in order."""
    taken = sorted(heading.span for heading in headings)
    end = at = 0
    for span in sorted(spans):
        while at < len(taken) and taken[at].end <= span.start:
            at += 1
        if span.start >= end and not (at < len(taken) and taken[at].overlaps(span)):
            yield span
            end = span.end
