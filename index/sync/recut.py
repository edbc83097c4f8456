"""A damaged document's passages, made again from its text where the file cannot be read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

from index.documents import Content, Span
from index.engines.local.storage.damage import DamagedDocument
from index.text.passages import Piece


def recut_passages(document: DamagedDocument, cut: Callable[[Content], list[Piece]]) -> list[Piece]:
    """The passages that are not damaged, and the text between them cut again.

    A passage that is cut again gets the headings and the page of the passage before it.

    Args:
        document: has a text.
    """
    text = document.text or ""
    kept: list[Piece] = []
    for passage in document.passages:
        if not kept or passage.span.start >= kept[-1].span.end:
            kept.append(Piece(passage.span, passage.headings, passage.columns, passage.page))
    first = replace(kept[0], columns=()) if kept else Piece(Span(0, 0))
    stops = [replace(first, span=Span(0, 0)), *kept, Piece(Span(len(text), len(text)))]
    gaps = [(before, Span(before.span.end, after.span.start)) for before, after in pairwise(stops)]
    starts = [_first_within(gap, document.damaged_starts) for _, gap in gaps]
    # Only gaps where a damaged passage began are cut; where that is not known, all gaps are. Other
    # gaps may hold text that is in no passage, such as headings and tables of contents.
    everywhere = document.lacks_passages or not any(start is not None for start in starts)
    for (before, gap), start in zip(gaps, starts, strict=True):
        if start is None and not everywhere:
            continue
        gap = replace(gap, start=gap.start if start is None else start)
        for piece in cut(Content(gap.of(text))):
            span = Span(gap.start + piece.span.start, gap.start + piece.span.end)
            kept.append(Piece(span, before.headings, (), before.page))
    return sorted(kept, key=lambda piece: piece.span)


def _first_within(gap: Span, starts: tuple[int, ...]) -> int | None:
    return min((start for start in starts if gap.start <= start < gap.end), default=None)
