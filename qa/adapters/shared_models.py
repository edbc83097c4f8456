"""Indexes and models that components share: each is opened once in a process."""

from __future__ import annotations

from functools import lru_cache

from index import Index, Retriever
from index.locations import Location, read_location
from index.models import load_encoder
from qa.answering.models import AnsweringModels, load_models

# Indexes that stay open.
_MOST_OPEN = 8


def open_retriever(index: str) -> Retriever:
    """The retriever of an index, by its folder or URL.

    Raises:
        QuotebackError: as `Index.open` raises it.
    """
    return _open_retriever(read_location(index))


@lru_cache(maxsize=_MOST_OPEN)
def _open_retriever(location: Location) -> Retriever:
    return Retriever(Index.open(location))


@lru_cache(maxsize=1)
def load_shipped_models() -> AnsweringModels:
    """The models that answer, for texts of any source."""
    return load_models(load_encoder)
