"""Quoteback's retriever as a library: documents in, hits out.

from index import Index, Retriever

index = Index.open("notes.index", create=True)
index.add(["notes/"])
hits = Retriever(index).search("when did the museum open?", k=10)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.lazy_names import export_lazily

if TYPE_CHECKING:
    from index.copying import (
        Copied as Copied,
    )
    from index.copying import (
        copy_index as copy_index,
    )
    from index.cost import (
        Cost as Cost,
    )
    from index.cost import (
        measure_cost as measure_cost,
    )
    from index.defaults import (
        DEFAULT_HITS as DEFAULT_HITS,
    )
    from index.defaults import (
        DEFAULT_MODE as DEFAULT_MODE,
    )
    from index.defaults import (
        DEFAULT_MODEL as DEFAULT_MODEL,
    )
    from index.defaults import (
        LANGUAGES_MODEL as LANGUAGES_MODEL,
    )
    from index.defaults import (
        MODES as MODES,
    )
    from index.defaults import (
        Mode as Mode,
    )
    from index.documents import (
        Block as Block,
    )
    from index.documents import (
        Blocks as Blocks,
    )
    from index.documents import (
        Content as Content,
    )
    from index.documents import (
        Document as Document,
    )
    from index.documents import (
        Heading as Heading,
    )
    from index.documents import (
        Hit as Hit,
    )
    from index.documents import (
        Mark as Mark,
    )
    from index.documents import (
        Passage as Passage,
    )
    from index.documents import (
        Properties as Properties,
    )
    from index.documents import (
        Span as Span,
    )
    from index.documents import (
        Surroundings as Surroundings,
    )
    from index.documents import (
        Table as Table,
    )
    from index.engines.local.storage.schema import INDEX_FORMAT as INDEX_FORMAT
    from index.engines.registry import (
        holds_documents as holds_documents,
    )
    from index.engines.registry import (
        identify_index as identify_index,
    )
    from index.engines.registry import (
        is_index as is_index,
    )
    from index.errors import (
        BadLocation as BadLocation,
    )
    from index.errors import (
        BadPattern as BadPattern,
    )
    from index.errors import (
        Cancelled as Cancelled,
    )
    from index.errors import (
        CannotFetch as CannotFetch,
    )
    from index.errors import (
        CannotRead as CannotRead,
    )
    from index.errors import (
        CannotWrite as CannotWrite,
    )
    from index.errors import (
        DamagedIndex as DamagedIndex,
    )
    from index.errors import (
        DamagedRow as DamagedRow,
    )
    from index.errors import (
        IndexInUse as IndexInUse,
    )
    from index.errors import (
        IndexMoved as IndexMoved,
    )
    from index.errors import (
        MissingEngine as MissingEngine,
    )
    from index.errors import (
        MissingPath as MissingPath,
    )
    from index.errors import (
        ModelError as ModelError,
    )
    from index.errors import (
        NotAnIndex as NotAnIndex,
    )
    from index.errors import (
        Notice as Notice,
    )
    from index.errors import (
        NotLocal as NotLocal,
    )
    from index.errors import (
        OneWriter as OneWriter,
    )
    from index.errors import (
        OtherFormat as OtherFormat,
    )
    from index.errors import (
        OtherModel as OtherModel,
    )
    from index.errors import (
        OtherVersion as OtherVersion,
    )
    from index.errors import (
        QuotebackError as QuotebackError,
    )
    from index.formats import (
        Format as Format,
    )
    from index.formats import (
        describe_kind as describe_kind,
    )
    from index.formats import (
        find_format as find_format,
    )
    from index.index import Index as Index
    from index.loaders import (
        UnreadableFile as UnreadableFile,
    )
    from index.loaders import (
        decode as decode,
    )
    from index.loaders import (
        list_formats as list_formats,
    )
    from index.loaders import (
        load_file as load_file,
    )
    from index.loaders import (
        load_text as load_text,
    )
    from index.loaders import (
        register_loader as register_loader,
    )
    from index.loaders.registry import (
        explain_conversion as explain_conversion,
    )
    from index.loaders.registry import (
        list_conversions as list_conversions,
    )
    from index.loaders.sandbox.isolation import Isolation as Isolation
    from index.loaders.sandbox.parent import check_isolation as check_isolation
    from index.models.encoder import Encoder as Encoder
    from index.parts import (
        PARTS as PARTS,
    )
    from index.parts import (
        explain_installation as explain_installation,
    )
    from index.parts import (
        name_reinstallation as name_reinstallation,
    )
    from index.plugins import PluginError as PluginError
    from index.reports import (
        Failure as Failure,
    )
    from index.reports import (
        Footprint as Footprint,
    )
    from index.reports import (
        Progress as Progress,
    )
    from index.reports import (
        Promise as Promise,
    )
    from index.reports import (
        Report as Report,
    )
    from index.reports import (
        Risk as Risk,
    )
    from index.reports import (
        Status as Status,
    )
    from index.reports import (
        describe_not_compared as describe_not_compared,
    )
    from index.reports import (
        describe_promise as describe_promise,
    )
    from index.reports import (
        is_surprising as is_surprising,
    )
    from index.retriever import Retriever as Retriever
    from index.search.filter_dates import (
        parse_since as parse_since,
    )
    from index.search.filter_dates import (
        parse_until as parse_until,
    )
    from index.search.filters import Filter as Filter
    from index.search.letter_pieces import (
        list_search_pieces as list_search_pieces,
    )
    from index.search.letter_pieces import (
        score_texts as score_texts,
    )
    from index.sizes import describe_size as describe_size
    from index.sync.walk import Shard as Shard
    from index.watching import watch as watch
else:
    __all__, __getattr__, __dir__ = export_lazily(
        __name__,
        {
            "index.copying": "Copied copy_index",
            "index.cost": "Cost measure_cost",
            "index.defaults": "DEFAULT_HITS DEFAULT_MODE DEFAULT_MODEL LANGUAGES_MODEL MODES Mode",
            "index.documents": (
                "Block Blocks Content Document Heading Hit Mark Passage Properties Span "
                "Surroundings Table"
            ),
            "index.engines.local.storage.schema": "INDEX_FORMAT",
            "index.engines.registry": "holds_documents identify_index is_index",
            "index.errors": (
                "BadLocation BadPattern Cancelled CannotFetch CannotRead CannotWrite DamagedIndex "
                "DamagedRow IndexInUse IndexMoved MissingEngine MissingPath ModelError NotAnIndex "
                "NotLocal Notice OneWriter OtherFormat OtherModel OtherVersion QuotebackError"
            ),
            "index.formats": "Format describe_kind find_format",
            "index.index": "Index",
            "index.loaders": (
                "UnreadableFile decode list_formats load_file load_text register_loader"
            ),
            "index.loaders.sandbox.isolation": "Isolation",
            "index.loaders.sandbox.parent": "check_isolation",
            "index.loaders.registry": "explain_conversion list_conversions",
            "index.models.encoder": "Encoder",
            "index.parts": "PARTS explain_installation name_reinstallation",
            "index.plugins": "PluginError",
            "index.reports": (
                "Failure Footprint Progress Promise Report Risk Status describe_not_compared "
                "describe_promise is_surprising"
            ),
            "index.retriever": "Retriever",
            "index.search.filter_dates": "parse_since parse_until",
            "index.search.filters": "Filter",
            "index.search.letter_pieces": "list_search_pieces score_texts",
            "index.sizes": "describe_size",
            "index.sync.walk": "Shard",
            "index.watching": "watch",
        },
    )
