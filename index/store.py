"""The store: documents, passages and settings in SQLite. It is the one truth.

Vectors and the keyword index are derived from it and can be rebuilt. Every
change is one transaction, so a kill at any moment leaves the last one whole.
Ids grow and are never used again (AUTOINCREMENT), which lets the derived parts
tell by number what they have seen.

File names are bytes on disk and need not be UTF-8, so paths are stored as bytes.
"""

from __future__ import annotations

import os
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from index.database import Database
from index.documents import Content, Document, Passage, Span, well_formed
from index.errors import NotAnIndex, OtherFormat
from index.passages import Piece
from index.rows import opened, sealed
from index.schema import FILE_NAME, FORMAT

DOCUMENT = "d.id, d.path, d.title, d.size, d.mtime_ns, d.content_hash, d.hash"
PASSAGE = "p.id, p.document_id, p.start, p.end, p.text, p.heading, p.page, p.hash"
_JOINED = f"SELECT {PASSAGE}, {DOCUMENT} FROM passages p JOIN documents d ON d.id = p.document_id"
# Rows asked for by id in one statement.
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class FileState:
    """What tells whether a file has changed: size in bytes, time of change, hash of its bytes."""

    size: int
    mtime_ns: int
    content_hash: bytes


@dataclass(frozen=True, slots=True)
class Embeddable:
    """A passage as the derived parts take it: with its document's title and its headings."""

    id: int
    text: str
    title: str | None
    heading: str | None


def hash_bytes(data: bytes) -> bytes:
    """The content hash used throughout: 16 bytes of BLAKE2b."""
    return blake2b(data, digest_size=16).digest()


class Store(Database):
    """An open store. Threads share its connections, one at a time each."""

    def __init__(self, folder: Path) -> None:
        """Open the store of an index.

        Raises:
            NotAnIndex, OtherFormat, DamagedIndex: see there.
        """
        super().__init__(folder / FILE_NAME)
        if not self.path.is_file():
            raise NotAnIndex(f"{folder} is not an index: make one with `quoteback index PATH`")
        try:
            found = self.setting("format")
            if found != str(FORMAT):
                raise OtherFormat(
                    f"{folder} has index format {found or 'unknown'}, this version reads {FORMAT}: "
                    f"remove the folder and index your documents again"
                )
        except BaseException:
            self.close()
            raise

    # Settings

    def setting(self, name: str) -> str | None:
        with self.reading() as connection:
            row = connection.execute("SELECT * FROM settings WHERE name = ?", (name,)).fetchone()
            return str(opened(row)[1]) if row else None

    def set_setting(self, name: str, value: str) -> None:
        with self.writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO settings VALUES (?, ?, ?)", sealed(name, value)
            )

    # Writing

    def put(
        self,
        connection: sqlite3.Connection,
        path: str,
        content: Content,
        state: FileState | None,
        pieces: Sequence[Piece],
    ) -> list[int]:
        """Add a document in place of any earlier one at its path; returns what `remove` does."""
        removed = self.remove(connection, [path])
        number = _next_id(connection, "documents")
        title = content.title and well_formed(content.title)
        file = (state.size, state.mtime_ns, state.content_hash) if state else (None, None, b"")
        connection.execute(
            "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?)",
            sealed(number, os.fsencode(path), title, *file),
        )
        body = zlib.compress(content.text.encode(), 1)
        connection.execute("INSERT INTO texts VALUES (?, ?, ?)", sealed(number, body))
        connection.executemany(
            "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                sealed(
                    passage,
                    number,
                    piece.span.start,
                    piece.span.end,
                    piece.span.of(content.text),
                    piece.heading and well_formed(piece.heading),
                    piece.page,
                )
                for passage, piece in enumerate(pieces, _next_id(connection, "passages"))
            ),
        )
        return removed

    def reserve(self, last: int) -> None:
        """See to it that no new passage gets an id up to `last`.

        A store that has lost its latest commits to damage would give them again, to
        passages of which the derived parts believe that they know them.
        """
        with self.reading() as connection:
            if _next_id(connection, "passages") > last:
                return
        with self.writing() as connection:
            connection.execute("DELETE FROM sqlite_sequence WHERE name = 'passages'")
            connection.execute("INSERT INTO sqlite_sequence VALUES ('passages', ?)", (last,))

    def touch(self, connection: sqlite3.Connection, path: str, state: FileState) -> list[int]:
        """Note a file's new time of change where its content is the same; removes nothing."""
        key = os.fsencode(path)
        number, title = connection.execute(
            "SELECT id, title FROM documents WHERE path = ?", (key,)
        ).fetchone()
        values = (number, key, title, state.size, state.mtime_ns, state.content_hash)
        connection.execute(
            "UPDATE documents SET size = ?, mtime_ns = ?, content_hash = ?, hash = ? WHERE id = ?",
            (*sealed(*values)[3:], number),
        )
        return []

    def remove(self, connection: sqlite3.Connection, paths: Sequence[str]) -> list[int]:
        """Remove documents and noted failures; returns the ids of the passages that went."""
        removed: list[int] = []
        for path in paths:
            key = (os.fsencode(path),)
            rows = connection.execute(
                "SELECT p.id FROM passages p JOIN documents d ON d.id = p.document_id "
                "WHERE d.path = ?",
                key,
            ).fetchall()
            removed += [row[0] for row in rows]
            connection.execute("DELETE FROM documents WHERE path = ?", key)
            connection.execute("DELETE FROM failures WHERE path = ?", key)
        return removed

    def fail(self, connection: sqlite3.Connection, path: str, reason: str) -> list[int]:
        """Note a file that could not be read; what was indexed of it goes, as in `remove`."""
        removed = self.remove(connection, [path])
        connection.execute(
            "INSERT INTO failures VALUES (?, ?, ?)",
            sealed(os.fsencode(path), well_formed(reason)),
        )
        return removed

    # Reading

    def states(self) -> dict[str, FileState]:
        """The state of every file at the time it was indexed, by path."""
        return {document.path: state for document, state in self._documents() if state is not None}

    def state(self, document: Document) -> FileState | None:
        """The state of one document's file when it was indexed; None if it has no file."""
        found = self._documents("WHERE d.id = ?", document.id)
        return found[0][1] if found else None

    def documents(self) -> list[Document]:
        """All documents, by path."""
        return [document for document, _ in self._documents("ORDER BY d.path")]

    def _documents(
        self, clause: str = "", *values: object
    ) -> list[tuple[Document, FileState | None]]:
        with self.reading() as connection:
            rows = connection.execute(
                f"SELECT {DOCUMENT} FROM documents d {clause}", values
            ).fetchall()
            return [document_of(row) for row in rows]

    def failures(self) -> dict[str, str]:
        """The files that could not be read and why, by path."""
        with self.reading() as connection:
            rows = connection.execute("SELECT * FROM failures ORDER BY path").fetchall()
            return {os.fsdecode(path): reason for path, reason in map(opened, rows)}

    def text(self, path: str) -> str | None:
        """A document's canonical text; None where there is no such document.

        Raises:
            DamagedIndex: the text is not what was written.
        """
        with self.reading() as connection:
            row = connection.execute(
                "SELECT t.document_id, t.body, t.hash FROM documents d "
                "LEFT JOIN texts t ON t.document_id = d.id WHERE d.path = ?",
                (os.fsencode(path),),
            ).fetchone()
            return text_of(row) if row else None

    def passages(self, ids: Sequence[int]) -> dict[int, tuple[Passage, Document]]:
        """The passages that exist among `ids`, with their documents."""
        found: dict[int, tuple[Passage, Document]] = {}
        with self.reading() as connection:
            for at in range(0, len(ids), _CHUNK):
                chunk = ids[at : at + _CHUNK]
                rows = connection.execute(
                    f"{_JOINED} WHERE p.id IN ({','.join('?' * len(chunk))})", chunk
                ).fetchall()
                found.update((passage.id, (passage, of)) for passage, of in _joined(rows))
        return found

    def passage_ids(self) -> list[int]:
        """Ids of all passages, ascending."""
        with self.reading() as connection:
            rows = connection.execute("SELECT id FROM passages ORDER BY id").fetchall()
        return [row[0] for row in rows]

    def embeddable(self, after: int, most: int) -> list[Embeddable]:
        """The next passages by id, for the derived parts."""
        with self.reading() as connection:
            rows = connection.execute(
                f"{_JOINED} WHERE p.id > ? ORDER BY p.id LIMIT ?", (after, most)
            ).fetchall()
            return [_embeddable(*pair) for pair in _joined(rows)]

    def embeddable_of(self, ids: Sequence[int]) -> list[Embeddable]:
        """Those of the given passages that exist, for the derived parts."""
        return [_embeddable(*pair) for _, pair in sorted(self.passages(ids).items())]

    def counts(self) -> tuple[int, int]:
        """Number of documents and of passages."""
        with self.reading() as connection:
            row = connection.execute(
                "SELECT (SELECT count(*) FROM documents), (SELECT count(*) FROM passages)"
            ).fetchone()
        return row[0], row[1]


def _next_id(connection: sqlite3.Connection, table: str) -> int:
    """The id of the table's next row, which its hash covers."""
    row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
    return 1 + (row[0] if row else 0)


def document_of(row: Sequence[Any]) -> tuple[Document, FileState | None]:
    number, path, title, size, mtime_ns, content_hash = opened(row)
    state = FileState(size, mtime_ns, content_hash) if size is not None else None
    return Document(number, os.fsdecode(path), title), state


def _joined(rows: Iterable[Sequence[Any]]) -> Iterator[tuple[Passage, Document]]:
    """Passages with their documents, from rows of both."""
    documents: dict[Sequence[Any], Document] = {}
    for row in rows:
        number, _, start, end, text, heading, page = opened(row[:8])
        document = documents.get(row[8:])
        if document is None:
            document = documents[row[8:]] = document_of(row[8:])[0]
        yield Passage(number, Span(start, end), text, heading, page), document


def _embeddable(passage: Passage, document: Document) -> Embeddable:
    return Embeddable(passage.id, passage.text, document.title, passage.heading)


def text_of(row: Sequence[Any]) -> str:
    _, body = opened(row)
    return zlib.decompress(body).decode()
