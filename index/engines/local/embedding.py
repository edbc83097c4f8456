"""Embedding passages in a thread of their own, while more files are read.

The store is the queue: committed passages without a vector are taken from it, a segment's
worth at a time. So memory does not grow however far reading is ahead, and the next run goes on
with what was interrupted.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType

import numpy as np

from index.arrays import Floats, union_ids
from index.documents import PassageWithContext
from index.engines.local.dense.vectors import Vectors
from index.engines.local.storage.store import Store
from index.filesystem.freshness import hash_bytes
from index.models.encoder import Encoder
from index.models.passage_encoding import PassageEncoder, Words
from index.reports import ProgressCallback

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
        self._encoder = PassageEncoder(encoder, progress)
        self._pool = ThreadPoolExecutor(1, "quoteback-embedding")
        self._job: Future[None] | None = None
        self._stopped = threading.Event()
        self._removed: list[int] = []
        # Ids of passages, by a hash of their words, whose vectors equal ones take over.
        self._equals: dict[bytes, int] = {}
        # Still to be embedded: the passages in `_missing`, and all with a higher id than `_last`.
        self._missing: list[int] = []
        self._last: int | None = None

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
        self, removed: Sequence[int], equals: Sequence[PassageWithContext] = ()
    ) -> None:
        """Embed what has been committed to the store, and drop the removed passages' vectors.

        Raises whatever has gone wrong in the thread since the last call.

        Args:
            equals: passages whose vectors others with the same words may take over.
        """
        self._removed += removed
        self._equals.update(
            (_hash_words((passage.above, passage.text)), passage.id) for passage in equals
        )
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
        words = {passage.id: (passage.above, passage.text) for passage in passages}
        vectors: dict[int, Floats] = {}
        try:
            self._encoder.embed(
                words,
                self._read_equal(words),
                vectors,
                others=self._count_left(),
                is_stopped=self._stopped.is_set,
            )
        finally:
            # Also when the callback stops the run by raising.
            self._append(vectors)

    def _read_equal(self, passages: Mapping[int, Words]) -> dict[int, Floats]:
        """The vectors of passages with the same words, which were copied or removed."""
        equals = {
            number: self._equals.get(_hash_words(words)) for number, words in passages.items()
        }
        known = self._vectors.read([equal for equal in equals.values() if equal is not None])
        return {
            number: known[equal]
            for number, equal in equals.items()
            if equal is not None and equal in known
        }

    def _append(self, vectors: Mapping[int, Floats]) -> None:
        ids = sorted(vectors)
        if ids:
            self._vectors.append(ids, np.stack([vectors[number] for number in ids]))


def _hash_words(words: Words) -> bytes:
    """A hash of what is embedded of a passage."""
    return hash_bytes("\0".join(words).encode())
