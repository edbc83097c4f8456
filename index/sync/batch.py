"""Writing to an index: changes that are embedded and committed together, beside reading files.

This is the one place where passages are embedded, for all engines. Some commit first: documents are
found by keyword while they wait for their vectors, which a thread catches up with. For the others a
batch is read, the one before it is embedded, and the one before that is committed, side by side.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from math import inf
from typing import Any, TypeVar

import numpy as np

from index.arrays import Floats
from index.documents import Content, Document, Passage, join_title
from index.engines.changes import Change, ChangeGiven, Move, Put, Remove
from index.engines.model import EmbeddingModel, cut_for
from index.engines.protocol import Engine, EngineWriter
from index.errors import Cancelled, DamagedIndex
from index.models.encoder import Encoder
from index.models.passage_encoding import PassageEncoder, Words
from index.reports import Failure, ProgressCallback, serialise_calls
from index.text.passages import NewPassage

# A batch is handed over when it holds so many passages or files, or is so many seconds old. A kill
# loses what was read and embedded since.
COMMIT_PASSAGES = 1_024
COMMIT_FILES = 200
COMMIT_SECONDS = 5.0
# Between two looks at a commit that is waited for, and between two tries to cancel it.
_PAUSE_SECONDS = 0.1
# Vectors of replaced passages that are kept for others with the same words.
_MOST_EQUAL = 20_000
_Key = TypeVar("_Key")


@contextmanager
def open_writer(
    engine: Engine, model: EmbeddingModel, progress: ProgressCallback
) -> Iterator[Writer]:
    """Hold the right to write to an index; raises what `Engine.open_writer` does."""
    progress = serialise_calls(progress)
    with engine.open_writer(model, progress) as changes:
        batch = Batch(engine, changes, model.load, progress)
        try:
            yield Writer(engine, changes, model, batch, progress)
            batch.embed_waiting()
        finally:
            batch.close(cancel=isinstance(sys.exc_info()[1], KeyboardInterrupt))


@dataclass(frozen=True, slots=True)
class Writer:
    """Changes an index for as long as its process has the right to; see `open_writer`.

    Attributes:
        changes: changes what was given at once.
        batch: gathers changes of documents.
        progress: called with each step.
    """

    engine: Engine
    changes: EngineWriter
    model: EmbeddingModel
    batch: Batch
    progress: ProgressCallback

    def change_given(self, **change: Sequence[Any]) -> None:
        """Note what was given or taken out, by the fields of `ChangeGiven`, if it is anything."""
        if any(change.values()):
            self.changes.commit([ChangeGiven(**change)])

    def cut(self, content: Content, seconds: float = inf) -> list[NewPassage]:
        """Cut a text into passages that fit the model."""
        return cut_for(self.model.load(), content, seconds)


class Batch:
    """Changes to documents, gathered until there are enough of them or `commit` is called.

    Each batch is embedded in another thread, and unless the engine commits first, it is committed
    there, too. One is embedded at a time, and one is committed at a time, in their order. What went
    wrong with one is raised when a later one is handed over, and no later one is committed.

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
        self._engine = engine
        self._writer = writer
        self._get_encoder = encoder
        self._encoder = PassageEncoder(encoder, progress)
        self._changes: list[Change] = []
        self._paths: set[str] = set()
        # Paths whose documents are replaced: their passages may have vectors already.
        self._known: set[str] = set()
        self._passages = 0
        # How many have been put in all, and how many of them have been committed before they are
        # embedded. The lock keeps the latter in step with what is committed.
        self._put_passages = self._committed_passages = 0
        self._counting = threading.Lock()
        self._since = time.monotonic()
        # What was handed over and has not been seen to be committed, in order: at most two.
        self._commits: list[_Commit] = []
        self._is_stopped = threading.Event()
        # If the engine commits first: vectors of passages that were replaced, by their words, for
        # others with the same words.
        self._equal: dict[Words, Floats] = {}

    def add(self, change: Change, *, is_known: bool = False) -> None:
        """Add a change; when there are enough, all are handed over.

        Args:
            is_known: whether there is a document at the path of a `Put`; unchanged passages of it
                keep their vectors.
        """
        if not self._changes:
            self._since = time.monotonic()
        self._changes.append(change)
        self._paths.add(change.path)
        if isinstance(change, Move):
            self._paths.add(change.source)
        if isinstance(change, Put):
            self._passages += len(change.passages)
            self._put_passages += len(change.passages)
        if is_known:
            self._known.add(change.path)
        if (
            self._passages >= COMMIT_PASSAGES
            or len(self._changes) >= COMMIT_FILES
            or time.monotonic() - self._since > COMMIT_SECONDS
        ):
            self._hand_over()

    def is_pending(self, path: str) -> bool:
        """Whether the document at a path will change, and has not been seen to do so."""
        return path in self._paths or any(path in commit.paths for commit in self._commits)

    def commit(self) -> None:
        """Write the changes so far; when this returns, all are committed."""
        self._hand_over()
        if not self._writer.commits_first:
            self._finish_all()

    def embed_waiting(self) -> None:
        """Embed all that is committed and has no vector; when this returns, nothing waits."""
        self._finish_all()
        self._embed_committed()

    def _embed_committed(self) -> list[Change]:
        while True:
            with self._counting:
                seen = self._committed_passages
                missing = self._writer.match_vectors()
            if not missing:
                return []
            for at in range(0, len(missing), COMMIT_PASSAGES):
                ids = missing[at : at + COMMIT_PASSAGES]
                found = self._engine.passages(ids)
                words = {number: _name_words(*pair) for number, pair in found.items()}
                vectors: dict[int, Floats] = {}
                left = len(missing) - at - len(ids)

                def count_others(seen: int = seen, left: int = left) -> int:
                    return left + self._put_passages - seen

                try:
                    self._embed_words(words, self._equal, vectors, count_others)
                finally:
                    # Also if the run is stopped.
                    self._writer.put_vectors(vectors)

    def close(self, *, cancel: bool = False) -> None:
        """Wait for what was handed over, whatever comes of it; later changes are dropped.

        What is committed before it is embedded waits for the next run.

        Args:
            cancel: drop what is not embedded yet, too, and try to cancel a commit, for as long as
                it goes on.

        Raises:
            KeyboardInterrupt: another one came meanwhile; it cancels the commit, which has ended.
        """
        interruption: KeyboardInterrupt | None = None
        while True:
            try:
                while not all(commit.has_ended(_PAUSE_SECONDS) for commit in self._commits):
                    # Once is not enough: it may not be at what can be cancelled yet.
                    if cancel or self._writer.commits_first:
                        self._is_stopped.set()
                    if cancel:
                        self._writer.cancel()
                break
            except KeyboardInterrupt as error:
                cancel, interruption = True, error
        if interruption is not None:
            raise interruption

    def _hand_over(self) -> None:
        """Have the changes so far committed and embedded."""
        if not self._changes:
            return
        if self._writer.commits_first:
            self._commit_first()
        else:
            self._embed_first()

    def _take_changes(self) -> tuple[list[Change], frozenset[str], set[str]]:
        """The changes so far, which paths of them are known, and all their paths."""
        taken = self._changes, frozenset(self._known), self._paths
        self._changes, self._known, self._paths, self._passages = [], set(), set(), 0
        return taken

    def _commit_first(self) -> None:
        """Commit the changes so far, and have them embedded."""
        changes, known, _ = self._take_changes()
        put = sum(len(change.passages) for change in changes if isinstance(change, Put))
        if self._commits and self._commits[0].has_ended(0):
            self._finish_all()
        if not self._commits or len(self._equal) > _MOST_EQUAL:
            self._equal = {}
        self._equal.update(self._read_equal(changes, known))
        with self._counting:
            self.rejected += self._writer.commit(changes)
            self._committed_passages += put
        if not self._commits:
            self._begin(_Commit(self._embed_committed, lambda _: [], (), None))

    def _embed_first(self) -> None:
        """Have the changes so far embedded, once those before are; and then committed."""
        if len(self._commits) > 1:
            self._finish_first()
        before = self._commits[-1] if self._commits else None
        if before is not None:
            before.wait_until_embedded()
        changes, known, paths = self._take_changes()
        embed = partial(self._embed, changes, known)
        self._begin(_Commit(embed, self._writer.commit, paths, before))

    def _begin(self, commit: _Commit) -> None:
        # Known before it begins: an interruption in between must not lose sight of it.
        self._commits.append(commit)
        commit.begin()

    def _finish_all(self) -> None:
        while self._commits:
            self._finish_first()

    def _finish_first(self) -> None:
        """Wait for the commit that was handed over first; raises what it raises."""
        self.rejected += self._commits[0].result()
        del self._commits[0]

    def _embed(self, changes: Sequence[Change], known: Container[str]) -> list[Change]:
        """The changes, with the vectors of the passages that they put; raises `Cancelled`."""
        words = {
            (number, place): pair
            for number, change in enumerate(changes)
            if isinstance(change, Put)
            for place, pair in enumerate(change.texts_in_context())
        }
        vectors: dict[tuple[int, int], Floats] = {}
        if words:
            equal = self._read_equal(changes, known)
            self._embed_words(words, equal, vectors, lambda: self._passages)
        return [
            replace(
                change, vectors=_stack([vectors[number, at] for at in range(len(change.passages))])
            )
            if isinstance(change, Put)
            else change
            for number, change in enumerate(changes)
        ]

    def _embed_words(
        self,
        words: Mapping[_Key, Words],
        equal: Mapping[Words, Floats],
        vectors: dict[_Key, Floats],
        others: Callable[[], int],
    ) -> None:
        """Embed passages, but for those with the same words as others.

        If it raises `Cancelled`, `vectors` has what was embedded by then.
        """
        known = {key: equal[pair] for key, pair in words.items() if pair in equal}
        self._encoder.embed(
            words, known, vectors, others=others, is_stopped=self._is_stopped.is_set
        )
        if self._is_stopped.is_set():
            raise Cancelled

    def _read_equal(self, changes: Sequence[Change], known: Container[str]) -> dict[Words, Floats]:
        """The vectors of passages that the changes replace or remove: equal ones keep them."""
        kept: dict[Words, Floats] = {}
        # The model is not needed, and may not be there, if nothing is put.
        puts = any(isinstance(change, Put) for change in changes)
        for change in changes if puts else ():
            if isinstance(change, Remove) or change.path in known:
                # What is damaged is embedded again.
                with suppress(DamagedIndex):
                    kept |= _read_vectors(
                        self._engine, change.path, self._get_encoder().fingerprint
                    )
        return kept


def _stack(vectors: Sequence[Floats]) -> Floats:
    return np.stack(vectors) if vectors else np.empty((0, 0), dtype=np.float32)


def _read_vectors(engine: Engine, path: str, fingerprint: str) -> dict[Words, Floats]:
    """The vectors of the document at a path, by their words, if this version has made them."""
    document = next((each for each in engine.documents(path) if each.path == path), None)
    vectors = engine.open_vectors(fingerprint)
    if document is None or vectors is None:
        return {}
    passages = {passage.id: passage for passage in engine.passages_of(document)}
    return {
        _name_words(passages[number], document): vector
        for number, vector in vectors.read([*passages]).items()
    }


def _name_words(passage: Passage, document: Document) -> Words:
    """What is embedded of a passage."""
    return join_title(document.title, passage.headings, passage.columns), passage.text


class _Commit:
    """Changes on their way, in a thread of their own, which does not keep the process from ending.

    `paths` are those of the documents that change.
    """

    def __init__(
        self,
        embed: Callable[[], Sequence[Change]],
        commit: Callable[[Sequence[Change]], list[Failure]],
        paths: Container[str],
        before: _Commit | None,
    ) -> None:
        """Nothing is begun yet.

        Args:
            embed: makes the changes, with vectors; what comes before the commit.
            commit: makes the commit.
            before: is committed first; if it fails, so does this one.
        """
        self.paths = paths
        self._embed, self._commit, self._before = embed, commit, before
        self._embedded: Future[None] = Future()
        self._committed: Future[list[Failure]] = Future()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def begin(self) -> None:
        self._thread.start()

    def _run(self) -> None:
        try:
            changes = self._embed()
            self._embedded.set_result(None)
            before, self._before = self._before, None
            if before is not None:
                before.result()
            self._committed.set_result(self._commit(changes))
        except BaseException as error:
            if not self._embedded.done():
                self._embedded.set_exception(error)
            self._committed.set_exception(error)

    def wait_until_embedded(self) -> None:
        """Wait until the changes have their vectors; raises what embedding raises."""
        self._embedded.result()

    def result(self) -> list[Failure]:
        """Wait until all is committed; raises what embedding and committing raise."""
        return self._committed.result()

    def has_ended(self, seconds: float) -> bool:
        """Whether it ends within so many seconds, or was interrupted before it began."""
        try:
            self._committed.exception(seconds)
        except TimeoutError:
            return self._thread.ident is None
        # It has little left to do, but on a busy machine that can take a while.
        self._thread.join(seconds)
        return not self._thread.is_alive()
