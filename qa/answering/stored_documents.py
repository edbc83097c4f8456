"""The document that a hit is from, read again from the index."""

from __future__ import annotations

from dataclasses import replace

from index import Hit, Index, Passage, QuotebackError, Span


def read_document(hit: Hit, index: Index) -> tuple[str, list[Passage]] | None:
    """The text and the passages of a hit's document, in reading order; None where it is gone.

    Text and passages are read one after the other. The document may change in between, so a
    passage counts only where its span of the text is its own text.
    """
    try:
        return index.text(hit.document.path), index.passages(hit.document.path)
    except (QuotebackError, OSError):
        return None


def lengthen_hit(hit: Hit, end: int, text: str) -> Hit:
    """The hit with a longer passage: it goes on to `end`, an offset of its document's text."""
    span = Span(hit.passage.span.start, end)
    return replace(hit, passage=replace(hit.passage, span=span, text=span.of(text)))
