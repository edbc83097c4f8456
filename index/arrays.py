"""Types of the arrays that go between modules, sets of ids, and sequences in parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Halves = NDArray[np.float16]
# Ids of passages, or of documents.
Ids = NDArray[np.int64]
_Value = TypeVar("_Value")


def batched(values: Sequence[_Value], most: int) -> Iterator[Sequence[_Value]]:
    """The values in slices, of `most` but for the last."""
    return (values[at : at + most] for at in range(0, len(values), most))


def find_ids(
    ids: NDArray[np.integer], wanted: NDArray[np.integer]
) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Places of wanted ids among `ids`, which are ascending, and whether each is there."""
    if not len(ids):
        return np.zeros(len(wanted), dtype=np.intp), np.zeros(len(wanted), dtype=np.bool_)
    places = np.minimum(np.searchsorted(ids, wanted), len(ids) - 1)
    return places, ids[places] == wanted


def union_ids(*parts: Ids | Sequence[int]) -> Ids:
    """All the ids, ascending, each once; for many ids far quicker than `np.union1d`."""
    arrays = [np.asarray(part, dtype=np.int64) for part in parts]
    ids = np.concatenate([np.empty(0, dtype=np.int64), *arrays])
    # A stable sort is quick where parts are ascending, as most are.
    ids.sort(kind="stable")
    different: Ids = ids[np.diff(ids, prepend=-1) > 0]
    return different
