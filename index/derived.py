"""What is derived from the store, keywords and vectors, brought in step with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

import numpy as np

from index.changes import KEYWORD_PASSAGES
from index.encoder import Encoder
from index.keywords import DamagedKeywords, Keywords
from index.passages import CONTEXT_TOKENS
from index.reports import Progress, ProgressCallback
from index.store import Embeddable, Store
from index.vectors import Ids, Vectors

# Vectors are written after this many passages: what a kill can lose of them.
SEGMENT_PASSAGES = 1_024
_ENCODED_AT_ONCE = 128


def missing_vectors(store: Store, vectors: Vectors) -> Ids:
    """Ids of the passages that are not embedded, ascending."""
    vectors.refresh()
    return np.setdiff1d(_alive(store), vectors.ids())


def embed_missing(
    store: Store, vectors: Vectors, encoder: Callable[[], Encoder], tell: ProgressCallback
) -> None:
    """Embed every passage that is not; the encoder is asked for where there is one."""
    missing: list[int] = missing_vectors(store, vectors).tolist()
    prefix = lru_cache(maxsize=4096)(lambda *context: _prefix(encoder(), *context))
    for at in range(0, len(missing), SEGMENT_PASSAGES):
        ids = missing[at : at + SEGMENT_PASSAGES]
        texts = {
            passage.id: prefix(passage.title, passage.heading) + passage.text
            for passage in store.embeddable_of(ids)
        }
        _embed(texts, vectors, encoder(), at, len(missing), tell)
        vectors.compact(_alive(store))
    vectors.compact(_alive(store))


def catch_up_keywords(store: Store, keywords: Keywords) -> None:
    """Take what the keyword index lacks; made anew where it is damaged."""
    try:
        keywords.refresh()
        for passages in _batches(store, keywords.watermark):
            keywords.add(passages)
        if keywords.count == store.counts()[1]:
            return
    except DamagedKeywords:
        pass
    # Damaged, or killed between two commits: it is quickly made anew.
    rebuild_keywords(store, keywords)


def rebuild_keywords(store: Store, keywords: Keywords) -> None:
    """Make the keyword index anew."""
    keywords.rebuild(_batches(store))


def _batches(store: Store, after: int = 0) -> Iterator[list[Embeddable]]:
    while passages := store.embeddable(after, KEYWORD_PASSAGES):
        yield passages
        after = passages[-1].id


def _alive(store: Store) -> Ids:
    """Ids of all passages, ascending."""
    return np.asarray(store.passage_ids(), dtype=np.int64)


def _embed(
    texts: dict[int, str],
    vectors: Vectors,
    encoder: Encoder,
    before: int,
    total: int,
    tell: ProgressCallback,
) -> None:
    ids = sorted(texts)
    made = []
    tell(Progress("embedding", before, total))
    for at in range(0, len(ids), _ENCODED_AT_ONCE):
        chunk = ids[at : at + _ENCODED_AT_ONCE]
        made.append(encoder.encode_passages([texts[number] for number in chunk]))
        tell(Progress("embedding", before + at + len(chunk), total))
    if ids:
        vectors.append(ids, np.concatenate(made))


def _prefix(encoder: Encoder, title: str | None, heading: str | None) -> str:
    """Title and headings as they are encoded with a passage; at most so many tokens."""
    parts = [heading] if heading and title and heading.startswith(title) else [title, heading]
    words = " › ".join(part for part in parts if part).split()
    while words and encoder.count_tokens([" ".join(words)])[0] > CONTEXT_TOKENS - 2:
        words = words[: len(words) * 3 // 4]
    return " ".join(words) + "\n" if words else ""
