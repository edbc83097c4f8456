"""Number formats of XLSB files, from the records of their parts (MS-XLSB)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from index.loaders.office.spreadsheet.number_formats import (
    BUILT_IN,
    CellFormat,
    parse_format,
    read_part,
    read_workbook,
)
from index.loaders.shared.archive import Archive, resolve_name
from index.loaders.shared.xml import parse_xml

WORKBOOK = "xl/workbook.bin"
_STYLES, _RELATIONS = "xl/styles.bin", "xl/_rels/workbook.bin.rels"
_SHEET, _FORMAT, _STYLE, _BEGIN_STYLES, _END_STYLES = 156, 44, 47, 617, 618
# Rows, and cells that hold a number: a short one, one, that of a formula.
_ROW, _CELLS, _END_ROWS = 0, frozenset((2, 5, 9)), 146


class BinaryWorkbookFormats:
    """The number formats of the sheets of a workbook."""

    def __init__(self, archive: Archive) -> None:
        """Read the styles; a workbook whose styles cannot be read has none."""
        self._archive = archive
        self._formats, self._parts = read_workbook(archive, _read_styles, _find_sheets)

    def read_rows(self, sheet: str) -> Iterator[tuple[int, Mapping[int, CellFormat]]]:
        """The rows of a sheet that have formats: (number, column → format), numbers from 0."""
        data = read_part(self._archive, self._parts.get(sheet, ""))
        row, formats = -1, dict[int, CellFormat]()
        for kind, start, _ in _read_records(data):
            if kind in (_ROW, _END_ROWS):
                if formats:
                    yield row, formats
                    formats = {}
                number = _read_number(data, start)
                if kind == _END_ROWS or number <= row:
                    return
                row = number
            elif kind in _CELLS:
                style = _read_number(data, start + 4, 3)
                known = self._formats[style] if style < len(self._formats) else None
                if known is not None:
                    formats[_read_number(data, start)] = known


def _read_styles(archive: Archive) -> list[CellFormat | None]:
    """The format of each style of cells."""
    data = archive.read(_STYLES) or b""
    codes = dict(BUILT_IN)
    styles: list[int] = []
    are_of_cells = False
    for kind, start, _ in _read_records(data):
        if kind == _FORMAT:
            codes[_read_number(data, start, 2)] = _read_words(data, start + 2)[0]
        elif kind in (_BEGIN_STYLES, _END_STYLES):
            are_of_cells = kind == _BEGIN_STYLES
        elif kind == _STYLE and are_of_cells:
            styles.append(_read_number(data, start + 2, 2))
    parsed = {number: parse_format(code) for number, code in codes.items()}
    return [parsed.get(number) for number in styles]


def _find_sheets(archive: Archive) -> dict[str, str]:
    """The part of each sheet, by its name."""
    workbook, relations = (archive.read(name) for name in (WORKBOOK, _RELATIONS))
    if workbook is None or relations is None:
        return {}
    targets = {
        each.get("Id", ""): resolve_name(WORKBOOK, each.get("Target", ""))
        for each in parse_xml(relations).iter("Relationship")
    }
    sheets: dict[str, str] = {}
    for kind, start, _ in _read_records(workbook):
        if kind == _SHEET:
            # After the state of the sheet and its number.
            relation, end = _read_words(workbook, start + 8)
            sheets[_read_words(workbook, end)[0]] = targets.get(relation, "")
    return sheets


def _read_records(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Kind, start and end of each record that is there as a whole."""
    at = 0
    while at < len(data):
        kind, at = _read_varying(data, at, 2)
        size, at = _read_varying(data, at, 4)
        if at + size > len(data):
            return
        yield kind, at, at + size
        at += size


def _read_varying(data: bytes, at: int, most: int) -> tuple[int, int]:
    """A number of seven bits a byte, as long as the eighth bit is set; and where it ends."""
    number = 0
    for place, byte in enumerate(data[at : at + most]):
        number |= (byte & 127) << 7 * place
        at += 1
        if byte < 128:
            break
    return number, at


def _read_number(data: bytes, at: int, size: int = 4) -> int:
    return int.from_bytes(data[at : at + size], "little")


def _read_words(data: bytes, at: int) -> tuple[str, int]:
    """A text after the number of its characters, and where it ends; all bits set are for none."""
    count = _read_number(data, at)
    end = at + 4 + (0 if count == 2**32 - 1 else 2 * count)
    return data[at + 4 : end].decode("utf-16-le", "replace"), end
