"""The data that flows through the index: documents, passages, spans, hits. All frozen."""

from index.documents.blocks import (
    MOST_DEPTH as MOST_DEPTH,
    MOST_MARK_CHARACTERS as MOST_MARK_CHARACTERS,
    Block as Block,
    BlockKind as BlockKind,
    Blocks as Blocks,
    Mark as Mark,
    MarkFinder as MarkFinder,
    MarkKind as MarkKind,
    Span as Span,
    decode_marks as decode_marks,
    encode_marks as encode_marks,
)
from index.documents.content import (
    NO_STRUCTURE as NO_STRUCTURE,
    TERM_LEVEL as TERM_LEVEL,
    Content as Content,
    Heading as Heading,
    Structure as Structure,
    Table as Table,
    join_headings as join_headings,
    join_title as join_title,
    shorten as shorten,
)
from index.documents.packed_structure import (
    pack_passage as pack_passage,
    pack_structure as pack_structure,
    unpack_language as unpack_language,
    unpack_passage as unpack_passage,
    unpack_structure as unpack_structure,
)
from index.documents.passage import (
    Document as Document,
    Hit as Hit,
    Passage as Passage,
    PassageWithContext as PassageWithContext,
    Surroundings as Surroundings,
)
from index.documents.properties import (
    ENGLISH as ENGLISH,
    NO_PROPERTIES as NO_PROPERTIES,
    Properties as Properties,
    check_language as check_language,
    read_language as read_language,
    decode_properties as decode_properties,
    encode_properties as encode_properties,
    fold as fold,
)
from index.documents.valid_json import (
    dump_json as dump_json,
    dump_plain as dump_plain,
    load_json as load_json,
    load_plain as load_plain,
    make_valid as make_valid,
    read_spelled_bytes as read_spelled_bytes,
    replace_surrogates as replace_surrogates,
    spell_surrogates as spell_surrogates,
)
