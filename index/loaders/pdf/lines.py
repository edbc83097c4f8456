"""Fragments to lines in reading order: column by column, from top to bottom.

A line is what stands at one height; its fragments have nothing, a space or a tab between them.

A gutter is a vertical strip with lines on both sides that few lines cross. What crosses it divides
the page into bands; in each band the left side is read before the right one, and each side may have
gutters of its own. The cells of a table are too narrow to be columns: its rows stay lines.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise, starmap
from statistics import median

from index.loaders.pdf.fragments import Fragment, half_points, order_pieces, write_superscript
from index.loaders.pdf.wrapped_cells import join_wrapped_rows

# In ems: a gap wider than `_CELL` separates cells; in a row of cells all gaps wider than
# `_NEXT_CELL` do. A gap wider than `_WORD` separates words.
_CELL, _NEXT_CELL, _WORD = 1.5, 0.7, 0.1
# Fragments of one line share this much of the smaller one's height.
_OVERLAP = 0.54
# The label of a list item or a heading belongs to its words, however wide the gap.
_LABEL = re.compile(
    r"[•◦▪‣●○■□–—*·§o-]|[(\[]?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,5})[.)\]]"
    r"|(?:§ ?)?\d{1,3}(?:\.\d{1,3})*\.?"
)
# It stands apart if its gap is this wide, in ems, and by this factor wider than the others.
_LABEL_GAP, _LABEL_APART = 0.4, 1.5
# The words of a justified line may stand far apart, but evenly: this share of the gaps is
# within that share of the usual one. A gap that is so many times as wide is one of cells.
_EVEN_GAPS, _EVEN, _UNEVEN = 0.7, 0.25, 1.6
_FEWEST_GAPS = 2
# A line of more evenly spaced words needs no neighbour that ends at the same edge.
_MANY_WORDS = 4
# In points: justified lines end this close to each other; cells of two rows are aligned if
# their starts, ends or middles are this close.
_FLUSH, _ALIGNED = 4.0, 1.5
# The dots between an entry of a table of contents and its page.
_LEADERS = re.compile(r"(?<!\s)\s*+(?:[.․…·]\s?){4,}\s*(?=\S)")
# In ems: how wide a gutter is at least, and a line of prose in a column.
_GUTTER, _COLUMN = 0.75, 8.0
# Prose makes up this share of a column; this share of its lines reach that far across it.
_PROSE, _FULL, _FAR = 0.5, 0.4, 0.75
# Or this share of its lines end at one place, give or take so many ems.
_JUSTIFIED, _EVEN_ENDS = 0.2, 0.5
# For each line beside a gutter (on the side with fewer) at most so many cross it, and at
# most so many end within it.
_CROSSING, _ENDING = 1.5, 0.1
_FEWEST_LINES = 3
# In points: a wider page is damaged.
_WIDEST = 20_000
_DEEPEST = 4

Row = Sequence[Fragment]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a column. All lengths are in points, as a fragment's are.

    Attributes:
        text: its words, with a tab between cells.
        foot: the height of the last baseline of a row of a table with cells of several lines;
            `base` for others.
        parts: the number of fragments of which it is made; the cells of such a row are one each.
        label: what stands apart before its words, as the number of an item does; "" for nothing.
        doubtful: some of it was read from a picture, and not surely.
    """

    text: str
    left: float
    right: float
    base: float
    foot: float
    size: float
    bold: bool
    monospaced: bool
    parts: int
    label: str = ""
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class _Row:
    """The fragments of a line from left to right, and the gaps between them, in ems.

    Attributes:
        label: what stands apart before the words of the line; "" for nothing.
    """

    fragments: Row
    gaps: Sequence[float]
    label: str = ""

    @property
    def is_wide(self) -> bool:
        """Whether one of the gaps is as wide as between cells."""
        return any(gap > _CELL for gap in self.gaps)


_NO_ROW = _Row((), ())


def group_rows(fragments: Iterable[Fragment]) -> list[list[Fragment]]:
    """The fragments of each line from left to right, the lines from top to bottom."""
    rows: list[list[Fragment]] = []
    tallest: Fragment | None = None
    for fragment in sorted(fragments, key=lambda fragment: (-fragment.base, fragment.left)):
        if tallest is not None and _is_level(fragment, tallest):
            rows[-1].append(fragment)
            tallest = max(tallest, fragment, key=lambda fragment: fragment.size)
        else:
            rows.append([fragment])
            tallest = fragment
    return [sorted(row, key=lambda fragment: fragment.left) for row in rows]


def write_lines(fragments: Iterable[Fragment]) -> list[Line]:
    """The lines that fragments make up, from top to bottom, whatever the columns."""
    single = group_rows(fragments)
    joined = join_wrapped_rows(single, [row.is_wide for row in _measure_rows(single)])
    rows = [row for row, _ in joined]
    edges = sorted((row[-1].right for row in rows), reverse=True)
    measured = _measure_rows(rows)
    lines = []
    for number, row in enumerate(measured):
        above = measured[number - 1] if number else _NO_ROW
        below = measured[number + 1] if number + 1 < len(rows) else _NO_ROW
        # The edge that the other lines reach.
        right = row.fragments[-1].right
        others = edges[1:] if right == edges[0] else edges
        gap = _cell_gap(row, above, below, others[0] if others else None)
        line = _write_line(row, gap, is_set_in=_lacks_first_name(row, above, below))
        foot = joined[number][1]
        lines.append(line if foot is None else replace(line, foot=foot))
    return lines


def _is_level(fragment: Fragment, tallest: Fragment) -> bool:
    """Whether a fragment stands on the line of another, maybe raised or lowered."""
    one, other = fragment, tallest
    top = min(one.base + 0.7 * one.size, other.base + 0.7 * other.size)
    bottom = max(one.base - 0.2 * one.size, other.base - 0.2 * other.size)
    return top - bottom >= _OVERLAP * min(one.size, other.size)


def _cell_gap(row: _Row, above: _Row, below: _Row, edge: float | None) -> float | None:
    """How wide a gap between cells is at least, in ems; None if the row has no cells.

    Args:
        edge: where the other lines of the column end, in points; None if there are none.
    """
    if row.is_wide:
        usual = _even_gap(row)
        is_aligned = any(_is_aligned(row.fragments, each.fragments) for each in (above, below))
        is_flush = edge is not None and abs(row.fragments[-1].right - edge) <= _FLUSH
        if usual is not None and not is_aligned and (is_flush or len(row.gaps) >= _MANY_WORDS):
            # A justified line: its words are spread over the column.
            return max(_CELL, _UNEVEN * usual)
        return _NEXT_CELL
    # The names of columns may stand closer together than the cells below them.
    are_names = len(row.fragments) == len(below.fragments) > 2 and below.is_wide
    # A long cell may come close to the next one.
    are_below = any(each.is_wide and _start_alike(row, each) for each in (above, below))
    return _NEXT_CELL if are_names or are_below else None


def _start_alike(row: _Row, other: _Row) -> bool:
    """Whether each of the several fragments of a row starts where one of the other row does."""
    return len(row.fragments) == len(other.fragments) > 1 and all(
        abs(one.left - each.left) <= _ALIGNED
        for one, each in zip(row.fragments, other.fragments, strict=True)
    )


def _lacks_first_name(row: _Row, above: _Row, below: _Row) -> bool:
    """Whether the first row of a table names all columns but the one at the left."""
    names, cells = row.fragments, below.fragments
    is_first = row.is_wide and below.is_wide and not above.is_wide
    return (
        is_first
        and len(names) == len(cells) - 1
        and names[0].left > cells[0].right
        and all(starmap(_are_aligned, zip(names, cells[1:], strict=True)))
    )


def _find_labels(rows: Sequence[Row]) -> list[bool]:
    """Which rows begin with the label of an item of a list, or of a heading.

    A number is not one if what follows it stands below, or above, a cell of a table.
    """
    labelled = [
        len(row) > 1
        and _LABEL.fullmatch(row[0].text) is not None
        and (len(row) == 2 or _measure_gap(row[0], row[1]) <= _CELL)
        for row in rows
    ]
    numbers = range(len(rows))
    for order in (numbers, numbers[::-1]):
        for one, other in pairwise(order):
            row, cells = rows[other], rows[one]
            if labelled[other] and not labelled[one] and row[0].text.isdecimal():
                is_wide = min(map(_widest_gap, (row, cells))) > _CELL
                labelled[other] = not (is_wide and _is_aligned(row, cells))
    return labelled


def _widest_gap(row: Row) -> float:
    return max(starmap(_measure_gap, pairwise(row)), default=0.0)


def _even_gap(row: _Row) -> float | None:
    """The usual gap of a row whose gaps are about equal, in ems; None if they are not."""
    gaps = row.gaps
    if _LABEL.fullmatch(row.fragments[0].text):
        gaps = gaps[1:]
    if len(gaps) < _FEWEST_GAPS:
        return None
    usual = median(gaps)
    even = sum(abs(gap - usual) <= _EVEN * usual for gap in gaps)
    return usual if even >= _EVEN_GAPS * len(gaps) else None


def _is_aligned(row: Row, other: Row) -> bool:
    """Whether most fragments of a row, the first aside, are aligned with those of another."""
    aligned = sum(any(_are_aligned(fragment, each) for each in other[1:]) for fragment in row[1:])
    return 2 * aligned >= len(row) - 1


def _are_aligned(one: Fragment, other: Fragment) -> bool:
    return (
        abs(one.left - other.left) <= _ALIGNED
        or abs(one.right - other.right) <= _ALIGNED
        or abs(one.left + one.right - other.left - other.right) <= 2 * _ALIGNED
    )


def _measure_rows(rows: Sequence[Row]) -> list[_Row]:
    return [
        _measure_row(row, has_label=has_label)
        for row, has_label in zip(rows, _find_labels(rows), strict=True)
    ]


def _measure_row(row: Row, *, has_label: bool) -> _Row:
    """A row with its gaps; that after a label is narrow."""
    gaps = [*starmap(_measure_gap, pairwise(row))]
    if not has_label:
        return _Row(row, gaps)
    # The first word of a justified line is as far from the next as that is from its next.
    is_apart = gaps[0] > max(_LABEL_GAP, _LABEL_APART * max(gaps[1:], default=0.0))
    gaps[0] = min(gaps[0], _NEXT_CELL)
    return _Row(row, gaps, row[0].text if is_apart else "")


def _measure_gap(before: Fragment, fragment: Fragment) -> float:
    """The gap between two fragments, in ems of the larger one."""
    return (fragment.left - before.right) / max(before.size, fragment.size, 1.0)


def _write_line(measured: _Row, cell_gap: float | None, *, is_set_in: bool) -> Line:
    """A line with a tab between its cells, or before the first of a row that is set in."""
    row = measured.fragments
    main = max(row, key=lambda fragment: len(fragment.text))
    cells = [[], [write_superscript(row[0], main)]]
    for gap, fragment in zip(measured.gaps, row[1:], strict=True):
        if cell_gap is not None and gap > cell_gap:
            cells.append([])
        elif gap > _WORD:
            cells[-1].append(" ")
        cells[-1].append(write_superscript(fragment, main))
    text = "\t".join("".join(order_pieces(cell)) for cell in cells[0 if is_set_in else 1 :])
    return Line(
        _LEADERS.sub("\t", text),
        row[0].left,
        max(fragment.right for fragment in row),
        main.base,
        main.base,
        main.size,
        all(fragment.bold for fragment in row),
        all(fragment.monospaced for fragment in row),
        len(row),
        measured.label,
        any(fragment.doubtful for fragment in row),
    )


def find_body_size(pieces: Iterable[Line | Fragment]) -> float:
    """The size of type of most of the text, in points."""
    letters: Counter[float] = Counter()
    for piece in pieces:
        letters[half_points(piece.size)] += len(piece.text)
    return letters.most_common(1)[0][0] if letters else 0.0


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
    even = [length for length in lengths if abs(length - whole) < _EVEN_ENDS * em]
    return (
        len(prose) >= _FEWEST_LINES
        and sum(prose) >= _PROSE * sum(widths)
        and (len(full) >= _FULL * len(lengths) or len(even) >= _JUSTIFIED * len(lengths))
    )
