"""Rows of tables whose cells have several lines: which lines make up one row.

Lines of a cell are closer together than rows of the table, or go on in the middle of a
sentence, or both. In doubt a line is a row of its own.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from index.loaders.pdf.fragments import Fragment, are_same_size, has_room
from index.loaders.pdf.line_ends import join_lines
from index.loaders.shared.table_header import are_names

Row = Sequence[Fragment]

# In points: cells below each other start this close to each other.
_ALIGNED = 1.5
# In ems: lines of one table are no farther apart.
_FARTHEST = 3.0
# The lines of a cell are about as far apart, by this factor; rows are farther apart by that.
_SAME_DISTANCE, _WIDER = 1.1, 1.25
# In ems: a line of prose in a cell is at least so wide.
_PROSE = 8.0
# In characters: numbers and the like are no longer.
_LONGEST_VALUE = 60
_SENTENCE_ENDS = (".", "!", "?", ":", ";")
# A sentence that ends within a line, and the next begins.
_SENTENCE_END_WITHIN = re.compile(r"\w\w[.!?] +[^\W\d_]")
# Words that no sentence ends with.
_JOINING = frozenset(
    "a an the of to in on at by for from with and or as than into per its their is are "
    "der die das des dem den ein eine einer und oder von vom zu zum zur im am mit für bei aus "
    "le la les un une et ou de du des à au aux en pour par avec el los las y o del con por "
    "para".split()
)
_FEWEST_NAMED = 3


# A row of a table, a fragment for each cell, or any other line; and the height of its last
# baseline, in points, None for a row of one line.
JoinedRow = tuple[Row, float | None]


@dataclass(frozen=True, slots=True)
class _Lines:
    """Lines below each other whose pieces stand in the columns of the first one.

    Attributes:
        lines: for each line, its pieces by the number of their column.
        distances: how far each line but the first is below the one above, in points.
        edges: where the lines of each column end, in points.
    """

    lines: Sequence[dict[int, Fragment]]
    distances: Sequence[float]
    edges: Sequence[float]


def join_wrapped_rows(rows: Sequence[Row], are_cells: Sequence[bool]) -> list[JoinedRow]:
    """The rows of a column from top to bottom, with lines joined that are one row of a table.

    Args:
        rows: the fragments of each line, from top to bottom.
        are_cells: whether gaps of a line are as wide as between cells.
    """
    joined: list[JoinedRow] = []
    at = 0
    while at < len(rows):
        if are_cells[at]:
            table = _read_table(rows, at)
            joined += _join(table)
            at += len(table.lines)
        else:
            joined.append((rows[at], None))
            at += 1
    return joined


def _join(table: _Lines) -> Iterator[JoinedRow]:
    """The rows of a table."""
    cells = {at: [piece] for at, piece in table.lines[0].items()}
    foot = None
    for line, is_wrapped in zip(table.lines[1:], _find_wrapped(table), strict=True):
        if is_wrapped:
            for at, piece in line.items():
                cells[at].append(piece)
            foot = min(piece.base for piece in line.values())
        else:
            yield [*map(_merge, cells.values())], foot
            cells, foot = {at: [piece] for at, piece in line.items()}, None
    yield [*map(_merge, cells.values())], foot


def _merge(lines: Sequence[Fragment]) -> Fragment:
    """The lines of a cell as one fragment, at the height of the first."""
    texts = [lines[0].text]
    for line in lines[1:]:
        above, gap = join_lines(texts.pop(), line.text, ())
        texts += [above, gap, line.text]
    return replace(
        lines[0],
        text="".join(texts),
        left=min(line.left for line in lines),
        right=max(line.right for line in lines),
        bold=all(line.bold for line in lines),
        monospaced=all(line.monospaced for line in lines),
        doubtful=any(line.doubtful for line in lines),
    )


def _read_table(rows: Sequence[Row], first: int) -> _Lines:
    """The lines from a row on that stand in its columns."""
    columns = rows[first]
    starts = [cell.left for cell in columns]
    lines = [dict(enumerate(columns))]
    distances = []
    edges = [cell.right for cell in columns]
    for at in range(first + 1, len(rows)):
        distance = rows[at - 1][0].base - rows[at][0].base
        placed = _place(rows[at], columns, starts)
        if placed is None or distance > _FARTHEST * columns[0].size:
            break
        lines.append(placed)
        distances.append(distance)
        for column, piece in placed.items():
            edges[column] = max(edges[column], piece.right)
    return _Lines(lines, distances, edges)


def _place(row: Row, columns: Row, starts: Sequence[float]) -> dict[int, Fragment] | None:
    """The pieces of a line by their columns; None if one stands in no column.

    Args:
        starts: where the columns start, in points.
    """
    placed: dict[int, Fragment] = {}
    for piece in row:
        at = bisect_left(starts, piece.left - _ALIGNED)
        if at == len(columns) or at in placed or not _is_below(piece, columns[at]):
            return None
        if at + 1 < len(columns) and piece.right >= starts[at + 1]:
            return None
        placed[at] = piece
    return placed


def _is_below(piece: Fragment, cell: Fragment) -> bool:
    return abs(piece.left - cell.left) <= _ALIGNED and are_same_size(piece.size, cell.size)


def _find_wrapped(table: _Lines) -> Iterator[bool]:
    """Whether each line but the first goes on with the row above it."""
    below = [*zip(table.distances, table.lines[1:], strict=True)]
    least = min(table.distances, default=0.0)
    between_rows = [distance for distance, line in below if 0 in line]
    nearest = min(between_rows, default=max(table.distances, default=0.0))
    wider = [distance for distance in between_rows if distance > _SAME_DISTANCE * least]
    are_rows_apart = bool(wider) and min(wider) >= _WIDER * least
    row = _LastRow(table.lines[0], table.edges, are_names=_are_names(table.lines[0]))
    for distance, line in below:
        is_close = are_rows_apart and distance <= _SAME_DISTANCE * least
        is_near = distance <= _SAME_DISTANCE * nearest
        is_wrapped = not row.has_room_for(line) and row.goes_on(
            line, is_close=is_close, is_near=is_near
        )
        if is_wrapped:
            row.add(line)
        else:
            row = _LastRow(line, table.edges)
        yield is_wrapped


class _LastRow:
    """A row of a table to which lines are added as they turn out to belong to it."""

    def __init__(
        self, line: dict[int, Fragment], edges: Sequence[float], *, are_names: bool = False
    ) -> None:
        self._first = line
        self._are_names = are_names
        self._last = {**line}
        self._edges = edges
        self._wrapped: set[int] = set()

    def add(self, line: dict[int, Fragment]) -> None:
        self._last.update(line)
        self._wrapped.update(line)

    def has_room_for(self, line: dict[int, Fragment]) -> bool:
        """Whether a cell is empty or would have had room for the first word of its next line."""
        return any(
            at not in self._last
            or has_room(
                self._edges[at] - self._last[at].right,
                piece.text,
                piece.right - piece.left,
                piece.size,
            )
            for at, piece in line.items()
        )

    def goes_on(self, line: dict[int, Fragment], *, is_close: bool, is_near: bool) -> bool:
        """Whether a line for which cells have no room goes on with the row.

        Args:
            is_close: it is closer to the row than rows of the table are to each other.
            is_near: it is not farther away than they are.
        """
        if 0 in line:
            are_words = not any(map(_is_value, line.values()))
            return is_close and are_words and self._goes_on_with_first(line)
        if is_close:
            return all(
                (not _is_value(line[at]) or _is_prose(self._last[at]))
                and (self._are_names or not self._is_entry(at, line[at]))
                for at in line
            )
        return is_near and all(
            self._is_sentence(at, line[at])
            or (
                at in self._wrapped
                and _is_prose(self._last[at])
                and not self._is_entry(at, line[at])
            )
            for at in line
        )

    def _goes_on_with_first(self, line: dict[int, Fragment]) -> bool:
        """Whether the first cell goes on, or another of a line that does not fill all columns."""
        if self._is_sentence(0, line[0]):
            return True
        return len(line) < len(self._edges) and any(
            self._is_sentence(at, line[at]) and _is_open(self._last[at].text) for at in line
        )

    def _is_entry(self, at: int, piece: Fragment) -> bool:
        """Whether a line begins with a capital, and no sentence is open above it."""
        return piece.text[:1].isupper() and not _is_open(self._last[at].text)

    def _is_sentence(self, at: int, piece: Fragment) -> bool:
        """Whether a sentence in a cell goes on, unless all cells begin with small letters."""
        return (
            piece.text[:1].islower()
            and not self._first[at].text[:1].islower()
            and not self._last[at].text.endswith(_SENTENCE_ENDS)
        )


def _are_names(line: dict[int, Fragment]) -> bool:
    """Whether a line may name the columns of a table; two columns often have no names."""
    return len(line) >= _FEWEST_NAMED and not any(
        _is_value(piece) or _is_prose(piece) for piece in line.values()
    )


def _is_open(text: str) -> bool:
    """Whether a line of a cell plainly ends in the middle of a sentence."""
    if text.endswith(_SENTENCE_ENDS):
        return False
    word = text.rsplit(maxsplit=1)[-1]
    return (
        word in _JOINING
        or word.endswith((",", "-"))
        or _SENTENCE_END_WITHIN.search(text) is not None
    )


def _is_value(piece: Fragment) -> bool:
    """Whether it is a number, a date or the like."""
    return len(piece.text) <= _LONGEST_VALUE and not are_names([piece.text])


def _is_prose(piece: Fragment) -> bool:
    return piece.right - piece.left >= _PROSE * piece.size
