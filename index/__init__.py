"""Quoteback's retriever as a library: documents in, hits out.

    from index import Index, Retriever

    index = Index.open("notes.index", create=True)
    index.add(["notes/"])
    hits = Retriever(index).search("when did the museum open?", k=10)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from index.documents import Content, Document, Heading, Hit, Passage, Span
from index.errors import (
    DamagedIndex,
    IndexInUse,
    MissingPath,
    NotAnIndex,
    OtherFormat,
    OtherModel,
    QuotebackError,
)
from index.segmentation import sentences

if TYPE_CHECKING:
    from index.encoder import Encoder
    from index.index import Failure, Index, Progress, Report, Status
    from index.models import DEFAULT_MODEL, ModelError, load_encoder
    from index.retriever import MODES, Mode, Retriever

__all__ = [
    "DEFAULT_MODEL",
    "MODES",
    "Content",
    "DamagedIndex",
    "Document",
    "Encoder",
    "Failure",
    "Heading",
    "Hit",
    "Index",
    "IndexInUse",
    "MissingPath",
    "Mode",
    "ModelError",
    "NotAnIndex",
    "OtherFormat",
    "OtherModel",
    "Passage",
    "Progress",
    "QuotebackError",
    "Report",
    "Retriever",
    "Span",
    "Status",
    "load_encoder",
    "sentences",
]

# Imported when first used: numpy and the search engine cost more than the data classes.
_LAZY = {
    "Encoder": "index.encoder",
    "Failure": "index.index",
    "Index": "index.index",
    "Progress": "index.index",
    "Report": "index.index",
    "Status": "index.index",
    "DEFAULT_MODEL": "index.models",
    "ModelError": "index.models",
    "load_encoder": "index.models",
    "MODES": "index.retriever",
    "Mode": "index.retriever",
    "Retriever": "index.retriever",
}


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        return getattr(import_module(_LAZY[name]), name)
    raise AttributeError(f"module 'index' has no attribute {name!r}")
