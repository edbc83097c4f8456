"""What a document in some markup is made of, and how that is drawn.

A dialect finds the blocks of a document, in order; what is in none of them is not drawn.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from index.loaders.markup import MarkupLine, MarkupTable, split_markup_lines
from tui.source.rendering.markup.words import write_words
from tui.source.rendering.rendering import LineFormat, Rendering, Table, is_ragged
from tui.source.rendering.writer import RenderingWriter

# What is longer than any book is drawn as it is.
_MOST_CHARACTERS = 6_000_000
# A table with more cells is drawn as it is, too.
_MOST_CELLS = 1_000_000
_MOST_INDENT, _MOST_BARS = 40, 16
_LONGEST_HANG = 8
_BAR = "▌ "
_LINE = re.compile(r"[^\r\n]+")
BULLETS = "•◦▪"

# The start and the end of a part of the document.
Part = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of a section; the highest level is 1."""

    start: int
    end: int
    level: int


@dataclass(frozen=True, slots=True)
class Marker:
    """What an item of a list begins with.

    Attributes:
        start, end: where it stands.
        drawn: what is drawn for it; itself if "".
        style: how it looks.
    """

    start: int
    end: int
    drawn: str = ""
    style: str = "marker"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Words that are wrapped; with a marker, an item of a list.

    Attributes:
        indent: what its lines begin with.
        style: of all its words.
        is_apart: whether a blank line is before it.
    """

    start: int
    end: int
    indent: str = ""
    marker: Marker | None = None
    style: str = ""
    is_apart: bool = True


@dataclass(frozen=True, slots=True)
class Label:
    """What the document does not say itself, such as "Note", and the title after it."""

    words: str
    indent: str = ""
    start: int = 0
    end: int = 0
    style: str = "term"


@dataclass(frozen=True, slots=True)
class Code:
    """Lines that are drawn as they are, and their language as Pygments names it, if known."""

    lines: Sequence[Part]
    language: str = ""
    indent: str = ""


@dataclass(frozen=True, slots=True)
class Rows:
    """A table: where the words of each cell of each row stand."""

    rows: Sequence[Sequence[Part]]
    has_header: bool
    indent: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A line between two parts."""


Block = Heading | Paragraph | Label | Code | Rows | Rule


@dataclass(frozen=True, slots=True)
class Dialect:
    """A markup language.

    Attributes:
        find_blocks: finds the blocks of a document.
        marks: the markup of words; see `write_words`.
    """

    find_blocks: Callable[[Sequence[MarkupLine]], Iterator[Block]]
    marks: re.Pattern[str]


def render_markup(text: str, dialect: Dialect) -> Rendering | None:
    """The rendering of a document; None where it is too long."""
    if len(text) > _MOST_CHARACTERS:
        return None
    return _Page(RenderingWriter(text), dialect.marks).draw(
        dialect.find_blocks(split_markup_lines(text))
    )


def indent_by(columns: int, indent: str = "") -> str:
    """What a line begins with that is indented below another one, within reason."""
    return indent + " " * max(0, min(columns, _MOST_INDENT - len(indent)))


def put_bar(indent: str) -> str:
    """What the lines of a quotation or a note begin with, within reason."""
    return indent + _BAR if len(indent) < _MOST_BARS else indent


@dataclass(slots=True)
class _Page:
    """Writes blocks one below the other."""

    writer: RenderingWriter
    marks: re.Pattern[str]
    indent: str = ""
    needs_blank: bool = False
    is_labelled: bool = False

    def draw(self, blocks: Iterable[Block]) -> Rendering:
        for block in blocks:
            match block:
                case Heading():
                    self._write_heading(block)
                case Paragraph():
                    self._write_paragraph(block)
                case Label():
                    self._write_label(block)
                case Code():
                    self._write_code(block)
                case Rows():
                    self._write_table(block)
                case Rule():
                    self._begin()
                    self.writer.end_line(LineFormat(style="rule", fill="─"))
                    self.needs_blank = True
        return self.writer.finish()

    def _begin(self, indent: str = "", *, is_apart: bool = True) -> None:
        """Write the blank line before a block, where one is needed."""
        # A label belongs to what is below it.
        is_below = self.is_labelled and bool(indent) and indent.startswith(self.indent)
        if self.writer.length and (is_apart or self.needs_blank) and not is_below:
            self.writer.end_line(LineFormat(_find_common(indent, self.indent).rstrip()))
        self.indent, self.needs_blank, self.is_labelled = indent, False, False

    def _write_words(self, start: int, end: int, styles: tuple[str, ...] = ()) -> None:
        write_words(self.writer, self.marks, start, end, styles)

    def _write_heading(self, block: Heading) -> None:
        self._begin()
        self._write_words(block.start, block.end)
        self.writer.end_line(LineFormat(style=f"heading-{min(block.level, 3)}"))
        if block.level == 1:
            self.writer.end_line(LineFormat(style="rule", fill="━"))
        self.needs_blank = True

    def _write_paragraph(self, block: Paragraph) -> None:
        self._begin(block.indent, is_apart=block.is_apart)
        first = self.writer.length
        if marker := block.marker:
            styles = (marker.style,)
            if marker.drawn:
                self.writer.replace(marker.start, marker.end, marker.drawn, styles)
            else:
                self._write_words(marker.start, marker.end, styles)
            # The space after it is highlighted with it.
            if self.writer.document.startswith(" ", marker.end):
                self.writer.copy(marker.end, marker.end + 1)
            else:
                self.writer.add(" ")
        hang = self.writer.length - first
        self._write_words(block.start, block.end, (block.style,) if block.style else ())
        rest = indent_by(hang if hang <= _LONGEST_HANG else 4, block.indent) if hang else ""
        self.writer.end_line(LineFormat(block.indent, rest or block.indent))

    def _write_label(self, block: Label) -> None:
        self._begin(block.indent)
        self.writer.add(block.words, (block.style,))
        if block.end > block.start:
            self.writer.add(" " if block.words else "")
            self._write_words(block.start, block.end, (block.style,))
        self.writer.end_line(LineFormat(block.indent, block.indent))
        self.is_labelled = True

    def _write_code(self, block: Code) -> None:
        self._begin(block.indent)
        first, indent = self.writer.length, block.indent + "  "
        for start, end in block.lines:
            self.writer.copy(start, end)
            self.writer.end_line(LineFormat(indent, indent, "block", " "))
        if block.language:
            self.writer.add_code(first, block.language)
        self.needs_blank = True

    def _split_lines(self, start: int, end: int) -> Iterator[Part]:
        """The lines of a part of the document, but for blank ones."""
        for line in _LINE.finditer(self.writer.document, start, end):
            yield line.span()

    def _write_table(self, block: Rows) -> None:
        columns = max(map(len, block.rows), default=0)
        is_large = columns * len(block.rows) > _MOST_CELLS
        if not columns or is_large or is_ragged(block.rows, columns):
            rows = [(row[0][0], row[-1][1]) for row in block.rows if row]
            lines = [line for row in rows for line in self._split_lines(*row)]
            self._write_code(Code(lines, "", block.indent))
            return
        self._begin(block.indent)
        first_line = self.writer.line
        drawn = np.zeros((len(block.rows), columns, 2), np.int32)
        for number, row in enumerate(block.rows):
            bounds = []
            for start, end in row:
                at = self.writer.length
                self._write_words(start, end)
                bounds.append((at, self.writer.length))
                self.writer.add(" ")
            drawn[number] = bounds + [(self.writer.length,) * 2] * (columns - len(row))
            self.writer.end_line(LineFormat(block.indent, block.indent))
        self.writer.add_table(Table(first_line, drawn, block.has_header))
        self.needs_blank = True


def list_lines(table: MarkupTable, indent: str, *, is_drawn: bool = False) -> Rows:
    """A table with a row for each of its lines.

    Args:
        is_drawn: whether there are lines between its rows: then blank rows part those of several
            lines.
    """
    is_loose = is_drawn and any(len(row) > 1 for row in table.rows[table.header_rows :])
    rows: list[Sequence[Part]] = []
    for number, row in enumerate(table.rows):
        if is_loose and number > table.header_rows:
            at = row[0][0][0]
            rows.append([(at, at)])
        rows += row
    return Rows(rows, table.header_rows > 0, indent)


def cut_code(lines: Sequence[MarkupLine]) -> list[tuple[int, int]]:
    """Where lines of code stand, without the margin that all of them have."""
    margin = min((line.margin for line in lines if line.words), default=0)
    return [(line.skip(margin), line.end) for line in lines]


def _find_common(indent: str, other: str) -> str:
    """What two indents begin with."""
    return next(
        indent[:size] for size in range(len(indent), -1, -1) if other.startswith(indent[:size])
    )
