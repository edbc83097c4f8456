"""Fragments to lines in reading order: column by column, from top to bottom.

A gutter is a vertical strip with lines on both sides that few lines cross. What
crosses it parts the page into bands; in each band the left side is read before the
right one, and each side may have gutters of its own. The cells of a table are too
narrow to be columns: its rows stay lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise, zip_longest
from statistics import median

from index.loaders.pdf.fragments import Fragment, raised

# In ems: how wide a gutter is at least, and a line of prose in a column.
_GUTTER, _COLUMN = 0.75, 8.0
# Prose makes up this share of a column; this share of its lines reach that far across it.
_PROSE, _FULL, _FAR = 0.5, 0.4, 0.75
# For each line beside a gutter (on the side with fewer) at most so many cross it.
_CROSSING = 1.5
_FEWEST_LINES = 3
# In ems: a wider gap within a line parts cells, and then others do from the second on; a
# narrow one parts words.
_CELL, _NEXT_CELL, _WORD = 1.5, 0.7, 0.1
# What stands before an item of a list or a heading, however far.
_LABEL = re.compile(
    r"[•◦▪‣●○■□–—*·§-]|[(\[]?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,5})[.)\]]"
    r"|(?:§ ?)?\d{1,3}(?:\.\d{1,3})*\.?"
)
# The dots between a title in a table of contents and its page.
_LEADERS = re.compile(r"\s*(?:[.․…·]\s?){4,}\s*(?=\S)")
_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a column; lengths are in points, as a fragment's.

    Attributes:
        parts: of how many fragments it is made.
    """

    text: str
    left: float
    right: float
    base: float
    size: float
    bold: bool
    parts: int


def regions(found: Sequence[Fragment], depth: int = 0) -> list[list[Line]]:
    """The lines of each column or full-width part of a page, in reading order."""
    gutter = _gutter(found) if depth < _DEEPEST else None
    if gutter is None:
        return [lines(found)] if found else []
    read: list[list[Line]] = []
    across: list[Fragment] = []
    beside: list[Fragment] = []
    for fragment in sorted(found, key=lambda fragment: -fragment.base):
        if fragment.left < gutter < fragment.right:
            read += _sides(beside, gutter, depth)
            beside = []
            across.append(fragment)
        else:
            if across:
                read += regions(across, depth + 1)
                across = []
            beside.append(fragment)
    return read + _sides(beside, gutter, depth) + regions(across, depth + 1)


def _sides(beside: Sequence[Fragment], gutter: float, depth: int) -> list[list[Line]]:
    left = [fragment for fragment in beside if fragment.right <= gutter]
    right = [fragment for fragment in beside if fragment.right > gutter]
    return regions(left, depth + 1) + regions(right, depth + 1)


def _gutter(found: Sequence[Fragment]) -> float | None:
    """The middle of the best gutter between these fragments, if there is any."""
    if len(found) < 2 * _FEWEST_LINES:
        return None
    em = median(fragment.size for fragment in found)
    start = min(fragment.left for fragment in found)
    width = int(max(fragment.right for fragment in found) - start) + 2
    if width > 20_000:
        return None
    # For each point: how many fragments lie across it, end before it, start after it.
    steps, ends, starts = [0] * (width + 1), [0] * (width + 1), [0] * (width + 1)
    for fragment in found:
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
        beside = min(ended[at], len(found) - begun[at])
        stop = at + 1
        if beside >= _FEWEST_LINES and across[at] <= _CROSSING * beside:
            while stop < width and across[stop] == across[at] and begun[stop] == begun[at]:
                stop += 1
            middle = start + (at + stop) / 2
            better = best is None or beside - across[at] > best[0]
            if stop - at >= _GUTTER * em and better and _are_columns(found, middle, em):
                best = beside - across[at], middle
        at = stop
    return best[1] if best else None


def _are_columns(found: Sequence[Fragment], gutter: float, em: float) -> bool:
    """Whether what is on either side is prose, side by side."""
    sides = (
        [fragment for fragment in found if fragment.right <= gutter],
        [fragment for fragment in found if fragment.left >= gutter],
    )
    for side in sides:
        if not _is_column(rows(side), em):
            return False
    lowest = [min(fragment.base for fragment in side) for side in sides]
    highest = [max(fragment.base for fragment in side) for side in sides]
    shared = min(highest) - max(lowest)
    shorter = min(high - low for high, low in zip(highest, lowest, strict=True))
    return shared > 0.5 * shorter


def _is_column(side: Sequence[Sequence[Fragment]], em: float) -> bool:
    """Whether these lines are those of a column: of prose, and most of about one length."""
    widths = [part.right - part.left for row in side for part in row]
    prose = [width for width in widths if width >= _COLUMN * em]
    lengths = sorted(row[-1].right - row[0].left for row in side)
    whole = lengths[len(lengths) * 9 // 10]
    full = [length for length in lengths if length >= _FAR * whole]
    return (
        len(prose) >= _FEWEST_LINES
        and sum(prose) >= _PROSE * sum(widths)
        and len(full) >= _FULL * len(lengths)
    )


def lines(found: Iterable[Fragment]) -> list[Line]:
    """Lines from top to bottom, whatever the columns."""
    grouped = rows(found)
    # The names of columns may stand closer together than what is under them.
    return [
        _line(row, has_cells=_has_cells(row) or (len(row) == len(below) > 2 and _has_cells(below)))
        for row, below in zip_longest(grouped, grouped[1:], fillvalue=())
    ]


def rows(found: Iterable[Fragment]) -> list[list[Fragment]]:
    """The fragments of each line, from left to right."""
    grouped: list[list[Fragment]] = []
    tallest: Fragment | None = None
    for fragment in sorted(found, key=lambda fragment: (-fragment.base, fragment.left)):
        if tallest is not None and _level(fragment, tallest):
            grouped[-1].append(fragment)
            tallest = max(tallest, fragment, key=lambda fragment: fragment.size)
        else:
            grouped.append([fragment])
            tallest = fragment
    return [sorted(row, key=lambda fragment: fragment.left) for row in grouped]


def _level(one: Fragment, other: Fragment) -> bool:
    """Whether two fragments stand on one line; the smaller may be raised or lowered in it."""
    top = min(one.base + 0.7 * one.size, other.base + 0.7 * other.size)
    bottom = max(one.base - 0.2 * one.size, other.base - 0.2 * other.size)
    return top - bottom >= 0.6 * 0.9 * min(one.size, other.size)


def _has_cells(row: Sequence[Fragment]) -> bool:
    return any(gap > _CELL for gap in _gaps(row))


def _gaps(row: Sequence[Fragment]) -> list[float]:
    """The gaps between the fragments of a line, in ems of the larger neighbour."""
    gaps = [
        (fragment.left - before.right) / max(before.size, fragment.size, 1.0)
        for before, fragment in pairwise(row)
    ]
    if gaps and _LABEL.fullmatch(row[0].text) and (len(row) == 2 or gaps[0] <= _CELL):
        gaps[0] = min(gaps[0], _NEXT_CELL)
    return gaps


def _line(row: Sequence[Fragment], has_cells: bool) -> Line:
    main = max(row, key=lambda fragment: len(fragment.text))
    pieces = [raised(row[0], main)]
    for gap, fragment in zip(_gaps(row), row[1:], strict=True):
        cell = has_cells and gap > _NEXT_CELL
        pieces += ["\t" if cell else " " if gap > _WORD else "", raised(fragment, main)]
    text = _LEADERS.sub("\t", "".join(pieces))
    return Line(
        text,
        row[0].left,
        max(fragment.right for fragment in row),
        main.base,
        main.size,
        all(fragment.bold for fragment in row),
        len(row),
    )
