"""Passages embedded in a thread of their own, while more are read.

The store is the queue: what is committed and has no vector is taken from there, a
segment's worth at a time. So memory stays flat however far reading is ahead, and
what was interrupted goes on with the next run.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import lru_cache
from types import TracebackType

import numpy as np

from index.models.encoder import Encoder, Floats, as_promised
from index.reports import Progress, ProgressCallback
from index.search.vectors import Vectors
from index.storage.store import Embeddable, Store
from index.text.passages import CONTEXT_TOKENS

# Vectors are written after this many passages: what a kill can lose of them.
SEGMENT_PASSAGES = 1_024
_ENCODED_AT_ONCE = 128


class Embedding:
    """Embeds the passages of a store that have no vector. One is at work at a time.

    Leaving it by an exception stops the work; what is embedded by then is kept.
    """

    def __init__(
        self,
        store: Store,
        vectors: Vectors,
        encoder: Callable[[], Encoder],
        tell: ProgressCallback,
    ) -> None:
        """Nothing is done yet.

        Args:
            encoder: asked for when there is something to embed.
            tell: called from the thread that embeds.
        """
        self._store = store
        self._vectors = vectors
        self._encoder = encoder
        self._tell = tell
        self._pool = ThreadPoolExecutor(1, "quoteback-embedding")
        self._job: Future[None] | None = None
        self._stopped = threading.Event()
        self._removed: list[int] = []
        # What is left to do: these passages, and all with a higher id than the last.
        self._missing: list[int] = []
        self._last: int | None = None
        self._done = 0
        self._prefix = lru_cache(maxsize=4096)(self._fitting_prefix)

    def __enter__(self) -> Embedding:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopped.set()
        self._pool.shutdown()

    def committed(self, removed: Sequence[int]) -> None:
        """Go on, since there is more in the store, and without these passages.

        Raises whatever has gone wrong with what there was before.
        """
        self._removed += removed
        if self._job is not None and self._job.done():
            self._job.result()
            self._job = None
        if self._job is None:
            self._job = self._pool.submit(self._embed, SEGMENT_PASSAGES)

    def finish(self) -> None:
        """Wait until all is embedded, and forget the vectors of passages that went."""
        if self._job is not None:
            self._job.result()
        self._pool.submit(self._embed, 1).result()
        self._vectors.remove(self._removed)
        self._vectors.compact()

    def _embed(self, least: int) -> None:
        """Embed what there is, as long as there are at least so many passages."""
        if self._last is None:
            self._begin()
        while not self._stopped.is_set() and self._left() >= least:
            self._embed_passages(self._next())
            self._vectors.compact()

    def _begin(self) -> None:
        self._vectors.refresh()
        alive = self._store.passage_ids()
        known = self._vectors.ids()
        self._vectors.remove(np.setdiff1d(known, alive, assume_unique=True).tolist())
        self._missing = np.setdiff1d(alive, known, assume_unique=True).tolist()
        self._last = int(alive[-1]) if len(alive) else 0

    def _left(self) -> int:
        return len(self._missing) + self._store.count_after(self._last or 0)

    def _next(self) -> list[Embeddable]:
        if self._missing:
            ids = self._missing[:SEGMENT_PASSAGES]
            del self._missing[:SEGMENT_PASSAGES]
            return self._store.embeddable_of(ids)
        passages = self._store.embeddable(self._last or 0, SEGMENT_PASSAGES)
        if passages:
            self._last = passages[-1].id
        return passages

    def _embed_passages(self, passages: Sequence[Embeddable]) -> None:
        total = self._done + len(passages) + self._left()
        self._tell(Progress("embedding", self._done, total))
        copied = self._take_copies(passages)
        self._done += len(copied)
        # Passages with the same words get the same vector.
        of_text: dict[str, list[int]] = {}
        for passage in passages:
            if passage.id in copied:
                continue
            text = self._prefix(passage.above) + passage.text
            of_text.setdefault(text, []).append(passage.id)
        texts = list(of_text)
        vectors: dict[int, Floats] = {}
        for at in range(0, len(texts), _ENCODED_AT_ONCE):
            if self._stopped.is_set():
                break
            chunk = texts[at : at + _ENCODED_AT_ONCE]
            encoder = self._encoder()
            made = as_promised(encoder.encode_passages(chunk), encoder, len(chunk))
            for text, vector in zip(chunk, made, strict=True):
                vectors.update(dict.fromkeys(of_text[text], vector))
            self._tell(Progress("embedding", self._done + len(vectors), total))
        self._done += len(vectors)
        self._append(vectors)

    def _take_copies(self, passages: Sequence[Embeddable]) -> set[int]:
        """Give passages of copied files the vectors of the originals; returns their ids."""
        twins = self._store.twins([passage.id for passage in passages])
        originals = {each.id: each for each in self._store.embeddable_of(list(twins.values()))}
        known = self._vectors.stored(list(originals))
        vectors = {
            passage.id: known[twin]
            for passage in passages
            if (twin := twins.get(passage.id)) in known
            and replace(passage, id=twin) == originals[twin]
        }
        self._append(vectors)
        return set(vectors)

    def _append(self, vectors: Mapping[int, Floats]) -> None:
        ids = sorted(vectors)
        if ids:
            self._vectors.append(ids, np.stack([vectors[number] for number in ids]))

    def _fitting_prefix(self, above: str) -> str:
        """Title and headings as they are encoded with a passage; at most so many tokens."""
        words = above.split()
        while words and self._encoder().count_tokens([" ".join(words)])[0] > CONTEXT_TOKENS - 2:
            words = words[: len(words) * 3 // 4]
        return " ".join(words) + "\n" if words else ""
