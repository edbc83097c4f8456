"""Fragments to lines in reading order: column by column, from top to bottom.

A gutter is a vertical strip with lines on both sides that few lines cross. What
crosses it divides the page into bands; in each band the left side is read before the
right one, and each side may have gutters of its own. The cells of a table are too
narrow to be columns: its rows stay lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from statistics import median

from index.loaders.pdf.fragments import Fragment
from index.loaders.pdf.lines import Line, group_rows, write_lines

# In ems: how wide a gutter is at least, and a line of prose in a column.
_GUTTER, _COLUMN = 0.75, 8.0
# Prose makes up this share of a column; this share of its lines reach that far across it.
_PROSE, _FULL, _FAR = 0.5, 0.4, 0.75
# Or this share of its lines end at one place, give or take so many ems.
_JUSTIFIED, _EVEN = 0.2, 0.5
# For each line beside a gutter (on the side with fewer) at most so many cross it, and at
# most so many end within it.
_CROSSING, _ENDING = 1.5, 0.1
_FEWEST_LINES = 3
# In points: a wider page is damaged.
_WIDEST = 20_000
_DEEPEST = 4


def read_columns(fragments: Sequence[Fragment], depth: int = 0) -> list[list[Line]]:
    """The lines of each column or full-width part of a page, in reading order."""
    gutter = _find_gutter(fragments) if depth < _DEEPEST else None
    if gutter is None:
        return [write_lines(fragments)] if fragments else []
    columns: list[list[Line]] = []
    across: list[Fragment] = []
    beside: list[Fragment] = []
    for fragment in sorted(fragments, key=lambda fragment: -fragment.base):
        if fragment.left < gutter < fragment.right:
            columns += _read_sides(beside, gutter, depth)
            beside = []
            across.append(fragment)
        else:
            if across:
                columns += read_columns(across, depth + 1)
                across = []
            beside.append(fragment)
    return columns + _read_sides(beside, gutter, depth) + read_columns(across, depth + 1)


def _read_sides(beside: Sequence[Fragment], gutter: float, depth: int) -> list[list[Line]]:
    left = [fragment for fragment in beside if fragment.right <= gutter]
    right = [fragment for fragment in beside if fragment.right > gutter]
    return read_columns(left, depth + 1) + read_columns(right, depth + 1)


def _find_gutter(fragments: Sequence[Fragment]) -> float | None:
    """The middle of the gutter with most lines beside it, in points; None if there is none."""
    if len(fragments) < 2 * _FEWEST_LINES:
        return None
    em = median(fragment.size for fragment in fragments)
    start = min(fragment.left for fragment in fragments)
    width = int(max(fragment.right for fragment in fragments) - start) + 2
    if width > _WIDEST:
        return None
    # For each point: how many fragments lie across it, end before it, start before it.
    steps, ends, starts = [0] * (width + 1), [0] * (width + 1), [0] * (width + 1)
    for fragment in fragments:
        first, last = int(fragment.left - start), int(fragment.right - start) + 1
        steps[first] += 1
        steps[last] -= 1
        ends[last] += 1
        starts[first] += 1
    across, ended = list(accumulate(steps)), list(accumulate(ends))
    begun = list(accumulate(starts))
    best: tuple[int, float] | None = None
    at = 0
    while at < width:
        # From here to `stop` no fragment starts: a gutter may end there.
        stop = at + 1
        while stop < width and begun[stop] == begun[at]:
            stop += 1
        beside = min(ended[stop - 1], len(fragments) - begun[at])
        # Headings and the like may end anywhere, in the gutter as well.
        most = across[stop - 1] + _ENDING * beside
        first = next(point for point in range(at, stop) if across[point] <= most)
        crossing = across[first]
        if beside >= _FEWEST_LINES and crossing <= _CROSSING * beside:
            middle = start + (first + stop) / 2
            is_better = best is None or beside - crossing > best[0]
            if stop - first >= _GUTTER * em and is_better and _are_columns(fragments, middle, em):
                best = beside - crossing, middle
        at = stop
    return best[1] if best else None


def _are_columns(fragments: Sequence[Fragment], gutter: float, em: float) -> bool:
    """Whether there is prose on both sides of a gutter, and at the same height."""
    sides = (
        [fragment for fragment in fragments if fragment.right <= gutter],
        [fragment for fragment in fragments if fragment.left >= gutter],
    )
    for side in sides:
        if not _is_column(group_rows(side), em):
            return False
    lowest = [min(fragment.base for fragment in side) for side in sides]
    highest = [max(fragment.base for fragment in side) for side in sides]
    shared = min(highest) - max(lowest)
    shorter = min(high - low for high, low in zip(highest, lowest, strict=True))
    return shared > 0.5 * shorter


def _is_column(rows: Sequence[Sequence[Fragment]], em: float) -> bool:
    """Whether rows are lines of prose, and most of them about equally long or justified."""
    widths = [fragment.right - fragment.left for row in rows for fragment in row]
    prose = [width for width in widths if width >= _COLUMN * em]
    lengths = sorted(row[-1].right - row[0].left for row in rows)
    whole = lengths[len(lengths) * 9 // 10]
    full = [length for length in lengths if length >= _FAR * whole]
    # Code and lists have short lines, but the prose among them may be justified.
    even = [length for length in lengths if abs(length - whole) < _EVEN * em]
    return (
        len(prose) >= _FEWEST_LINES
        and sum(prose) >= _PROSE * sum(widths)
        and (len(full) >= _FULL * len(lengths) or len(even) >= _JUSTIFIED * len(lengths))
    )
