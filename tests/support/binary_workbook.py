"""Workbooks in XLSB, which no library writes: records of a kind, a size and bytes."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from tests.support.packed_files import packed

_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="{}" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/{}" Target="{}"/></Relationships>'
)


def _record(kind: int, data: bytes = b"") -> bytes:
    return _vary(kind) + _vary(len(data)) + data


def _vary(number: int) -> bytes:
    """Seven bits a byte; all but the last have the eighth bit set."""
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes([*out, number])


def _words(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _cell(column: int, style: int, value: str | float) -> bytes:
    place = struct.pack("<II", column, style)
    if isinstance(value, str):
        return _record(6, place + _words(value))
    return _record(5, place + struct.pack("<d", value))


def binary_workbook(rows: Sequence[Sequence[str | float]], codes: Sequence[str] = ()) -> bytes:
    """A file with one sheet.

    Args:
        rows: from the second row of the sheet on.
        codes: of each column, how its numbers are shown.
    """
    styles = _record(615, struct.pack("<I", len(codes))) + b"".join(
        _record(44, struct.pack("<H", 164 + number) + _words(code))
        for number, code in enumerate(codes)
    )
    # The styles that others are made from come first.
    styles += _record(616) + _record(626, struct.pack("<I", 1)) + _record(47, bytes(16))
    styles += _record(627) + _record(617, struct.pack("<I", len(codes) + 1))
    styles += _record(47, bytes(16)) + b"".join(
        _record(47, struct.pack("<HH", 0, 164 + number) + bytes(12)) for number in range(len(codes))
    )
    cells = b"".join(
        _record(0, struct.pack("<I", number) + bytes(13))
        + b"".join(
            _cell(column, column + 1 if column < len(codes) else 0, value)
            for column, value in enumerate(row)
        )
        for number, row in enumerate(rows, 1)
    )
    size = struct.pack("<IIII", 1, len(rows), 0, max(map(len, rows)) - 1)
    sheet = _record(129) + _record(148, size) + _record(145) + cells + _record(146) + _record(130)
    book = _record(131) + _record(143)
    book += _record(156, struct.pack("<II", 0, 1) + _words("rId1") + _words("Lämps"))
    return packed(
        {
            "_rels/.rels": _RELATIONS.format("rId1", "officeDocument", "xl/workbook.bin"),
            "xl/workbook.bin": book + _record(144) + _record(132),
            "xl/_rels/workbook.bin.rels": _RELATIONS.format(
                "rId1", "worksheet", "worksheets/sheet1.bin"
            ),
            "xl/styles.bin": _record(278) + styles + _record(618) + _record(279),
            "xl/worksheets/sheet1.bin": sheet,
        }
    )
