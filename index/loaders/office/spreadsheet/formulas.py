"""Formulas that no program has computed: a file that a script has made holds no values of them.

A spreadsheet program computes them when it opens the file. Of those that are simple, the values
are computed here; others have none.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from math import isfinite

from python_calamine import CalamineSheet

from index.loaders.office.spreadsheet.arithmetic import Place, Unsure, compute, find_place
from index.loaders.office.spreadsheet.number_formats import find_sheets, read_part
from index.loaders.office.spreadsheet.values import Value
from index.loaders.shared.archive import Archive
from index.loaders.shared.decoding import UnreadableFile

# A cell with a formula, and without a value.
_UNCOMPUTED = re.compile(
    rb"<(?:\w+:)?c\b(?P<cell>[^<>]*)>\s*"
    rb"<(?:\w+:)?f\b(?:[^<>]*/>|[^<>]*>(?P<formula>[^<>]*)</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>\s*|<(?:\w+:)?v\s*>\s*</(?:\w+:)?v>\s*)?</(?:\w+:)?c>"
)
_PLACE = re.compile(rb'\sr="([A-Z]{1,3})([0-9]{1,7})"')
_NO_NUMBER = re.compile(rb'<(?:\w+:)?c\b(?=[^<>]*\st="(?:e|str)")[^<>]*')
# Formulas whose values another one needs, and cells that all formulas of a sheet may read.
_DEEPEST, _MOST_READ = 50, 500_000
# So many rows and columns beyond the cells that hold something, there is no table.
_MOST_BEYOND = 1_000


class UncomputedFormulas:
    """The formulas of a workbook that have no value."""

    def __init__(self, archive: Archive) -> None:
        """Nothing is read yet; a workbook whose sheets cannot be found has none."""
        self._archive = archive
        try:
            self._parts = find_sheets(archive)
        except UnreadableFile:
            self._parts = {}

    def compute(self, sheet: CalamineSheet) -> Mapping[int, Mapping[int, float]]:
        """The values of such formulas of a sheet, where they are sure: row → column → value."""
        data = read_part(self._archive, self._parts.get(sheet.name, ""))
        formulas: dict[Place, str] = {}
        for match in _UNCOMPUTED.finditer(data):
            if (place := _find_place(match["cell"])) is not None:
                words = (match["formula"] or b"").decode("utf-8", "replace")
                formulas[place] = html.unescape(words).strip()
        if not formulas:
            return {}
        # Errors, and words that were computed.
        for match in _NO_NUMBER.finditer(data):
            if (place := _find_place(match[0])) is not None:
                formulas[place] = ""
        cells = _SheetCells(sheet, formulas)
        values: dict[int, dict[int, float]] = {}
        for place in formulas:
            if cells.is_near(place) and (value := cells.compute(place)) is not None:
                values.setdefault(place.row, {})[place.column] = value
        return values


def _find_place(cell: bytes) -> Place | None:
    place = _PLACE.search(cell)
    return find_place(place[1].decode(), place[2].decode()) if place else None


class _SheetCells:
    """The cells of a sheet: what they hold, and what their formulas give."""

    def __init__(self, sheet: CalamineSheet, formulas: Mapping[Place, str]) -> None:
        self._rows: Sequence[Sequence[Value]] = list(sheet.iter_rows())
        self._skipped = sheet.start[1] if sheet.start else 0
        self._formulas = formulas
        self._size = len(self._rows), max(map(len, self._rows), default=0) + self._skipped
        self._bottom = max(self._size[0], *(place.row for place in formulas))
        self._right = max(self._size[1], *(place.column for place in formulas))
        self._values: dict[Place, float | None] = {}
        self._depth = self._read = 0

    def is_near(self, place: Place) -> bool:
        """Whether a cell is not far from those that hold something."""
        rows, columns = self._size
        return place.row < rows + _MOST_BEYOND and place.column < columns + _MOST_BEYOND

    def compute(self, place: Place) -> float | None:
        """What a formula gives; None where that is not sure, and where it needs itself."""
        if place in self._values:
            return self._values[place]
        self._values[place] = None
        if self._depth == _DEEPEST:
            return None
        self._depth += 1
        try:
            value = compute(self._formulas[place], self)
            self._values[place] = value if isfinite(value) else None
        except (Unsure, ArithmeticError):
            pass
        self._depth -= 1
        return self._values[place]

    def read(self, place: Place) -> float | str:
        self._read += 1
        if self._read > _MOST_READ:
            raise Unsure
        if place in self._formulas:
            value = self.compute(place)
            if value is None:
                raise Unsure
            return value
        column = place.column - self._skipped
        cells = self._rows[place.row] if place.row < len(self._rows) else ()
        found = cells[column] if 0 <= column < len(cells) else ""
        if isinstance(found, bool) or not isinstance(found, str | int | float):
            # A date counts as a number, which depends on the program.
            raise Unsure
        return found

    def read_range(self, first: Place, last: Place) -> Iterator[float | str]:
        for row in range(first.row, min(last.row, self._bottom) + 1):
            for column in range(first.column, min(last.column, self._right) + 1):
                yield self.read(Place(row, column))
