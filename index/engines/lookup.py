"""Documents of an engine by path, and those that a filter lets through."""

from __future__ import annotations

import os

from index.documents import Document, encode_properties
from index.engines.protocol import Engine, StoredText
from index.errors import MissingPath
from index.search.filters import Filter, select_documents


def list_documents(engine: Engine, filter: Filter | None) -> list[Document]:
    """All documents, or those that a filter lets through; by path.

    Raises:
        BadPattern: one of the filter's patterns is invalid.
    """
    documents = engine.documents()
    if not filter:
        return documents
    states = engine.states() if filter.since or filter.until else {}
    changed = {path: state.stamp.mtime_ns for path, state in states.items()}
    passing = select_documents(
        filter,
        (
            (
                document.id,
                document.path,
                changed.get(document.path),
                encode_properties(document.properties),
            )
            for document in documents
        ),
    )
    kept = frozenset(passing)
    return [document for document in documents if document.id in kept]


def find_document(engine: Engine, path: str | os.PathLike[str]) -> Document | None:
    """The document at a path, taken as given or made absolute; None if not in the index."""
    for name in _possible_names(path):
        for document in engine.documents(name):
            if document.path == name:
                return document
    return None


def read_text(engine: Engine, path: str | os.PathLike[str]) -> StoredText:
    """The canonical text of the document at a path, with its structure.

    Raises:
        MissingPath: it is not in the index.
        DamagedIndex: it can no longer be read.
    """
    for name in _possible_names(path):
        if (found := engine.find_text(name)) is not None:
            return found
    raise MissingPath(f"{os.fspath(path)} is not in the index")


def _possible_names(path: str | os.PathLike[str]) -> tuple[str, str]:
    return os.fspath(path), os.path.abspath(path)
