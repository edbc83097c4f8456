"""Writing to a local index, by one process at a time: first the store, then the derived parts."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.arrays import Floats
from index.documents import PassageWithContext
from index.engines.changes import Change, Copy, Move, Put, PutFailure, Remove, Touch
from index.engines.local.catch_up import KEYWORD_PASSAGES, catch_up_keywords
from index.engines.local.dense.dense_index import DenseIndex
from index.engines.local.dense.vectors import Vectors
from index.engines.local.embedding import Embedder
from index.engines.local.keywords import KeywordIndex
from index.engines.local.storage import writes
from index.engines.local.storage.backup import write_backup
from index.engines.local.storage.roots import delete_roots, mark_read, write_removed, write_roots
from index.engines.local.storage.rows import write_setting
from index.engines.local.storage.store import UNFINISHED, Store
from index.engines.model import EmbeddingModel
from index.engines.protocol import EngineWriter
from index.errors import DamagedIndex, DamagedKeywords, translate_disk_errors
from index.filesystem.locking import writer_lock
from index.filesystem.root import Root
from index.reports import Failure, ProgressCallback

# The errors of a change whose document cannot be stored.
_UNFIT = (ValueError, TypeError, ArithmeticError, sqlite3.ProgrammingError, sqlite3.DataError)


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
        _remove_leftovers(folder)
        vectors = dense.vectors
        vectors.refresh()
        store.reserve_ids(max(keywords.watermark, vectors.last_id))
        with Embedder(store, vectors, lambda: model.encoder, progress) as embedder:
            yield LocalWriter(store, keywords, vectors, embedder.embed_committed)
            catch_up_keywords(store, keywords, progress)
            embedder.finish()
            write_backup(store)
            store.mark_finished()


def _reset_if_outdated(store: Store, dense: DenseIndex, model: EmbeddingModel) -> None:
    """Begin without vectors where another version of the model made them."""
    known = store.setting("fingerprint")
    if known is None:
        store.set_setting("fingerprint", model.load().fingerprint)
    else:
        fingerprint = model.find_fingerprint(may_compile=True)
        if fingerprint is not None and fingerprint != known:
            dense.begin_version(fingerprint)
    dense.delete_older()


def _remove_leftovers(folder: Path) -> None:
    """Remove what a killed writer was rebuilding."""
    for path in (*folder.glob("*.part"), *folder.glob("*.old")):
        shutil.rmtree(path, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class LocalWriter(EngineWriter):
    """Changes a local index; see `open_writer`.

    Attributes:
        committed: called after a commit with the ids of the passages that it has deleted, and
            with passages whose vectors others with the same words may take over.
    """

    store: Store
    keywords: KeywordIndex
    vectors: Vectors
    committed: Callable[[Sequence[int], Sequence[PassageWithContext]], None]

    needs_vectors = False

    def commit(self, changes: Sequence[Change]) -> list[Failure]:
        """Change the store, then the keyword index; the changed passages are then embedded.

        Raises:
            CannotWrite: there is no room, or the disk fails. No file is to blame for that.
        """
        removed: list[int] = []
        rejected: list[Failure] = []
        with translate_disk_errors(self.store.path.parent):
            equals = self._read_possible_equals(changes)
            with self.store.writing() as connection:
                for change in changes:
                    removed += _make_change(connection, change, rejected)
                write_setting(connection, UNFINISHED, "yes")
            # A damaged keyword index is rebuilt at the end of the run.
            with suppress(DamagedKeywords):
                self.keywords.refresh()
                passages = self.store.passages_after(self.keywords.watermark, KEYWORD_PASSAGES)
                self.keywords.add(passages, removed)
            given = [change for change in changes if isinstance(change, Put)]
            if given and all(put.vectors is not None for put in given):
                self._append_vectors(given)
            else:
                self.committed(removed, equals)
        return rejected

    def _append_vectors(self, puts: Sequence[Put]) -> None:
        """Give the passages of documents the vectors that came with them."""
        rows: dict[int, Floats] = {}
        for put in puts:
            documents = [document for document, _ in self.store.find_documents(path=put.path)]
            found = [document.id for document in documents if document.path == put.path]
            pairs = self.store.passages(self.store.passage_ids(found).tolist()).values()
            passages = sorted((passage for passage, _ in pairs), key=lambda each: each.span)
            if put.vectors is not None:
                rows.update(zip((each.id for each in passages), put.vectors, strict=False))
        # Passages that were there before have theirs.
        ids = sorted(number for number in rows if number > self.vectors.last_id)
        if ids:
            self.vectors.append(ids, np.stack([rows[number] for number in ids]))
            self.vectors.compact()

    def _read_possible_equals(self, changes: Sequence[Change]) -> list[PassageWithContext]:
        """The passages of documents that are put, removed or copied; none if nothing is added."""
        if not any(isinstance(change, Put | Copy) for change in changes):
            return []
        paths = [
            change.source if isinstance(change, Copy) else change.path
            for change in changes
            if isinstance(change, Put | Remove | Copy)
        ]
        # Without this, as when a row is damaged, passages are embedded again.
        with suppress(DamagedIndex):
            return self.store.passages_at(paths)
        return []

    def put_roots(self, roots: Sequence[Root]) -> None:
        write_roots(self.store, roots)
        # Should the store be lost, the backup is all that is left.
        write_backup(self.store)

    def delete_roots(self, paths: Sequence[str]) -> None:
        delete_roots(self.store, paths)

    def put_removed(self, paths: Iterable[str], in_place_of: Sequence[str] = ()) -> None:
        write_removed(self.store, paths, in_place_of)

    def mark_read(self, paths: Sequence[str]) -> None:
        mark_read(self.store, paths)


def _make_change(
    connection: sqlite3.Connection, change: Change, rejected: list[Failure]
) -> list[int]:
    """Make one change of a transaction; one that fails does not stop the others.

    Returns the ids of the passages that it deletes.
    """
    connection.execute("SAVEPOINT step")
    try:
        removed = _write_change(connection, change)
    except _UNFIT as error:
        connection.execute("ROLLBACK TO step")
        failure = Failure(change.path, f"cannot be stored ({error!r})")
        rejected.append(failure)
        removed = writes.put_failure(connection, failure.path, failure.reason, None)
    connection.execute("RELEASE step")
    return removed


def _write_change(connection: sqlite3.Connection, change: Change) -> list[int]:
    match change:
        case Put(path, content, state, pieces):
            return writes.put_document(connection, path, content, state, pieces)
        case Touch(path, state):
            return writes.touch_document(connection, path, state)
        case Move(source, path, state):
            return writes.move_document(connection, source, path, state)
        case Copy(source, path, state):
            return writes.copy_document(connection, source, path, state)
        case Remove(path):
            return writes.remove_documents(connection, [path])
        case PutFailure(path, reason, stamp):
            return writes.put_failure(connection, path, reason, stamp)
