"""Changes that are committed together, with vectors where the engine takes them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from index.arrays import Floats
from index.documents import Content
from index.engines.changes import Change, Copy, Move, Put, PutFailure, Remove, Touch
from index.engines.protocol import Engine, EngineWriter
from index.filesystem.freshness import FileState, Stamp
from index.models.encoder import Encoder
from index.models.passage_encoding import PassageEncoder
from index.reports import Failure, Progress, ProgressCallback
from index.sync.kept_vectors import read_kept_vectors
from index.text.passages import Piece

# A batch is committed when it holds so many passages or files, or is so many seconds old.
COMMIT_PASSAGES = 2_000
COMMIT_FILES = 200
COMMIT_SECONDS = 5.0


class Batch:
    """Changes to documents, gathered until there are enough of them or `commit` is called.

    Attributes:
        pending: paths of the documents that will change.
        rejected: documents that could not be stored because of their content.
    """

    def __init__(
        self,
        engine: Engine,
        writer: EngineWriter,
        encoder: Callable[[], Encoder],
        progress: ProgressCallback,
    ) -> None:
        """No changes yet.

        Args:
            engine: what the writer writes to.
            encoder: called when there is something to embed.
            progress: called while passages are embedded; what it raises stops the run.
        """
        self.pending: set[str] = set()
        self.rejected: list[Failure] = []
        self._changed: set[str] = set()
        self._engine = engine
        self._writer = writer
        self._get_encoder = encoder
        self._encoder = PassageEncoder(encoder)
        self._progress = progress
        self._changes: list[Change] = []
        self._passages = 0
        self._embedded = 0
        self._since = time.monotonic()

    def put(
        self,
        path: str,
        content: Content,
        state: FileState | None,
        pieces: Sequence[Piece],
        *,
        is_known: bool = False,
    ) -> None:
        """Add a document, or change the one at its path.

        Args:
            is_known: whether there is one; unchanged passages of it keep their vectors.
        """
        self._passages += len(pieces)
        if is_known:
            self._changed.add(path)
        self._add(Put(path, content, state, pieces), path)

    def touch(self, path: str, state: FileState) -> None:
        """Note the new stamp of a file whose content is the same."""
        self._add(Touch(path, state), path)

    def move(self, source: str, target: str, state: FileState) -> None:
        """Give a document another path; a document that has that path is removed."""
        self._add(Move(source, target, state), source, target)

    def copy(self, source: str, target: str, state: FileState) -> None:
        """Add a document with the text and the passages of another."""
        self._add(Copy(source, target, state), target)

    def remove(self, path: str) -> None:
        """Remove the document or the failure at a path."""
        self._add(Remove(path), path)

    def put_failure(self, path: str, reason: str, stamp: Stamp | None) -> None:
        """Note a file that could not be read, and remove its document."""
        self._add(PutFailure(path, reason, stamp), path)

    def _add(self, change: Change, *paths: str) -> None:
        if not self._changes:
            self._since = time.monotonic()
        self._changes.append(change)
        self.pending.update(paths)
        if (
            self._passages >= COMMIT_PASSAGES
            or len(self._changes) >= COMMIT_FILES
            or time.monotonic() - self._since > COMMIT_SECONDS
        ):
            self.commit()

    def commit(self) -> None:
        """Write the changes so far; from now on they are found by keyword."""
        if not self._changes:
            return
        changes = self._embed(self._changes) if self._writer.takes_vectors else self._changes
        self.rejected += self._writer.commit(changes)
        self._changes.clear()
        self.pending.clear()
        self._changed.clear()
        self._passages = 0

    def _embed(self, changes: Sequence[Change]) -> list[Change]:
        """The changes, with the vectors of the passages that they put."""
        puts = [change for change in changes if isinstance(change, Put)]
        kept = self._read_kept(changes)
        vectors: dict[int, Floats] = {}
        missing: dict[int, tuple[str, str]] = {}
        for put in puts:
            for words in put.words():
                row = len(vectors) + len(missing)
                if words in kept:
                    vectors[row] = kept[words]
                else:
                    missing[row] = words
        total, missing_rows = self._embedded + len(missing), list(missing)
        for batch in self._encoder.encode(list(missing.values())):
            vectors |= {missing_rows[place]: vector for place, vector in batch.items()}
            self._embedded += len(batch)
            self._progress(Progress("embedding", self._embedded, total))
        rows = iter(range(len(vectors)))
        return [
            replace(change, vectors=_stack([vectors[next(rows)] for _ in change.pieces]))
            if isinstance(change, Put)
            else change
            for change in changes
        ]

    def _read_kept(self, changes: Sequence[Change]) -> dict[tuple[str, str], Floats]:
        """The vectors of passages that the changes replace or remove: equal ones keep them."""
        if not any(isinstance(change, Put) and change.pieces for change in changes):
            return {}
        kept: dict[tuple[str, str], Floats] = {}
        for change in changes:
            if isinstance(change, Remove) or change.path in self._changed:
                kept |= read_kept_vectors(
                    self._engine, change.path, self._get_encoder().fingerprint
                )
        return kept


def _stack(vectors: Sequence[Floats]) -> Floats:
    return np.stack(vectors) if vectors else np.empty((0, 0), dtype=np.float32)
