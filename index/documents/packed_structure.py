"""The structure of a text as bytes, to be sent and to be kept beside the text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from index.documents.blocks import Block, Blocks, Mark, Span, decode_marks, encode_marks
from index.documents.content import NO_STRUCTURE, Heading, Structure, Table
from index.documents.properties import ENGLISH, check_language

# Start, length, level and words of a heading; start, length, columns and caption of a table.
_PackedHeading = tuple[int, int, int, str]
_PackedTable = tuple[int, int, tuple[str, ...], str]
_Packed = tuple[
    tuple[_PackedHeading, ...], tuple[int, ...], tuple[_PackedTable, ...], tuple[int, ...]
]
# Blocks and marks, and the language if it is not English; None for one plain paragraph.
_PackedPassage = tuple[tuple[int, ...] | str | None, ...]


def pack_structure(structure: Structure) -> bytes:
    """A structure as MessagePack; b"" for an empty one."""
    if structure == NO_STRUCTURE:
        return b""
    headings = [
        (each.span.start, len(each.span), each.level, each.text) for each in structure.headings
    ]
    tables = [
        (each.span.start, len(each.span), each.columns, each.caption) for each in structure.tables
    ]
    marks = encode_marks(structure.marks)
    return _encode((headings, structure.blocks.numbers(), tables, marks))


def unpack_structure(packed: bytes, characters: int) -> Structure:
    """The structure that `pack_structure` has packed, of a text of so many characters.

    Raises:
        ValueError: it is not the structure of such a text.
    """
    if not packed:
        return NO_STRUCTURE
    import msgspec

    # Its errors are ValueErrors.
    headings, blocks, tables, marks = msgspec.msgpack.decode(packed, type=_Packed)
    structure = Structure(
        tuple(
            Heading(Span(start, start + length), level, text)
            for start, length, level, text in headings
        ),
        Blocks.from_numbers(blocks, characters),
        tuple(
            Table(Span(start, start + length), columns, caption)
            for start, length, columns, caption in tables
        ),
        decode_marks(marks, characters),
    )
    structure.check(characters)
    return structure


def pack_passage(
    blocks: Blocks, marks: Sequence[Mark], span: Span, language: str = ENGLISH
) -> bytes:
    """What a passage is made of, counted from its start; b"" for one plain English paragraph.

    Args:
        blocks: of the document.
        marks: those in the passage, or that reach into it.
        span: of the passage.
    """
    is_plain = blocks.holds_paragraph(span)
    if is_plain and not marks and language == ENGLISH:
        return b""
    within = None if is_plain else Blocks(blocks.within(span)).shift(-span.start).numbers()
    cut = (Mark(each.kind, each.span.clip(span).shift(-span.start), each.text) for each in marks)
    packed = within, encode_marks(cut)
    return _encode(packed if language == ENGLISH else (*packed, language))


def unpack_passage(packed: bytes, span: Span) -> tuple[tuple[Block, ...], tuple[Mark, ...]]:
    """Blocks and marks of a passage, at their places in the document; raises ValueError."""
    if not packed:
        return (Block("paragraph", span),), ()
    numbers, marks, _ = _decode_passage(packed)
    blocks: Iterable[Block] = (Block("paragraph", span),)
    if numbers is not None:
        blocks = Blocks.from_numbers(numbers, len(span)).shift(span.start)
    return (
        tuple(blocks),
        tuple(
            Mark(each.kind, each.span.shift(span.start), each.text)
            for each in decode_marks(marks, len(span))
        ),
    )


def unpack_language(packed: bytes) -> str:
    """The language of a passage; raises ValueError as `unpack_passage` does."""
    return _decode_passage(packed)[2] if packed else ENGLISH


def _decode_passage(packed: bytes) -> tuple[tuple[int, ...] | None, tuple[int, ...], str]:
    import msgspec

    numbers, marks, *rest = msgspec.msgpack.decode(packed, type=_PackedPassage)
    language = rest[0] if rest else ENGLISH
    if isinstance(numbers, str) or not isinstance(marks, tuple) or not isinstance(language, str):
        raise ValueError("blocks, marks and language of a passage in another order")
    return numbers, marks, check_language(language)


def _encode(value: object) -> bytes:
    import msgspec

    return msgspec.msgpack.encode(value)
