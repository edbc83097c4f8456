"""The blocks of a text between its headings, beside its tables and what nobody reads in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index.documents import Content, Span
from index.loaders.markup.tables import LocatedTable
from index.loaders.shared.head_lines import leave_out
from index.text.plain_blocks import find_paragraphs


def split_blocks(
    content: Content,
    unread: Sequence[Span],
    tables: Sequence[LocatedTable],
    hidden: Sequence[Span] = (),
) -> Content:
    """A text whose blank lines part its paragraphs, with its tables row by row.

    Args:
        unread: stretches that are in no block.
        hidden: such as part what is before them from what comes after.
    """
    if not (unread or tables or hidden):
        return content
    content = replace(content, headings=leave_out(content.headings, hidden))
    # What is there in place of a stretch: the blocks of a table, or nothing.
    cuts: list[tuple[Span, Sequence[Span]]] = [(each.span, each.blocks) for each in tables]
    cuts += [(span, ()) for span in unread]
    cuts += [(heading.span, ()) for heading in content.headings]
    at = 0
    blocks: list[Span] = []
    for span, inner in sorted(cuts, key=lambda cut: cut[0]):
        blocks += find_paragraphs(content.text, at, span.start)
        blocks += [block for block in inner if block.start >= at]
        at = max(at, span.end)
    blocks += find_paragraphs(content.text, at, len(content.text))
    named = tuple(each.table for each in tables if each.table is not None)
    return replace(content, paragraphs=tuple(blocks), tables=named)
