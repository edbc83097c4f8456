"""Quoteback's retriever as a library: documents in, hits out.

from index import Index, Retriever

index = Index.open("notes.index", create=True)
index.add(["notes/"])
hits = Retriever(index).search("when did the museum open?", k=10)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from index.defaults import DEFAULT_HITS, DEFAULT_MODE, DEFAULT_MODEL, MODES, Mode
from index.documents import (
    Content,
    Document,
    Heading,
    Hit,
    Passage,
    Span,
    Table,
    join_headings,
    join_title,
    replace_surrogates,
)
from index.engines.opening import holds_documents, identify_index
from index.errors import (
    BadLocation,
    BadPattern,
    Cancelled,
    CannotRead,
    CannotWrite,
    DamagedIndex,
    IndexInUse,
    IndexMoved,
    MissingEngine,
    MissingPath,
    ModelError,
    NotAnIndex,
    Notice,
    NotLocal,
    OtherFormat,
    OtherModel,
    OtherVersion,
    QuotebackError,
)
from index.filesystem.freshness import check_paths
from index.filesystem.private_files import (
    has_room,
    make_private,
    make_private_folder,
    open_privately,
    read_file,
    rename,
)
from index.index_location import EngineUrl, Location, name_location, read_location
from index.locations import (
    cache_folder,
    configuration_folder,
    data_folder,
    default_index,
    describe_to_process,
    runtime_folder,
)
from index.reports import Failure, Progress, Report, Status
from index.storage.sealed_rows import DamagedRow, seal, unseal
from index.text.patterns import BULLET, ITEM_MARKER, ITEM_NUMBER, MONTH, MONTHS
from index.text.sentences import split_sentences

if TYPE_CHECKING:
    from index.background import run_cancellable
    from index.filesystem.path_patterns import anchor_pattern
    from index.index import Index
    from index.loaders import UnreadableFile, decode, load_file, register_loader
    from index.loaders.formats import list_formats
    from index.loaders.sandbox.isolation import Isolation
    from index.loaders.sandbox.parent import check_isolation
    from index.loaders.table import split_table
    from index.models.cache import ModelSource, hash_file, load_compiled
    from index.models.encoder import Encoder
    from index.models.load import default_model_folder, load_encoder
    from index.models.onnx_session import OnnxGraph
    from index.models.quantise import export_int8, silence_libraries
    from index.plugins import PluginError, PluginKind, list_plugins, load_plugin
    from index.retriever import Retriever
    from index.search.filters import Filter
    from index.storage.schema import is_index
    from index.watching import watch

__all__ = [
    "BULLET",
    "DEFAULT_HITS",
    "DEFAULT_MODE",
    "DEFAULT_MODEL",
    "ITEM_MARKER",
    "ITEM_NUMBER",
    "MODES",
    "MONTH",
    "MONTHS",
    "BadLocation",
    "BadPattern",
    "Cancelled",
    "CannotRead",
    "CannotWrite",
    "Content",
    "DamagedIndex",
    "DamagedRow",
    "Document",
    "Encoder",
    "EngineUrl",
    "Failure",
    "Filter",
    "Heading",
    "Hit",
    "Index",
    "IndexInUse",
    "IndexMoved",
    "Isolation",
    "Location",
    "MissingEngine",
    "MissingPath",
    "Mode",
    "ModelError",
    "ModelSource",
    "NotAnIndex",
    "NotLocal",
    "Notice",
    "OnnxGraph",
    "OtherFormat",
    "OtherModel",
    "OtherVersion",
    "Passage",
    "PluginError",
    "PluginKind",
    "Progress",
    "QuotebackError",
    "Report",
    "Retriever",
    "Span",
    "Status",
    "Table",
    "UnreadableFile",
    "anchor_pattern",
    "cache_folder",
    "check_isolation",
    "check_paths",
    "configuration_folder",
    "data_folder",
    "decode",
    "default_index",
    "default_model_folder",
    "describe_to_process",
    "export_int8",
    "has_room",
    "hash_file",
    "holds_documents",
    "identify_index",
    "is_index",
    "join_headings",
    "join_title",
    "list_formats",
    "list_plugins",
    "load_compiled",
    "load_encoder",
    "load_file",
    "load_plugin",
    "make_private",
    "make_private_folder",
    "name_location",
    "open_privately",
    "read_file",
    "read_location",
    "register_loader",
    "rename",
    "replace_surrogates",
    "run_cancellable",
    "runtime_folder",
    "seal",
    "silence_libraries",
    "split_sentences",
    "split_table",
    "unseal",
    "watch",
]

# Imported when first used: numpy and the search engine cost more than the data classes.
_LAZY = {
    "Encoder": "index.models.encoder",
    "export_int8": "index.models.quantise",
    "silence_libraries": "index.models.quantise",
    "Filter": "index.search.filters",
    "OnnxGraph": "index.models.onnx_session",
    "ModelSource": "index.models.cache",
    "load_compiled": "index.models.cache",
    "hash_file": "index.models.cache",
    "default_model_folder": "index.models.load",
    "Index": "index.index",
    "load_encoder": "index.models.load",
    "run_cancellable": "index.background",
    "anchor_pattern": "index.filesystem.path_patterns",
    "PluginError": "index.plugins",
    "PluginKind": "index.plugins",
    "list_plugins": "index.plugins",
    "load_plugin": "index.plugins",
    "is_index": "index.storage.schema",
    "Retriever": "index.retriever",
    "UnreadableFile": "index.loaders",
    "decode": "index.loaders",
    "load_file": "index.loaders",
    "list_formats": "index.loaders.formats",
    "Isolation": "index.loaders.sandbox.isolation",
    "check_isolation": "index.loaders.sandbox.parent",
    "register_loader": "index.loaders",
    "split_table": "index.loaders.table",
    "watch": "index.watching",
}


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        return getattr(import_module(_LAZY[name]), name)
    raise AttributeError(f"module 'index' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
