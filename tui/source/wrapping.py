"""Wrapping a whole document to the width of a pane, in terminal cells.

Five million characters have to be wrapped between two key presses. So widths and break
points are computed for the whole text at once, as arrays; only rows are found one by one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rich.cells import get_character_cell_size

from qa import visible

Offsets = NDArray[np.int32]

_TAB_STOP = 4
_NARROWEST = _TAB_STOP
_NEWLINE, _RETURN, _TAB = 0x0A, 0x0D, 0x09
_JOINER, _EMOJI_STYLE = 0x200D, 0xFE0F
_SKIN_TONES = (0x1F3FB, 0x1F3FF)
# Space, tab, ideographic space, zero width space.
_BREAKING_SPACES = (0x20, _TAB, 0x3000, 0x200B)


@dataclass(frozen=True, slots=True, eq=False)
class MeasuredText:
    """A text, and what is needed to wrap it to any width.

    Attributes:
        cells: `cells[i]` is the width of `text[:i]` in terminal cells if nothing is wrapped.
        lines: the offset at which each line of the text starts.
        breaks: `breaks[i]` is the last offset up to `i` at which a row may start.
        joined: `joined[i]` says whether character `i` is drawn as part of the one before.
    """

    text: str
    cells: Offsets
    lines: Offsets
    breaks: Offsets
    joined: NDArray[np.bool_]

    @classmethod
    def measure(cls, text: str) -> MeasuredText:
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
        return cls(text, cells, lines, np.maximum.accumulate(break_points), joined)

    def wrap(self, width: int) -> Rows:
        """The rows of the text in a pane of `width` cells."""
        room = max(width, _NARROWEST)
        line_ends = np.append(self.lines[1:], np.int32(len(self.text)))
        too_long = self.cells[line_ends] - self.cells[self.lines] > room
        further = [
            start
            for line in np.flatnonzero(too_long)
            for start in self._iterate_row_starts(int(self.lines[line]), int(line_ends[line]), room)
        ]
        starts = np.concatenate([self.lines, np.array(further, np.int32)])
        starts.sort()
        return Rows(self, starts, width, wrapped=True)

    def split_lines(self) -> Rows:
        """A row for each line of the text, of any length."""
        line_ends = np.append(self.lines[1:], np.int32(len(self.text)))
        widest = (self.cells[line_ends] - self.cells[self.lines]).max()
        return Rows(self, self.lines, int(widest), wrapped=False)

    def _iterate_row_starts(self, start: int, end: int, room: int) -> Iterator[int]:
        """The starts of the second and later rows of a long line."""
        cells, breaks = self.cells, self.breaks
        while cells[end] - cells[start] > room:
            full = int(cells.searchsorted(cells[start] + np.int32(room), "right")) - 1
            at = int(breaks[full])
            start = at if at > start else self._break_word(start, full)
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
class Rows:
    """A text laid out in rows.

    Attributes:
        starts: the offset at which each row starts.
        width: in cells: of the pane if wrapped, else of the widest row.
        wrapped: whether long lines are split into several rows.
    """

    measured: MeasuredText
    starts: Offsets
    width: int
    wrapped: bool

    def __len__(self) -> int:
        return len(self.starts)

    def find_row(self, offset: int) -> int:
        """The row of an offset."""
        return int(self.starts.searchsorted(np.int32(offset), "right")) - 1

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

    def find_column(self, offset: int) -> int:
        """The column of an offset in its row, in cells from 0."""
        cells = self.measured.cells
        return int(cells[offset] - cells[self.starts[self.find_row(offset)]])

    def clip_row(self, row: int, left: int, width: int) -> tuple[int, int, int]:
        """The part of a row that a window of `width` cells shows, scrolled by `left` cells.

        Returns:
            its start and end, and the blank cells before it (half a wide character is
            not drawn).
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
        first, past = min(first, end), max(min(first, end), past)
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
