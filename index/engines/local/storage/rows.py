"""Rows of the store's tables: what they stand for, and changes to them.

Reading a damaged row raises `DamagedRow`. Each change is one step of a transaction. It returns the
ids of the passages that it deletes, so that the derived parts can follow. One that adds passages
returns, too, what each of them comes from, by id.
"""

from __future__ import annotations

import json
import os
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from index.documents import (
    Content,
    Document,
    Passage,
    encode_properties,
    replace_surrogates,
    unpack_language,
)
from index.engines.changes import ChangeGiven
from index.engines.settings import BadSetting, check_setting
from index.engines.stored_rows import (
    check_number,
    decode_body,
    decode_document,
    decode_passage,
    decode_state,
    encode_names,
    encode_stamp,
    encode_structure,
    pair_passages,
)
from index.errors import DamagedRow
from index.filesystem.freshness import FileState, Stamp
from index.filesystem.sqlite_files import seal, unseal
from index.text.passages import NewPassage

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
_UPDATE = (
    "UPDATE documents SET path = ?, title = ?, size = ?, mtime_ns = ?, ctime_ns = ?, "
    "content_hash = ?, reading = ?, passages = ?, properties = ?, hash = ? WHERE id = ?"
)


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
    return pair_passages(
        rows, _PASSAGE_COLUMNS, read_passage_row, lambda row: read_document_row(row)[0]
    )


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


def put_document(
    connection: sqlite3.Connection,
    path: str,
    content: Content,
    state: FileState | None,
    new_passages: Sequence[NewPassage],
) -> tuple[list[int], dict[int, int]]:
    """Add a document, or change the one at its path.

    Passages whose text, language, headings and title are as before keep their ids, wherever they
    stand now: what is derived from them stays valid.

    Returns:
        ids of the passages that are deleted; the place in `new_passages` of each new one.
    """
    _delete_failure(connection, path)
    before = connection.execute(
        "SELECT id, title FROM documents WHERE path = ?", (os.fsencode(path),)
    ).fetchone()
    number = before[0] if before else read_next_id(connection, "documents")
    properties = encode_properties(content.properties)
    row = make_document_row(number, path, content.title, state, len(new_passages), properties)
    reusable: dict[tuple[str, str | None, str | None, str], list[int]] = {}
    gone: set[int] = set()
    if before:
        connection.execute(_UPDATE, (*row[1:], number))
        for passage, text, headings, columns, blocks in connection.execute(
            "SELECT id, text, headings, columns, blocks FROM passages "
            "WHERE document_id = ? ORDER BY id DESC",
            (number,),
        ):
            gone.add(passage)
            if before[1] == content.title:
                key = text, headings, columns, unpack_language(blocks or b"")
                reusable.setdefault(key, []).append(passage)
    else:
        insert_row(connection, "documents", row)
    body = zlib.compress(content.text.encode(), 1)
    structure = encode_structure(content.structure)
    insert_row(connection, "texts", seal(number, body, structure), "OR REPLACE")
    next_id = read_next_id(connection, "passages")
    rows = []
    added: dict[int, int] = {}
    for place, new in enumerate(new_passages):
        text = new.span.of(content.text)
        headings, columns = encode_names(new.headings), encode_names(new.columns)
        if same := reusable.get((text, headings, columns, new.language)):
            passage = same.pop()
            gone.remove(passage)
        else:
            passage, next_id = next_id, next_id + 1
            added[passage] = place
        start, end = new.span.start, new.span.end
        blocks = new.blocks or None
        rows.append(seal(passage, number, start, end, text, headings, columns, new.page, blocks))
    _put_passages(connection, rows)
    connection.executemany("DELETE FROM passages WHERE id = ?", [(passage,) for passage in gone])
    return sorted(gone), added


def touch_document(connection: sqlite3.Connection, path: str, state: FileState) -> list[int]:
    """Note the new stamp of a file whose content is the same."""
    _rename(connection, path, path, state)
    return []


def move_document(
    connection: sqlite3.Connection, source: str, target: str, state: FileState
) -> list[int]:
    """Give a document another path; a document that has that path is removed."""
    removed = remove_documents(connection, [target])
    _delete_failure(connection, source)
    _rename(connection, source, target, state)
    return removed


def copy_document(
    connection: sqlite3.Connection, source: str, target: str, state: FileState
) -> tuple[list[int], dict[int, int]]:
    """Add a document with the text and the passages of another, whose file has the same bytes.

    Returns:
        ids of the passages that are deleted; the passage that each new one is a copy of.
    """
    removed = remove_documents(connection, [target])
    old, _, title, *_, properties = unseal(
        connection.execute(
            f"SELECT {DOCUMENT} FROM documents d WHERE path = ?", (os.fsencode(source),)
        ).fetchone()
    )
    number = read_next_id(connection, "documents")
    passages = connection.execute(
        f"SELECT {PASSAGE} FROM passages p WHERE document_id = ? ORDER BY id", (old,)
    ).fetchall()
    row = make_document_row(number, target, title, state, len(passages), properties)
    insert_row(connection, "documents", row)
    text = connection.execute("SELECT * FROM texts WHERE document_id = ?", (old,)).fetchone()
    insert_row(connection, "texts", seal(number, *unseal(text)[1:]))
    copied = dict(enumerate(passages, read_next_id(connection, "passages")))
    _put_passages(connection, (seal(new, number, *unseal(row)[2:]) for new, row in copied.items()))
    return removed, {new: row[0] for new, row in copied.items()}


def remove_documents(connection: sqlite3.Connection, paths: Iterable[str]) -> list[int]:
    """Remove documents and failures at these paths."""
    removed: list[int] = []
    for path in paths:
        key = (os.fsencode(path),)
        rows = connection.execute(
            "SELECT p.id FROM passages p JOIN documents d ON d.id = p.document_id WHERE d.path = ?",
            key,
        ).fetchall()
        removed += [row[0] for row in rows]
        connection.execute("DELETE FROM documents WHERE path = ?", key)
        _delete_failure(connection, path)
    return removed


def put_failure(
    connection: sqlite3.Connection, path: str, reason: str, stamp: Stamp | None
) -> list[int]:
    """Note a file that could not be read, and remove its document; see `PutFailure`."""
    removed = remove_documents(connection, [path])
    row = seal(os.fsencode(path), replace_surrogates(reason), *encode_stamp(stamp))
    insert_row(connection, "failures", row)
    return removed


def change_given(connection: sqlite3.Connection, change: ChangeGiven) -> None:
    """Note what a person has given to be indexed, or has taken out."""
    for root in change.roots:
        row = seal(os.fsencode(root.path), json.dumps(root.include), json.dumps(root.exclude))
        insert_row(connection, "roots", row, "OR REPLACE")
    for table, paths in (
        ("roots", change.forgotten),
        ("unread", [*change.forgotten, *change.read]),
        ("removed", change.restored),
    ):
        keys = [(os.fsencode(path),) for path in paths]
        connection.executemany(f"DELETE FROM {table} WHERE path = ?", keys)
    put_paths(connection, "removed", change.removed)


def put_paths(connection: sqlite3.Connection, table: str, paths: Iterable[str]) -> None:
    """Note paths in `removed`, or in `unread` roots that have to be read again."""
    for path in paths:
        insert_row(connection, table, seal(os.fsencode(path)), "OR REPLACE")


def insert_row(
    connection: sqlite3.Connection, table: str, row: Sequence[object], otherwise: str = ""
) -> bool:
    """Add a sealed row to a table; returns whether it was added.

    Args:
        otherwise: what is done if the table has such a row: "OR REPLACE", or "OR IGNORE".
    """
    places = ", ".join("?" * len(row))
    added = connection.execute(f"INSERT {otherwise} INTO {table} VALUES ({places})", row)
    return added.rowcount == 1


def _rename(connection: sqlite3.Connection, source: str, target: str, state: FileState) -> None:
    number, title, passages, properties = connection.execute(
        "SELECT id, title, passages, properties FROM documents WHERE path = ?",
        (os.fsencode(source),),
    ).fetchone()
    row = make_document_row(number, target, title, state, passages, properties)
    connection.execute(_UPDATE, (*row[1:], number))


def make_document_row(
    number: int,
    path: str,
    title: str | None,
    state: FileState | None,
    passages: int,
    properties: str | None,
) -> tuple[object, ...]:
    """A sealed row of the table of documents, with its number of passages."""
    stamp, reading = (state.stamp, state.loader_version) if state else (None, None)
    known = *encode_stamp(stamp), state.content_hash if state else b"", reading
    return seal(number, os.fsencode(path), title, *known, passages, properties)


def _put_passages(connection: sqlite3.Connection, rows: Iterable[Sequence[object]]) -> None:
    # Not `OR REPLACE`, which would delete a row that is kept and insert it again.
    connection.executemany(
        "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
        "start = excluded.start, end = excluded.end, page = excluded.page, "
        "blocks = excluded.blocks, hash = excluded.hash",
        rows,
    )


def _delete_failure(connection: sqlite3.Connection, path: str) -> None:
    connection.execute("DELETE FROM failures WHERE path = ?", (os.fsencode(path),))
