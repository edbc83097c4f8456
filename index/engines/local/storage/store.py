"""The store: documents, passages and settings in SQLite. It alone is the truth.

Vectors and the keyword index are derived from it and can be rebuilt. Every change is one
transaction, so a process that is killed leaves the last one whole. Ids grow and are never
used again (AUTOINCREMENT), and a passage's text, headings and title never change, only its
span: so an id tells the derived parts what they have seen.

File names are bytes on disk and need not be UTF-8, so paths are stored as bytes.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from index.arrays import Ids, batched
from index.documents import Document, Passage, PassageWithContext
from index.engines.local.storage.database import Database
from index.engines.local.storage.rows import (
    DOCUMENT,
    PASSAGE,
    read_document_row,
    read_next_id,
    read_passage_rows,
    read_setting,
    read_text_row,
    write_setting,
)
from index.engines.local.storage.schema import (
    FILE_NAME,
    check_store_format,
    describe_damage,
    missing_store_error,
    repair_advice,
)
from index.engines.protocol import Given, StoredText
from index.engines.stored_rows import (
    decode_failure,
    decode_filterable,
    decode_path,
    decode_root,
    decode_stamp,
    path_condition,
)
from index.errors import DamagedIndex
from index.filesystem.freshness import FailedFile, FileState
from index.filesystem.sqlite_files import SqliteFile, unseal
from index.reports import IndexCounts
from index.search.filters import Filterable

_JOINED = f"SELECT {PASSAGE}, {DOCUMENT} FROM passages p JOIN documents d ON d.id = p.document_id"
# Rows asked for by id in one statement.
_IDS_AT_ONCE = 500
# The setting that says that the derived parts may lack something; see settings.py.
UNFINISHED = "unfinished"


class Store(Database):
    """An open store. Threads share its connections; each is used by one at a time.

    What `Engine` declares, too, is described there.
    """

    def __init__(self, folder: Path) -> None:
        """Raises `NotAnIndex`, or `DamagedIndex` if the folder is an index without its store."""
        super().__init__(folder / FILE_NAME)
        if not self.path.is_file():
            otherwise = (
                f"{folder} is not an index: make one with `quoteback index PATH`, "
                f"or in Python with create=True"
            )
            raise missing_store_error(folder, otherwise)

    @contextmanager
    def reading(self) -> Iterator[SqliteFile]:
        """As in `Database`; raises `OtherFormat` if another version has made or changed it."""
        with super().reading() as connection:
            self._check_format(connection)
            yield connection

    @contextmanager
    def writing(self) -> Iterator[SqliteFile]:
        """One transaction, done as a whole or not at all, and counted in `commits`."""
        with super().writing() as connection:
            # Now that nobody else can change it.
            self._check_format(connection)
            yield connection
            count = int(read_setting(connection, "commits") or 0)
            write_setting(connection, "commits", str(count + 1))

    def _check_format(self, connection: SqliteFile) -> None:
        check_store_format(self.path.parent, read_setting(connection, "format"))

    # Settings

    def settings(self, *names: str) -> dict[str, str]:
        with self.reading() as connection:
            rows = connection.execute("SELECT name FROM settings").fetchall() if not names else ()
            wanted = names or [name for (name,) in rows]
            values = ((name, read_setting(connection, name)) for name in wanted)
            return {name: value for name, value in values if value is not None}

    def setting(self, name: str) -> str | None:
        return self.settings(name).get(name)

    def set_setting(self, name: str, value: str) -> None:
        """Set a setting; raises `BadSetting` if it may not have this value."""
        with self.writing() as connection:
            write_setting(connection, name, value)

    @property
    def index_id(self) -> str:
        """The identity of the index, which all its parts bear; raises `DamagedIndex`."""
        index_id = self.setting("index_id")
        if index_id is None:
            raise DamagedIndex(
                f"{self.path.parent} has lost its identity: {repair_advice(self.path.parent)}"
            )
        return index_id

    @property
    def commits(self) -> int:
        return int(self.setting("commits") or 0)

    @property
    def is_unfinished(self) -> bool:
        """Whether a run that changes documents is going on, or was cut short."""
        return self.setting(UNFINISHED) is not None

    def mark_finished(self) -> None:
        """Note that the derived parts have caught up."""
        if self.setting(UNFINISHED) is not None:
            with self.writing() as connection:
                connection.execute("DELETE FROM settings WHERE name = ?", (UNFINISHED,))

    def reserve_ids(self, last: int, table: str = "passages") -> None:
        """Make sure that no new row of a table gets an id up to `last`.

        A store that has lost its latest commits to damage would otherwise give these ids
        again, to passages that the derived parts take for those they have already seen.
        """
        with self.reading() as connection:
            if read_next_id(connection, table) > last:
                return
        with self.writing() as connection:
            connection.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
            connection.execute("INSERT INTO sqlite_sequence VALUES (?, ?)", (table, last))

    # Documents

    def find_documents(
        self,
        *,
        path: str | None = None,
        ids: Sequence[int] | None = None,
        content: bytes | None = None,
    ) -> list[tuple[Document, FileState | None]]:
        if ids is not None:
            found: list[tuple[Document, FileState | None]] = []
            for chunk in batched(ids, _IDS_AT_ONCE):
                found += self._select_documents(f"d.id IN {_placeholders(chunk)}", *chunk)
            return sorted(found, key=lambda pair: os.fsencode(pair[0].path))
        if content is not None:
            return self._select_documents("d.content_hash = ? AND d.size IS NOT NULL", content)
        clause, values = path_condition(path, "?")
        return self._select_documents(clause, *values)

    def _select_documents(
        self, clause: str, *values: object
    ) -> list[tuple[Document, FileState | None]]:
        with self.reading() as connection:
            rows = connection.execute(
                f"SELECT {DOCUMENT} FROM documents d WHERE {clause} ORDER BY d.path", values
            ).fetchall()
            return [read_document_row(row) for row in rows]

    def list_filterable(self) -> list[Filterable]:
        """What documents are filtered by: id, path, the file's time of change (ns), properties.

        The hashes of these rows are not checked; of whatever is read of a document later, they are.
        """
        with self.reading() as connection:
            rows = connection.execute(
                "SELECT id, path, mtime_ns, properties FROM documents"
            ).fetchall()
            return [decode_filterable(*row) for row in rows]

    def failures(self, path: str | None = None) -> dict[str, FailedFile]:
        clause, values = path_condition(path, "?")
        with self.reading() as connection:
            rows = connection.execute(
                f"SELECT * FROM failures d WHERE {clause} ORDER BY path", values
            ).fetchall()
            return {
                decode_path(key): decode_failure(reason, decode_stamp(*stamp))
                for key, reason, *stamp in map(unseal, rows)
            }

    def find_text(self, path: str) -> StoredText | None:
        with self.reading() as connection:
            row = connection.execute(
                "SELECT t.* FROM documents d LEFT JOIN texts t ON t.document_id = d.id "
                "WHERE d.path = ?",
                (os.fsencode(path),),
            ).fetchone()
            return (
                StoredText(*read_text_row(row), describe_damage(self.path.parent)) if row else None
            )

    # Passages

    def find_passages(
        self, *, ids: Sequence[int] = (), document: Document | None = None
    ) -> list[tuple[Passage, Document]]:
        with self.reading() as connection:
            if document is not None:
                rows = connection.execute(f"{_JOINED} WHERE d.id = ?", (document.id,))
                return sorted(read_passage_rows(rows), key=lambda pair: pair[0].span)
            found: list[tuple[Passage, Document]] = []
            for chunk in batched(ids, _IDS_AT_ONCE):
                rows = connection.execute(f"{_JOINED} WHERE p.id IN {_placeholders(chunk)}", chunk)
                found += read_passage_rows(rows)
            return found

    def passage_ids(self, documents: Sequence[int] | None = None, after: int = 0) -> Ids:
        """Ids of all passages after an id, or of those of some documents, ascending."""
        parts = []
        with self.reading() as connection:
            if documents is None:
                query = "SELECT group_concat(id) FROM passages WHERE id > ?"
                parts += connection.execute(query, (after,)).fetchone()
            else:
                for chunk in batched(documents, _IDS_AT_ONCE):
                    parts += connection.execute(
                        "SELECT group_concat(id) FROM passages "
                        f"WHERE document_id IN {_placeholders(chunk)}",
                        chunk,
                    ).fetchone()
        # Parsed in one go: a million Python numbers would take most of a second.
        text = ",".join(part for part in parts if part)
        return np.sort(np.fromstring(text, dtype=np.int64, sep=","))

    def passages_after(self, number: int, most: int) -> list[PassageWithContext]:
        """At most `most` passages, those with the next higher ids, ascending."""
        with self.reading() as connection:
            rows = connection.execute(
                f"{_JOINED} WHERE p.id > ? ORDER BY p.id LIMIT ?", (number, most)
            ).fetchall()
            return [
                PassageWithContext(
                    passage.id,
                    passage.text,
                    document.title,
                    passage.headings,
                    passage.columns,
                    passage.language,
                )
                for passage, document in read_passage_rows(rows)
            ]

    def given(self) -> Given:
        with self.reading() as connection:
            roots, removed, unread = (
                map(unseal, connection.execute(f"SELECT * FROM {table} ORDER BY path").fetchall())
                for table in ("roots", "removed", "unread")
            )
            return Given(
                {root.path: root for root in (decode_root(*row) for row in roots)},
                frozenset(decode_path(path) for (path,) in removed),
                tuple(decode_path(path) for (path,) in unread),
            )

    def counts(self) -> IndexCounts:
        with self.reading() as connection:
            # Without a condition, SQLite counts in one step, which cannot be ended.
            row = connection.execute(
                "SELECT (SELECT count(*) FROM documents WHERE path >= x''), "
                "(SELECT count(*) FROM passages WHERE document_id >= 0)"
            ).fetchone()
        return IndexCounts(*row)


def _placeholders(values: Sequence[object]) -> str:
    return f"({','.join('?' * len(values))})"
