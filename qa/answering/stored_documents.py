"""The document that a hit is from, read again from the index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index import Hit, Index, Passage, QuotebackError, Span


def read_document(hit: Hit, index: Index) -> tuple[str, list[Passage]] | None:
    """The text and the passages of a hit's document, in reading order; None if it is gone.

    Text and passages are read one after the other. The document may change in between, so a
    passage counts only if its span of the text is its own text.
    """
    try:
        return index.text(hit.document.path), index.passages(hit.document.path)
    except (QuotebackError, OSError):
        return None


def join_passages(hit: Hit, passages: Sequence[Passage], text: str) -> Hit:
    """The hit with passages of its document, and all that is between them, as one.

    Args:
        passages: in reading order.
        text: of the document.
    """
    span = Span(passages[0].span.start, passages[-1].span.end)
    blocks = tuple(block for passage in passages for block in passage.blocks)
    marks = tuple(mark for passage in passages for mark in passage.marks)
    joined = replace(passages[0], span=span, text=span.of(text), blocks=blocks, marks=marks)
    return replace(hit, passage=joined)
