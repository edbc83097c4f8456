"""Indexes and models that components share: each is opened once in a process."""

from __future__ import annotations

import os
from functools import lru_cache

from index import Index, Retriever, load_encoder
from qa.answering.models import AnsweringModels, load_models

# Indexes that stay open.
_MOST_OPEN = 8


def open_retriever(folder: str) -> Retriever:
    """The retriever of an index.

    Raises:
        QuotebackError: as `Index.open` has it.
    """
    return _open_retriever(os.path.abspath(folder))


@lru_cache(maxsize=_MOST_OPEN)
def _open_retriever(folder: str) -> Retriever:
    return Retriever(Index.open(folder))


@lru_cache(maxsize=1)
def load_shipped_models() -> AnsweringModels:
    """The models that answer, for texts of any source."""
    return load_models(load_encoder)
