"""The lines of a plain text that are not blank, how far they are set in, and what parts them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from index.documents import Span

_WORDS = re.compile(r"\S[^\r\n]*")
_LINE_END = re.compile(r"\r\n|\n|\r")
# A line end is atomic: "\r\n" is not two.
_BLANK_ABOVE = re.compile(r"(?:\A|(?>\r\n|\n|\r))[ \t]*(?>\r\n|\n|\r)\Z")
# A blank line is looked for in so many characters.
_NEAR_CHARACTERS = 80


class Line(NamedTuple):
    """A line that is not blank.

    Attributes:
        start, end: of its words, without the white space around them.
        indent: how many columns it is set in.
        is_below_blank, is_above_blank: whether a blank line, or none, is there.
    """

    start: int
    end: int
    words: str
    indent: int
    is_below_blank: bool
    is_above_blank: bool


def split_lines(text: str) -> list[Line]:
    """The lines of a text that are not blank."""
    lines: list[Line] = []
    for start, words, space, is_below_blank in _find_words(text):
        if lines and not is_below_blank:
            lines[-1] = lines[-1]._replace(is_above_blank=False)
        indent = len(space.expandtabs()) if "\t" in space else len(space)
        lines.append(Line(start, start + len(words), words, indent, is_below_blank, True))
    return lines


def _find_words(text: str) -> Iterator[tuple[int, str, str, bool]]:
    """Where the words of each line start, they, the space before them, and if a blank is above."""
    end = 0
    for match in _WORDS.finditer(text):
        gap = text[end : match.start()]
        ends = list(_LINE_END.finditer(gap)) if len(gap) < 3 or "\r" in gap else None
        if ends is None:
            count, last = gap.count("\n"), gap.rfind("\n") + 1
        else:
            count, last = len(ends), ends[-1].end() if ends else 0
        yield match.start(), match[0].rstrip(), gap[last:], not end or count > 1
        end = match.end()


def overlaps_any(span: Span, others: Sequence[Span]) -> bool:
    """Whether a span overlaps one of others, which are in order and apart."""
    at = bisect_right(others, span.start, key=lambda other: other.end)
    return at < len(others) and others[at].overlaps(span)


def is_below_blank(text: str, start: int) -> bool:
    """Whether a blank line, or nothing, stands above the line that starts here."""
    above = text[max(0, start - _NEAR_CHARACTERS) : start]
    return not above.strip() or _BLANK_ABOVE.search(above) is not None
