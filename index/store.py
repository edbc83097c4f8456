"""The store: documents, passages and settings in SQLite. It is the one truth.

Vectors and the keyword index are derived from it and can be rebuilt. Every
change is one transaction, so a kill at any moment leaves the last one whole.
Ids grow and are never used again (AUTOINCREMENT), which lets the derived parts
tell by number what they have seen.

SQLite notices damage to its own structure, not to what is in a row: each row
carries a hash of its values, checked whenever it is read.

File names are bytes on disk and need not be UTF-8, so paths are stored as bytes.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from index.documents import Content, Document, Passage, Span, well_formed
from index.errors import DamagedIndex, IndexInUse, NotAnIndex, OtherFormat, QuotebackError
from index.passages import Piece

FORMAT = 1
FILE_NAME = "index.sqlite"

_SCHEMA = """
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL, hash BLOB) WITHOUT ROWID;
CREATE TABLE documents (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    path BLOB NOT NULL UNIQUE,
    title TEXT,
    size INTEGER,               -- of the file; NULL for a text that has no file
    mtime_ns INTEGER,
    content_hash BLOB NOT NULL, -- of the file's bytes
    hash BLOB
);
CREATE TABLE texts (
    document_id INTEGER PRIMARY KEY REFERENCES documents(id) ON DELETE CASCADE,
    body BLOB NOT NULL,         -- the canonical text, zlib
    hash BLOB
);
CREATE TABLE passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    text TEXT NOT NULL,
    heading TEXT,
    page INTEGER,
    hash BLOB
);
CREATE INDEX passages_by_document ON passages(document_id);
CREATE TABLE failures (path BLOB PRIMARY KEY, reason TEXT NOT NULL, hash BLOB) WITHOUT ROWID;
"""

_DOCUMENT = "d.id, d.path, d.title, d.size, d.mtime_ns, d.content_hash, d.hash"
_PASSAGE = "p.id, p.document_id, p.start, p.end, p.text, p.heading, p.page, p.hash"
_JOINED = f"SELECT {_PASSAGE}, {_DOCUMENT} FROM passages p JOIN documents d ON d.id = p.document_id"
# Rows asked for by id in one statement.
_CHUNK = 500

# SQLite's errors that are no fault of the file's: anything else means damage.
_IN_USE = frozenset((sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED))
_OUTSIDE = frozenset(
    (
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
    )
)


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


class _DamagedRow(Exception):
    """A row's values are not those that were written."""


def _sealed(*values: Any) -> tuple[Any, ...]:
    """A row's values with their hash."""
    parts = [value if isinstance(value, bytes) else str(value).encode() for value in values]
    return *values, blake2b(b"\0".join(parts), digest_size=8).digest()


def _opened(row: Sequence[Any]) -> Sequence[Any]:
    """A sealed row's values."""
    values = row[:-1]
    if _sealed(*values)[-1] != row[-1]:
        raise _DamagedRow
    return values


class Store:
    """An open SQLite store. Threads share its connections, one at a time each."""

    def __init__(self, folder: Path) -> None:
        """Open the store of an index.

        Raises:
            NotAnIndex, OtherFormat, DamagedIndex: see there.
        """
        self.path = folder / FILE_NAME
        if not self.path.is_file():
            raise NotAnIndex(f"{folder} is not an index: make one with `quoteback index PATH`")
        self._lock = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        self._closed = False
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

    @staticmethod
    def create(folder: Path, settings: dict[str, str]) -> None:
        """Make an empty store in an existing folder."""
        connection = sqlite3.connect(folder / FILE_NAME)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(_SCHEMA)
            rows = {"format": str(FORMAT), **settings}
            connection.executemany(
                "INSERT INTO settings VALUES (?, ?, ?)", [_sealed(*row) for row in rows.items()]
            )
            connection.commit()
        finally:
            connection.close()

    def close(self) -> None:
        """Close every connection; one that a thread is using, when it has done."""
        with self._lock:
            self._closed = True
            while self._idle:
                self._idle.pop().close()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection of one's own; what SQLite finds wrong becomes one of our errors."""
        connection: sqlite3.Connection | None = None
        try:
            with self._lock:
                connection = self._idle.pop() if self._idle else None
            if connection is None:
                connection = self._connect()
            yield connection
        except _DamagedRow:
            raise DamagedIndex(
                f"{self.path.parent} is damaged in places: run `quoteback verify --repair`"
            ) from None
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.ProgrammingError):
                raise
            raise self._as_ours(error) from error
        finally:
            if connection is not None:
                with self._lock:
                    if self._closed:
                        connection.close()
                    else:
                        self._idle.append(connection)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it or nothing."""
        with self.reading() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.commit()

    def _connect(self) -> sqlite3.Connection:
        # WAL needs a writable folder; in a read-only one the files cannot change anyway.
        query = "" if os.access(self.path.parent, os.W_OK) else "?mode=ro&immutable=1"
        connection = sqlite3.connect(
            self.path.absolute().as_uri() + query,
            uri=True,
            timeout=30,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            # Derived parts must never be ahead of the store, not even after a power cut.
            connection.execute("PRAGMA synchronous = FULL")
        except BaseException:
            connection.close()
            raise
        return connection

    def _as_ours(self, error: sqlite3.DatabaseError) -> QuotebackError:
        folder = self.path.parent
        # Errors of the sqlite3 module itself have no code: text that is not UTF-8 is one.
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
        if code in _IN_USE:
            return IndexInUse(f"another process is writing to {folder}: try again in a moment")
        if code in _OUTSIDE:
            return QuotebackError(f"{folder} cannot be used ({error})")
        return DamagedIndex(
            f"{folder} cannot be read ({error}): remove the folder and index your documents again"
        )

    # Settings

    def setting(self, name: str) -> str | None:
        with self.reading() as connection:
            row = connection.execute("SELECT * FROM settings WHERE name = ?", (name,)).fetchone()
            return str(_opened(row)[1]) if row else None

    def set_setting(self, name: str, value: str) -> None:
        with self.writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO settings VALUES (?, ?, ?)", _sealed(name, value)
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
            _sealed(number, os.fsencode(path), title, *file),
        )
        body = zlib.compress(content.text.encode(), 1)
        connection.execute("INSERT INTO texts VALUES (?, ?, ?)", _sealed(number, body))
        connection.executemany(
            "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                _sealed(
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
            (*_sealed(*values)[3:], number),
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
            _sealed(os.fsencode(path), well_formed(reason)),
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
                f"SELECT {_DOCUMENT} FROM documents d {clause}", values
            ).fetchall()
            return [_document(row) for row in rows]

    def failures(self) -> dict[str, str]:
        """The files that could not be read and why, by path."""
        with self.reading() as connection:
            rows = connection.execute("SELECT * FROM failures ORDER BY path").fetchall()
            return {os.fsdecode(path): reason for path, reason in map(_opened, rows)}

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
            return _text(row) if row else None

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

    # Damage

    def damage(self) -> list[str]:
        """What is wrong with the store, a line each; nothing where all is well.

        Checks SQLite's own structure, every row's hash and every passage's span.
        """
        with self.reading() as connection:
            rows = connection.execute("PRAGMA integrity_check(20)").fetchall()
            problems = [f"store: {line}" for (line,) in rows if line != "ok"]
            problems += [
                f"store: {name or f'document {number}'} is damaged"
                for number, name in self._damaged(connection).items()
            ]
        return problems

    def salvage(self, connection: sqlite3.Connection) -> dict[int, str | None]:
        """Drop what is damaged, so that the rest can be used.

        Returns:
            the ids of the documents that went, each with its path where that is known.
        """
        connection.execute("REINDEX")
        connection.execute("DELETE FROM failures")
        lost = self._damaged(connection)
        connection.executemany("DELETE FROM documents WHERE id = ?", [(number,) for number in lost])
        connection.execute("DELETE FROM texts WHERE document_id NOT IN (SELECT id FROM documents)")
        connection.execute(
            "DELETE FROM passages WHERE document_id NOT IN (SELECT id FROM documents)"
        )
        return lost

    def _damaged(self, connection: sqlite3.Connection) -> dict[int, str | None]:
        """Documents of which any row is damaged, by id, with the path where that is whole."""
        found: dict[int, str | None] = {}
        documents = connection.execute(f"SELECT {_DOCUMENT} FROM documents d").fetchall()
        for row in documents:
            number: int = row[0]
            path: str | None = None
            try:
                path = _document(row)[0].path
                text = _text(
                    connection.execute(
                        "SELECT * FROM texts WHERE document_id = ?", (number,)
                    ).fetchone()
                    or (None, b"", b"")
                )
                passages = connection.execute(
                    f"SELECT {_PASSAGE} FROM passages p WHERE document_id = ?", (number,)
                ).fetchall()
                for _, _, start, end, words, _, _ in map(_opened, passages):
                    if text[start:end] != words:
                        raise _DamagedRow
            except _DamagedRow:
                found[number] = path
        return found


def _next_id(connection: sqlite3.Connection, table: str) -> int:
    """The id of the table's next row, which its hash covers."""
    row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
    return 1 + (row[0] if row else 0)


def _document(row: Sequence[Any]) -> tuple[Document, FileState | None]:
    number, path, title, size, mtime_ns, content_hash = _opened(row)
    state = FileState(size, mtime_ns, content_hash) if size is not None else None
    return Document(number, os.fsdecode(path), title), state


def _joined(rows: Iterable[Sequence[Any]]) -> Iterator[tuple[Passage, Document]]:
    """Passages with their documents, from rows of both."""
    documents: dict[Sequence[Any], Document] = {}
    for row in rows:
        number, _, start, end, text, heading, page = _opened(row[:8])
        document = documents.get(row[8:])
        if document is None:
            document = documents[row[8:]] = _document(row[8:])[0]
        yield Passage(number, Span(start, end), text, heading, page), document


def _embeddable(passage: Passage, document: Document) -> Embeddable:
    return Embeddable(passage.id, passage.text, document.title, passage.heading)


def _text(row: Sequence[Any]) -> str:
    _, body = _opened(row)
    return zlib.decompress(body).decode()
