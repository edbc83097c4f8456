"""A document as a person would read it, drawn from its headings, blocks and marks alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from heapq import merge
from itertools import chain

import numpy as np

from index.documents import Block, Heading, Span, Structure
from index.text import BAR, DRAWN_BULLETS, MOST_INDENT, indent_by, put_bar
from tui.source.rendering.marked_words import BULLET_SIGNS, MarkedWords
from tui.source.rendering.rendering import (
    DrawnTable,
    LineFormat,
    Rendering,
    RenderingWriter,
    is_ragged,
)

# Of a longer text nothing is drawn otherwise than it is, nor of a table with more cells.
_MOST_CHARACTERS, _MOST_CELLS, _MOST_COLUMNS = 6_000_000, 3_000_000, 300
# A table may have more.
_MOST_OF_TABLES = 50_000_000
_LONGEST_HANG = 8
_RULE, _HEADING_RULE = LineFormat(style="rule", fill="─"), LineFormat(style="rule", fill="━")
_PAGE = LineFormat("── ", "── ", "page", "─")
# Rows that are looked at to find columns of numbers.
_SAMPLE_ROWS = 200
_NUMBER = re.compile(r"[-+−]?[$€£]?\s?[0-9][0-9.,' ]*\s?[%€$£]?")
_LINE_END = re.compile(r"\r\n|\n|\r")
_SPACE = re.compile(r"[ \t]*+")


def render_blocks(
    text: str, structure: Structure, pages: Sequence[tuple[int, int]] = ()
) -> Rendering | None:
    """The rendering of a document; None if it is too long, or nothing of it is known."""
    most = _MOST_OF_TABLES if structure.tables else _MOST_CHARACTERS
    if len(text) > most or not (structure.blocks or structure.headings):
        return None
    return _Page(text, structure, list(pages)[::-1]).draw()


@dataclass(frozen=True, slots=True)
class _Frame:
    """An item or a quotation that what follows may be part of.

    Attributes:
        indent: what the lines of it begin with.
        bullets: how many of those that are open have a bullet.
    """

    indent: str = ""
    bullets: int = 0


@dataclass(slots=True)
class _Page:
    """Writes blocks one below the other."""

    text: str
    structure: Structure
    # Those to come, the next one last.
    pages: list[tuple[int, int]]
    writer: RenderingWriter = field(init=False)
    words: MarkedWords = field(init=False)
    frames: list[_Frame] = field(default_factory=list)
    # The levels of the headings above.
    levels: list[int] = field(default_factory=list)
    rows: list[Block] = field(default_factory=list)
    at: int = 0
    # The term that is explained, until its name is written; whether it still is explained, and how
    # deep its name is nested.
    term: str = ""
    in_term: bool = False
    term_depth: int = 0
    indent: str = ""
    needs_blank: bool = False
    is_labelled: bool = False

    def __post_init__(self) -> None:
        self.writer = RenderingWriter(self.text)
        self.words = MarkedWords(self.writer, self.structure.marks)

    def draw(self) -> Rendering:
        headings: list[Heading] = []
        # In the order of the text.
        structure = self.structure
        parts: list[Sequence[Heading | Block]] = [structure.headings, structure.blocks]
        elements = merge(*parts, key=lambda part: part.span.start)
        for element in chain(elements, (None,)):
            if isinstance(element, Heading):
                self._write_rows()
                # A term has no words of its own: it says what the blocks below it are about.
                self.term = element.text if not len(element.span) else ""
                self.in_term = False
                if len(element.span) and element.text:
                    headings.append(element)
                continue
            if headings or element is None or not self._goes_on(element):
                self._write_rows()
                self._begin_pages(headings, element)
            for heading in headings:
                self._write_heading(heading)
            headings.clear()
            if element is not None:
                self._take(element)
        return self.writer.finish()

    def _take(self, block: Block) -> None:
        first = block.marker.start if block.marker else block.span.start
        if first < self.at:
            return
        if self.term and block.kind == "paragraph":
            self.term_depth = block.depth
            block = self._write_term(block, first)
            self.in_term |= block.span.start > first
            first = block.span.start
        if block.kind == "label":
            self.in_term |= bool(self.term)
            self.term_depth = block.depth
        elif self.in_term and block.depth <= self.term_depth + (block.kind == "item"):
            block = replace(block, depth=block.depth + 1)
        self.term = ""
        if block.kind in ("row", "header") and block.cells:
            self.rows.append(block)
            return
        self._write_block(block, first)
        if first < block.span.end:
            self.at = block.span.end

    def _write_term(self, block: Block, first: int) -> Block:
        """Write the line of a block that names the term which it explains; returns the rest."""
        span = block.span
        words = self.text[span.start : span.end]
        name = words.partition("\n")[0]
        if not name or not name.startswith(self.term.removesuffix("…")):
            return block
        term = replace(block, kind="label", span=Span(span.start, span.start + len(name)))
        if len(name) == len(words):
            return term
        self._write_block(term, first)
        self.at = term.span.end
        rest = words[len(name) :]
        start = term.span.end + len(rest) - len(rest.lstrip())
        return replace(block, span=Span(start, span.end))

    # Between blocks

    def _begin_pages(self, headings: Sequence[Heading], block: Block | None) -> None:
        """A rule with the number of a page that begins here, above the headings that belong to it.

        Of pages without words only the last one is told.
        """
        start = block.span.start if block else len(self.text)
        page = None
        while self.pages and self.pages[-1][0] <= start and (block is not None or headings):
            page = self.pages.pop()[1]
        if page is None:
            return
        if self.writer.length:
            self.writer.end_line()
        self.writer.add(f"Page {page} ", ("page",))
        self.writer.end_line(_PAGE)
        self.needs_blank = True

    def _begin(self, first: int, indent: str = "", *, is_apart: bool = False) -> None:
        """Write the blank line before what begins at a place, if one is needed."""
        # The label of a note belongs to what is below it.
        is_below = self.is_labelled and BAR in indent and indent.startswith(self.indent)
        if not (is_apart or self.needs_blank):
            is_apart = _has_blank_line(self.text, self.at, first)
        if self.writer.length and (is_apart or self.needs_blank) and not is_below:
            common = _find_common([indent, self.indent])
            self.writer.end_line(LineFormat(common.rstrip()))
        self.indent, self.needs_blank, self.is_labelled = indent, False, False

    def _enter(self, depth: int) -> _Frame:
        """The innermost of the items and quotations that something of this depth belongs to."""
        while len(self.frames) < depth:
            outer = self.frames[-1] if self.frames else _Frame()
            self.frames.append(_Frame(indent_by(2, outer.indent), outer.bullets))
        del self.frames[depth:]
        return self.frames[-1] if self.frames else _Frame()

    # Headings and blocks

    def _write_heading(self, heading: Heading) -> None:
        span = heading.span
        if span.start < self.at:
            return
        self.frames.clear()
        while self.levels and self.levels[-1] >= heading.level:
            self.levels.pop()
        self.levels.append(heading.level)
        self._begin(span.start, is_apart=True)
        self.words.write(span.start, span.end)
        self.writer.end_line(LineFormat(style=f"heading-{min(len(self.levels), 3)}"))
        if len(self.levels) == 1:
            self.writer.end_line(_HEADING_RULE)
        self.needs_blank, self.at = True, span.end

    def _write_block(self, block: Block, first: int) -> None:
        match block.kind:
            case "item":
                self._write_item(block, first)
            case "quote":
                outer = self._enter(block.depth - 1)
                self.frames.append(_Frame(put_bar(outer.indent), outer.bullets))
                if len(block.span):
                    self._write_paragraph(block, first, "quote")
            case "code":
                self._write_code(block)
            case "label":
                self._write_paragraph(block, first, styles=("term",))
                self.is_labelled = True
            case "rule":
                self._begin(first, self._enter(block.depth).indent, is_apart=True)
                self.writer.end_line(_RULE)
                self.needs_blank = True
            case _:
                self._write_paragraph(block, first)

    def _write_item(self, block: Block, first: int) -> None:
        outer = self._enter(max(0, block.depth - 1))
        self._begin(first, outer.indent)
        at, bullets = self.writer.length, outer.bullets
        if (marker := block.marker) is not None:
            if (sign := marker.of(self.text)) in BULLET_SIGNS:
                drawn = DRAWN_BULLETS[bullets % len(DRAWN_BULLETS)]
                self.writer.replace(marker.start, marker.end, drawn, ("marker",))
                bullets += 1
            else:
                self.words.write(marker.start, marker.end, ("marker",))
                bullets += not any(map(str.isalnum, sign))
            # The space after it is highlighted with it.
            if self.text.startswith(" ", marker.end) and marker.end < block.span.start:
                self.writer.copy(marker.end, marker.end + 1)
            else:
                self.writer.add(" ")
        width = self.writer.length - at
        hang = indent_by(width if width <= _LONGEST_HANG else 4, outer.indent)
        self.frames.append(_Frame(hang, bullets))
        self._write_lines(block.span, LineFormat(outer.indent, hang), LineFormat(hang, hang))

    def _write_paragraph(
        self, block: Block, first: int, style: str = "", styles: tuple[str, ...] = ()
    ) -> None:
        if not self.words.is_seen(block.span.start, block.span.end):
            return
        indent = self._enter(block.depth).indent
        self._begin(first, indent)
        form = LineFormat(indent, indent, style)
        self._write_lines(block.span, form, form, styles)

    def _write_lines(
        self, span: Span, form: LineFormat, next_form: LineFormat, styles: tuple[str, ...] = ()
    ) -> None:
        """Write words in lines, the first of which has another format than the next ones."""
        forms = [form]

        def end_line(past: int) -> int:
            self.writer.end_line(forms[-1])
            space = _SPACE.match(self.text, past, span.end)
            own = 0 if space is None else space.end() - past
            forms.append(next_form)
            if not next_form.rest and own > 1:
                # Of a line that is set in itself, further rows are set in more.
                forms[-1] = LineFormat("", " " * min(own + 2, MOST_INDENT), next_form.style)
                return past
            return past + own

        self.words.write(span.start, span.end, styles, end_line)
        self.writer.end_line(forms[-1])

    def _write_code(self, block: Block) -> None:
        indent = self._enter(block.depth).indent
        self._begin(block.span.start, indent, is_apart=True)
        marks = self.words.find(block.span.start, block.span.end)
        hidden = {mark.span.start: mark.span.end for mark in marks if mark.kind == "hidden"}
        lines = []
        at = block.span.start
        for end in chain(_LINE_END.finditer(self.text, at, block.span.end), (None,)):
            past = end.start() if end else block.span.end
            lines.append((min(hidden.get(at, at), past), past))
            at = end.end() if end else past
        margins = [self.text[a:b] for a, b in lines if self.text[a:b].strip()]
        margin = len(_find_common([each[: len(each) - len(each.lstrip())] for each in margins]))
        form = LineFormat(f"{indent}  ", f"{indent}  ", "block", " ")
        while len(lines) > 1 and lines[-1][0] >= lines[-1][1]:
            lines.pop()
        for label in (mark.text for mark in marks if mark.kind == "shown"):
            self.writer.add(label, ("label",))
            self.writer.end_line(LineFormat(indent, indent))
        first = self.writer.length
        for start, end_of_line in lines:
            self.writer.copy(min(start + margin, end_of_line), end_of_line)
            self.writer.end_line(form)
        language = next((mark.text for mark in marks if mark.kind == "language"), "")
        if language:
            self.writer.add_code(first, language)
        self.needs_blank = True

    # Tables

    def _goes_on(self, block: Block) -> bool:
        """Whether a block is a further row of the table that is being read."""
        if not self.rows or block.kind not in ("row", "header") or not block.cells:
            return False
        above = self.rows[-1]
        if block.depth != above.depth or (block.kind == "header" and above.kind == "row"):
            return False
        between = self.text[above.span.end : block.span.start]
        return bool(between.strip()) or len(_LINE_END.findall(between)) < 2

    def _write_rows(self) -> None:
        rows, self.rows = self.rows, []
        if not rows:
            return
        columns = max(len(row.cells) for row in rows)
        is_large = columns > _MOST_COLUMNS or columns * len(rows) > _MOST_CELLS
        is_table = columns > 1 and not is_large
        if not is_table or is_ragged([row.cells for row in rows], columns):
            for row in rows:
                self._write_paragraph(row, row.span.start)
                self.at = row.span.end
            return
        indent = self._enter(rows[0].depth).indent
        self._begin(rows[0].span.start, indent, is_apart=True)
        first_line = self.writer.line
        drawn = np.zeros((len(rows), columns, 2), np.int32)
        right = self._find_right(rows[0])
        for number, row in enumerate(rows):
            bounds = []
            for cell in row.cells:
                at = self.writer.length
                self.words.write(cell.start, cell.end)
                bounds.append((at, self.writer.length))
                self.writer.add(" ")
            drawn[number] = bounds + [(self.writer.length,) * 2] * (columns - len(row.cells))
            self.writer.end_line(LineFormat(indent, indent))
        has_header = rows[0].kind == "header"
        numbers = _find_numbers(self.text, rows[has_header:][:_SAMPLE_ROWS])
        self.writer.tables.append(DrawnTable(first_line, drawn, has_header, numbers | right))
        self.needs_blank, self.at = True, rows[-1].span.end

    def _find_right(self, row: Block) -> frozenset[int]:
        """The columns that are marked as ending at the right, in the first row of a table."""
        marks = self.words.find(row.span.start, row.span.end)
        starts = {mark.span.start for mark in marks if mark.kind == "right"}
        return frozenset(at for at, cell in enumerate(row.cells) if cell.start in starts)


def _has_blank_line(text: str, start: int, end: int) -> bool:
    """Whether there are two line ends between two places."""
    ends = _LINE_END.finditer(text, start, max(start, end))
    return next(ends, None) is not None and next(ends, None) is not None


def _find_common(lines: Sequence[str]) -> str:
    """The characters with which all of some lines begin."""
    first, last = min(lines, default=""), max(lines, default="")
    size = 0
    while size < len(first) and first[size] == last[size]:
        size += 1
    return first[:size]


def _find_numbers(text: str, rows: Sequence[Block]) -> frozenset[int]:
    """The columns in which nearly every cell is a number."""
    filled: Counter[int] = Counter()
    numbers: Counter[int] = Counter()
    for row in rows:
        for column, cell in enumerate(row.cells):
            if len(cell):
                filled[column] += 1
                numbers[column] += _NUMBER.fullmatch(text, cell.start, cell.end) is not None
    return frozenset(column for column, count in filled.items() if numbers[column] > count * 0.8)
