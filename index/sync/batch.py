"""Changes that are committed together: to the store first, then to the keyword index."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from index.documents import Content
from index.filesystem.freshness import FileState, Stamp
from index.reports import Failure
from index.search.keywords import DamagedKeywords, KeywordIndex
from index.storage import writes
from index.storage.rows import write_setting
from index.storage.store import UNFINISHED, Store
from index.text.passages import Piece

# A batch is committed when it holds so many passages or files, or is so many seconds old.
COMMIT_PASSAGES = 2_000
COMMIT_FILES = 200
COMMIT_SECONDS = 5.0
# Passages added to the keyword index at once where it has fallen behind.
KEYWORD_PASSAGES = 10_000

# Returns the ids of the passages that it deletes.
Step = Callable[[sqlite3.Connection], list[int]]
# What a step raises where something about its document cannot be stored.
_UNFIT = (ValueError, TypeError, ArithmeticError, sqlite3.ProgrammingError, sqlite3.DataError)


class Batch:
    """Changes to documents, gathered until there are enough of them or `commit` is called.

    Attributes:
        pending: paths of the documents that will change.
        rejected: documents that could not be stored, for what they hold; the others are.
    """

    def __init__(
        self, store: Store, keywords: KeywordIndex, committed: Callable[[Sequence[int]], None]
    ) -> None:
        """No changes yet.

        Args:
            committed: called after each commit with the ids of the passages it has deleted.
        """
        self.pending: set[str] = set()
        self.rejected: list[Failure] = []
        self._store = store
        self._keywords = keywords
        self._committed = committed
        self._steps: list[tuple[str, Step]] = []
        self._passages = 0
        self._since = time.monotonic()

    def put(
        self, path: str, content: Content, state: FileState | None, pieces: Sequence[Piece]
    ) -> None:
        """Add a document, or change the one at its path."""
        self._passages += len(pieces)
        self._add(lambda c: writes.put_document(c, path, content, state, pieces), path)

    def touch(self, path: str, state: FileState) -> None:
        """Note the new stamp of a file whose content is the same."""
        self._add(lambda c: writes.touch_document(c, path, state), path)

    def move(self, source: str, target: str, state: FileState) -> None:
        """Give a document another path; a document that has that path is removed."""
        self._add(lambda c: writes.move_document(c, source, target, state), source, target)

    def copy(self, source: str, target: str, state: FileState) -> None:
        """Add a document with the text and the passages of another."""
        self._add(lambda c: writes.copy_document(c, source, target, state), target)

    def remove(self, path: str) -> None:
        """Remove the document or the failure at a path."""
        self._add(lambda c: writes.remove_documents(c, [path]), path)

    def put_failure(self, path: str, reason: str, stamp: Stamp | None) -> None:
        """Note a file that could not be read, and remove its document."""
        self._add(lambda c: writes.put_failure(c, path, reason, stamp), path)

    def _add(self, step: Step, *paths: str) -> None:
        if not self._steps:
            self._since = time.monotonic()
        self._steps.append((paths[-1], step))
        self.pending.update(paths)
        if (
            self._passages >= COMMIT_PASSAGES
            or len(self._steps) >= COMMIT_FILES
            or time.monotonic() - self._since > COMMIT_SECONDS
        ):
            self.commit()

    def commit(self) -> None:
        """Write what has been gathered; from now on it is found by keyword."""
        if not self._steps:
            return
        removed: list[int] = []
        with self._store.writing() as connection:
            for path, step in self._steps:
                removed += self._take(connection, path, step)
            write_setting(connection, UNFINISHED, "yes")
        self._steps.clear()
        self.pending.clear()
        self._passages = 0
        # A damaged keyword index is rebuilt at the end of the run.
        with suppress(DamagedKeywords):
            self._keywords.refresh()
            passages = self._store.passages_after(self._keywords.watermark, KEYWORD_PASSAGES)
            self._keywords.add(passages, removed)
        self._committed(removed)

    def _take(self, connection: sqlite3.Connection, path: str, step: Step) -> list[int]:
        """Take one step of a transaction; where it cannot be taken, the others still are."""
        connection.execute("SAVEPOINT step")
        try:
            removed = step(connection)
        except _UNFIT as error:
            connection.execute("ROLLBACK TO step")
            failure = Failure(path, f"cannot be stored ({error!r})")
            self.rejected.append(failure)
            removed = writes.put_failure(connection, path, failure.reason, None)
        connection.execute("RELEASE step")
        return removed
