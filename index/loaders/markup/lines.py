"""The lines of a text in some markup, and the parts that a grammar finds in them."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from index.documents import Heading, Span
from index.loaders.markup.block_writer import Part
from index.loaders.markup.tables import MarkupTable

_LINE = re.compile(r"([ \t\v\f]*+)([^\r\n]*+)(?:\r\n|\n|\r|\Z)")
_TAB = 8


@dataclass(frozen=True, slots=True)
class MarkupLine:
    """A line of the document.

    Attributes:
        begin: where it begins.
        start, end: of its words, without white space around them; both are the same in a
            blank line.
        margin: columns of white space before its words.
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


@dataclass(frozen=True, slots=True)
class Title:
    """Words that are drawn as a title: where they stand, and their heading, if they are one."""

    start: int
    end: int
    heading: Heading | None = None


@dataclass(frozen=True, slots=True)
class Marker:
    """The marker of an item of a list: its bullet or number.

    Attributes:
        shown: what people see in place of it; itself if "".
        is_term: whether it is a name, not a sign.
    """

    start: int
    end: int
    shown: str = ""
    is_term: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Words that are wrapped; with a marker, an item of a list.

    Attributes:
        indent: what its lines begin with: spaces, and bars of quotations.
        style: "term", "quote", or the style of all its words.
        whole: where all of it stands, with its markup; by default, from its first word to its last.
    """

    start: int
    end: int
    indent: str = ""
    marker: Marker | None = None
    style: str = ""
    whole: Part | None = None


@dataclass(frozen=True, slots=True)
class Label:
    """A name of what is below it, such as "Note", in place of markup, and the title after it."""

    words: str
    markup: Part
    indent: str = ""
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Code:
    """Lines that are shown as they are, and their language as Pygments names it, if known."""

    lines: Sequence[Part]
    language: str = ""
    indent: str = ""


@dataclass(frozen=True, slots=True)
class Rows:
    """A table, the part of the text that it is, and its caption."""

    table: MarkupTable
    span: Span
    indent: str = ""
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A line between two parts."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Omission:
    """A stretch of the text that is in no passage.

    Attributes:
        parts: whether no passage goes on beyond it.
    """

    span: Span
    parts: bool = False


# A heading is one that nobody sees, such as a term for all that is said of it.
Found = Title | Paragraph | Label | Code | Rows | Rule | Omission | Heading


@dataclass(slots=True)
class LineReader(ABC):
    """Finds the parts of a text, from line to line.

    Attributes:
        END: what the whole of a line says that may end a block.
        ends: the numbers of such lines, by what they say in lower case.
    """

    END: ClassVar[re.Pattern[str] | None] = None
    text: str
    lines: Sequence[MarkupLine]
    ends: dict[str, list[int]] = field(default_factory=dict)

    def read(self) -> Iterator[Found]:
        """All parts, in order."""
        for number, line in enumerate(self.lines):
            if self.END and self.END.fullmatch(line.words):
                self.ends.setdefault(line.words.lower(), []).append(number)
        number = skip_blank(self.lines, 0)
        while number < len(self.lines):
            parts, number = self._read_part(number)
            yield from parts
            number = skip_blank(self.lines, number)

    @abstractmethod
    def _read_part(self, number: int) -> tuple[Iterable[Found], int]:
        """The parts that begin at a line that has words, and the number of the line after them."""

    def _find_end(self, number: int, words: str) -> int | None:
        """The number of the next line that says this, and so ends a block; None if none does."""
        ends = self.ends.get(words, [])
        at = bisect_right(ends, number)
        return ends[at] if at < len(ends) else None

    def _words(self, number: int) -> str:
        """The words of a line; "" beyond the last line."""
        return self.lines[number].words if number < len(self.lines) else ""


def cut_code(lines: Sequence[MarkupLine]) -> list[tuple[int, int]]:
    """Where lines of code stand, without the margin that all of them have."""
    margin = min((line.margin for line in lines if line.words), default=0)
    return [(line.skip(margin), line.end) for line in lines]
