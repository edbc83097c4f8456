"""The columns of a table fitted to a pane: how wide each is, and how cells are wrapped in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui.source.rendering.rendering import DrawnTable

# Cells between two columns, where a rule runs.
PARTING = " │ "
RULE_PARTING = "─┼─"
# A column is not made narrower than this for others' sake; where even that is too wide, all
# columns up to the second width are shown whole, and the view scrolls sideways.
_NARROW, _READABLE = 10, 28

# The most characters of a row: of those that take no room, any number would fit in.
MOST_IN_ROW = 2_000
# Of a cell with more rows it is kept where they start.
_TALL = 8

# From the start and end of a cell and the width of its column: the starts of its further rows.
WrapCell = Callable[[int, int, int], Iterator[int]]


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
        return sum(self.widths) + len(PARTING) * (len(self.widths) - 1)

    def column_start(self, column: int) -> int:
        """Where a column begins."""
        return sum(self.widths[:column]) + len(PARTING) * column


def lay_out_table(
    table: DrawnTable, cells: NDArray[np.int32], room: int | None, wrap: WrapCell
) -> TableLayout:
    """Fit a table to a pane.

    Args:
        cells: `cells[i]` is the width of the drawn text up to `i`.
        room: the width of the pane; None if no cell is wrapped.
        wrap: wraps a cell.
    """
    bounds = table.cells
    sizes = cells[bounds[:, :, 1]] - cells[bounds[:, :, 0]]
    natural = np.maximum(sizes.max(axis=0), 1)
    widths = natural
    if room is not None:
        widths = fit_columns(natural, room - len(PARTING) * (len(natural) - 1))
    heights = np.ones(len(bounds), np.int32)
    is_wrapped = (sizes > widths) | (bounds[:, :, 1] - bounds[:, :, 0] > MOST_IN_ROW)
    tall: dict[tuple[int, int], list[int]] = {}
    for row, column in np.argwhere(is_wrapped).tolist():
        start, end = bounds[row, column].tolist()
        further = list(wrap(start, end, int(widths[column])))
        heights[row] = max(heights[row], 1 + len(further))
        if len(further) >= _TALL:
            tall[row, column] = further
    if table.has_header:
        heights[0] += 1
    return TableLayout(table, tuple(widths.tolist()), heights, tall)


def fit_columns(natural: NDArray[np.int32], room: int) -> NDArray[np.int32]:
    """The widths of columns that fit into `room` if that can be: narrow columns stay whole."""
    if natural.sum() <= room:
        return natural
    if np.minimum(natural, _NARROW).sum() > room:
        return np.minimum(natural, _READABLE)
    low, high = _NARROW, int(natural.max())
    while low < high:
        middle = (low + high + 1) // 2
        if np.minimum(natural, middle).sum() <= room:
            low = middle
        else:
            high = middle - 1
    fitted = np.minimum(natural, low)
    # What is left goes to the first of those that are still too narrow.
    for column in np.flatnonzero(natural > low)[: room - int(fitted.sum())]:
        fitted[column] += 1
    return fitted
