"""Changes that are committed together: to the store first, then to the keywords."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence

from index.documents import Content
from index.keywords import DamagedKeywords, Keywords
from index.passages import Piece
from index.store import FileState, Store

# A transaction holds this many passages or files, whichever comes first.
COMMIT_PASSAGES = 2_000
COMMIT_FILES = 200
# Taken into the keyword index at once where it has fallen behind.
KEYWORD_PASSAGES = 10_000


class Changes:
    """Changes to documents, gathered until there are enough of them or `commit` is called."""

    def __init__(self, store: Store, keywords: Keywords) -> None:
        self._store = store
        self._keywords = keywords
        # Each returns the ids of the passages that it removes.
        self._changes: list[Callable[[sqlite3.Connection], list[int]]] = []
        self._passages = 0

    def put(
        self, path: str, content: Content, state: FileState | None, pieces: Sequence[Piece]
    ) -> None:
        """Add a document in place of any earlier one at its path."""
        self._changes.append(lambda c: self._store.put(c, path, content, state, pieces))
        self._passages += len(pieces)
        if self._passages >= COMMIT_PASSAGES or len(self._changes) >= COMMIT_FILES:
            self.commit()

    def touch(self, path: str, state: FileState) -> None:
        """Note a file's new time of change where its content is the same."""
        self._changes.append(lambda c: self._store.touch(c, path, state))

    def remove(self, path: str) -> None:
        """Remove a document or a noted failure."""
        self._changes.append(lambda c: self._store.remove(c, [path]))

    def fail(self, path: str, reason: str) -> None:
        """Note a file that could not be read; what was indexed of it goes."""
        self._changes.append(lambda c: self._store.fail(c, path, reason))

    def commit(self) -> None:
        """Write what has been gathered; it can be found by keyword from now on."""
        if not self._changes:
            return
        removed: list[int] = []
        with self._store.writing() as connection:
            for change in self._changes:
                removed += change(connection)
        self._changes.clear()
        self._passages = 0
        try:
            self._keywords.refresh()
            passages = self._store.embeddable(self._keywords.watermark, KEYWORD_PASSAGES)
            self._keywords.add(passages, removed)
        except DamagedKeywords:
            # The end of the run makes them anew.
            pass
