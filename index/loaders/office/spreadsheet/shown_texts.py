"""Numbers of ODS files as their cells show them: the file has the text of each cell.

The library that reads the cells gives bare values, so the texts are taken from the sheets here.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from functools import partial

from index.loaders.office.spreadsheet.regions import ShownFormat
from index.loaders.shared.archive import Archive
from index.loaders.shared.decoding import UnreadableFile

_CONTENT = "content.xml"
_TAG = re.compile(
    rb"<(table:table-row|table:table-cell|table:covered-table-cell|table:table|text:p)\b"
    rb"([^<>]*?)(/?)>"
)
_NAME = re.compile(rb'\stable:name="([^"<>]*)"')
_ROWS = re.compile(rb'\stable:number-rows-repeated="([0-9]{1,7})"')
_COLUMNS = re.compile(rb'\stable:number-columns-repeated="([0-9]{1,5})"')
_NUMBER = re.compile(rb'\soffice:value-type="(?:float|currency|percentage)"')
_MARKUP = re.compile(rb"<[^<>]*>")
_PARAGRAPH_END = b"</text:p>"
# In bytes; rows and cells that stand for more than so many others are empty.
_LONGEST_BYTES, _MOST_REPEATED = 200, 1_000


class ShownTexts:
    """The texts of the numbers in a workbook."""

    def __init__(self, archive: Archive) -> None:
        """Nothing is read yet; a workbook that is too large has none."""
        try:
            self._data = archive.read(_CONTENT) or b""
        except UnreadableFile:
            self._data = b""
        self._sheets = {
            html.unescape(name[1].decode("utf-8", "replace")): tag.end()
            for tag in _TAG.finditer(self._data)
            if tag[1] == b"table:table" and (name := _NAME.search(tag[2]))
        }

    def read_rows(self, sheet: str) -> Iterator[tuple[int, Mapping[int, ShownFormat]]]:
        """The rows of a sheet that show numbers: (number, column → text), numbers from 0."""
        if sheet not in self._sheets:
            return
        # The row that the next one follows; there is none yet.
        row, repeated, column = -1, 1, 0
        texts: dict[int, ShownFormat] = {}
        numbered: range = range(0)
        for tag in _TAG.finditer(self._data, self._sheets[sheet]):
            name, attributes = tag[1], tag[2]
            if name == b"table:table":
                break
            if name == b"table:table-row":
                yield from _repeat(row, repeated, texts)
                row += repeated
                repeated, column, texts = _read_count(_ROWS, attributes), 0, {}
            elif name == b"text:p":
                # The first line of the number.
                if numbered and not tag[3] and numbered.start not in texts:
                    end = self._data.find(_PARAGRAPH_END, tag.end(), tag.end() + _LONGEST_BYTES)
                    words = _read_words(self._data[tag.end() : end]) if end >= 0 else ""
                    if words:
                        texts.update(dict.fromkeys(numbered, partial(_show_text, words)))
            else:
                count = _read_count(_COLUMNS, attributes)
                is_number = name == b"table:table-cell" and _NUMBER.search(attributes)
                numbered = (
                    range(column, column + min(count, _MOST_REPEATED)) if is_number else range(0)
                )
                column += count
        yield from _repeat(row, repeated, texts)


def _show_text(text: str, _: float) -> str:
    """The text of a cell, whatever its number."""
    return text


def _repeat(
    row: int, repeated: int, texts: Mapping[int, ShownFormat]
) -> Iterator[tuple[int, Mapping[int, ShownFormat]]]:
    if texts:
        for number in range(row, row + min(repeated, _MOST_REPEATED)):
            yield number, texts


def _read_count(pattern: re.Pattern[bytes], attributes: bytes) -> int:
    count = pattern.search(attributes)
    return max(1, int(count[1])) if count else 1


def _read_words(data: bytes) -> str:
    words = html.unescape(_MARKUP.sub(b"", data).decode("utf-8", "replace"))
    return " ".join(words.split())
