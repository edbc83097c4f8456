"""Changes that are committed together: to the store first, then to the keywords."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Sequence

from index.documents import Content
from index.files import FileState, Stamp
from index.search.keywords import DamagedKeywords, Keywords
from index.storage import writes
from index.storage.store import UNFINISHED, Store, write_setting
from index.text.passages import Piece

# A transaction holds this many passages or files, or what comes in so many seconds.
COMMIT_PASSAGES = 2_000
COMMIT_FILES = 200
COMMIT_SECONDS = 5.0
# Taken into the keyword index at once where it has fallen behind.
KEYWORD_PASSAGES = 10_000

# Returns the ids of the passages that it removes.
Step = Callable[[sqlite3.Connection], list[int]]


class Changes:
    """Changes to documents, gathered until there are enough of them or `commit` is called.

    Attributes:
        pending: paths of the documents that they concern.
    """

    def __init__(
        self, store: Store, keywords: Keywords, committed: Callable[[Sequence[int]], None]
    ) -> None:
        """No changes yet.

        Args:
            committed: called after each commit with the ids of the passages that went.
        """
        self.pending: set[str] = set()
        self._store = store
        self._keywords = keywords
        self._committed = committed
        self._steps: list[Step] = []
        self._passages = 0
        self._since = time.monotonic()

    def put(
        self, path: str, content: Content, state: FileState | None, pieces: Sequence[Piece]
    ) -> None:
        """Add a document, or change the one at its path."""
        self._passages += len(pieces)
        self._add(lambda c: writes.put(c, path, content, state, pieces), path)

    def touch(self, path: str, state: FileState) -> None:
        """Note a file's new stamp where its content is the same."""
        self._add(lambda c: writes.touch(c, path, state), path)

    def move(self, source: str, target: str, state: FileState) -> None:
        """Give a document another path, in place of what may be there."""
        self._add(lambda c: writes.move(c, source, target, state), source, target)

    def copy(self, source: str, target: str, state: FileState) -> None:
        """Add a document with the text and the passages of another."""
        self._add(lambda c: writes.copy(c, source, target, state), target)

    def remove(self, path: str) -> None:
        """Remove a document or a noted failure."""
        self._add(lambda c: writes.remove(c, [path]), path)

    def fail(self, path: str, reason: str, stamp: Stamp | None) -> None:
        """Note a file that could not be read; what was indexed of it goes."""
        self._add(lambda c: writes.fail(c, path, reason, stamp), path)

    def _add(self, step: Step, *paths: str) -> None:
        if not self._steps:
            self._since = time.monotonic()
        self._steps.append(step)
        self.pending.update(paths)
        if (
            self._passages >= COMMIT_PASSAGES
            or len(self._steps) >= COMMIT_FILES
            or time.monotonic() - self._since > COMMIT_SECONDS
        ):
            self.commit()

    def commit(self) -> None:
        """Write what has been gathered; it can be found by keyword from now on."""
        if not self._steps:
            return
        removed: list[int] = []
        with self._store.writing() as connection:
            for step in self._steps:
                removed += step(connection)
            write_setting(connection, UNFINISHED, "yes")
        self._steps.clear()
        self.pending.clear()
        self._passages = 0
        try:
            self._keywords.refresh()
            passages = self._store.embeddable(self._keywords.watermark, KEYWORD_PASSAGES)
            self._keywords.add(passages, removed)
        except DamagedKeywords:
            # The end of the run makes them anew.
            pass
        self._committed(removed)
