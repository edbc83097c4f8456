"""Blocks and marks drawn at random, as a loader might give them."""

from __future__ import annotations

from typing import get_args

from hypothesis import strategies as st

from index.documents import Block, BlockKind, Blocks, Mark, MarkKind, Span


@st.composite
def blocks(draw: st.DrawFn, size: int) -> Blocks:
    """Blocks of a text of so many characters."""
    made, at = Blocks(), 0
    for _ in range(draw(st.integers(0, 5))):
        if at >= size:
            break
        places = sorted(draw(st.lists(st.integers(at, size), min_size=3, max_size=3)))
        first, start, end = places
        marker = Span(first, draw(st.integers(first + 1, start))) if first < start else None
        bounds = sorted(draw(st.lists(st.integers(start, end), max_size=6)))
        pairs = zip(bounds[::2], bounds[1::2], strict=False)
        kind = draw(st.sampled_from(get_args(BlockKind)))
        depth = draw(st.integers(0, 9))
        cells = tuple(Span(*pair) for pair in pairs)
        made.append(Block(kind, Span(start, end), depth, marker, cells))
        at = end
    return made


@st.composite
def marks(draw: st.DrawFn, size: int) -> tuple[Mark, ...]:
    """Marks of a text of so many characters."""
    made = []
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, size))
        end = draw(st.integers(start, size))
        kind = draw(st.sampled_from(get_args(MarkKind)))
        text = draw(st.text(max_size=60)) if kind in ("shown", "language") else ""
        made.append(Mark(kind, Span(start, end), text))
    return tuple(sorted(made, key=lambda mark: mark.span.start))
