"""The store: documents, passages and settings in SQLite. It is the one truth.

Vectors and the keyword index are derived from it and can be rebuilt. Every
change is one transaction, so a kill at any moment leaves the last one whole.
Ids grow and are never used again (AUTOINCREMENT), which lets the derived parts
tell by number what they have seen: a passage's words, headings and title never
change, only where it stands.

File names are bytes on disk and need not be UTF-8, so paths are stored as bytes.
"""

from __future__ import annotations

import json
import os
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.documents import Document, Passage, Span, join_title
from index.files import READING, FileState, Stamp
from index.storage.database import Database
from index.storage.schema import FILE_NAME, no_store
from index.storage.sealed_rows import DamagedRow, DamagedSetting, opened, sealed

Ids = NDArray[np.int64]

DOCUMENT = (
    "d.id, d.path, d.title, d.size, d.mtime_ns, d.ctime_ns, d.content_hash, d.reading, d.hash"
)
PASSAGE = "p.id, p.document_id, p.start, p.end, p.text, p.headings, p.columns, p.page, p.hash"
_JOINED = f"SELECT {PASSAGE}, {DOCUMENT} FROM passages p JOIN documents d ON d.id = p.document_id"
# The first passage with the same place in an older document whose file has the same bytes.
_TWINS = """
SELECT p.id, (
    SELECT q.id FROM documents e JOIN passages q ON q.document_id = e.id
    WHERE e.content_hash = d.content_hash AND e.id < d.id AND e.size IS NOT NULL
    AND q.start = p.start AND q.end = p.end ORDER BY e.id LIMIT 1
) FROM passages p JOIN documents d ON d.id = p.document_id WHERE d.size IS NOT NULL AND p.id IN
"""
# Rows asked for by id in one statement.
_CHUNK = 500
# The setting that says that what is derived may lack something: set with every change of
# documents, until all has followed, and before keywords are made anew.
UNFINISHED = "unfinished"
# What the names of settings begin with that are notes of an index's user.
NOTE = "note: "


@dataclass(frozen=True, slots=True)
class FailedFile:
    """A file that could not be read: why, and its stamp where trying again is vain."""

    reason: str
    stamp: Stamp | None


@dataclass(frozen=True, slots=True)
class Embeddable:
    """A passage as the derived parts take it: with its document's title and its headings."""

    id: int
    text: str
    title: str | None
    headings: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()

    @property
    def above(self) -> str:
        """Title, headings and column names in one line."""
        return join_title(self.title, self.headings, self.columns)


class Store(Database):
    """An open store. Threads share its connections, one at a time each."""

    def __init__(self, folder: Path) -> None:
        """The store of an index, in whatever format; see `index.storage.migrations`.

        Raises:
            NotAnIndex: there is none.
            DamagedIndex: there was one.
        """
        super().__init__(folder / FILE_NAME)
        if not self.path.is_file():
            otherwise = (
                f"{folder} is not an index: make one with `quoteback index PATH`, "
                f"or in Python with create=True"
            )
            raise no_store(folder, otherwise)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction, which also counts itself: all of it or nothing."""
        with super().writing() as connection:
            yield connection
            count = int(read_setting(connection, "commits") or 0)
            write_setting(connection, "commits", str(count + 1))

    # Settings

    def setting(self, name: str) -> str | None:
        with self.reading() as connection:
            return read_setting(connection, name)

    def set_setting(self, name: str, value: str) -> None:
        with self.writing() as connection:
            write_setting(connection, name, value)

    @property
    def commits(self) -> int:
        """How many transactions there have been: another number, other content."""
        return int(self.setting("commits") or 0)

    @property
    def is_unfinished(self) -> bool:
        """Whether a run that changes documents goes on, or was cut short."""
        return self.setting(UNFINISHED) is not None

    def finish(self) -> None:
        """Note that all that is derived has followed."""
        if self.is_unfinished:
            with self.writing() as connection:
                connection.execute("DELETE FROM settings WHERE name = ?", (UNFINISHED,))

    def reserve(self, last: int) -> None:
        """See to it that no new passage gets an id up to `last`.

        A store that has lost its latest commits to damage would give them again, to
        passages of which the derived parts believe that they know them.
        """
        with self.reading() as connection:
            if next_id(connection, "passages") > last:
                return
        with self.writing() as connection:
            connection.execute("DELETE FROM sqlite_sequence WHERE name = 'passages'")
            connection.execute("INSERT INTO sqlite_sequence VALUES ('passages', ?)", (last,))

    # Documents

    def states(self, place: str | None = None) -> dict[str, FileState]:
        """The state of each file when it was indexed, by path: of those at or under a place."""
        clause, values = _at(place)
        found = self.documents_and_states(f"WHERE d.size IS NOT NULL AND {clause}", *values)
        return {document.path: state for document, state in found if state is not None}

    def state(self, document: Document) -> FileState | None:
        """The state of one document's file when it was indexed; None if it has no file."""
        found = self.documents_and_states("WHERE d.id = ?", document.id)
        return found[0][1] if found else None

    def documents(self, place: str | None = None) -> list[Document]:
        """The documents at or under a place, or all, by path."""
        clause, values = _at(place)
        return [
            document
            for document, _ in self.documents_and_states(f"WHERE {clause} ORDER BY d.path", *values)
        ]

    def paths_and_times(self) -> Iterator[tuple[int, str, int | None]]:
        """Id, path and the file's time of change (ns) of every document, quickly.

        They are not checked for damage: what is then read of a document is.
        """
        with self.reading() as connection:
            rows = connection.execute("SELECT id, path, abs(mtime_ns) FROM documents").fetchall()
        return ((number, os.fsdecode(path), time) for number, path, time in rows)

    def of_content(self, content_hash: bytes) -> list[str]:
        """Paths of the documents whose files have these bytes, and were read as they would be."""
        found = self.documents_and_states(
            "WHERE d.content_hash = ? AND d.size IS NOT NULL AND d.reading = ?",
            content_hash,
            READING,
        )
        return [document.path for document, _ in found]

    def documents_and_states(
        self, clause: str = "", *values: object
    ) -> list[tuple[Document, FileState | None]]:
        """Documents, with the state of their files when they were indexed."""
        with self.reading() as connection:
            rows = connection.execute(
                f"SELECT {DOCUMENT} FROM documents d {clause}", values
            ).fetchall()
            return [document_of(row) for row in rows]

    def failures(self, place: str | None = None) -> dict[str, FailedFile]:
        """The files that could not be read, by path."""
        clause, values = _at(place)
        with self.reading() as connection:
            rows = connection.execute(
                f"SELECT * FROM failures d WHERE {clause} ORDER BY path", values
            ).fetchall()
            return {
                os.fsdecode(path): FailedFile(reason, None if size is None else Stamp(size, *times))
                for path, reason, size, *times in map(opened, rows)
            }

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

    # Passages

    def passages(self, ids: Sequence[int]) -> dict[int, tuple[Passage, Document]]:
        """The passages that exist among `ids`, with their documents."""
        found: dict[int, tuple[Passage, Document]] = {}
        with self.reading() as connection:
            for chunk in _chunks(ids):
                rows = connection.execute(f"{_JOINED} WHERE p.id IN {_marks(chunk)}", chunk)
                found.update((passage.id, (passage, of)) for passage, of in _joined(rows))
        return found

    def passage_ids(self, documents: Sequence[int] | None = None) -> Ids:
        """Ids of all passages, or of those of some documents, ascending."""
        parts = []
        with self.reading() as connection:
            if documents is None:
                parts += connection.execute("SELECT group_concat(id) FROM passages").fetchone()
            else:
                for chunk in _chunks(documents):
                    parts += connection.execute(
                        "SELECT group_concat(id) FROM passages "
                        f"WHERE document_id IN {_marks(chunk)}",
                        chunk,
                    ).fetchone()
        # Parsed in one go: a million Python numbers would take most of a second.
        text = ",".join(part for part in parts if part)
        return np.sort(np.fromstring(text, dtype=np.int64, sep=","))

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

    def twins(self, ids: Sequence[int]) -> dict[int, int]:
        """For passages of copied files, the passage at the same place in the oldest of them."""
        found: dict[int, int] = {}
        with self.reading() as connection:
            for chunk in _chunks(ids):
                found.update(connection.execute(f"{_TWINS} {_marks(chunk)}", chunk))
        return {passage: twin for passage, twin in found.items() if twin is not None}

    def counts(self) -> tuple[int, int]:
        """Number of documents and of passages."""
        with self.reading() as connection:
            row = connection.execute(
                "SELECT (SELECT count(*) FROM documents), (SELECT count(*) FROM passages)"
            ).fetchone()
        return row[0], row[1]

    def count_after(self, passage: int) -> int:
        """How many passages have a higher id."""
        with self.reading() as connection:
            row = connection.execute("SELECT count(*) FROM passages WHERE id > ?", (passage,))
            return int(row.fetchone()[0])


def encode_names(names: Sequence[str]) -> str | None:
    """Headings or column names as they are stored: a JSON list, NULL where there are none."""
    return json.dumps(names, ensure_ascii=False) if names else None


def decode_names(stored: str | None) -> tuple[str, ...]:
    """Headings or column names from the store."""
    return tuple(json.loads(stored)) if stored else ()


def read_setting(connection: sqlite3.Connection, name: str) -> str | None:
    """A setting's value; None where it is not set."""
    row = connection.execute("SELECT * FROM settings WHERE name = ?", (name,)).fetchone()
    try:
        return str(opened(row)[1]) if row else None
    except DamagedRow:
        raise DamagedSetting from None


def write_setting(connection: sqlite3.Connection, name: str, value: str) -> None:
    """Set a setting."""
    connection.execute("INSERT OR REPLACE INTO settings VALUES (?, ?, ?)", sealed(name, value))


def next_id(connection: sqlite3.Connection, table: str) -> int:
    """The id of the table's next row, which its hash covers."""
    row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
    return 1 + (row[0] if row else 0)


def _at(place: str | None) -> tuple[str, tuple[bytes, ...]]:
    """A condition on `d.path`: at or under a place."""
    if place is None:
        return "TRUE", ()
    key = os.fsencode(place)
    below = key.rstrip(b"/") + b"/"
    # "0" is the character after "/".
    return "(d.path = ? OR d.path > ? AND d.path < ?)", (key, below, below[:-1] + b"0")


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[at : at + _CHUNK] for at in range(0, len(ids), _CHUNK))


def _marks(values: Sequence[int]) -> str:
    return f"({','.join('?' * len(values))})"


def document_of(row: Sequence[Any]) -> tuple[Document, FileState | None]:
    number, path, title, size, mtime_ns, ctime_ns, content_hash, reading = opened(row)
    state = None
    if size is not None:
        state = FileState(Stamp(size, mtime_ns, ctime_ns), content_hash, reading)
    return Document(number, os.fsdecode(path), title), state


def _joined(rows: Iterable[Sequence[Any]]) -> Iterator[tuple[Passage, Document]]:
    """Passages with their documents, from rows of both."""
    documents: dict[Sequence[Any], Document] = {}
    for row in rows:
        number, _, start, end, text, headings, columns, page = opened(row[:9])
        document = documents.get(row[9:])
        if document is None:
            document = documents[row[9:]] = document_of(row[9:])[0]
        names = decode_names(headings), decode_names(columns)
        yield Passage(number, Span(start, end), text, *names, page), document


def _embeddable(passage: Passage, document: Document) -> Embeddable:
    return Embeddable(passage.id, passage.text, document.title, passage.headings, passage.columns)


def text_of(row: Sequence[Any]) -> str:
    _, body = opened(row)
    return zlib.decompress(body).decode()
