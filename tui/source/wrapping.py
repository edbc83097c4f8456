"""Wrapping a whole document to the width of a pane, in terminal cells.

Five million characters have to be wrapped between two key presses, so widths and places to
break are found for the whole text at once, as arrays; only the rows are walked one by one.
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
    """A text and all that wrapping needs to know of it, whatever the width.

    Attributes:
        cells: `cells[i]` cells are drawn before offset `i` if nothing is wrapped.
        lines: where each line of the text starts.
        breaks: `breaks[i]` is the last offset up to `i` at which a row may start.
        joined: whether the character at an offset belongs to the one before it.
    """

    text: str
    cells: Offsets
    lines: Offsets
    breaks: Offsets
    joined: NDArray[np.bool_]

    @classmethod
    def of(cls, text: str) -> MeasuredText:
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        ends = np.flatnonzero(codes == _NEWLINE).astype(np.int32) + np.int32(1)
        lines = np.concatenate([np.zeros(1, np.int32), ends[ends < len(codes)]])
        widths = _widths(codes)
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
        places = np.where(may_break, np.arange(len(codes) + 1, dtype=np.int32), np.int32(0))
        return cls(text, cells, lines, np.maximum.accumulate(places), joined)

    def wrapped(self, width: int) -> Rows:
        """The rows of the text in a pane `width` cells wide."""
        room = max(width, _NARROWEST)
        line_ends = np.append(self.lines[1:], np.int32(len(self.text)))
        too_long = self.cells[line_ends] - self.cells[self.lines] > room
        further = [
            start
            for line in np.flatnonzero(too_long)
            for start in self._further_rows(int(self.lines[line]), int(line_ends[line]), room)
        ]
        starts = np.concatenate([self.lines, np.array(further, np.int32)])
        starts.sort()
        return Rows(self, starts, width, wrapped=True)

    def unwrapped(self) -> Rows:
        """A row for each line of the text, however long."""
        line_ends = np.append(self.lines[1:], np.int32(len(self.text)))
        widest = (self.cells[line_ends] - self.cells[self.lines]).max()
        return Rows(self, self.lines, int(widest), wrapped=False)

    def _further_rows(self, start: int, end: int, room: int) -> Iterator[int]:
        """Where the rows after the first start, in a line too long for one."""
        cells, breaks = self.cells, self.breaks
        while cells[end] - cells[start] > room:
            full = int(cells.searchsorted(cells[start] + np.int32(room), "right")) - 1
            at = int(breaks[full])
            start = at if at > start else self._inside_a_word(start, full)
            yield start

    def _inside_a_word(self, start: int, full: int) -> int:
        at = full
        while at > start and self.joined[at]:
            at -= 1
        return at if at > start else max(full, start + 1)

    def drawn(self, start: int, end: int) -> str:
        """The characters of a stretch as they are drawn: safe, and tabs as spaces."""
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
        starts: the offsets at which the rows start.
        width: the cells that they were given or, not wrapped, that the widest takes.
        wrapped: whether long lines of the text are several rows.
    """

    measured: MeasuredText
    starts: Offsets
    width: int
    wrapped: bool

    def __len__(self) -> int:
        return len(self.starts)

    def at(self, offset: int) -> int:
        """The row in which an offset stands."""
        return int(self.starts.searchsorted(np.int32(offset), "right")) - 1

    def bounds(self, row: int) -> tuple[int, int]:
        """Where a row starts and ends, its line end left out."""
        text = self.measured.text
        start = int(self.starts[row])
        end = len(text) if row + 1 == len(self.starts) else int(self.starts[row + 1])
        if end > start and text[end - 1] == "\n":
            end -= 1
            if end > start and text[end - 1] == "\r":
                end -= 1
        return start, end

    def column(self, offset: int) -> int:
        """Cells drawn before an offset in its row."""
        cells = self.measured.cells
        return int(cells[offset] - cells[self.starts[self.at(offset)]])

    def stretch(self, row: int, left: int, width: int) -> tuple[int, int, int]:
        """What of a row is seen in a window `width` cells wide, scrolled `left` cells.

        Returns:
            where it starts and ends, and the blank cells before it: half of a wide
            character is not drawn.
        """
        start, end = self.bounds(row)
        cells = self.measured.cells[start : end + 1]
        edge = int(cells[0]) + left
        first = start + int(cells.searchsorted(np.int32(edge), "left"))
        past = start + int(cells.searchsorted(np.int32(edge + width), "right")) - 1
        if left > 0:
            # What belongs to a character left of the window goes with it.
            while first < end and self.measured.joined[first]:
                first += 1
        first, past = min(first, end), max(min(first, end), past)
        return first, past, max(0, int(self.measured.cells[first]) - edge)


def _widths(codes: NDArray[np.uint32]) -> NDArray[np.int32]:
    """Cells of each character, tabs not yet among them; never fewer than are drawn."""
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
    """Give each tab the cells up to the next tab stop of its line."""
    tabs = np.flatnonzero(codes == _TAB)
    if not len(tabs):
        return
    before = np.zeros(len(codes) + 1, np.int64)
    np.cumsum(widths, out=before[1:])
    line = lines[lines.searchsorted(tabs, "right") - 1]
    # After a tab the column is at a stop: what counts is what came since the last one.
    last_tab = np.concatenate([[-1], tabs[:-1]])
    since = np.maximum(line, last_tab + 1)
    widths[tabs] = _TAB_STOP - (before[tabs] - before[since]) % _TAB_STOP
