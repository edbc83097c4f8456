"""The document that a hit is from, read again from the index."""

from __future__ import annotations

from index import Hit, Index, Passage, QuotebackError


def read_document(hit: Hit, index: Index) -> tuple[str, list[Passage]] | None:
    """The text and the passages of a hit's document, in reading order; None where it is gone.

    Text and passages are read one after the other. The document may change in between, so a
    passage counts only where its span of the text is its own text.
    """
    try:
        return index.text(hit.document.path), index.passages(hit.document.path)
    except (QuotebackError, OSError):
        return None
