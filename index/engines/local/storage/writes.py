"""Changes to documents: each function is one step of a transaction.

Each returns the ids of the passages that it deletes, so that the derived parts can follow. Those
that add passages return, too, what each of them comes from, by id.
"""

from __future__ import annotations

import json
import os
import sqlite3
import zlib
from collections.abc import Iterable, Sequence

from index.documents import Content, encode_properties, replace_surrogates, unpack_language
from index.engines.changes import ChangeGiven
from index.engines.local.storage.rows import DOCUMENT, PASSAGE, read_next_id
from index.engines.stored_rows import encode_names, encode_stamp, encode_structure
from index.filesystem.freshness import FileState, Stamp
from index.filesystem.sqlite_files import seal, unseal
from index.text.passages import NewPassage

_INSERT = (
    "INSERT INTO documents (id, path, title, size, mtime_ns, ctime_ns, content_hash, reading, "
    "passages, properties, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_UPDATE = (
    "UPDATE documents SET path = ?, title = ?, size = ?, mtime_ns = ?, ctime_ns = ?, "
    "content_hash = ?, reading = ?, passages = ?, properties = ?, hash = ? WHERE id = ?"
)


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
        update_document_row(connection, row)
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
        connection.execute(_INSERT, row)
    body = zlib.compress(content.text.encode(), 1)
    structure = encode_structure(content.structure)
    connection.execute(
        "INSERT OR REPLACE INTO texts VALUES (?, ?, ?, ?)", seal(number, body, structure)
    )
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
    return _rename(connection, path, path, state)


def move_document(
    connection: sqlite3.Connection, source: str, target: str, state: FileState
) -> list[int]:
    """Give a document another path; a document that has that path is removed."""
    removed = remove_documents(connection, [target])
    _delete_failure(connection, source)
    return removed + _rename(connection, source, target, state)


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
    connection.execute(_INSERT, row)
    text = connection.execute("SELECT * FROM texts WHERE document_id = ?", (old,)).fetchone()
    connection.execute("INSERT INTO texts VALUES (?, ?, ?, ?)", seal(number, *unseal(text)[1:]))
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
    """Note a file that could not be read, and remove its document.

    Args:
        stamp: of the file, if trying again is useless until that changes.
    """
    removed = remove_documents(connection, [path])
    connection.execute(
        "INSERT INTO failures VALUES (?, ?, ?, ?, ?, ?)",
        seal(os.fsencode(path), replace_surrogates(reason), *encode_stamp(stamp)),
    )
    return removed


def change_given(connection: sqlite3.Connection, change: ChangeGiven) -> None:
    """Note what a person has given to be indexed, or has taken out."""
    connection.executemany(
        "INSERT OR REPLACE INTO roots VALUES (?, ?, ?, ?)",
        [
            seal(os.fsencode(root.path), json.dumps(root.include), json.dumps(root.exclude))
            for root in change.roots
        ],
    )
    for table, paths in (
        ("roots", change.forgotten),
        ("unread", [*change.forgotten, *change.read]),
        ("removed", change.restored),
    ):
        keys = [(os.fsencode(path),) for path in paths]
        connection.executemany(f"DELETE FROM {table} WHERE path = ?", keys)
    _put_paths(connection, "removed", change.removed)


def put_unread(connection: sqlite3.Connection, paths: Iterable[str]) -> None:
    """Note roots that have to be read again."""
    _put_paths(connection, "unread", paths)


def _put_paths(connection: sqlite3.Connection, table: str, paths: Iterable[str]) -> None:
    rows = [seal(os.fsencode(path)) for path in paths]
    connection.executemany(f"INSERT OR REPLACE INTO {table} VALUES (?, ?)", rows)


def copy_document_row(connection: sqlite3.Connection, row: Sequence[object]) -> bool:
    """Add a sealed row of the table of documents; False if its id or its path is taken."""
    added = connection.execute(_INSERT.replace("INSERT", "INSERT OR IGNORE", 1), row)
    return added.rowcount == 1


def copy_text_row(connection: sqlite3.Connection, row: Sequence[object]) -> None:
    """Add a sealed text of a document that is there."""
    connection.execute("INSERT OR REPLACE INTO texts VALUES (?, ?, ?, ?)", row)


def copy_passage_row(connection: sqlite3.Connection, row: Sequence[object]) -> None:
    """Add a sealed passage of a document that is there."""
    _put_passages(connection, [row])


def copy_failure(connection: sqlite3.Connection, values: Sequence[object]) -> None:
    """Note a file that could not be read, from the values of its row."""
    connection.execute("INSERT OR IGNORE INTO failures VALUES (?, ?, ?, ?, ?, ?)", seal(*values))


def _rename(
    connection: sqlite3.Connection, source: str, target: str, state: FileState
) -> list[int]:
    number, title, passages, properties = connection.execute(
        "SELECT id, title, passages, properties FROM documents WHERE path = ?",
        (os.fsencode(source),),
    ).fetchone()
    row = make_document_row(number, target, title, state, passages, properties)
    update_document_row(connection, row)
    return []


def make_document_row(
    number: int,
    path: str,
    title: str | None,
    state: FileState | None,
    passages: int,
    properties: str | None,
) -> tuple[object, ...]:
    """A sealed row of the table of documents.

    Args:
        passages: how many it has.
        properties: as they are stored.
    """
    stamp, reading = (state.stamp, state.loader_version) if state else (None, None)
    known = *encode_stamp(stamp), state.content_hash if state else b"", reading
    return seal(number, os.fsencode(path), title, *known, passages, properties)


def update_document_row(connection: sqlite3.Connection, row: Sequence[object]) -> None:
    """Replace the row of the same document."""
    connection.execute(_UPDATE, (*row[1:], row[0]))


def _put_passages(connection: sqlite3.Connection, rows: Iterable[Sequence[object]]) -> None:
    # Not `OR REPLACE`, which would delete a row that is kept and insert it again.
    connection.executemany(
        "INSERT INTO passages (id, document_id, start, end, text, headings, columns, page, blocks, "
        "hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
        "start = excluded.start, end = excluded.end, page = excluded.page, "
        "blocks = excluded.blocks, hash = excluded.hash",
        rows,
    )


def _delete_failure(connection: sqlite3.Connection, path: str) -> None:
    connection.execute("DELETE FROM failures WHERE path = ?", (os.fsencode(path),))
