"""The passages of a store that a filter lets through."""

from __future__ import annotations

from index.arrays import Ids
from index.engines.local.storage.store import Store
from index.search.filters import Filter, select_documents


def select_passages(filter: Filter, store: Store) -> Ids:
    """Ids of the passages of the documents that a filter lets through, ascending.

    Raises:
        BadPattern: one of its patterns is invalid.
    """
    return store.passage_ids(select_documents(filter, store.list_filterable()))
