"""The data that flows through the index: documents, passages, spans, hits. All frozen."""

from index.documents.content import TERM_LEVEL, Content, Heading, Table
from index.documents.document import Document
from index.documents.headings import join_headings, join_title, shorten
from index.documents.hit import Hit
from index.documents.passage import Passage, PassageWithContext
from index.documents.properties import (
    NO_PROPERTIES,
    Properties,
    decode_properties,
    encode_properties,
    fold,
)
from index.documents.span import Span
from index.documents.surrogates import (
    read_spelled_bytes,
    replace_surrogates,
    spell_surrogates,
)
from index.documents.valid_json import dump_json, load_json, make_valid

__all__ = [
    "NO_PROPERTIES",
    "TERM_LEVEL",
    "Content",
    "Document",
    "Heading",
    "Hit",
    "Passage",
    "PassageWithContext",
    "Properties",
    "Span",
    "Table",
    "decode_properties",
    "dump_json",
    "encode_properties",
    "fold",
    "join_headings",
    "join_title",
    "load_json",
    "make_valid",
    "read_spelled_bytes",
    "replace_surrogates",
    "shorten",
    "spell_surrogates",
]
