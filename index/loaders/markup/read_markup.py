"""A text in lines of markup, read with the grammar of its language.

The grammar finds the parts of a text, in order. From them come its headings, paragraphs and tables,
and the blocks and marks of what people see.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import cast

from index.documents import Block, BlockKind, Blocks, Content, Heading, Mark, MarkKind, Span
from index.loaders.markup.block_writer import BlockWriter
from index.loaders.markup.head import Head
from index.loaders.markup.lines import (
    Code,
    Found,
    Label,
    LineReader,
    MarkupLine,
    Omission,
    Paragraph,
    Rows,
    Rule,
    Title,
    split_markup_lines,
)
from index.loaders.markup.tables import LocatedTable, locate_table
from index.loaders.shared.contents_list import leave_out
from index.loaders.shared.decoding import decode
from index.text.patterns import BAR
from index.text.plain_blocks import split_paragraphs

# A text of more lines than any book has is read as it stands: each line takes memory.
_MOST_LINES = 300_000
# A table with more cells is shown as it is.
_MOST_CELLS = 1_000_000
_LINE = re.compile(r"[^\r\n]+")
# Of a part with more characters nothing is taken for markup.
_LONGEST = 20_000
# Markup within markup, such as strong words in a link.
_DEEPEST = 3
_LINE_OR_END = re.compile(r"[^\r\n]+|(?:\r\n|\n|\r)\s*")


def compile_marks(*patterns: str) -> re.Pattern[str]:
    """The markup of words in a language: what comes first is tried first.

    Of each match, people see only its named group. The name is that of a mark, or `plain`; digits
    at its end keep names apart. In `code` there is no further markup.
    """
    return re.compile("|".join(patterns))


def strip_marks(words: str, marks: re.Pattern[str], depth: int = 0) -> str:
    """What a person reads of some words, in one line.

    Args:
        depth: in how much other markup they are.
    """

    def show(match: re.Match[str]) -> str:
        name = match.lastgroup
        if name is None:
            return ""
        is_last = name.startswith(("code", "plain")) or depth + 1 == _DEEPEST
        return match[name] if is_last else strip_marks(match[name], marks, depth + 1)

    return " ".join((marks.sub(show, words) if len(words) <= _LONGEST else words).split())


def load_markup(
    data: bytes,
    make_reader: Callable[[str, Sequence[MarkupLine]], LineReader],
    marks: re.Pattern[str],
    read_head: Callable[[str, Sequence[Heading]], Head],
) -> Content:
    """A file with its title, headings, paragraphs and tables, its blocks and marks.

    Args:
        make_reader: makes what finds the parts of a text in its lines.
        marks: the markup of words; see `compile_marks`.
        read_head: reads what a text says of itself; it is told the headings.
    """
    text = decode(data)
    if text.count("\n") + text.count("\r") - text.count("\r\n") > _MOST_LINES:
        return Content(text)
    page = _Page(BlockWriter(text), marks)
    for found in make_reader(text, split_markup_lines(text)).read():
        page.write(found)
    head = read_head(text, page.headings)
    headings = leave_out((*page.headings, *page.terms), head.lines)
    paragraphs, blocks = None, page.writer.blocks
    if page.omissions or page.tables:
        headings = leave_out(headings, (each.span for each in page.omissions if each.parts))
        # What is there in place of a stretch: the rows of a table, or nothing.
        cuts = [(each.span, each.blocks) for each in page.tables]
        cuts += [(each.span, ()) for each in page.omissions]
        cuts += [(heading.span, ()) for heading in headings]
        paragraphs = split_paragraphs(text, cuts)
        blocks, unseen = _fill(text, paragraphs, blocks)
        page.writer.marks += [Mark("hidden", span) for span in unseen]
    tables = tuple(each.table for each in page.tables if each.table is not None)
    return Content(
        text,
        title=head.title,
        headings=headings,
        paragraphs=paragraphs,
        tables=tables,
        properties=head.properties,
        blocks=blocks,
        marks=page.writer.sort_marks(),
    )


@dataclass(slots=True)
class _Page:
    """Writes what is found.

    Attributes:
        terms: headings that nobody sees.
        frames: what lines begin with in the items and quotations that are open.
        is_open: whether the innermost one is an item whose first line alone is known.
    """

    writer: BlockWriter
    marks: re.Pattern[str]
    headings: list[Heading] = field(default_factory=list)
    terms: list[Heading] = field(default_factory=list)
    omissions: list[Omission] = field(default_factory=list)
    tables: list[LocatedTable] = field(default_factory=list)
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
            case Omission():
                self.omissions.append(found)
            case Heading():
                self.terms.append(found)

    def _enter(self, indent: str, at: int) -> int:
        """Go into the items and quotations that lines with an indent are in; returns how many."""
        while self.frames and not indent.startswith(self.frames[-1]):
            self.frames.pop()
            self.is_open = False
        if self.is_open and self.frames and BAR not in indent[len(self.frames[-1]) :]:
            self.frames[-1] = indent
        self.is_open = False
        outer = self.frames[-1] if self.frames else ""
        while BAR in indent[len(outer) :]:
            outer = indent[: indent.index(BAR, len(outer)) + len(BAR)]
            self.frames.append(outer)
            self.writer.add_empty("quote", at, len(self.frames))
        if len(indent) > len(outer):
            self.frames.append(indent)
        return len(self.frames)

    def _write_words(self, start: int, end: int, styles: tuple[MarkKind, ...] = ()) -> None:
        _write_words(self.writer, self.marks, start, end, styles)

    def _write_title(self, found: Title) -> None:
        self.frames.clear()
        self._write_words(found.start, found.end)
        if found.heading is None:
            self.writer.end_block("label", whole=(found.start, found.end))
            return
        self.headings.append(found.heading)
        self.writer.headings[found.heading.span.start] = found.heading
        self.writer.end_heading(found.heading)

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
        elif kind == "paragraph" and found.style == "quote":
            kind = "quote"
        self.writer.end_block(kind, depth, found.whole or (found.start, found.end))

    def _write_label(self, found: Label) -> None:
        depth = self._enter(found.indent, found.markup[0])
        is_titled = found.end > found.start
        self.writer.replace(*found.markup, found.words + " " * (is_titled and bool(found.words)))
        if is_titled:
            self._write_words(found.start, found.end)
        whole = (found.markup[0], max(found.markup[1], found.end))
        self.writer.end_block("label", depth, whole)

    def _strip_cell(self, words: str) -> str:
        """The words of a cell without their markup, nor the quotation marks of CSV around it."""
        if len(words) > 1 and words[0] == words[-1] == '"':
            words = words[1:-1].replace('""', '"')
        return strip_marks(words, self.marks)

    def _write_table(self, found: Rows) -> None:
        located = locate_table(
            self.writer.document, found.table, found.span, self._strip_cell, found.caption
        )
        self.tables.append(located)
        rows = [line for row in found.table.rows for line in row if line]
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
            self.writer.end_block(
                "header" if found.table.header_rows and not number else "row", depth
            )


def _fill(text: str, paragraphs: Sequence[Span], blocks: Blocks) -> tuple[Blocks, list[Span]]:
    """The blocks with those that people do not see, though passages have their words; and where."""
    filled, unseen = Blocks(), list[Span]()
    coming = iter(blocks)
    block = next(coming, None)
    for span in paragraphs:
        while block is not None and block.begin <= span.start:
            filled.append(block)
            block = next(coming, None)
        at = max(span.start, filled.end)
        while at < span.end:
            end = min(span.end, block.begin) if block is not None else span.end
            if any(map(str.isalnum, text[at:end])):
                unseen.append(Span(at, end).strip(text))
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


def _write_words(
    writer: BlockWriter,
    marks: re.Pattern[str],
    start: int,
    end: int,
    styles: tuple[MarkKind, ...] = (),
    depth: int = 0,
) -> None:
    """Write a part of the text without its markup, and with spaces for its line ends."""
    at = start
    if end - start <= _LONGEST and depth < _DEEPEST:
        for match in marks.finditer(writer.document, start, end):
            _write_lines(writer, at, match.start(), styles)
            at = match.end()
            if name := match.lastgroup:
                style = name.rstrip("0123456789")
                inner = styles if style == "plain" else (*styles, cast("MarkKind", style))
                if style in ("code", "plain"):
                    _write_lines(writer, *match.span(name), inner)
                else:
                    _write_words(writer, marks, *match.span(name), inner, depth + 1)
    _write_lines(writer, at, end, styles)


def _write_lines(writer: BlockWriter, start: int, end: int, styles: tuple[MarkKind, ...]) -> None:
    for match in _LINE_OR_END.finditer(writer.document, start, end):
        if match[0][0] in "\r\n":
            writer.replace(*match.span(), " ", styles)
        elif match.end() < end:
            writer.copy(match.start(), match.start() + len(match[0].rstrip()), styles)
        else:
            writer.copy(*match.span(), styles)
