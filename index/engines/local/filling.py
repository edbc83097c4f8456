"""A writer of the local engine that takes vectors, to fill the copy of an index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from index.arrays import Floats
from index.engines.changes import Change, Put
from index.engines.local.catch_up import catch_up_keywords
from index.engines.local.dense.dense_index import DenseIndex
from index.engines.local.dense.vectors import Vectors
from index.engines.local.keywords import KeywordIndex
from index.engines.local.storage.backup import write_backup
from index.engines.local.storage.store import Store
from index.engines.local.writer import LocalWriter
from index.engines.protocol import EngineWriter
from index.errors import translate_disk_errors
from index.filesystem.locking import writer_lock
from index.filesystem.root import Root
from index.reports import Failure, ProgressCallback


@contextmanager
def open_filler(
    store: Store,
    dense: DenseIndex,
    keywords: KeywordIndex,
    fingerprint: str,
    progress: ProgressCallback,
) -> Iterator[FillingWriter]:
    """Hold the right to write to a new index, and give it vectors.

    Args:
        fingerprint: of the version of the model that made the vectors.
    """
    folder = store.path.parent
    with writer_lock(folder, progress), translate_disk_errors(folder):
        store.set_setting("fingerprint", fingerprint)
        vectors = dense.vectors
        vectors.refresh()
        yield FillingWriter(LocalWriter(store, keywords, lambda *_: None), vectors)
        catch_up_keywords(store, keywords, progress)
        vectors.compact()
        write_backup(store)
        store.mark_finished()


@dataclass(frozen=True, slots=True)
class FillingWriter(EngineWriter):
    """Puts new documents with their vectors; see `open_filler`."""

    writer: LocalWriter
    vectors: Vectors

    def commit(self, changes: Sequence[Change]) -> list[Failure]:
        """Change the store and the keyword index, then append the vectors."""
        store = self.writer.store
        failures = self.writer.commit(changes)
        rows: dict[int, Floats] = {}
        for change in changes:
            if isinstance(change, Put) and change.vectors is not None and change.pieces:
                [number] = [
                    document.id
                    for document in store.documents(change.path)
                    if document.path == change.path
                ]
                ids = store.passage_ids([number]).tolist()
                rows.update(zip(ids, change.vectors, strict=True))
        if rows:
            ids = sorted(rows)
            self.vectors.append(ids, np.stack([rows[number] for number in ids]))
            self.vectors.compact()
        return failures

    def put_roots(self, roots: Sequence[Root]) -> None:
        self.writer.put_roots(roots)

    def delete_roots(self, paths: Sequence[str]) -> None:
        self.writer.delete_roots(paths)

    def put_removed(self, paths: Iterable[str], in_place_of: Sequence[str] = ()) -> None:
        self.writer.put_removed(paths, in_place_of)

    def mark_read(self, paths: Sequence[str]) -> None:
        self.writer.mark_read(paths)
