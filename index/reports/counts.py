"""How much is in an index."""

from __future__ import annotations

from typing import NamedTuple


class IndexCounts(NamedTuple):
    """Numbers of documents and of passages."""

    documents: int
    passages: int
