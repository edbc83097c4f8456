"""The lines of a text that is written in some markup."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_LINE = re.compile(r"([ \t\v\f]*+)([^\r\n]*+)(?:\r\n|\n|\r|\Z)")
_TAB = 8
# A text of more lines than any book has is read as it stands: each line takes memory.
_MOST_LINES = 300_000


@dataclass(frozen=True, slots=True)
class MarkupLine:
    """A line of the document.

    Attributes:
        begin: where it begins.
        start, end: of its words, without white space around them; both are the same in a
            blank line.
        margin: columns of white space before its words.
        words: what it says.
    """

    begin: int
    start: int
    end: int
    margin: int
    words: str

    def skip(self, columns: int) -> int:
        """Where the line begins without so many columns of white space."""
        if self.margin <= columns:
            return self.start
        # Where there are tabs, what is left of the margin is counted from the words.
        return max(self.begin + columns, self.start - (self.margin - columns))


def is_too_long(text: str) -> bool:
    """Whether a text has too many lines to be taken apart."""
    return text.count("\n") + text.count("\r") - text.count("\r\n") > _MOST_LINES


def split_markup_lines(text: str) -> list[MarkupLine]:
    """All lines of a document."""
    lines = []
    for match in _LINE.finditer(text):
        space, words = match.groups()
        start = match.end(1)
        words = words.rstrip()
        margin = len(space.expandtabs(_TAB)) if "\t" in space else len(space)
        lines.append(MarkupLine(match.start(), start, start + len(words), margin, words))
    return lines


def find_end_of_body(lines: Sequence[MarkupLine], number: int, margin: int) -> int:
    """The number after the last of the lines from `number` on that have more than a margin.

    Blank lines count with them where another one of them follows.
    """
    past = number
    while number < len(lines) and (not lines[number].words or lines[number].margin > margin):
        number += 1
        if lines[number - 1].words:
            past = number
    return past


def skip_blank(lines: Sequence[MarkupLine], number: int) -> int:
    """The number of the next line that is not blank."""
    while number < len(lines) and not lines[number].words:
        number += 1
    return number
