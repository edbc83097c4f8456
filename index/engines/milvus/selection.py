"""What a filter lets through, as conditions on the ids of documents.

Documents that were indexed one after the other, as those of a folder are, form a run: no other
document's id lies between theirs. However long it is, it is one comparison of a condition.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.arrays import Ids
from index.engines.milvus.connection import is_among

# What one search compares with: runs, and ids of documents in no run. With more, there are several.
_MOST_RUNS, _MOST_DOCUMENTS = 64, 8_192
# Fewer documents in a row are no run.
_SHORTEST_RUN = 8


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """What the searches choose from.

    Attributes:
        documents: their ids, ascending.
        conditions: each for a search of its own. A document that was committed since, or rows of
            none, may fulfil one, too.
    """

    documents: Ids
    conditions: tuple[str, ...]

    def holds(self, documents: Sequence[int]) -> list[bool]:
        """Which documents are chosen."""
        numbers = np.asarray(documents, np.int64)
        ends = np.searchsorted(self.documents, numbers, side="right")
        starts = np.searchsorted(self.documents, numbers)
        are_chosen: list[bool] = (ends > starts).tolist()
        return are_chosen


def make_selection(chosen: Sequence[int], known: Sequence[int]) -> Selection:
    """The selection of some documents.

    Args:
        known: ids of all documents.
    """
    ids = np.unique(np.asarray(known, np.int64))
    rows = np.flatnonzero(np.isin(ids, np.asarray(chosen, np.int64)))
    if not len(rows):
        return Selection(ids[rows], ())
    breaks = np.flatnonzero(np.diff(rows) > 1)
    firsts, lasts = rows[[0, *(breaks + 1)]], rows[[*breaks, -1]]
    lengths = lasts - firsts + 1
    longest = np.argsort(-lengths, kind="stable")
    longest = longest[lengths[longest] >= _SHORTEST_RUN]
    count = _count_searches(lengths[longest], len(rows))
    longest = longest[: count * _MOST_RUNS]
    is_alone = ~np.isin(np.repeat(np.arange(len(lengths)), lengths), longest)
    runs = np.column_stack([ids[firsts[longest]], ids[lasts[longest]]])
    return Selection(ids[rows], tuple(_make_conditions(count, runs, ids[rows[is_alone]])))


def _count_searches(lengths: NDArray[np.int64], documents: int) -> int:
    """How many searches are needed, where each takes the longest runs that are left."""
    count = 1
    while documents - lengths[: count * _MOST_RUNS].sum() > count * _MOST_DOCUMENTS:
        count += 1
    return count


def _make_conditions(count: int, runs: Ids, alone: Ids) -> Iterator[str]:
    for number in range(count):
        terms = [
            f"(document >= {first} and document <= {last})"
            for first, last in runs[number * _MOST_RUNS :][:_MOST_RUNS].tolist()
        ]
        if rest := alone[number * _MOST_DOCUMENTS :][:_MOST_DOCUMENTS].tolist():
            terms.append(is_among("document", rest))
        yield " or ".join(terms)
