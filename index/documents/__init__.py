"""The data that flows through the index: documents, passages, spans, hits. All frozen."""

from index.documents.blocks import (
    MOST_DEPTH,
    MOST_MARK_CHARACTERS,
    Block,
    BlockKind,
    Blocks,
    Mark,
    MarkFinder,
    MarkKind,
    decode_marks,
    encode_marks,
)
from index.documents.content import (
    NO_STRUCTURE,
    TERM_LEVEL,
    Content,
    Heading,
    Structure,
    Table,
)
from index.documents.headings import join_headings, join_title, shorten
from index.documents.hit import Hit, Surroundings
from index.documents.packed_structure import (
    unpack_language,
    pack_passage,
    pack_structure,
    unpack_passage,
    unpack_structure,
)
from index.documents.passage import Document, Passage, PassageWithContext
from index.documents.properties import (
    ENGLISH,
    NO_PROPERTIES,
    Properties,
    check_language,
    decode_properties,
    encode_properties,
    fold,
)
from index.documents.span import Span
from index.documents.valid_json import (
    read_spelled_bytes,
    replace_surrogates,
    spell_surrogates,
)
from index.documents.valid_json import dump_json, dump_plain, load_json, load_plain, make_valid

__all__ = [
    "ENGLISH",
    "MOST_DEPTH",
    "MOST_MARK_CHARACTERS",
    "NO_PROPERTIES",
    "NO_STRUCTURE",
    "TERM_LEVEL",
    "Block",
    "BlockKind",
    "Blocks",
    "Content",
    "Document",
    "Heading",
    "Hit",
    "Mark",
    "MarkFinder",
    "MarkKind",
    "Passage",
    "PassageWithContext",
    "Properties",
    "Span",
    "Structure",
    "Surroundings",
    "Table",
    "check_language",
    "decode_marks",
    "decode_properties",
    "dump_json",
    "dump_plain",
    "encode_marks",
    "encode_properties",
    "fold",
    "join_headings",
    "join_title",
    "load_json",
    "load_plain",
    "make_valid",
    "pack_passage",
    "pack_structure",
    "read_spelled_bytes",
    "replace_surrogates",
    "shorten",
    "spell_surrogates",
    "unpack_language",
    "unpack_passage",
    "unpack_structure",
]
