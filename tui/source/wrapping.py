"""Wrapping what is drawn of a document to the width of a pane, in terminal cells.

Five million characters have to be wrapped between two key presses. So widths and break
points are computed for the whole text at once, as arrays; only rows are found one by one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rich.cells import cell_len, get_character_cell_size

from qa import visible
from tui.source.rendering.rendering import DrawnTable, LineFormat, Offsets, Rendering

_TAB_STOP = 4
_NARROWEST = _TAB_STOP
_NEWLINE, _RETURN, _TAB = 0x0A, 0x0D, 0x09
_JOINER, _EMOJI_STYLE = 0x200D, 0xFE0F
_SKIN_TONES = (0x1F3FB, 0x1F3FF)
# Space, tab, ideographic space, zero width space.
_BREAKING_SPACES = (0x20, _TAB, 0x3000, 0x200B)
# The most characters of a row: of those that take no room, any number would fit in.
_MOST_IN_ROW = 2_000

# Cells between two columns, where a rule runs.
_PARTING, _RULE_PARTING = " │ ", "─┼─"
# A column is not made narrower than this for others' sake; where even that is too wide, all
# columns up to the second width are shown whole, and the view scrolls sideways.
_NARROW, _READABLE = 10, 28
# Of a cell with more rows it is kept where they start.
_TALL = 8


@dataclass(frozen=True, slots=True, eq=False)
class MeasuredText:
    """The drawn text, and what is needed to wrap it to any width.

    Attributes:
        rendering: what is drawn.
        cells: `cells[i]` is the width of `text[:i]` in terminal cells if nothing is wrapped.
        lines: the offset at which each line of the text starts.
        breaks: `breaks[i]` is the last offset up to `i` at which a row may start.
        joined: `joined[i]` says whether character `i` is drawn as part of the one before.
    """

    rendering: Rendering
    cells: Offsets
    lines: Offsets
    breaks: Offsets
    joined: NDArray[np.bool_]

    @property
    def text(self) -> str:
        """The drawn text."""
        return self.rendering.text

    @classmethod
    def measure(cls, rendering: Rendering) -> MeasuredText:
        """Measure every character of a rendering."""
        text = rendering.text
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        ends = np.flatnonzero(codes == _NEWLINE).astype(np.int32) + np.int32(1)
        lines = np.concatenate([np.zeros(1, np.int32), ends[ends < len(codes)]])
        widths = _measure_widths(codes)
        _set_tabs(widths, codes, lines)
        cells = np.zeros(len(codes) + 1, np.int32)
        np.cumsum(widths, out=cells[1:])

        after_joiner = np.concatenate([[False], codes[:-1] == _JOINER])[: len(codes)]
        tone = (codes >= _SKIN_TONES[0]) & (codes <= _SKIN_TONES[1])
        joined = (widths == 0) | (codes == _EMOJI_STYLE) | after_joiner | tone

        may_break = np.zeros(len(codes) + 1, np.bool_)
        may_break[1:] = np.isin(codes, _BREAKING_SPACES)
        # Scripts without spaces break around any character: the wide ones.
        wide = (widths == 2) & (codes != _TAB)
        may_break[:-1] |= wide & ~joined
        may_break[1:-1] |= wide[:-1] & ~joined[1:]
        break_points = np.where(may_break, np.arange(len(codes) + 1, dtype=np.int32), np.int32(0))
        return cls(rendering, cells, lines, np.maximum.accumulate(break_points), joined)

    def wrap(self, width: int) -> WrappedRows:
        """The rows of the text in a pane of `width` cells."""
        first, rest = (np.maximum(width - indent, _NARROWEST) for indent in self._measure_indents())
        line_ends = np.append(self.lines[1:], np.int32(len(self.text)))
        too_long = self.cells[line_ends] - self.cells[self.lines] > first
        too_long |= line_ends - self.lines > _MOST_IN_ROW
        for table in self.rendering.tables:
            too_long[table.first_line : table.past_line] = False
        further = [
            start
            for line in np.flatnonzero(too_long)
            for start in self.iterate_row_starts(
                int(self.lines[line]), int(line_ends[line]), int(first[line]), int(rest[line])
            )
        ]
        return self._arrange(further, width, wrapped=True)

    def split_lines(self) -> WrappedRows:
        """A row for each line of the text, of any length."""
        line_ends = np.append(self.lines[1:], np.int32(len(self.text)))
        widths = self.cells[line_ends] - self.cells[self.lines]
        for table in self.rendering.tables:
            widths[table.first_line : table.past_line] = 0
        widest = (widths + self._measure_indents()[0]).max()
        return self._arrange([], int(widest), wrapped=False)

    def _arrange(self, further: list[int], width: int, *, wrapped: bool) -> WrappedRows:
        """The rows: those of tables, and of each other line the first and the further ones."""
        layouts = []
        starts = [self.lines, np.array(further, np.int32)]
        for table in self.rendering.tables:
            indent = cell_len(self.find_format(table.first_line).first)
            room = max(width - indent, _NARROWEST) if wrapped else None
            layout = self._lay_out_table(table, room)
            layouts.append(layout)
            lines = self.lines[table.first_line : table.past_line]
            starts.append(np.repeat(lines, layout.heights - 1))
            width = max(width, layout.width + indent)
        rows = np.concatenate(starts)
        rows.sort()
        line_rows = rows.searchsorted(self.lines, "left").astype(np.int32)
        return WrappedRows(self, rows, line_rows, tuple(layouts), width, wrapped)

    def find_line(self, offset: int) -> int:
        """The line that an offset is in."""
        return int(self.lines.searchsorted(np.int32(offset), "right")) - 1

    def find_format(self, line: int) -> LineFormat:
        """The format of a line, with its number where lines are numbered."""
        rendering = self.rendering
        if rendering.is_numbered:
            digits = len(str(len(self.lines)))
            return LineFormat(f" {line + 1:>{digits}}  ", " " * (digits + 3))
        if rendering.line_formats is None:
            return rendering.formats[0]
        return rendering.formats[int(rendering.line_formats[line])]

    def _measure_indents(self) -> tuple[Offsets, Offsets]:
        """For each line, the cells before its first row and before each further one."""
        forms, numbers = self.rendering.formats, self.rendering.line_formats
        if self.rendering.is_numbered or numbers is None:
            forms, numbers = (self.find_format(0),), np.zeros(len(self.lines), np.int16)
        first = np.array([cell_len(form.first) for form in forms], np.int32)
        rest = np.array([cell_len(form.rest) for form in forms], np.int32)
        return first[numbers], rest[numbers]

    def _lay_out_table(self, table: DrawnTable, room: int | None) -> TableLayout:
        """Fit a table to a pane of `room` cells; if that is None, no cell is wrapped."""
        starts, ends = table.cells[:, :, 0], table.cells[:, :, 1]
        sizes = self.cells[ends] - self.cells[starts]
        widths = np.maximum(sizes.max(axis=0), 1)
        if room is not None:
            widths = fit_columns(widths, room - len(_PARTING) * (len(widths) - 1))
        heights = np.ones(len(starts), np.int32)
        tall: dict[tuple[int, int], list[int]] = {}
        is_wrapped = (sizes > widths) | (ends - starts > _MOST_IN_ROW)
        for row, column in np.argwhere(is_wrapped).tolist():
            start, end = table.cells[row, column].tolist()
            width = int(widths[column])
            further = list(self.iterate_row_starts(start, end, width, width))
            heights[row] = max(heights[row], 1 + len(further))
            if len(further) >= _TALL:
                tall[row, column] = further
        if table.has_header:
            heights[0] += 1
        return TableLayout(table, tuple(widths.tolist()), heights, tall)

    def iterate_row_starts(self, start: int, end: int, room: int, rest: int) -> Iterator[int]:
        """The starts of the second and later rows of a long line.

        There are `room` cells for the first row, and `rest` for each further one.
        """
        cells, breaks = self.cells, self.breaks
        while cells[end] - cells[start] > room or end - start > _MOST_IN_ROW:
            full = int(cells.searchsorted(cells[start] + np.int32(room), "right")) - 1
            full = min(full, start + _MOST_IN_ROW, end)
            at = int(breaks[full])
            start = at if at > start else self._break_word(start, full)
            room = rest
            yield start

    def _break_word(self, start: int, full: int) -> int:
        at = full
        while at > start and self.joined[at]:
            at -= 1
        return at if at > start else max(full, start + 1)

    def draw(self, start: int, end: int) -> str:
        """The text between two offsets as it is drawn: safe, with tabs as spaces."""
        text = visible(self.text[start:end])
        if "\t" not in text:
            return text
        return "".join(
            " " * int(self.cells[start + at + 1] - self.cells[start + at]) if c == "\t" else c
            for at, c in enumerate(text)
        )


@dataclass(frozen=True, slots=True, eq=False)
class TableLayout:
    """A table in a pane.

    Attributes:
        widths: of the columns, in cells of the terminal.
        heights: of the rows; the rule below the header counts with it.
        tall: by row and column, where the second and later rows of tall cells start.
    """

    table: DrawnTable
    widths: tuple[int, ...]
    heights: NDArray[np.int32]
    tall: Mapping[tuple[int, int], Sequence[int]]

    @property
    def width(self) -> int:
        """Of all columns with what parts them."""
        return sum(self.widths) + len(_PARTING) * (len(self.widths) - 1)

    def column_start(self, column: int) -> int:
        """Where a column begins."""
        return sum(self.widths[:column]) + len(_PARTING) * column


def fit_columns(natural: NDArray[np.int32], room: int) -> NDArray[np.int32]:
    """The widths of columns that fit into `room` if that can be: narrow columns stay whole."""
    if natural.sum() <= room:
        return natural
    if np.minimum(natural, _NARROW).sum() > room:
        return np.minimum(natural, _READABLE)

    def measure(most: int) -> int:
        return int(np.minimum(natural, most).sum())

    most = bisect_right(range(int(natural.max())), room, _NARROW, key=measure) - 1
    fitted = np.minimum(natural, most)
    # What is left goes to the first of those that are still too narrow.
    for column in np.flatnonzero(natural > most)[: room - int(fitted.sum())]:
        fitted[column] += 1
    return fitted


class Part(NamedTuple):
    """A part of a row: the text from `start` to `end`, or else what is drawn in its place.

    Attributes:
        drawn: what is drawn that is not in the text; "" for a part of the text.
        style: the name of its style; "" for none.
    """

    start: int
    end: int
    drawn: str = ""
    style: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class WrappedRows:
    """The drawn text laid out in rows.

    Attributes:
        starts: the offset at which each row starts; all rows of a row of a table have its start.
        line_rows: the first row of each line.
        tables: laid out, in order.
        width: in cells: of the pane if wrapped, else of the widest row.
        wrapped: whether long lines are split into several rows.
    """

    measured: MeasuredText
    starts: Offsets
    line_rows: Offsets
    tables: tuple[TableLayout, ...]
    width: int
    wrapped: bool

    def __len__(self) -> int:
        return len(self.starts)

    def find_line(self, row: int) -> int:
        """The line that a row is part of."""
        return int(self.line_rows.searchsorted(np.int32(row), "right")) - 1

    def find_table(self, line: int) -> TableLayout | None:
        """The table that a line is a row of, if any."""
        at = bisect_right(self.tables, line, key=lambda layout: layout.table.first_line) - 1
        return self.tables[at] if at >= 0 and line < self.tables[at].table.past_line else None

    def find_row(self, offset: int) -> int:
        """The row of an offset."""
        line = self.measured.find_line(offset)
        layout = self.find_table(line)
        if layout is None:
            return int(self.starts.searchsorted(np.int32(offset), "right")) - 1
        column = self._find_cell(layout, line, offset)
        starts, _ = self._split_cell(layout, line, column)
        within = max(0, bisect_right(starts, offset) - 1)
        return int(self.line_rows[line]) + within

    def find_start(self, row: int) -> int:
        """The first character of the document that is drawn in a row, or after it."""
        return self.measured.rendering.offsets.to_document(int(self.starts[row]))

    def find_column(self, offset: int) -> int:
        """The column of an offset in its row, in cells from 0."""
        cells = self.measured.cells
        line = self.measured.find_line(offset)
        form = self.measured.find_format(line)
        layout = self.find_table(line)
        if layout is None:
            row = self.find_row(offset)
            before = form.first if row == self.line_rows[line] else form.rest
            return cell_len(before) + int(cells[offset] - cells[self.starts[row]])
        column = self._find_cell(layout, line, offset)
        return cell_len(form.first) + layout.column_start(column)

    def header_rows(self, row: int) -> range:
        """The rows of the header of the table that a row is in; empty if it has none.

        Neither is there one for the rows of the header itself.
        """
        line = self.find_line(row)
        layout = self.find_table(line)
        if layout is None or not layout.table.has_header or line == layout.table.first_line:
            return range(0)
        first = int(self.line_rows[layout.table.first_line])
        return range(first, first + int(layout.heights[0]))

    def text_row(self, row: int, left: int, width: int) -> list[Part]:
        """The parts of a row, not of a table, in a window of `width` cells, scrolled by `left`."""
        start, end, blank = self.clip_row(row, left, width)
        return [Part(0, 0, " " * blank), Part(start, end)]

    def table_row(self, row: int) -> list[Part]:
        """The parts of a row of a table; none for any other row."""
        line = self.find_line(row)
        layout = self.find_table(line)
        if layout is None:
            return []
        within = row - int(self.line_rows[line])
        number = line - layout.table.first_line
        is_header = layout.table.has_header and number == 0
        if is_header and within == layout.heights[0] - 1:
            rule = _RULE_PARTING.join("─" * width for width in layout.widths)
            return [Part(0, 0, rule, "border")]
        parts: list[Part] = []
        for column, width in enumerate(layout.widths):
            if column:
                parts.append(Part(0, 0, _PARTING, "border"))
            starts, end = self._split_cell(layout, line, column)
            start = starts[within] if within < len(starts) else end
            end = starts[within + 1] if within + 1 < len(starts) else end
            blank = " " * (width - int(self.measured.cells[end] - self.measured.cells[start]))
            cell = Part(start, end, style="header" if is_header else "")
            padding = Part(0, 0, blank)
            parts += (padding, cell) if column in layout.table.right else (cell, padding)
        return parts

    def _find_cell(self, layout: TableLayout, line: int, offset: int) -> int:
        """The column of an offset: that of the last cell which begins at or before it."""
        starts = layout.table.cells[line - layout.table.first_line, :, 0]
        return max(0, int(starts.searchsorted(np.int32(offset), "right")) - 1)

    def _split_cell(self, layout: TableLayout, line: int, column: int) -> tuple[Sequence[int], int]:
        """Where each row of a cell starts, and where the last one ends."""
        row = line - layout.table.first_line
        start, end = layout.table.cells[row, column].tolist()
        further = layout.tall.get((row, column))
        if further is None:
            width = layout.widths[column]
            further = list(self.measured.iterate_row_starts(start, end, width, width))
        return [start, *further], end

    def row_bounds(self, row: int) -> tuple[int, int]:
        """The start and end of a row, without its line end."""
        text = self.measured.text
        start = int(self.starts[row])
        end = len(text) if row + 1 == len(self.starts) else int(self.starts[row + 1])
        if end > start and text[end - 1] == "\n":
            end -= 1
            if end > start and text[end - 1] == "\r":
                end -= 1
        return start, end

    def clip_row(self, row: int, left: int, width: int) -> tuple[int, int, int]:
        """The part of a row that a window of `width` cells shows, scrolled by `left` cells.

        With its start and end come the blank cells before it: half a wide character is not drawn.
        """
        start, end = self.row_bounds(row)
        cells = self.measured.cells[start : end + 1]
        edge = int(cells[0]) + left
        first = start + int(cells.searchsorted(np.int32(edge), "left"))
        past = start + int(cells.searchsorted(np.int32(edge + width), "right")) - 1
        if left > 0:
            # Characters joined to one left of the window are hidden with it.
            while first < end and self.measured.joined[first]:
                first += 1
        first, past = min(first, end), max(min(first, end), min(past, first + _MOST_IN_ROW))
        return first, past, max(0, int(self.measured.cells[first]) - edge)


def _measure_widths(codes: NDArray[np.uint32]) -> NDArray[np.int32]:
    """The width of each character in cells, 0 for tabs; never less than what is drawn."""
    present = np.zeros(0x110000, np.bool_)
    present[codes] = True
    table = np.zeros(0x110000, np.int32)
    for code in np.flatnonzero(present):
        table[code] = get_character_cell_size(visible(chr(code)))
    table[[_NEWLINE, _TAB]] = 0
    widths = table[codes]
    line_end = (codes[:-1] == _RETURN) & (codes[1:] == _NEWLINE)
    widths[:-1][line_end] = 0
    # The emoji style selector may widen the character before it.
    styled = np.flatnonzero(codes == _EMOJI_STYLE)
    widths[styled] = np.where(widths[np.maximum(styled - 1, 0)] == 2, 0, 1)
    return widths


def _set_tabs(widths: NDArray[np.int32], codes: NDArray[np.uint32], lines: Offsets) -> None:
    """Set the width of each tab: up to the next tab stop of its line."""
    tabs = np.flatnonzero(codes == _TAB)
    if not len(tabs):
        return
    before = np.zeros(len(codes) + 1, np.int64)
    np.cumsum(widths, out=before[1:])
    line = lines[lines.searchsorted(tabs, "right") - 1]
    # After a tab the column is at a tab stop: only the cells since the last tab count.
    last_tab = np.concatenate([[-1], tabs[:-1]])
    since = np.maximum(line, last_tab + 1)
    widths[tabs] = _TAB_STOP - (before[tabs] - before[since]) % _TAB_STOP
