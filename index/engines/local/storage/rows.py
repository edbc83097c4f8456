"""Rows of the store's tables, and what they stand for.

Reading a damaged row raises `DamagedRow`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from index.documents import Document, Passage
from index.engines.settings import BadSetting, check_setting
from index.engines.stored_rows import (
    check_number,
    decode_body,
    decode_document,
    decode_passage,
    decode_state,
)
from index.errors import DamagedRow
from index.filesystem.freshness import FileState
from index.filesystem.sqlite_files import seal, unseal

# Columns, of tables that are called `d` and `p`.
DOCUMENT = (
    "d.id, d.path, d.title, d.size, d.mtime_ns, d.ctime_ns, d.content_hash, d.reading, "
    "d.passages, d.properties, d.hash"
)
PASSAGE = (
    "p.id, p.document_id, p.start, p.end, p.text, p.headings, p.columns, p.page, p.blocks, p.hash"
)
_PASSAGE_COLUMNS = PASSAGE.count(",") + 1
# Ids above it are given to nothing; SQLite's own limit is twice as high.
_HIGHEST_ID = 2**62


class DamagedSetting(DamagedRow):
    """A damaged row of the settings, without which the index cannot be used."""


def read_document_row(row: Sequence[Any]) -> tuple[Document, FileState | None]:
    """A document, and its file's state; None if it has no file."""
    number, path, title, *state, _, properties = unseal(row)
    return decode_document(number, path, title, properties), decode_state(*state)


def read_passage_row(row: Sequence[Any]) -> Passage:
    """A passage, from a row of `PASSAGE`."""
    number, _, *values = unseal(row)
    return decode_passage(number, *values)


def read_passage_rows(rows: Iterable[Sequence[Any]]) -> Iterator[tuple[Passage, Document]]:
    """Passages with their documents, from rows of `PASSAGE` followed by `DOCUMENT`."""
    documents: dict[Sequence[Any], Document] = {}
    for row in rows:
        passage_row, document_row = row[:_PASSAGE_COLUMNS], row[_PASSAGE_COLUMNS:]
        passage = read_passage_row(passage_row)
        document = documents.get(document_row)
        if document is None:
            document = documents[document_row] = read_document_row(document_row)[0]
        yield passage, document


def read_text_row(row: Sequence[Any]) -> tuple[str, bytes | None]:
    """A document's canonical text, and its structure as it is stored."""
    _, body, structure = unseal(row)
    return decode_body(body), structure


def read_setting(connection: sqlite3.Connection, name: str) -> str | None:
    """A setting's value, checked; None if it is not set. Raises `DamagedSetting`."""
    row = connection.execute("SELECT * FROM settings WHERE name = ?", (name,)).fetchone()
    try:
        return check_setting(name, unseal(row)[1]) if row else None
    except (DamagedRow, BadSetting):
        raise DamagedSetting from None


def write_setting(connection: sqlite3.Connection, name: str, value: str) -> None:
    """Set a setting; raises `BadSetting` if it may not have this value."""
    row = seal(name, check_setting(name, value))
    connection.execute("INSERT OR REPLACE INTO settings VALUES (?, ?, ?)", row)


def read_next_id(connection: sqlite3.Connection, table: str) -> int:
    """The id that the table's next row will get. It is needed for the row's hash."""
    row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
    return 1 + (check_number(row[0], most=_HIGHEST_ID) if row else 0)
