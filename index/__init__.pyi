from index.copying import Copied as Copied, copy_index as copy_index
from index.cost import Cost as Cost, measure_cost as measure_cost
from index.defaults import (
    DEFAULT_HITS as DEFAULT_HITS,
    DEFAULT_MODE as DEFAULT_MODE,
    DEFAULT_MODEL as DEFAULT_MODEL,
    LANGUAGES_MODEL as LANGUAGES_MODEL,
    MODES as MODES,
    Mode as Mode,
)
from index.documents import (
    Block as Block,
    Blocks as Blocks,
    Content as Content,
    Document as Document,
    Heading as Heading,
    Hit as Hit,
    Mark as Mark,
    Passage as Passage,
    Properties as Properties,
    Span as Span,
    Surroundings as Surroundings,
    Table as Table,
)
from index.engines.local.storage.schema import (
    INDEX_FORMAT as INDEX_FORMAT,
    is_index as is_index,
)
from index.engines.registry import (
    holds_documents as holds_documents,
    identify_index as identify_index,
)
from index.errors import (
    BadLocation as BadLocation,
    BadPattern as BadPattern,
    Cancelled as Cancelled,
    CannotFetch as CannotFetch,
    CannotRead as CannotRead,
    CannotWrite as CannotWrite,
    DamagedIndex as DamagedIndex,
    DamagedRow as DamagedRow,
    IndexInUse as IndexInUse,
    IndexMoved as IndexMoved,
    MissingEngine as MissingEngine,
    MissingPath as MissingPath,
    ModelError as ModelError,
    NotAnIndex as NotAnIndex,
    Notice as Notice,
    NotLocal as NotLocal,
    OneWriter as OneWriter,
    OtherFormat as OtherFormat,
    OtherModel as OtherModel,
    OtherVersion as OtherVersion,
    QuotebackError as QuotebackError,
)
from index.formats import (
    Format as Format,
    describe_kind as describe_kind,
    find_format as find_format,
)
from index.index import Index as Index
from index.loaders import (
    UnreadableFile as UnreadableFile,
    decode as decode,
    list_formats as list_formats,
    load_file as load_file,
    load_text as load_text,
    load_texts as load_texts,
    register_loader as register_loader,
)
from index.loaders.sandbox.isolation import Isolation as Isolation
from index.loaders.sandbox.parent import check_isolation as check_isolation
from index.loaders.registry import (
    explain_conversion as explain_conversion,
    list_conversions as list_conversions,
)
from index.models.encoder import Encoder as Encoder
from index.plugins import (
    PARTS as PARTS,
    PluginError as PluginError,
    explain_installation as explain_installation,
    name_reinstallation as name_reinstallation,
)
from index.reports import (
    Failure as Failure,
    Footprint as Footprint,
    Progress as Progress,
    Promise as Promise,
    Report as Report,
    Risk as Risk,
    Status as Status,
    describe_not_compared as describe_not_compared,
    describe_promise as describe_promise,
    is_surprising as is_surprising,
)
from index.retriever import Retriever as Retriever
from index.search.filter_dates import parse_since as parse_since, parse_until as parse_until
from index.search.filters import Filter as Filter
from index.search.letter_pieces import (
    list_search_pieces as list_search_pieces,
    score_texts as score_texts,
)
from index.sizes import describe_size as describe_size
from index.sync.walk import Shard as Shard
from index.watching import watch as watch
