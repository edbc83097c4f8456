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
import threading
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from index.documents import Content, Document, Passage, Span
from index.errors import DamagedIndex, NotAnIndex, OtherFormat
from index.passages import Piece

FORMAT = 1
FILE_NAME = "index.sqlite"

_SCHEMA = """
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE documents (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    path BLOB NOT NULL UNIQUE,
    title TEXT,
    size INTEGER,              -- of the file; NULL for a text that has no file
    mtime_ns INTEGER,
    content_hash BLOB NOT NULL -- of the file's bytes
);
CREATE TABLE texts (
    document_id INTEGER PRIMARY KEY REFERENCES documents(id) ON DELETE CASCADE,
    body BLOB NOT NULL,        -- the canonical text, zlib
    hash BLOB NOT NULL         -- of the canonical text
);
CREATE TABLE passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    text TEXT NOT NULL,
    heading TEXT,
    page INTEGER
);
CREATE INDEX passages_by_document ON passages(document_id);
CREATE TABLE failures (path BLOB PRIMARY KEY, reason TEXT NOT NULL) WITHOUT ROWID;
"""

_PASSAGE = "p.id, p.start, p.end, p.text, p.heading, p.page"


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


class Store:
    """An open SQLite store; one connection a thread."""

    def __init__(self, folder: Path) -> None:
        """Open the store of an index.

        Raises:
            NotAnIndex, OtherFormat, DamagedIndex: see there.
        """
        self.path = folder / FILE_NAME
        if not self.path.is_file():
            raise NotAnIndex(f"{folder} is not an index: make one with `quoteback index PATH`")
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        with self.reading():
            found = self.setting("format")
        if found != str(FORMAT):
            raise OtherFormat(
                f"{folder} has index format {found or 'unknown'}, this version reads {FORMAT}: "
                f"remove the folder and index your documents again"
            )

    @staticmethod
    def create(folder: Path, settings: dict[str, str]) -> None:
        """Make an empty store in an existing folder."""
        connection = sqlite3.connect(folder / FILE_NAME)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(_SCHEMA)
            rows = {"format": str(FORMAT), **settings}
            connection.executemany("INSERT INTO settings VALUES (?, ?)", rows.items())
            connection.commit()
        finally:
            connection.close()

    def close(self) -> None:
        with self._lock:
            for connection in self._connections:
                connection.close()
            self._connections.clear()
            self._local = threading.local()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The thread's connection; damage found while reading becomes `DamagedIndex`."""
        try:
            yield self._connection()
        except sqlite3.DatabaseError as error:
            if isinstance(error, (sqlite3.IntegrityError, sqlite3.ProgrammingError)):
                raise
            raise DamagedIndex(
                f"{self.path.parent} cannot be read ({error}): "
                f"remove the folder and index your documents again"
            ) from error

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

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._connect()
            self._local.connection = connection
            with self._lock:
                self._connections.append(connection)
        return connection

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
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection

    # Settings

    def setting(self, name: str) -> str | None:
        with self.reading() as connection:
            row = connection.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def set_setting(self, name: str, value: str) -> None:
        with self.writing() as connection:
            connection.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (name, value))

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
        key = os.fsencode(path)
        row = connection.execute(
            "INSERT INTO documents (path, title, size, mtime_ns, content_hash) VALUES (?,?,?,?,?)",
            (
                key,
                _storable(content.title),
                state.size if state else None,
                state.mtime_ns if state else None,
                state.content_hash if state else b"",
            ),
        )
        encoded = content.text.encode("utf-8", "surrogatepass")
        connection.execute(
            "INSERT INTO texts VALUES (?, ?, ?)",
            (row.lastrowid, zlib.compress(encoded, 1), hash_bytes(encoded)),
        )
        connection.executemany(
            "INSERT INTO passages (document_id, start, end, text, heading, page) "
            "VALUES (?,?,?,?,?,?)",
            [
                (
                    row.lastrowid,
                    piece.span.start,
                    piece.span.end,
                    piece.span.of(content.text),
                    _storable(piece.heading),
                    piece.page,
                )
                for piece in pieces
            ],
        )
        return removed

    def touch(self, connection: sqlite3.Connection, path: str, state: FileState) -> None:
        """Note a file's new time of change where its content is the same."""
        connection.execute(
            "UPDATE documents SET size = ?, mtime_ns = ? WHERE path = ?",
            (state.size, state.mtime_ns, os.fsencode(path)),
        )

    def remove(self, connection: sqlite3.Connection, paths: Sequence[str]) -> list[int]:
        """Remove documents and noted failures; returns the ids of the passages that went."""
        removed: list[int] = []
        for path in paths:
            key = (os.fsencode(path),)
            removed += [
                row[0]
                for row in connection.execute(
                    "SELECT p.id FROM passages p JOIN documents d ON d.id = p.document_id "
                    "WHERE d.path = ?",
                    key,
                )
            ]
            connection.execute("DELETE FROM documents WHERE path = ?", key)
            connection.execute("DELETE FROM failures WHERE path = ?", key)
        return removed

    def fail(self, connection: sqlite3.Connection, path: str, reason: str) -> list[int]:
        """Note that a file could not be read; what was indexed of it before goes, as in `remove`."""
        removed = self.remove(connection, [path])
        row = (os.fsencode(path), _storable(reason))
        connection.execute("INSERT INTO failures VALUES (?, ?)", row)
        return removed

    # Reading

    def states(self) -> dict[str, FileState]:
        """The state of every file at the time it was indexed, by path."""
        with self.reading() as connection:
            rows = connection.execute(
                "SELECT path, size, mtime_ns, content_hash FROM documents WHERE size IS NOT NULL"
            ).fetchall()
        return {os.fsdecode(path): FileState(size, mtime, digest) for path, size, mtime, digest in rows}

    def state(self, document: Document) -> FileState | None:
        """The state of one document's file when it was indexed; None if it has no file."""
        with self.reading() as connection:
            row = connection.execute(
                "SELECT size, mtime_ns, content_hash FROM documents "
                "WHERE id = ? AND size IS NOT NULL",
                (document.id,),
            ).fetchone()
        return FileState(*row) if row else None

    def failures(self) -> dict[str, str]:
        with self.reading() as connection:
            rows = connection.execute("SELECT path, reason FROM failures ORDER BY path").fetchall()
        return {os.fsdecode(path): reason for path, reason in rows}

    def documents(self) -> list[Document]:
        """All documents, by path."""
        with self.reading() as connection:
            rows = connection.execute("SELECT id, path, title FROM documents ORDER BY path").fetchall()
        return [Document(number, os.fsdecode(path), title) for number, path, title in rows]

    def text(self, path: str) -> str | None:
        """A document's canonical text; None where there is no such document.

        Raises:
            DamagedIndex: the text is not what was written.
        """
        with self.reading() as connection:
            row = connection.execute(
                "SELECT t.body, t.hash FROM texts t JOIN documents d ON d.id = t.document_id "
                "WHERE d.path = ?",
                (os.fsencode(path),),
            ).fetchone()
        if row is None:
            return None
        try:
            encoded = zlib.decompress(row[0])
        except zlib.error:
            encoded = b""
        if hash_bytes(encoded) != row[1]:
            raise DamagedIndex(f"the text of {path} is damaged: index that file again")
        return encoded.decode("utf-8", "surrogatepass")

    def passages(self, ids: Sequence[int]) -> dict[int, tuple[Passage, Document]]:
        """The passages that exist among `ids`, with their documents."""
        found: dict[int, tuple[Passage, Document]] = {}
        with self.reading() as connection:
            for at in range(0, len(ids), 500):
                chunk = ids[at : at + 500]
                rows = connection.execute(
                    f"SELECT {_PASSAGE}, d.id, d.path, d.title FROM passages p "
                    f"JOIN documents d ON d.id = p.document_id "
                    f"WHERE p.id IN ({','.join('?' * len(chunk))})",
                    chunk,
                )
                for number, start, end, text, heading, page, document, path, title in rows:
                    passage = Passage(number, Span(start, end), text, heading, page)
                    found[number] = passage, Document(document, os.fsdecode(path), title)
        return found

    def passage_ids(self) -> list[int]:
        with self.reading() as connection:
            return [row[0] for row in connection.execute("SELECT id FROM passages ORDER BY id")]

    def embeddable(self, after: int, most: int) -> list[Embeddable]:
        """The next passages by id, for the derived parts."""
        with self.reading() as connection:
            rows = connection.execute(
                "SELECT p.id, p.text, d.title, p.heading FROM passages p "
                "JOIN documents d ON d.id = p.document_id WHERE p.id > ? ORDER BY p.id LIMIT ?",
                (after, most),
            ).fetchall()
        return [Embeddable(*row) for row in rows]

    def embeddable_of(self, ids: Sequence[int]) -> list[Embeddable]:
        """Those of the given passages that exist, for the derived parts."""
        found = self.passages(ids)
        return [
            Embeddable(number, passage.text, document.title, passage.heading)
            for number, (passage, document) in sorted(found.items())
        ]

    def counts(self) -> tuple[int, int]:
        """Number of documents and of passages."""
        with self.reading() as connection:
            row = connection.execute(
                "SELECT (SELECT count(*) FROM documents), (SELECT count(*) FROM passages)"
            ).fetchone()
        return row[0], row[1]

    def damage(self) -> list[str]:
        """What is wrong with the store, a line each; nothing where all is well.

        Checks SQLite's own structure, every text's hash and every passage's span.
        """
        with self.reading() as connection:
            problems = [
                f"store: {row[0]}"
                for row in connection.execute("PRAGMA integrity_check(20)")
                if row[0] != "ok"
            ]
        for document in self.documents():
            try:
                text = self.text(document.path)
            except DamagedIndex as error:
                problems.append(str(error))
                continue
            if text is None:
                problems.append(f"the text of {document.path} is missing: index that file again")
                continue
            with self.reading() as connection:
                rows = connection.execute(
                    "SELECT start, end, text FROM passages WHERE document_id = ?", (document.id,)
                )
                if any(text[start:end] != passage for start, end, passage in rows):
                    problems.append(f"a passage of {document.path} does not match its text")
        return problems


def _storable(words: str | None) -> str | None:
    """SQLite text holds no lone surrogates; titles and headings are shown only, so they may go."""
    return words.encode("utf-8", "replace").decode() if words is not None else None
