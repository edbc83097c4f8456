"""Damage to the store: found by checking every row, and what is sound salvaged into a new one.

A document is kept if its entry and its text are sound; passages that are not are cut again from
the text. Passages keep their ids, so that vectors and keywords stay valid. Everything else is lost
from the store: the new one lists what has to be read again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from index.documents import NO_STRUCTURE, Content, Document
from index.engines.changes import ChangeGiven, make_content
from index.engines.local.storage.backup import Backup
from index.engines.local.storage.database import is_damage
from index.engines.local.storage.rows import (
    DOCUMENT,
    PASSAGE,
    change_given,
    insert_row,
    make_document_row,
    put_document,
    put_failure,
    put_paths,
    read_document_row,
    read_next_id,
    read_passage_row,
    read_text_row,
    remove_documents,
    touch_document,
)
from index.engines.local.storage.schema import repair_advice
from index.engines.local.storage.store import Store
from index.engines.protocol import StoredText
from index.engines.settings import is_valid
from index.engines.stored_rows import decode_path, decode_root
from index.errors import DamagedIndex, DamagedRow
from index.filesystem.freshness import FileState, is_gone, is_missing
from index.filesystem.paths import paths_above, paths_within
from index.filesystem.sqlite_files import SqliteFile, seal, unseal
from index.reports import Progress, ProgressCallback, ignore_progress
from index.text.passages import NewPassage

# Tables beside the documents whose rows are known by a path.
_PATH_TABLES = ("roots", "removed", "failures", "unread")
# Settings without which an index cannot be used.
REQUIRED = ("format", "index_id", "model")
# Why a text is in the list of failures: it was in no file, and could not be saved.
LOST = "its text was damaged and is lost: add it again, or remove it"
# Ids that a row can have.
_LOWEST, _HIGHEST = 1, 2**63 - 1
# After so many rows, or ranges of them, that cannot be read, the rest of a table is given up.
_MOST_FAILURES = 100_000

_Value = TypeVar("_Value")
Cutter = Callable[[Content], Sequence[NewPassage]]


def find_damage(store: Store, progress: ProgressCallback = ignore_progress) -> list[str]:
    """What is wrong with the store, a line each; nothing if all is well.

    Checks SQLite's own structure, every row's hash and every passage's span.
    """
    with store.reading() as connection:
        problems = [f"store: {line}" for line in _check_file(connection, progress)]
        problems += [
            f"store: {path} is damaged" for path in _find_damaged_documents(connection, progress)
        ]
        problems += [
            f"store: its settings are damaged ({name}): {repair_advice(store.path.parent)}"
            for name in _find_damaged_settings(connection)
        ]
        for table in _PATH_TABLES:
            rows = connection.execute(f"SELECT * FROM {table}").fetchall()
            if count := sum(seal(*row[:-1]) != row for row in rows):
                problems.append(f"store: {count} of the {table} are damaged")
    return problems


def _check_file(connection: SqliteFile, progress: ProgressCallback) -> list[str]:
    """What SQLite finds wrong with its own structure, a line each."""
    before = connection.budget.report
    # SQLite does not say how far it is.
    connection.budget.report = lambda: progress(Progress("checking the store", 0, 0))
    try:
        found = [text for (text,) in connection.execute("PRAGMA integrity_check(20)")]
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        found = [str(error)]
    finally:
        connection.budget.report = before
    lines = [line for text in found for line in str(text).splitlines()]
    return [line for line in lines if line != "ok" and not line.startswith("***")]


def _read_sound_text(connection: sqlite3.Connection, document: int) -> StoredText | None:
    """A document's text; None if it is damaged, or gone."""
    row = connection.execute("SELECT * FROM texts WHERE document_id = ?", (document,)).fetchone()
    with suppress(DamagedRow):
        return None if row is None else StoredText(*read_text_row(row), "it is damaged")
    return None


def _has_sound_passages(
    connection: sqlite3.Connection, document: int, count: object, text: str
) -> bool:
    """Whether all passages of a document are there, and say what its text says."""
    rows = connection.execute(
        f"SELECT {PASSAGE} FROM passages p WHERE document_id = ?", (document,)
    ).fetchall()
    try:
        passages = [read_passage_row(row) for row in rows]
    except DamagedRow:
        return False
    return len(passages) == count and all(
        passage.span.of(text) == passage.text for passage in passages
    )


def _find_damaged_documents(
    connection: sqlite3.Connection, progress: ProgressCallback
) -> list[str]:
    """The paths of all documents with a damaged row, or with passages missing."""
    damaged = []
    documents = connection.execute(f"SELECT {DOCUMENT} FROM documents d").fetchall()
    for done, row in enumerate(documents, 1):
        progress(Progress("checking documents", done, len(documents)))
        try:
            path = read_document_row(row)[0].path
        except DamagedRow:
            name = row[1]
            damaged.append(
                name.decode(errors="replace") if isinstance(name, bytes) else "a document"
            )
            continue
        text = _read_sound_text(connection, row[0])
        if text is None or not _has_sound_passages(connection, row[0], row[8], text.text):
            damaged.append(path)
    return damaged


def _find_damaged_settings(connection: sqlite3.Connection) -> list[str]:
    """Names of the settings that are missing or damaged, or have a value that they cannot have."""
    rows = connection.execute("SELECT name, value, hash FROM settings").fetchall()
    names = {name for name, *_ in rows}
    return [name for name in REQUIRED if name not in names] + [
        str(name)
        for name, value, checksum in rows
        if seal(name, value)[-1] != checksum or not is_valid(str(name), value)
    ]


@dataclass(slots=True)
class DamagedFile:
    """A damaged store, as far as it can be read.

    Attributes:
        connection: None if nothing can be read.
        is_broken: whether rows may be missing without a trace.
        has_losses: whether rows were found to be damaged.
    """

    connection: SqliteFile | None
    is_broken: bool = False
    has_losses: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether nothing has been found damaged so far."""
        return not (self.is_broken or self.has_losses)

    def scan(self, table: str, columns: str) -> Iterator[Sequence[Any]]:
        """The rows of a table that has ids, of which the first column is one.

        Only the table itself is read, as what else leads to its rows may be wrong. If it cannot
        be read, what comes after that is tried in ever smaller ranges.
        """
        if self.connection is None:
            return
        ranges, failures = [(_LOWEST, _HIGHEST)], 0
        while ranges and failures < _MOST_FAILURES:
            low, high = ranges.pop()
            try:
                for row in self.connection.execute(
                    f"SELECT {columns} FROM {table} NOT INDEXED WHERE rowid BETWEEN ? AND ?",
                    (low, high),
                ):
                    # A damaged row may have any id: `low` grows in any case, so that this ends.
                    low = min(max(low, row[0] + 1), high + 1)
                    yield row
            except sqlite3.DatabaseError as error:
                self._note(error)
                failures += 1
                if low < high:
                    middle = (low + high) // 2
                    ranges += [(middle + 1, high), (low, middle)]

    def scan_sealed(self, table: str) -> dict[Any, Sequence[Any]]:
        """The sound rows of a table without ids, without their hashes, by their first column."""
        rows: dict[Any, Sequence[Any]] = {}
        if self.connection is None:
            return rows
        # From both ends, as far as it can be read.
        for order in ("ASC", "DESC"):
            try:
                for row in self.connection.execute(f"SELECT * FROM {table} ORDER BY 1 {order}"):
                    try:
                        rows[row[0]] = unseal(row)
                    except DamagedRow:
                        self.has_losses = True
                break
            except sqlite3.DatabaseError as error:
                self._note(error)
        return rows

    def decode_all(self, table: str, decode: Callable[..., _Value]) -> list[_Value]:
        """The decoded rows of a table without ids, but for the damaged ones."""
        values = []
        for row in self.scan_sealed(table).values():
            try:
                values.append(decode(*row))
            except DamagedRow:
                self.has_losses = True
        return values

    def read_last_id(self, table: str) -> int:
        """The highest id that was ever given to a row of a table; 0 if that is not known."""
        if self.connection is None:
            return 0
        try:
            return read_next_id(self.connection, table) - 1
        except sqlite3.DatabaseError as error:
            self._note(error)
        except DamagedRow:
            self.has_losses = True
        return 0

    def _note(self, error: sqlite3.DatabaseError) -> None:
        if not is_damage(error):
            raise error
        self.is_broken = True


def salvage_rows(
    damaged: DamagedFile,
    store: Store,
    backup: Backup | None,
    pages: Sequence[str],
    cut: Cutter,
    progress: ProgressCallback,
) -> list[str]:
    """Fill a new store with what is sound in a damaged one, and with what the backup has.

    Args:
        pages: addresses of the pages that are kept beside the store.

    Returns:
        what is lost for good, or has to be looked at, a line each.
    """
    if damaged.connection is None or _check_file(damaged.connection, progress):
        damaged.is_broken = True
    roots = damaged.decode_all("roots", decode_root)
    removed = damaged.decode_all("removed", decode_path)
    unread = damaged.decode_all("unread", decode_path)
    if backup is not None and not damaged.is_whole:
        known = {root.path for root in roots}
        roots += [root for root in backup.roots if root.path not in known]
        removed += backup.removed
    documents = _Documents(damaged, cut, progress)
    with store.writing() as connection:
        documents.copy(connection)
        documents.check(connection)
        for row in damaged.scan_sealed("failures").values():
            insert_row(connection, "failures", seal(*row), "OR IGNORE")
    for table in ("documents", "passages"):
        store.reserve_ids(damaged.read_last_id(table), table)
    if documents.has_losses:
        unread += [*(root.path for root in roots), *pages]
    elif documents.cut_again:
        # What they held is there, so nothing waits for a folder that is away.
        unread += [root.path for root in roots if not is_missing(root.path)]
    with store.writing() as connection:
        change_given(connection, ChangeGiven(roots, removed=removed))
        put_paths(connection, "unread", unread)
    return documents.describe_losses([root.path for root in roots])


@dataclass(slots=True)
class _Documents:
    """The documents of a damaged store on their way into a new one.

    Attributes:
        seen: ids of the documents whose entries are there, in whatever state.
        entries: ids of those whose entries are kept.
        renamed: paths that may be wrong: those of texts whose entry was damaged.
        lost: documents whose text is lost, with the state of their files.
        nameless: ids of the texts of documents whose entries are not there.
        lacks_names: whether there may be documents of which not even the path is known.
        cut_again: documents whose passages were cut again from their texts.
    """

    damaged: DamagedFile
    cut: Cutter
    progress: ProgressCallback
    seen: set[int] = field(default_factory=set)
    entries: set[int] = field(default_factory=set)
    renamed: list[str] = field(default_factory=list)
    lost: dict[str, FileState | None] = field(default_factory=dict)
    nameless: set[int] = field(default_factory=set)
    lacks_names: bool = False
    cut_again: set[str] = field(default_factory=set)

    @property
    def has_losses(self) -> bool:
        """Whether documents are lost, known or not."""
        return self.lacks_names or bool(self.lost)

    def copy(self, connection: sqlite3.Connection) -> None:
        """Copy all rows that are sound by themselves."""
        for row in self.damaged.scan("documents d", DOCUMENT):
            self.seen.add(row[0])
            entry = self._check_entry(row)
            if entry and insert_row(connection, "documents", entry, "OR IGNORE"):
                self.entries.add(row[0])
            else:
                self.lacks_names = True
        for row in self.damaged.scan("texts", "*"):
            with suppress(DamagedRow):
                unseal(row)
                if row[0] in self.entries:
                    insert_row(connection, "texts", row, "OR IGNORE")
                elif row[0] not in self.seen:
                    self.nameless.add(row[0])
        for row in self.damaged.scan("passages p", PASSAGE):
            with suppress(DamagedRow):
                read_passage_row(row)
                if row[1] in self.entries:
                    insert_row(connection, "passages", row, "OR IGNORE")
        # If the file is not whole, entries may be lost of which nothing tells.
        self.lacks_names |= bool(self.nameless) or self.damaged.is_broken

    def check(self, connection: sqlite3.Connection) -> None:
        """Drop documents that are not whole; cut their texts again if they are sound."""
        rows = connection.execute(f"SELECT {DOCUMENT} FROM documents d").fetchall()
        for done, row in enumerate(rows, 1):
            self.progress(Progress("saving documents", done, len(rows)))
            document, state = read_document_row(row)
            text = _read_sound_text(connection, document.id)
            if text is None:
                self.lost[document.path] = state
                remove_documents(connection, [document.path])
                if state is None:
                    put_failure(connection, document.path, LOST, None)
            elif not _has_sound_passages(connection, document.id, row[8], text.text):
                self._cut_again(connection, document, text, state)
                self.cut_again.add(document.path)
        # A file is read again if anything in it is lost; if it is not known what is, all are.
        unsound = {*self.lost, *self.cut_again}
        above = {folder for path in unsound for folder in paths_above(path)}
        for row in rows:
            document, state = read_document_row(row)
            is_kept = document.path not in self.lost
            if state and is_kept and (self.lacks_names or document.path in above):
                reread = replace(state, loader_version=None)
                touch_document(connection, document.path, reread)

    def describe_losses(self, roots: Sequence[str]) -> list[str]:
        """The losses that no file can bring back, a line each."""
        away = [root for root in roots if is_missing(root)]
        gone = [path for path, state in self.lost.items() if state is not None and is_gone(path)]
        waited_for = {*paths_within(gone, away)}
        lines = [
            f"store: {path} was damaged and is no longer in the index"
            for path in gone
            if path not in waited_for
        ]
        lines += [
            f"store: the entry of {path} was damaged: check its name"
            for path in self.renamed
            if path not in self.lost
        ]
        if self.nameless:
            lines.append(
                f"store: {len(self.nameless)} documents have lost their names: files have been "
                f"read again, texts without a file are lost"
            )
        return lines

    def _check_entry(self, row: Sequence[Any]) -> Sequence[object] | None:
        """A document's row, if it is sound; a text's, of which the names alone can be read."""
        try:
            read_document_row(row)
            return row
        except DamagedRow:
            number, path, title, size, *_, passages, _, _ = row
        # A document with a file is read again.
        if size is not None:
            return None
        try:
            name = decode_path(path)
            title = title if isinstance(title, str) else None
            entry = make_document_row(number, name, title, None, passages, None)
            read_document_row(entry)
        except DamagedRow:
            return None
        self.renamed.append(name)
        return entry

    def _cut_again(
        self,
        connection: sqlite3.Connection,
        document: Document,
        stored: StoredText,
        state: FileState | None,
    ) -> None:
        structure = NO_STRUCTURE
        with suppress(DamagedIndex):
            structure = stored.structure
        content = make_content(document, stored.text, structure)
        reread = state and replace(state, loader_version=None)
        put_document(connection, document.path, content, reread, self.cut(content))
