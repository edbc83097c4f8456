"""What is written about documents: each function is one step of a transaction.

Those that make passages go return their ids, for the derived parts.
"""

from __future__ import annotations

import os
import sqlite3
import zlib
from collections.abc import Iterable, Sequence

from index.documents import Content, well_formed
from index.files import FileState, Stamp
from index.storage.sealed_rows import opened, sealed
from index.storage.store import DOCUMENT, PASSAGE, encode_names, next_id
from index.text.passages import Piece

_INSERT = (
    "INSERT INTO documents (id, path, title, size, mtime_ns, ctime_ns, content_hash, reading, "
    "hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_UPDATE = (
    "UPDATE documents SET path = ?, title = ?, size = ?, mtime_ns = ?, ctime_ns = ?, "
    "content_hash = ?, reading = ?, hash = ? WHERE id = ?"
)


def put(
    connection: sqlite3.Connection,
    path: str,
    content: Content,
    state: FileState | None,
    pieces: Sequence[Piece],
) -> list[int]:
    """Add a document, or change the one at its path.

    Passages whose words, headings and title are as before keep their ids: what is
    derived from them holds, wherever they stand now.
    """
    _forget_failure(connection, path)
    before = connection.execute(
        "SELECT id, title FROM documents WHERE path = ?", (os.fsencode(path),)
    ).fetchone()
    number = before[0] if before else next_id(connection, "documents")
    row = _document(number, path, content.title, state)
    left: dict[tuple[str, str | None, str | None], list[int]] = {}
    gone: set[int] = set()
    if before:
        connection.execute(_UPDATE, (*row[1:], number))
        for passage, text, headings, columns in connection.execute(
            "SELECT id, text, headings, columns FROM passages "
            "WHERE document_id = ? ORDER BY id DESC",
            (number,),
        ):
            gone.add(passage)
            if before[1] == content.title:
                left.setdefault((text, headings, columns), []).append(passage)
    else:
        connection.execute(_INSERT, row)
    body = zlib.compress(content.text.encode(), 1)
    connection.execute("INSERT OR REPLACE INTO texts VALUES (?, ?, ?)", sealed(number, body))
    new = next_id(connection, "passages")
    rows = []
    for piece in pieces:
        text = piece.span.of(content.text)
        headings, columns = encode_names(piece.headings), encode_names(piece.columns)
        if same := left.get((text, headings, columns)):
            passage = same.pop()
            gone.remove(passage)
        else:
            passage, new = new, new + 1
        start, end = piece.span.start, piece.span.end
        rows.append(sealed(passage, number, start, end, text, headings, columns, piece.page))
    _put_passages(connection, rows)
    connection.executemany("DELETE FROM passages WHERE id = ?", [(passage,) for passage in gone])
    return sorted(gone)


def touch(connection: sqlite3.Connection, path: str, state: FileState) -> list[int]:
    """Note a file's new stamp where its content is the same."""
    return _rename(connection, path, path, state)


def move(connection: sqlite3.Connection, source: str, target: str, state: FileState) -> list[int]:
    """Give a document another path, in place of what may be there."""
    removed = remove(connection, [target])
    _forget_failure(connection, source)
    return removed + _rename(connection, source, target, state)


def copy(connection: sqlite3.Connection, source: str, target: str, state: FileState) -> list[int]:
    """Add a document with the text and the passages of another, whose file has the same bytes."""
    removed = remove(connection, [target])
    old, _, title, *_ = opened(
        connection.execute(
            f"SELECT {DOCUMENT} FROM documents d WHERE path = ?", (os.fsencode(source),)
        ).fetchone()
    )
    number = next_id(connection, "documents")
    connection.execute(_INSERT, _document(number, target, title, state))
    text = connection.execute("SELECT * FROM texts WHERE document_id = ?", (old,)).fetchone()
    connection.execute("INSERT INTO texts VALUES (?, ?, ?)", sealed(number, opened(text)[1]))
    passages = connection.execute(
        f"SELECT {PASSAGE} FROM passages p WHERE document_id = ? ORDER BY id", (old,)
    ).fetchall()
    first = next_id(connection, "passages")
    _put_passages(
        connection,
        (sealed(passage, number, *opened(row)[2:]) for passage, row in enumerate(passages, first)),
    )
    return removed


def remove(connection: sqlite3.Connection, paths: Iterable[str]) -> list[int]:
    """Remove documents and noted failures."""
    removed: list[int] = []
    for path in paths:
        key = (os.fsencode(path),)
        rows = connection.execute(
            "SELECT p.id FROM passages p JOIN documents d ON d.id = p.document_id WHERE d.path = ?",
            key,
        ).fetchall()
        removed += [row[0] for row in rows]
        connection.execute("DELETE FROM documents WHERE path = ?", key)
        _forget_failure(connection, path)
    return removed


def fail(connection: sqlite3.Connection, path: str, reason: str, stamp: Stamp | None) -> list[int]:
    """Note a file that could not be read; what was indexed of it goes.

    Args:
        stamp: of the file, where it need not be tried again while that is the same.
    """
    removed = remove(connection, [path])
    connection.execute(
        "INSERT INTO failures VALUES (?, ?, ?, ?, ?, ?)",
        sealed(os.fsencode(path), well_formed(reason), *_values(stamp)),
    )
    return removed


def _rename(
    connection: sqlite3.Connection, source: str, target: str, state: FileState
) -> list[int]:
    number, title = connection.execute(
        "SELECT id, title FROM documents WHERE path = ?", (os.fsencode(source),)
    ).fetchone()
    row = _document(number, target, title, state)
    connection.execute(_UPDATE, (*row[1:], number))
    return []


def _document(
    number: int, path: str, title: str | None, state: FileState | None
) -> tuple[object, ...]:
    """A document's row, sealed."""
    key = os.fsencode(path)
    if state is None:
        return sealed(number, key, title, *_values(None), b"", None)
    return sealed(number, key, title, *_values(state.stamp), state.content_hash, state.reading)


def _values(stamp: Stamp | None) -> tuple[int | None, int | None, int | None]:
    return (stamp.size, stamp.mtime_ns, stamp.ctime_ns) if stamp else (None, None, None)


def _put_passages(connection: sqlite3.Connection, rows: Iterable[tuple[object, ...]]) -> None:
    # No `OR REPLACE`, which would delete a kept row and insert it again.
    connection.executemany(
        "INSERT INTO passages (id, document_id, start, end, text, headings, columns, page, hash) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
        "start = excluded.start, end = excluded.end, page = excluded.page, hash = excluded.hash",
        rows,
    )


def _forget_failure(connection: sqlite3.Connection, path: str) -> None:
    connection.execute("DELETE FROM failures WHERE path = ?", (os.fsencode(path),))
