"""Embedding passages in a thread of their own, while more files are read.

The store is the queue: committed passages without a vector are taken from it, a segment's
worth at a time. So memory does not grow however far reading is ahead, and the next run goes on
with what was interrupted.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from types import TracebackType

import numpy as np

from index.arrays import Floats, union_ids
from index.documents import PassageWithContext
from index.engines.local.dense.vectors import Vectors
from index.engines.local.storage.store import Store
from index.filesystem.freshness import hash_bytes
from index.models.encoder import Encoder
from index.models.passage_encoding import PassageEncoder
from index.reports import Progress, ProgressCallback

# Vectors are written after this many passages: a killed process loses no more of them.
SEGMENT_PASSAGES = 1_024


class Embedder:
    """Embeds the passages of a store that have no vector, in one thread.

    A context manager: leaving it stops the work, and what is embedded by then is kept.
    """

    def __init__(
        self,
        store: Store,
        vectors: Vectors,
        encoder: Callable[[], Encoder],
        progress: ProgressCallback,
    ) -> None:
        """Nothing is embedded yet.

        Args:
            encoder: called when there is something to embed.
            progress: called from the thread that embeds.
        """
        self._store = store
        self._vectors = vectors
        self._encoder = PassageEncoder(encoder)
        self._progress = progress
        self._pool = ThreadPoolExecutor(1, "quoteback-embedding")
        self._job: Future[None] | None = None
        self._stopped = threading.Event()
        self._removed: list[int] = []
        # Ids of removed passages by a hash of their words: equal ones take over their vectors.
        self._gone: dict[bytes, int] = {}
        # Still to be embedded: the passages in `_missing`, and all with a higher id than `_last`.
        self._missing: list[int] = []
        self._last: int | None = None
        self._done = 0

    def __enter__(self) -> Embedder:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopped.set()
        self._pool.shutdown()

    def embed_committed(
        self, removed: Sequence[int], gone: Sequence[PassageWithContext] = ()
    ) -> None:
        """Embed what has been committed to the store, and drop the removed passages' vectors.

        Raises whatever has gone wrong in the thread since the last call.

        Args:
            gone: removed passages whose vectors passages with the same words may take over.
        """
        self._removed += removed
        self._gone.update((_hash_words(passage), passage.id) for passage in gone)
        if self._job is not None and self._job.done():
            self._job.result()
            self._job = None
        if self._job is None:
            self._job = self._pool.submit(self._embed, SEGMENT_PASSAGES)

    def finish(self) -> None:
        """Wait until all is embedded, and drop the vectors of removed passages."""
        if self._job is not None:
            self._job.result()
        self._pool.submit(self._embed, 1).result()
        self._vectors.remove(self._removed)
        self._vectors.compact()

    def _embed(self, least: int) -> None:
        """Embed while at least so many passages are left."""
        if self._last is None:
            self._begin()
        while not self._stopped.is_set() and self._count_left() >= least:
            self._embed_passages(self._take_next())
            self._vectors.compact()

    def _begin(self) -> None:
        self._vectors.refresh()
        alive = self._store.passage_ids()
        known = self._vectors.ids()
        # Vectors of passages that were just removed may still be taken over.
        kept = union_ids(alive, self._removed)
        self._vectors.remove(np.setdiff1d(known, kept, assume_unique=True).tolist())
        self._missing = np.setdiff1d(alive, known, assume_unique=True).tolist()
        self._last = int(alive[-1]) if len(alive) else 0

    def _count_left(self) -> int:
        return len(self._missing) + self._store.count_after(self._last or 0)

    def _take_next(self) -> list[PassageWithContext]:
        if self._missing:
            ids = self._missing[:SEGMENT_PASSAGES]
            del self._missing[:SEGMENT_PASSAGES]
            return self._store.passages_with_context(ids)
        passages = self._store.passages_after(self._last or 0, SEGMENT_PASSAGES)
        if passages:
            self._last = passages[-1].id
        return passages

    def _embed_passages(self, passages: Sequence[PassageWithContext]) -> None:
        total = self._done + len(passages) + self._count_left()
        self._progress(Progress("embedding", self._done, total))
        copied = self._copy_vectors(passages)
        self._done += len(copied)
        others = [passage for passage in passages if passage.id not in copied]
        texts = [(passage.above, passage.text) for passage in others]
        vectors: dict[int, Floats] = {}
        try:
            for batch in self._encoder.encode(texts):
                vectors.update((others[place].id, vector) for place, vector in batch.items())
                self._progress(Progress("embedding", self._done + len(vectors), total))
                if self._stopped.is_set():
                    break
        finally:
            # Also when the callback stops the run by raising.
            self._done += len(vectors)
            self._append(vectors)

    def _copy_vectors(self, passages: Sequence[PassageWithContext]) -> set[int]:
        """Give passages the vectors of equal ones, and return their ids.

        The equal ones are in the original of a copied file, or were just removed.
        """
        twins = self._store.find_twins([passage.id for passage in passages])
        with_context = self._store.passages_with_context(list(twins.values()))
        originals = {passage.id: passage for passage in with_context}
        known = self._vectors.read(list(originals))
        vectors = {
            passage.id: known[twin]
            for passage in passages
            if (twin := twins.get(passage.id)) in known
            and replace(passage, id=twin) == originals[twin]
        }
        gone = {
            passage.id: number
            for passage in passages
            if passage.id not in vectors
            and (number := self._gone.get(_hash_words(passage))) is not None
        }
        known = self._vectors.read([*gone.values()])
        vectors |= {passage: known[number] for passage, number in gone.items() if number in known}
        self._append(vectors)
        return set(vectors)

    def _append(self, vectors: Mapping[int, Floats]) -> None:
        ids = sorted(vectors)
        if ids:
            self._vectors.append(ids, np.stack([vectors[number] for number in ids]))


def _hash_words(passage: PassageWithContext) -> bytes:
    """A hash of what is embedded of a passage."""
    return hash_bytes(f"{passage.above}\0{passage.text}".encode())
