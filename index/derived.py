"""What is derived from the store, compared with it: keywords brought in step, vectors counted."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from index.changes import KEYWORD_PASSAGES
from index.keywords import DamagedKeywords, Keywords
from index.store import Embeddable, Store
from index.vectors import Vectors


def missing_vectors(store: Store, vectors: Vectors) -> int:
    """How many passages are not embedded."""
    vectors.refresh()
    return len(np.setdiff1d(store.passage_ids(), vectors.ids()))


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
