"""Text that was extracted from a page or a document: its headings, lists, terms and tables.

The text still has tabs between cells, markers before items and blank lines; passages know headings,
columns and pages. All else of the layout is gone.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from index import Passage
from tui.source.outline.outline import build_outline
from tui.source.rendering.rendering import LineFormat, Rendering, Table, is_ragged
from tui.source.rendering.writer import RenderingWriter

_MARKER = re.compile(r"[ ]*(?:[•◦▪‣·–]|\(?[0-9]{1,3}[.)]|\(?[a-zA-Z][.)])[ \t]+")
_LONGEST_MARKER = 8
_MOST_INDENT = 24
_RULE = LineFormat(style="rule", fill="━")
_PAGE = LineFormat("── ", "── ", "page", "─")
_CODE = LineFormat("  ", "  ", "block", " ")
# Characters of terms above the last one: a heading has no more.
_LONGEST_TERMS = 2_000
# Rows with more cells are not drawn as a table.
_MOST_COLUMNS = 100


@dataclass(frozen=True, slots=True)
class _Item:
    """An item of a list that what follows may be part of.

    Attributes:
        kind: of its marker: a sign, or how it is numbered.
        column: how far its marker is indented in the text.
        indent: what is drawn before its marker.
        hang: what is drawn before all else that is part of it.
    """

    kind: str
    column: int
    indent: str
    hang: str

    @classmethod
    def read(cls, marker: str, indent: str) -> _Item:
        """The item that a marker begins."""
        kind = re.sub(r"[0-9]+", "0", re.sub(r"[a-zA-Z]", "a", marker.strip()))
        column = len(marker) - len(marker.lstrip(" "))
        return cls(kind, column, indent, (indent + " " * len(marker))[:_MOST_INDENT])

    def may_hold(self, item: _Item, *, is_apart: bool) -> bool:
        """Whether an item after it is in a list within it: its marker is of another kind.

        Args:
            is_apart: there is a blank line between them.
        """
        return not is_apart or not (self.kind[-1] in ".)" or item.kind[-1] in ".)")


@dataclass(frozen=True, slots=True)
class Code:
    """Code in the text, such as a cell of a notebook, and its language."""

    start: int
    end: int
    language: str
    label: str = ""


def render_extracted(
    text: str, passages: Sequence[Passage], code: Sequence[Code] = ()
) -> Rendering:
    """The rendering of a text that a loader has extracted.

    Args:
        text: the canonical text.
        passages: of the document, in reading order.
        code: what is code in it, in order.
    """
    return _ExtractedRenderer(text, passages, code).render()


@dataclass(slots=True)
class _ExtractedRenderer:
    """Walks through the lines of a text."""

    text: str
    passages: Sequence[Passage]
    code: Sequence[Code]
    writer: RenderingWriter = field(init=False)
    headings: dict[int, int] = field(init=False)
    pages: list[tuple[int, int]] = field(init=False)
    needs_blank: bool = False
    is_apart: bool = True
    terms: tuple[str, ...] | None = None
    # Those that are open, the innermost last.
    items: list[_Item] = field(default_factory=list)
    # The number of a line: rows before it are no table.
    no_table_before: int = 0

    def __post_init__(self) -> None:
        self.writer = RenderingWriter(self.text)
        outline = build_outline(self.text, self.passages)
        self.headings = {entry.start: entry.level for entry in outline.entries}
        self.pages = list(zip(outline.page_starts, outline.pages, strict=True))[::-1]

    def render(self) -> Rendering:
        lines = list(self._lines())
        code = list(self.code)[::-1]
        number = 0
        while number < len(lines):
            start, end = lines[number]
            if code and code[-1].start <= start:
                block = code.pop()
                past = number
                while past < len(lines) and lines[past][0] < block.end:
                    past += 1
                self._write_code(block, lines[number:past])
                number = past
            elif start == end:
                self.needs_blank = True
                number += 1
            else:
                number = self._write_block(lines, number)
        return self.writer.finish()

    def _lines(self) -> Iterator[tuple[int, int]]:
        at = 0
        for line in self.text.split("\n"):
            end = at + len(line.rstrip())
            yield at, max(at, end)
            at += len(line) + 1

    def _write_block(self, lines: Sequence[tuple[int, int]], number: int) -> int:
        """Write a table, a heading or a line; returns the number of the next line."""
        start, end = lines[number]
        past = max(number, self.no_table_before)
        while past < len(lines) and self._is_row(*lines[past]):
            past += 1
        self._begin_page(start, lines, number)
        if number >= self.no_table_before and past - number > 1:
            if self._write_table(lines[number:past]):
                return past
            self.no_table_before = past
        self._begin_block()
        level = self.headings.get(start)
        if level is not None and self._is_heading(start):
            self._write_heading(start, end, level)
        else:
            self._write_line(start, end)
        return number + 1

    def _begin_block(self) -> None:
        if self.needs_blank and self.writer.length:
            self.writer.end_line()
        self.is_apart, self.needs_blank = self.needs_blank, False

    def _begin_page(self, start: int, lines: Sequence[tuple[int, int]], number: int) -> None:
        """A rule with the number of the page, where one begins with this line.

        The first passage of a page comes after the headings above it.
        """
        if not self.pages:
            return
        first = start
        while number < len(lines) and (
            lines[number][0] == lines[number][1] or lines[number][0] in self.headings
        ):
            number += 1
        if number < len(lines):
            first = lines[number][0]
        while self.pages and self.pages[-1][0] <= max(start, first):
            _, page = self.pages.pop()
            if self.pages and self.pages[-1][0] <= max(start, first):
                continue
            if self.writer.length:
                self.writer.end_line()
            self.writer.add(f"Page {page} ", ("page",))
            self.writer.end_line(_PAGE)
            self.needs_blank = True

    def _is_heading(self, start: int) -> bool:
        """Whether a line is a heading, and not the first line of a passage that has no own one."""
        at = bisect_right(self.passages, start, key=lambda passage: passage.span.start) - 1
        return at < 0 or self.passages[at].span.start != start

    def _find_passage(self, start: int) -> Passage | None:
        at = bisect_right(self.passages, start, key=lambda passage: passage.span.start) - 1
        if at < 0 or self.passages[at].span.end <= start:
            return None
        return self.passages[at]

    def _write_heading(self, start: int, end: int, level: int) -> None:
        self.items.clear()
        self.writer.copy(start, end)
        self.writer.end_line(LineFormat(style=f"heading-{min(level, 3)}"))
        if level == 1:
            self.writer.end_line(_RULE)

    def _write_line(self, start: int, end: int) -> None:
        passage = self._find_passage(start)
        if passage is not None and self._is_term(passage, start, end):
            self.terms = passage.headings
            self.items.clear()
            self.writer.copy(start, end, ("term",))
            self.writer.end_line()
            return
        # What is said of a term is indented below it.
        indent = "  " if passage is not None and passage.headings == self.terms else ""
        marker = _MARKER.match(self.text, start, end)
        if marker is not None and len(marker[0]) <= _LONGEST_MARKER:
            item = self._open_item(marker[0], indent)
            self.writer.copy(start, marker.end(), ("marker",))
            self.writer.copy(marker.end(), end)
            self.writer.end_line(LineFormat(item.indent, item.hang))
            return
        own = end - start - len(self.text[start:end].lstrip(" "))
        if self.is_apart:
            self.items.clear()
        while own and self.items and own <= self.items[-1].column:
            self.items.pop()
        if self.items:
            # Without a blank line before it, a paragraph is part of the item above.
            hang = self.items[-1].hang
            self.writer.copy(start, end)
            self.writer.end_line(LineFormat(hang[own:], hang))
            return
        # Of a line that is indented itself, further rows are indented more.
        further = " " * min(own + 2, _MOST_INDENT) if own > 1 else ""
        self.writer.copy(start, end)
        self.writer.end_line(LineFormat(indent, indent + further))

    def _open_item(self, marker: str, indent: str) -> _Item:
        """The item that a marker begins, which may be part of the one above."""
        item = _Item.read(marker, indent)
        if self.items and self.items[0].indent != indent:
            # They are part of a definition that has ended.
            self.items.clear()
        while self.items and (
            (item.kind, item.column) in [(each.kind, each.column) for each in self.items[:-1]]
            or item.column < self.items[-1].column
        ):
            self.items.pop()
        above = self.items.pop() if self.items else None
        if above is None:
            pass
        elif item.column > above.column:
            # The text itself sets it in, though perhaps not as far as to the words above.
            self.items.append(above)
            item = _Item.read(marker, above.hang[item.column :])
        elif above.kind == item.kind:
            item = _Item.read(marker, above.indent)
        elif above.may_hold(item, is_apart=self.is_apart):
            self.items.append(above)
            item = _Item.read(marker, above.hang)
        else:
            self.items.clear()
        self.items.append(item)
        return item

    def _is_term(self, passage: Passage, start: int, end: int) -> bool:
        """Whether a line is a term, or one of several, that the passage defines.

        Terms are the lowest heading of the passage, and stand in its first lines. A long one is cut
        off in the heading, and may go over several lines.
        """
        if passage.span.start not in self.headings or not passage.headings:
            return False
        if start >= passage.span.end or start - passage.span.start > _LONGEST_TERMS:
            return False
        heading = passage.headings[-1]
        whole = heading.removesuffix("…")
        *above, line = (
            " ".join(line.split()) for line in self.text[passage.span.start : end].split("\n")
        )
        for between in (", ", " "):
            before = between.join([*above, ""])
            terms = before + line
            if whole.startswith(terms):
                return True
            if whole != heading and len(before) < len(whole) and terms.startswith(whole):
                return True
        return False

    def _is_row(self, start: int, end: int) -> bool:
        """Whether a line is the row of a table."""
        if "\t" in self.text[start:end]:
            return True
        passage = self._find_passage(start) if end > start else None
        return passage is not None and bool(passage.columns) and "\n" not in passage.text

    def _write_table(self, lines: Sequence[tuple[int, int]]) -> bool:
        """Write lines as a table; False where they are none."""
        rows = [self._split_row(*line) for line in lines]
        columns = max(map(len, rows))
        if not 1 < columns <= _MOST_COLUMNS or is_ragged(rows, columns):
            return False
        self._begin_block()
        first_line = self.writer.line
        drawn = np.zeros((len(rows), columns, 2), np.int32)
        for number, row in enumerate(rows):
            bounds = []
            for start, end in row:
                at = self.writer.length
                self.writer.copy(start, end)
                bounds.append((at, self.writer.length))
                self.writer.add(" ")
            drawn[number] = bounds + [(self.writer.length,) * 2] * (columns - len(row))
            self.writer.end_line()
        self.writer.add_table(Table(first_line, drawn, self._names_columns(lines)))
        self.needs_blank = True
        return True

    def _split_row(self, start: int, end: int) -> list[tuple[int, int]]:
        cells, at = [], start
        for cell in self.text[start:end].split("\t"):
            left = len(cell) - len(cell.lstrip())
            cells.append((at + left, at + max(left, len(cell.rstrip()))))
            at += len(cell) + 1
        return cells

    def _names_columns(self, lines: Sequence[tuple[int, int]]) -> bool:
        """Whether the first row of a table names the columns of the next one."""
        passage = self._find_passage(lines[1][0])
        if passage is None or not passage.columns:
            return False
        cells = {" ".join(self.text[a:b].split()) for a, b in self._split_row(*lines[0])}
        return sum(name in cells for name in passage.columns) * 2 > len(passage.columns)

    def _write_code(self, block: Code, lines: Sequence[tuple[int, int]]) -> None:
        self._begin_block()
        if block.label:
            self.writer.add(block.label, ("label",))
            self.writer.end_line()
        start = self.writer.length
        for line_start, line_end in lines:
            self.writer.copy(line_start, min(line_end, block.end))
            self.writer.end_line(_CODE)
        if block.language:
            self.writer.add_code(start, block.language)
        self.needs_blank = True
