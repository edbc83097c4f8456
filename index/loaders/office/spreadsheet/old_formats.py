"""Number formats of XLS files, from the records of the workbook (MS-XLS)."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from io import BytesIO

from olefile import OleFileIO

from index.loaders.office.spreadsheet.number_formats import BUILT_IN, CellFormat, parse_format

_STREAM = "Workbook"
_RECORD = struct.Struct("<HH")
_BEGIN, _END, _SHEET, _FORMAT, _STYLE = 0x0809, 0x000A, 0x0085, 0x041E, 0x00E0
# Cells: a number, a short number, several short numbers, a formula.
_NUMBER, _SHORT, _SHORTS, _FORMULA = 0x0203, 0x027E, 0x00BD, 0x0006
_CELLS = frozenset((_NUMBER, _SHORT, _FORMULA))
_CELL = struct.Struct("<HHH")
# Bytes of a style and a short number, for each cell of several.
_SHORT_SIZE = 6
# Files of older versions are written otherwise.
_VERSION = 0x0600


class OldWorkbookFormats:
    """The number formats of the sheets of a workbook."""

    def __init__(self, data: bytes) -> None:
        """Read the styles; a workbook whose styles cannot be read has none."""
        self._data = b""
        self._formats: list[CellFormat | None] = []
        self._sheets: dict[str, int] = {}
        try:
            with OleFileIO(BytesIO(data)) as file:
                if file.exists(_STREAM):
                    self._data = file.openstream(_STREAM).read()
            self._read_styles()
        except MemoryError:
            raise
        except Exception:
            # The library for these files raises whatever they lead to.
            self._sheets = {}

    def read_rows(self, sheet: str) -> Iterator[tuple[int, Mapping[int, CellFormat]]]:
        """The rows of a sheet that have formats: (number, column → format), numbers from 0."""
        if sheet not in self._sheets or not any(self._formats):
            return
        row, formats = -1, dict[int, CellFormat]()
        for number, column, style in self._read_cells(self._sheets[sheet]):
            known = self._formats[style] if style < len(self._formats) else None
            if known is None or number < row:
                continue
            if number != row and formats:
                yield row, formats
                formats = {}
            row = number
            formats[column] = known
        if formats:
            yield row, formats

    def _read_styles(self) -> None:
        codes = dict(BUILT_IN)
        styles: list[int] = []
        for kind, start, end in self._read_records(0):
            part = self._data[start:end]
            if kind == _BEGIN and part[:2] != _VERSION.to_bytes(2, "little"):
                return
            if kind == _FORMAT:
                codes[int.from_bytes(part[:2], "little")] = _read_words(part[4:], part[2:4])
            elif kind == _STYLE:
                styles.append(int.from_bytes(part[2:4], "little"))
            elif kind == _SHEET:
                name = _read_words(part[7:], part[6:7])
                self._sheets[name] = int.from_bytes(part[:4], "little")
        parsed = {number: parse_format(code) for number, code in codes.items()}
        self._formats = [parsed.get(number) for number in styles]

    def _read_records(self, at: int) -> Iterator[tuple[int, int, int]]:
        """Kind, start and end of each record up to the end of a part of the stream."""
        depth = 0
        while at + _RECORD.size <= len(self._data):
            kind, size = _RECORD.unpack_from(self._data, at)
            at += _RECORD.size
            yield kind, at, at + size
            at += size
            depth += (kind == _BEGIN) - (kind == _END)
            if kind == _END and depth <= 0:
                return

    def _read_cells(self, at: int) -> Iterator[tuple[int, int, int]]:
        """Row, column and style of each cell that holds a number."""
        for kind, start, end in self._read_records(at):
            if end - start < _CELL.size or end > len(self._data):
                continue
            if kind in _CELLS:
                yield _CELL.unpack_from(self._data, start)
            elif kind == _SHORTS:
                row, first, _ = _CELL.unpack_from(self._data, start)
                # The number of the last column stands at the end.
                for count, place in enumerate(range(start + 4, end - _SHORT_SIZE, _SHORT_SIZE)):
                    style = int.from_bytes(self._data[place : place + 2], "little")
                    yield row, first + count, style


def _read_words(data: bytes, length: bytes) -> str:
    """A text after its length: a byte says whether its characters take one byte or two."""
    count, is_wide = int.from_bytes(length, "little"), data[:1] == b"\x01"
    words = data[1 : 1 + count * (1 + is_wide)]
    return words.decode("utf-16-le" if is_wide else "latin-1", "replace")
