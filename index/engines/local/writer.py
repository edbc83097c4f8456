"""Writing to a local index, by one process at a time: first the store, then the derived parts.

What a killed process has left behind is caught up with at the end of the next run.
"""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import numpy as np

from index.arrays import Floats, union_ids
from index.documents import PassageWithContext
from index.engines.changes import (
    UNFIT,
    Change,
    ChangeGiven,
    Copy,
    Move,
    Put,
    PutFailure,
    Remove,
    Touch,
    reject,
)
from index.engines.local.keywords import KeywordIndex
from index.engines.local.storage.backup import write_backup
from index.engines.local.storage.rows import (
    change_given,
    copy_document,
    move_document,
    put_document,
    put_failure,
    remove_documents,
    touch_document,
    write_setting,
)
from index.engines.local.storage.store import UNFINISHED, Store
from index.engines.local.vectors import DenseIndex, Vectors
from index.engines.model import EmbeddingModel
from index.engines.protocol import EngineWriter
from index.errors import CannotWrite, DamagedKeywords, translate_disk_errors
from index.filesystem.locking import writer_lock
from index.reports import Failure, Progress, ProgressCallback, ignore_progress

# Passages added to the keyword index at once if it has fallen behind.
KEYWORD_PASSAGES = 10_000


@contextmanager
def open_writer(
    store: Store,
    dense: DenseIndex,
    keywords: KeywordIndex,
    model: EmbeddingModel,
    progress: ProgressCallback,
) -> Iterator[LocalWriter]:
    """Hold the right to write to an index; at the end, the derived parts catch up.

    Raises:
        IndexInUse: another process is writing, and has been for some seconds.
        CannotWrite: there is no room, or no permission.
        ModelError: the model of an index in which nothing is embedded cannot be loaded.
    """
    folder = store.path.parent
    store.check()
    with writer_lock(folder, progress), translate_disk_errors(folder):
        store.check()
        _reset_if_outdated(store, dense, model)
        # What a killed writer was rebuilding.
        for path in (*folder.glob("*.part"), *folder.glob("*.old")):
            shutil.rmtree(path, ignore_errors=True)
        vectors = dense.vectors
        vectors.refresh()
        store.reserve_ids(max(keywords.watermark, vectors.last_id))
        writer = LocalWriter(store, keywords, vectors)
        yield writer
        vectors.remove(writer.removed)
        vectors.compact()
        catch_up_keywords(store, keywords, progress)
        write_backup(store)
        store.mark_finished()


def _reset_if_outdated(store: Store, dense: DenseIndex, model: EmbeddingModel) -> None:
    """Begin without vectors if another version of the model made them."""
    known = store.setting("fingerprint")
    if known is None:
        store.set_setting("fingerprint", model.load().fingerprint)
    else:
        fingerprint = model.find_fingerprint(may_compile=True)
        if fingerprint is not None and fingerprint != known:
            dense.begin_version(fingerprint)
    dense.delete_older()


@dataclass(slots=True)
class LocalWriter(EngineWriter):
    """Changes a local index; see `open_writer`."""

    store: Store
    keywords: KeywordIndex
    vectors: Vectors
    # Ids of passages that were deleted: others may take over their vectors until the end.
    removed: list[int] = field(default_factory=list)
    # Up to this id, it is known which passages have no vector.
    matched: int = 0
    # Passages are committed in one thread, and get their vectors in another.
    turn: threading.Lock = field(default_factory=threading.Lock)

    commits_first = True

    def commit(self, changes: Sequence[Change]) -> list[Failure]:
        """Change the store, then the keyword index, and then the vectors.

        Raises:
            CannotWrite: there is no room, or the disk fails. No file is to blame for that.
        """
        step = _Step()
        with self.turn, translate_disk_errors(self.store.path.parent):
            with self.store.writing() as connection:
                for change in changes:
                    step.make(connection, change)
                write_setting(connection, UNFINISHED, "yes")
            # A damaged keyword index is rebuilt at the end of the run.
            with suppress(DamagedKeywords):
                self.keywords.refresh()
                passages = self.store.passages_after(self.keywords.watermark, KEYWORD_PASSAGES)
                self.keywords.add(passages, step.removed)
            known = self.vectors.read([*step.copied.values()])
            for new, source in step.copied.items():
                if (vector := step.vectors.get(source, known.get(source))) is not None:
                    step.vectors[new] = vector
            self._append(step.vectors)
            self.removed.extend(step.removed)
            if any(isinstance(change, ChangeGiven) for change in changes):
                # If the store is lost, the backup is all that is left.
                write_backup(self.store)
        return step.rejected

    def match_vectors(self) -> Sequence[int]:
        with self.turn:
            self.vectors.refresh()
            alive, known = self.store.passage_ids(after=self.matched), self.vectors.ids()
            if not self.matched:
                # A killed writer may have left some; those of this one may be taken over yet.
                dead = np.setdiff1d(known, union_ids(alive, self.removed), assume_unique=True)
                self.vectors.remove(dead.tolist())
            self.matched = int(alive[-1]) if len(alive) else self.matched
            missing: list[int] = np.setdiff1d(alive, known, assume_unique=True).tolist()
            return missing

    def put_vectors(self, vectors: Mapping[int, Floats]) -> None:
        with self.turn, translate_disk_errors(self.store.path.parent):
            self._append(vectors)

    def _append(self, vectors: Mapping[int, Floats]) -> None:
        ids = sorted(vectors)
        if ids:
            self.vectors.append(ids, np.stack([vectors[number] for number in ids]))
            self.vectors.compact()


@dataclass(slots=True)
class _Step:
    """What one transaction does to passages.

    Attributes:
        removed: ids of passages that are deleted.
        vectors: of new passages, by id.
        copied: by the id of a new passage, that of the passage that it is a copy of.
        rejected: documents that cannot be stored.
    """

    removed: list[int] = field(default_factory=list)
    vectors: dict[int, Floats] = field(default_factory=dict)
    copied: dict[int, int] = field(default_factory=dict)
    rejected: list[Failure] = field(default_factory=list)

    def make(self, connection: sqlite3.Connection, change: Change) -> None:
        """Make one change; one that fails does not stop the others."""
        connection.execute("SAVEPOINT step")
        try:
            self.removed += self._write(connection, change)
        except (*UNFIT, sqlite3.ProgrammingError, sqlite3.DataError) as error:
            connection.execute("ROLLBACK TO step")
            failure = reject(change, error)
            self.rejected.append(failure)
            self.removed += put_failure(connection, failure.path, failure.reason, None)
        connection.execute("RELEASE step")

    def _write(self, connection: sqlite3.Connection, change: Change) -> list[int]:
        """Make one change; returns the ids of the passages that it deletes."""
        match change:
            case Put(path, content, state, passages, vectors):
                removed, added = put_document(connection, path, content, state, passages)
                if vectors is not None:
                    self.vectors.update((new, vectors[place]) for new, place in added.items())
                return removed
            case Touch(path, state):
                return touch_document(connection, path, state)
            case Move(source, path, state):
                return move_document(connection, source, path, state)
            case Copy(source, path, state):
                removed, copied = copy_document(connection, source, path, state)
                self.copied.update(copied)
                return removed
            case Remove(path):
                return remove_documents(connection, [path])
            case PutFailure(path, reason, stamp):
                return put_failure(connection, path, reason, stamp)
            case ChangeGiven():
                change_given(connection, change)
                return []


def catch_up_keywords(
    store: Store, keywords: KeywordIndex, progress: ProgressCallback = ignore_progress
) -> None:
    """Add what the keyword index lacks; rebuild it if it is damaged."""
    try:
        keywords.refresh()
        if not keywords.is_outdated:
            for passages in _read_passages(store, keywords.watermark):
                keywords.add(passages)
            if keywords.count == store.counts().passages:
                return
    except DamagedKeywords:
        pass
    # It is damaged or of an older form, or a writer was killed between two commits.
    rebuild_keywords(store, keywords, progress)


def rebuild_keywords(
    store: Store, keywords: KeywordIndex, progress: ProgressCallback = ignore_progress
) -> None:
    """Make the keyword index again from the store; raises `CannotWrite`."""
    store.set_setting(UNFINISHED, "yes")
    total = store.counts().passages
    try:
        keywords.rebuild(_report_batches(_read_passages(store), total, progress))
    except DamagedKeywords as error:
        # It has just been made, so it is not damaged.
        raise CannotWrite(
            f"the keyword index cannot be written ({error.__cause__}): check the disk it is on, "
            f"then run `quoteback verify --repair`"
        ) from error


def _read_passages(store: Store, after: int = 0) -> Iterator[list[PassageWithContext]]:
    while passages := store.passages_after(after, KEYWORD_PASSAGES):
        yield passages
        after = passages[-1].id


def _report_batches(
    passages: Iterator[list[PassageWithContext]], total: int, progress: ProgressCallback
) -> Iterator[list[PassageWithContext]]:
    done = 0
    for batch in passages:
        progress(Progress("rebuilding the keyword index", done, total))
        yield batch
        done += len(batch)
    progress(Progress("rebuilding the keyword index", done, total))
