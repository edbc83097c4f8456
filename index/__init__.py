"""Quoteback's retriever as a library: documents in, hits out.

from index import Index, Retriever

index = Index.open("notes.index", create=True)
index.add(["notes/"])
hits = Retriever(index).search("when did the museum open?", k=10)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from index.concurrency.background import run_cancellable
    from index.copying import Copied, copy_index
    from index.cost import Cost, measure_cost
    from index.defaults import DEFAULT_HITS, DEFAULT_MODE, DEFAULT_MODEL, MODES, Mode
    from index.documents import (
        Content,
        Document,
        Heading,
        Hit,
        Passage,
        Properties,
        Span,
        Table,
        join_headings,
        join_title,
        replace_surrogates,
    )
    from index.engines.local.storage.schema import is_index
    from index.engines.local.storage.sealed_rows import DamagedRow, seal, unseal
    from index.engines.peeking import holds_documents, identify_index
    from index.errors import (
        BadLocation,
        BadPattern,
        Cancelled,
        CannotFetch,
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
        OneWriter,
        OtherFormat,
        OtherModel,
        OtherVersion,
        QuotebackError,
    )
    from index.filesystem.freshness import check_paths, find_file, is_gone
    from index.filesystem.path_patterns import anchor_pattern
    from index.filesystem.paths import is_address, is_within
    from index.filesystem.private_files import (
        has_room,
        is_private,
        make_private,
        make_private_folder,
        open_privately,
        read_file,
        rename,
    )
    from index.index import Index
    from index.loaders import UnreadableFile, decode, load_file, register_loader
    from index.loaders.formats import list_conversions, list_formats
    from index.loaders.markup.asciidoc.tables import read_asciidoc_table
    from index.loaders.markup.lines import (
        MarkupLine,
        find_end_of_body,
        skip_blank,
        split_markup_lines,
    )
    from index.loaders.markup.org import read_org_table
    from index.loaders.markup.restructuredtext.directives import (
        CODE_DIRECTIVES,
        HIDDEN_DIRECTIVES,
        UNSEEN_DIRECTIVES,
    )
    from index.loaders.markup.restructuredtext.tables import (
        read_grid_table,
        read_list_table,
        read_simple_table,
    )
    from index.loaders.markup.tables import MarkupTable
    from index.loaders.records.table import split_table
    from index.loaders.sandbox.isolation import Isolation
    from index.loaders.sandbox.parent import check_isolation
    from index.loaders.unsupported import explain_conversion
    from index.locations import (
        EngineUrl,
        Location,
        cache_folder,
        configuration_folder,
        data_folder,
        default_index,
        describe_to_process,
        name_location,
        read_location,
        runtime_folder,
    )
    from index.models.cache import ModelSource, hash_file, load_compiled
    from index.models.encoder import Encoder
    from index.models.graph_building import GraphBuilder
    from index.models.load import default_model_folder, load_encoder
    from index.models.onnx_session import OnnxGraph
    from index.models.quantise import quantise_graph, silence_libraries
    from index.parts import explain_installation
    from index.plugins import PluginError, PluginKind, list_plugins, load_plugin
    from index.reports import Failure, Footprint, Progress, Report, Status
    from index.retriever import Retriever
    from index.search.filter_dates import parse_since, parse_until
    from index.search.filters import Filter
    from index.sizes import describe_size
    from index.sync.shard import Shard
    from index.text.patterns import (
        BULLET,
        ITEM_MARKER,
        ITEM_NUMBER,
        LONGEST_RECORD_KEY,
        MONTH,
        RECORD_KEY,
    )
    from index.text.sentences import split_sentences
    from index.watching import watch

__all__ = [
    "BULLET",
    "CODE_DIRECTIVES",
    "DEFAULT_HITS",
    "DEFAULT_MODE",
    "DEFAULT_MODEL",
    "HIDDEN_DIRECTIVES",
    "ITEM_MARKER",
    "ITEM_NUMBER",
    "LONGEST_RECORD_KEY",
    "MODES",
    "MONTH",
    "RECORD_KEY",
    "UNSEEN_DIRECTIVES",
    "BadLocation",
    "BadPattern",
    "Cancelled",
    "CannotFetch",
    "CannotRead",
    "CannotWrite",
    "Content",
    "Copied",
    "Cost",
    "DamagedIndex",
    "DamagedRow",
    "Document",
    "Encoder",
    "EngineUrl",
    "Failure",
    "Filter",
    "Footprint",
    "GraphBuilder",
    "Heading",
    "Hit",
    "Index",
    "IndexInUse",
    "IndexMoved",
    "Isolation",
    "Location",
    "MarkupLine",
    "MarkupTable",
    "MissingEngine",
    "MissingPath",
    "Mode",
    "ModelError",
    "ModelSource",
    "NotAnIndex",
    "NotLocal",
    "Notice",
    "OneWriter",
    "OnnxGraph",
    "OtherFormat",
    "OtherModel",
    "OtherVersion",
    "Passage",
    "PluginError",
    "PluginKind",
    "Progress",
    "Properties",
    "QuotebackError",
    "Report",
    "Retriever",
    "Shard",
    "Span",
    "Status",
    "Table",
    "UnreadableFile",
    "anchor_pattern",
    "cache_folder",
    "check_isolation",
    "check_paths",
    "configuration_folder",
    "copy_index",
    "data_folder",
    "decode",
    "default_index",
    "default_model_folder",
    "describe_size",
    "describe_to_process",
    "explain_conversion",
    "explain_installation",
    "find_end_of_body",
    "find_file",
    "has_room",
    "hash_file",
    "holds_documents",
    "identify_index",
    "is_address",
    "is_gone",
    "is_index",
    "is_private",
    "is_within",
    "join_headings",
    "join_title",
    "list_conversions",
    "list_formats",
    "list_plugins",
    "load_compiled",
    "load_encoder",
    "load_file",
    "load_plugin",
    "make_private",
    "make_private_folder",
    "measure_cost",
    "name_location",
    "open_privately",
    "parse_since",
    "parse_until",
    "quantise_graph",
    "read_asciidoc_table",
    "read_file",
    "read_grid_table",
    "read_list_table",
    "read_location",
    "read_org_table",
    "read_simple_table",
    "register_loader",
    "rename",
    "replace_surrogates",
    "run_cancellable",
    "runtime_folder",
    "seal",
    "silence_libraries",
    "skip_blank",
    "split_markup_lines",
    "split_sentences",
    "split_table",
    "unseal",
    "watch",
]

# Imported when first used: numpy, the search engine and much else take time, which a question
# that another process answers need not spend.
_LAZY = {
    "run_cancellable": "index.concurrency.background",
    "DEFAULT_HITS": "index.defaults",
    "DEFAULT_MODE": "index.defaults",
    "DEFAULT_MODEL": "index.defaults",
    "MODES": "index.defaults",
    "Mode": "index.defaults",
    "Content": "index.documents",
    "Document": "index.documents",
    "Heading": "index.documents",
    "Hit": "index.documents",
    "Passage": "index.documents",
    "Span": "index.documents",
    "Table": "index.documents",
    "join_headings": "index.documents",
    "join_title": "index.documents",
    "replace_surrogates": "index.documents",
    "holds_documents": "index.engines.peeking",
    "identify_index": "index.engines.peeking",
    "BadLocation": "index.errors",
    "BadPattern": "index.errors",
    "Cancelled": "index.errors",
    "CannotFetch": "index.errors",
    "CannotRead": "index.errors",
    "CannotWrite": "index.errors",
    "DamagedIndex": "index.errors",
    "IndexInUse": "index.errors",
    "IndexMoved": "index.errors",
    "MissingEngine": "index.errors",
    "MissingPath": "index.errors",
    "ModelError": "index.errors",
    "NotAnIndex": "index.errors",
    "NotLocal": "index.errors",
    "Notice": "index.errors",
    "OneWriter": "index.errors",
    "OtherFormat": "index.errors",
    "OtherModel": "index.errors",
    "OtherVersion": "index.errors",
    "QuotebackError": "index.errors",
    "check_paths": "index.filesystem.freshness",
    "find_file": "index.filesystem.freshness",
    "is_gone": "index.filesystem.freshness",
    "anchor_pattern": "index.filesystem.path_patterns",
    "is_address": "index.filesystem.paths",
    "is_within": "index.filesystem.paths",
    "has_room": "index.filesystem.private_files",
    "is_private": "index.filesystem.private_files",
    "make_private": "index.filesystem.private_files",
    "make_private_folder": "index.filesystem.private_files",
    "open_privately": "index.filesystem.private_files",
    "read_file": "index.filesystem.private_files",
    "rename": "index.filesystem.private_files",
    "Index": "index.index",
    "Copied": "index.copying",
    "copy_index": "index.copying",
    "Cost": "index.cost",
    "measure_cost": "index.cost",
    "EngineUrl": "index.locations",
    "Location": "index.locations",
    "name_location": "index.locations",
    "read_location": "index.locations",
    "UnreadableFile": "index.loaders",
    "decode": "index.loaders",
    "load_file": "index.loaders",
    "register_loader": "index.loaders",
    "list_conversions": "index.loaders.formats",
    "explain_conversion": "index.loaders.unsupported",
    "list_formats": "index.loaders.formats",
    "Isolation": "index.loaders.sandbox.isolation",
    "check_isolation": "index.loaders.sandbox.parent",
    "read_asciidoc_table": "index.loaders.markup.asciidoc.tables",
    "MarkupLine": "index.loaders.markup.lines",
    "find_end_of_body": "index.loaders.markup.lines",
    "skip_blank": "index.loaders.markup.lines",
    "split_markup_lines": "index.loaders.markup.lines",
    "read_org_table": "index.loaders.markup.org",
    "CODE_DIRECTIVES": "index.loaders.markup.restructuredtext.directives",
    "HIDDEN_DIRECTIVES": "index.loaders.markup.restructuredtext.directives",
    "UNSEEN_DIRECTIVES": "index.loaders.markup.restructuredtext.directives",
    "read_grid_table": "index.loaders.markup.restructuredtext.tables",
    "read_list_table": "index.loaders.markup.restructuredtext.tables",
    "read_simple_table": "index.loaders.markup.restructuredtext.tables",
    "MarkupTable": "index.loaders.markup.tables",
    "split_table": "index.loaders.records.table",
    "cache_folder": "index.locations",
    "configuration_folder": "index.locations",
    "data_folder": "index.locations",
    "default_index": "index.locations",
    "describe_to_process": "index.locations",
    "runtime_folder": "index.locations",
    "ModelSource": "index.models.cache",
    "hash_file": "index.models.cache",
    "load_compiled": "index.models.cache",
    "Encoder": "index.models.encoder",
    "default_model_folder": "index.models.load",
    "load_encoder": "index.models.load",
    "OnnxGraph": "index.models.onnx_session",
    "GraphBuilder": "index.models.graph_building",
    "quantise_graph": "index.models.quantise",
    "silence_libraries": "index.models.quantise",
    "explain_installation": "index.parts",
    "PluginError": "index.plugins",
    "PluginKind": "index.plugins",
    "list_plugins": "index.plugins",
    "load_plugin": "index.plugins",
    "Properties": "index.documents",
    "Failure": "index.reports",
    "Footprint": "index.reports",
    "Progress": "index.reports",
    "Report": "index.reports",
    "Status": "index.reports",
    "Retriever": "index.retriever",
    "describe_size": "index.sizes",
    "parse_since": "index.search.filter_dates",
    "parse_until": "index.search.filter_dates",
    "Filter": "index.search.filters",
    "is_index": "index.engines.local.storage.schema",
    "DamagedRow": "index.engines.local.storage.sealed_rows",
    "seal": "index.engines.local.storage.sealed_rows",
    "unseal": "index.engines.local.storage.sealed_rows",
    "Shard": "index.sync.shard",
    "BULLET": "index.text.patterns",
    "ITEM_MARKER": "index.text.patterns",
    "ITEM_NUMBER": "index.text.patterns",
    "LONGEST_RECORD_KEY": "index.text.patterns",
    "RECORD_KEY": "index.text.patterns",
    "MONTH": "index.text.patterns",
    "split_sentences": "index.text.sentences",
    "watch": "index.watching",
}


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        return getattr(import_module(_LAZY[name]), name)
    raise AttributeError(f"module 'index' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
