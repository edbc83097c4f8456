"""Changes that are committed together, with vectors if the engine needs them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import replace

import numpy as np

from index.arrays import Floats
from index.documents import Content, join_title
from index.engines.changes import Change, Copy, Move, Put, PutFailure, Remove, Touch
from index.engines.protocol import Engine, EngineWriter
from index.filesystem.freshness import FileState, Stamp
from index.models.encoder import Encoder
from index.models.passage_encoding import PassageEncoder, Words
from index.reports import Failure, ProgressCallback
from index.text.passages import Piece

# A batch is committed when it holds so many passages or files, or is so many seconds old.
COMMIT_PASSAGES = 2_000
COMMIT_FILES = 200
COMMIT_SECONDS = 5.0
# Seconds between two looks at a commit that is waited for, and between two tries to cancel it.
_PAUSE = 0.1


class Batch:
    """Changes to documents, gathered until there are enough of them or `commit` is called.

    If the engine needs vectors, it commits in a thread of its own, and the next batch is
    gathered meanwhile. What went wrong with a commit is raised before another one begins.

    Attributes:
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
        self.rejected: list[Failure] = []
        self._changed: set[str] = set()
        self._engine = engine
        self._writer = writer
        self._get_encoder = encoder
        self._encoder = PassageEncoder(encoder, progress)
        self._changes: list[Change] = []
        self._paths: set[str] = set()
        # The commit that was begun, and its paths.
        self._committing: _Commit | None = None
        self._committing_paths: set[str] = set()
        self._passages = 0
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
        self._paths.update(paths)
        if (
            self._passages >= COMMIT_PASSAGES
            or len(self._changes) >= COMMIT_FILES
            or time.monotonic() - self._since > COMMIT_SECONDS
        ):
            self._hand_over()

    def is_pending(self, path: str) -> bool:
        """Whether the document at a path will change, and has not been seen to do so."""
        return path in self._paths or path in self._committing_paths

    def commit(self) -> None:
        """Write the changes so far; when this returns, all are committed."""
        self._hand_over()
        self._finish_commit()

    def close(self, *, cancel: bool = False) -> None:
        """Wait for a commit that was begun, whatever comes of it; later changes are dropped.

        Args:
            cancel: try to cancel it, for as long as it goes on.

        Raises:
            KeyboardInterrupt: another one came meanwhile; it cancels the commit, which has ended.
        """
        interruption: KeyboardInterrupt | None = None
        while True:
            try:
                while self._committing is not None and not self._committing.has_ended(_PAUSE):
                    # Once is not enough: it may not be at what can be cancelled yet.
                    if cancel:
                        self._writer.cancel()
                break
            except KeyboardInterrupt as error:
                cancel, interruption = True, error
        if interruption is not None:
            raise interruption

    def _hand_over(self) -> None:
        """Commit the changes so far, or begin to, once the commit before is made."""
        if not self._changes:
            return
        if self._writer.needs_vectors:
            changes = self._embed(self._changes)
            self._finish_commit()
            # Known before it begins: an interruption in between must not lose sight of it.
            self._committing = _Commit(self._writer, changes)
            self._committing_paths = self._paths
            self._committing.begin()
        else:
            self.rejected += self._writer.commit(self._changes)
        self._changes, self._paths = [], set()
        self._changed.clear()
        self._passages = 0

    def _finish_commit(self) -> None:
        """Wait for the commit that was begun, if any; raises what it raises."""
        if self._committing is not None:
            self.rejected += self._committing.result()
            self._committing, self._committing_paths = None, set()

    def _embed(self, changes: Sequence[Change]) -> list[Change]:
        """The changes, with the vectors of the passages that they put."""
        words = {
            (number, place): pair
            for number, change in enumerate(changes)
            if isinstance(change, Put)
            for place, pair in enumerate(change.texts_in_context())
        }
        equal = self._read_equal(changes) if words else {}
        known = {key: equal[pair] for key, pair in words.items() if pair in equal}
        vectors: dict[tuple[int, int], Floats] = {}
        self._encoder.embed(words, known, vectors)
        return [
            replace(
                change, vectors=_stack([vectors[number, at] for at in range(len(change.pieces))])
            )
            if isinstance(change, Put)
            else change
            for number, change in enumerate(changes)
        ]

    def _read_equal(self, changes: Sequence[Change]) -> dict[Words, Floats]:
        """The vectors of passages that the changes replace or remove: equal ones keep them."""
        kept: dict[Words, Floats] = {}
        for change in changes:
            if isinstance(change, Remove) or change.path in self._changed:
                kept |= _read_vectors(self._engine, change.path, self._get_encoder().fingerprint)
        return kept


def _stack(vectors: Sequence[Floats]) -> Floats:
    return np.stack(vectors) if vectors else np.empty((0, 0), dtype=np.float32)


def _read_vectors(engine: Engine, path: str, fingerprint: str) -> dict[Words, Floats]:
    """The vectors of the document at a path, by the words that they were made of.

    Args:
        fingerprint: of the version of the model that made them.
    """
    document = next((each for each in engine.documents(path) if each.path == path), None)
    vectors = engine.open_vectors(fingerprint)
    if document is None or vectors is None:
        return {}
    passages = {passage.id: passage for passage in engine.passages_of(document)}
    return {
        (join_title(document.title, passage.headings, passage.columns), passage.text): vector
        for number, vector in vectors.read([*passages]).items()
        for passage in (passages[number],)
    }


class _Commit:
    """A commit in a thread of its own, which does not keep the process from ending."""

    def __init__(self, writer: EngineWriter, changes: Sequence[Change]) -> None:
        self._writer, self._changes = writer, changes
        self._future: Future[list[Failure]] = Future()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def begin(self) -> None:
        self._thread.start()

    def _run(self) -> None:
        try:
            self._future.set_result(self._writer.commit(self._changes))
        except BaseException as error:
            self._future.set_exception(error)

    def result(self) -> list[Failure]:
        """Wait for it; raises what it raises."""
        return self._future.result()

    def has_ended(self, seconds: float) -> bool:
        """Whether it ends within so many seconds, or was interrupted before it began."""
        try:
            self._future.exception(seconds)
        except TimeoutError:
            return self._thread.ident is None
        return True
