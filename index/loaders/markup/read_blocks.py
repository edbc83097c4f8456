"""What a text in lines of markup is made of, as its reader finds it, and its blocks and marks.

A dialect finds the parts of a text, in order; what is in none of them, people do not see.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from index.documents import Block, BlockKind, Blocks, Content, Mark, MarkKind, Span
from index.loaders.markup.block_writer import BlockWriter, Part
from index.loaders.markup.inline_marks import write_words
from index.loaders.markup.lines import MarkupLine
from index.loaders.markup.tables import MarkupTable

# A table with more cells is shown as it is.
_MOST_CELLS = 1_000_000
_MOST_INDENT, _MOST_BARS = 40, 16
_BAR = "▌ "
_LINE = re.compile(r"[^\r\n]+")
BULLETS = "•◦▪"


@dataclass(frozen=True, slots=True)
class Title:
    """The title of a section."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Marker:
    """What an item of a list begins with.

    Attributes:
        start, end: where it stands.
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
        style: "term", or the style of all its words.
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
    """A table: where the words of each cell of each row stand."""

    rows: Sequence[Sequence[Part]]
    has_header: bool
    indent: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A line between two parts."""

    start: int
    end: int


Found = Title | Paragraph | Label | Code | Rows | Rule


@dataclass(frozen=True, slots=True)
class Dialect:
    """A markup language.

    Attributes:
        find_blocks: finds the parts of a text in its lines; it is told where headings begin.
        marks: the markup of words; see `write_words`.
    """

    find_blocks: Callable[[Sequence[MarkupLine], frozenset[int]], Iterator[Found]]
    marks: re.Pattern[str]


def read_blocks(content: Content, lines: Sequence[MarkupLine], dialect: Dialect) -> Content:
    """A content with its blocks and marks."""
    # One without words only parts what is before it from what comes after.
    headings = {each.span.start: each for each in content.headings if each.text and len(each.span)}
    writer = BlockWriter(content.text, headings)
    page = _Page(writer, dialect.marks, sorted(headings))
    for found in dialect.find_blocks(lines, frozenset(headings)):
        page.write(found)
    blocks, unseen = _fill(content, writer.blocks)
    writer.marks += [Mark("hidden", span) for span in unseen]
    return replace(content, blocks=blocks, marks=writer.sort_marks())


def indent_by(columns: int, indent: str = "") -> str:
    """What a line begins with that is indented below another one, within reason."""
    return indent + " " * max(0, min(columns, _MOST_INDENT - len(indent)))


def put_bar(indent: str) -> str:
    """What the lines of a quotation or a note begin with, within reason."""
    return indent + _BAR if len(indent) < _MOST_BARS else indent


@dataclass(slots=True)
class _Page:
    """Writes what is found.

    Attributes:
        starts: where headings begin.
        frames: what lines begin with in the items and quotations that are open.
        is_open: whether the innermost one is an item whose first line alone is known.
    """

    writer: BlockWriter
    marks: re.Pattern[str]
    starts: Sequence[int]
    frames: list[str] = field(default_factory=list)
    is_open: bool = False

    def write(self, found: Found) -> None:
        match found:
            case Title():
                self._write_title(found)
            case Paragraph():
                self._write_paragraph(found)
            case Label():
                self._write_label(found)
            case Code():
                depth = self._enter(found.indent, found.lines[0][0] if found.lines else 0)
                self.writer.add_code(found.lines, found.language, depth)
            case Rows():
                self._write_table(found)
            case Rule():
                self.writer.add_rule(found.start, found.end)

    def _enter(self, indent: str, at: int) -> int:
        """Go into the items and quotations that lines with an indent are in; returns how many."""
        while self.frames and not indent.startswith(self.frames[-1]):
            self.frames.pop()
            self.is_open = False
        if self.is_open and self.frames and _BAR not in indent[len(self.frames[-1]) :]:
            self.frames[-1] = indent
        self.is_open = False
        outer = self.frames[-1] if self.frames else ""
        while _BAR in indent[len(outer) :]:
            outer = indent[: indent.index(_BAR, len(outer)) + len(_BAR)]
            self.frames.append(outer)
            self.writer.add_empty("quote", at, len(self.frames))
        if len(indent) > len(outer):
            self.frames.append(indent)
        return len(self.frames)

    def _write_words(self, start: int, end: int, styles: tuple[MarkKind, ...] = ()) -> None:
        write_words(self.writer, self.marks, start, end, styles)

    def _write_title(self, found: Title) -> None:
        self.frames.clear()
        self._write_words(found.start, found.end)
        number = bisect_right(self.starts, found.start) - 1
        heading = self.writer.headings[self.starts[number]] if number >= 0 else None
        if heading is not None and found.start < heading.span.end:
            self.writer.end_heading(heading)
        else:
            self.writer.end_block("label", whole=(found.start, found.end))

    def _write_paragraph(self, found: Paragraph) -> None:
        marker = found.marker
        at = marker.start if marker else found.start
        depth = self._enter(found.indent, at)
        styles: tuple[MarkKind, ...] = ()
        if found.style == "label":
            styles = ("caption",)
        elif found.style == "link":
            styles = ("link",)
        elif found.style == "term" and marker is not None:
            styles = ("strong",)
        if marker is not None:
            self.writer.set_marker(marker.start, marker.end, marker.shown, is_term=marker.is_term)
            self.frames.append(f"{found.indent} ")
            self.is_open = True
            depth += 1
        self._write_words(found.start, found.end, styles)
        kind: BlockKind = "item" if marker else "paragraph"
        if kind == "paragraph" and found.style == "term":
            kind = "label"
        self.writer.end_block(kind, depth, found.whole or (found.start, found.end))

    def _write_label(self, found: Label) -> None:
        depth = self._enter(found.indent, found.markup[0])
        is_titled = found.end > found.start
        self.writer.replace(*found.markup, found.words + " " * (is_titled and bool(found.words)))
        if is_titled:
            self._write_words(found.start, found.end)
        whole = (found.markup[0], max(found.markup[1], found.end))
        self.writer.end_block("label", depth, whole)

    def _write_table(self, found: Rows) -> None:
        rows = [row for row in found.rows if row]
        if not rows:
            return
        depth = self._enter(found.indent, rows[0][0][0])
        if sum(map(len, rows)) > _MOST_CELLS:
            spans = [(row[0][0], row[-1][1]) for row in rows]
            lines = [
                line.span()
                for span in spans
                for line in _LINE.finditer(self.writer.document, *span)
            ]
            self.writer.add_code(lines, "", depth)
            return
        for number, row in enumerate(rows):
            for start, end in row:
                self.writer.begin_cell(start, end)
                self._write_words(start, end)
            self.writer.end_block("header" if found.has_header and not number else "row", depth)


def list_lines(table: MarkupTable, indent: str) -> Rows:
    """A table with a row for each of its lines."""
    return Rows([row for lines in table.rows for row in lines], table.header_rows > 0, indent)


def cut_code(lines: Sequence[MarkupLine]) -> list[tuple[int, int]]:
    """Where lines of code stand, without the margin that all of them have."""
    margin = min((line.margin for line in lines if line.words), default=0)
    return [(line.skip(margin), line.end) for line in lines]


def _fill(content: Content, blocks: Blocks) -> tuple[Blocks, list[Span]]:
    """The blocks with those that people do not see, though passages have their words; and where."""
    filled, unseen = Blocks(), list[Span]()
    coming = iter(blocks)
    block = next(coming, None)
    for span in content.paragraphs or ():
        while block is not None and block.begin <= span.start:
            filled.append(block)
            block = next(coming, None)
        at = max(span.start, filled.end)
        while at < span.end:
            end = min(span.end, block.begin) if block is not None else span.end
            if any(map(str.isalnum, content.text[at:end])):
                unseen.append(Span(at, end).strip(content.text))
                filled.append(Block("paragraph", unseen[-1]))
            if block is None or block.begin >= span.end:
                break
            filled.append(block)
            at = max(end, block.span.end)
            block = next(coming, None)
    while block is not None:
        filled.append(block)
        block = next(coming, None)
    return filled, unseen
