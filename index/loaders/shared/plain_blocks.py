"""The blocks of text that has no markup: items of lists by their signs, cells of rows by tabs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from index.documents import Block, BlockKind, Blocks, Content, Span
from index.loaders.shared.paragraphs import find_paragraphs
from index.text.patterns import ITEM_MARKER

_LINE = re.compile(r"[^\r\n]+")
_ITEM = re.compile(rf"[ \t]*(?P<marker>{ITEM_MARKER})[ \t]+(?=\S)")
# A tab reaches to the next column that is a multiple of this.
_TAB_COLUMNS = 8
# Deeper lists than this are none; what stands there is set in for another reason.
_MOST_DEPTH = 20


def complete_blocks(content: Content) -> Content:
    """A content with blocks, if its loader has found none."""
    return replace(content, blocks=find_blocks(content))


def find_blocks(content: Content) -> Blocks:
    """The blocks of a content: those that its loader has told apart, if it has."""
    return content.blocks if content.blocks is not None else Blocks(_find_blocks(content))


def _find_blocks(content: Content) -> Iterator[Block]:
    text = content.text
    tables = iter(content.tables)
    table = next(tables, None)
    in_table = False
    for span in list_paragraphs(content):
        while table is not None and table.span.end <= span.start:
            table, in_table = next(tables, None), False
        if table is not None and table.span.holds(span):
            if not in_table:
                yield from find_header(text, Span(table.span.start, span.start))
            in_table = True
            yield make_row(span.of(text), span.start)
        elif content.layout == "lines":
            yield Block("code", span)
        else:
            yield from find_items(text, span)


def find_header(text: str, span: Span) -> Iterator[Block]:
    """The rows above the first of a table: they name its columns."""
    for line in _LINE.finditer(text, span.start, span.end):
        if line[0].strip():
            yield make_row(line[0], line.start(), "header")


def list_paragraphs(content: Content) -> Iterator[Span]:
    """The paragraphs of a content; if it names none, what blank lines part between headings."""
    if content.paragraphs is not None:
        yield from content.paragraphs
        return
    at = 0
    for heading in (*content.headings, None):
        end = heading.span.start if heading else len(content.text)
        yield from find_paragraphs(content.text, at, end)
        at = max(at, heading.span.end) if heading else at


def make_row(row: str, at: int, kind: BlockKind = "row") -> Block:
    """A row of a table whose cells tabs part.

    Args:
        row: its words.
        at: where they stand in the text.
    """
    cells = []
    start = at
    for cell in row.split("\t"):
        first = start + len(cell) - len(cell.lstrip())
        cells.append(Span(first, first + len(cell.strip())))
        start += len(cell) + 1
    return Block(kind, Span(at, at + len(row)), cells=tuple(cells))


def trim_span(text: str, span: Span) -> Span:
    """A span without the white space at its ends; empty at its start if it has nothing else."""
    words = span.of(text)
    start = span.start + len(words) - len(words.lstrip())
    return Span(start, max(start, span.start + len(words.rstrip())))


def find_items(text: str, span: Span) -> Iterator[Block]:
    """The items of the lists in a paragraph, and what stands before them; or its rows."""
    lines = [line.span() for line in _LINE.finditer(text, span.start, span.end) if line[0].strip()]
    if len(lines) > 1 and all(text.find("\t", start + 1, end) > 0 for start, end in lines):
        yield from (make_row(text[start:end], start) for start, end in lines)
        return
    found = [_ITEM.match(text, start, end) for start, end in lines]
    if not _has_list(text, lines, found):
        yield Block("paragraph", trim_span(text, span))
        return
    # What is read but has not ended: the block, and where its last line ends.
    open_block: Block | None = None
    indents: list[int] = []
    for (start, end), item in zip(lines, found, strict=True):
        words = trim_span(text, Span(item.end() if item else start, end))
        if item is None and open_block is not None:
            open_block = replace(open_block, span=Span(open_block.span.start, words.end))
            continue
        if open_block is not None:
            yield open_block
        depth = 0
        if item is not None:
            indent = _measure_columns(text, item.start("marker"), span.start)
            while indents and indents[-1] >= indent:
                indents.pop()
            indents.append(indent)
            depth = min(len(indents), _MOST_DEPTH)
        marker = Span(*item.span("marker")) if item is not None else None
        open_block = Block("paragraph" if item is None else "item", words, depth, marker)
    if open_block is not None:
        yield open_block


def _has_list(
    text: str, lines: Sequence[tuple[int, int]], found: Sequence[re.Match[str] | None]
) -> bool:
    """Whether signs of items in a paragraph are such: a line of prose may begin with one, too."""
    first = next((number for number, item in enumerate(found) if item is not None), None)
    if first is None:
        return False
    above = text[lines[first - 1][0] : lines[first - 1][1]].rstrip() if first else ":"
    return above.endswith(":") or sum(item is not None for item in found) > 1


def _measure_columns(text: str, at: int, least: int) -> int:
    """The columns between the beginning of a line and a place in it."""
    # What stands before a paragraph on its first line counts, too.
    start = max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1
    before = text[max(start, at - 200) : at]
    return len(before.expandtabs(_TAB_COLUMNS)) if not before.strip() else max(0, at - least)
