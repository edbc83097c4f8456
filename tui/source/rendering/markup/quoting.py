"""A passage of reStructuredText as a quotation shows it: its blocks, without margins and frames."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from index.loaders.markup import MarkupLine, split_markup_lines
from tui.source.rendering.markup.blocks import (
    Block,
    Code,
    Heading,
    Label,
    Paragraph,
    Rows,
    Rule,
)
from tui.source.rendering.markup.restructuredtext import RESTRUCTUREDTEXT, begins_item
from tui.source.rendering.markup.words import write_words
from tui.source.rendering.pieces import PieceWriter

_NEXT_CELL = " · "
# What is below explicit markup is further in anyway; tables and examples have lines of one margin.
_IN_PLACE = (".. ", "==", "+-", "| ", ">>>")
_LABEL_END = ": "
_WriteWords = Callable[[int, int, tuple[str, ...]], None]


def quote_restructuredtext(writer: PieceWriter) -> None:
    """Write paragraphs one after the other; items, fields, notes, rows and code on own lines."""

    def write(start: int, end: int, styles: tuple[str, ...] = ()) -> None:
        write_words(writer, RESTRUCTUREDTEXT.marks, start, end, styles)

    for block in RESTRUCTUREDTEXT.find_blocks(_place_first(split_markup_lines(writer.document))):
        _write_block(writer, block, write)


def _write_block(writer: PieceWriter, block: Block, write: _WriteWords) -> None:
    match block:
        case Heading():
            _begin(writer, " ")
            write(block.start, block.end, ())
        case Paragraph():
            _begin(writer, "\n" if block.marker else " ")
            if marker := block.marker:
                if marker.drawn:
                    writer.replace(marker.start, marker.end, marker.drawn, (marker.style,))
                else:
                    write(marker.start, marker.end, (marker.style,))
                writer.add(" ")
            write(block.start, block.end, (block.style,) if block.style else ())
        case Label():
            _begin(writer, "\n")
            is_titled = block.end > block.start
            writer.add(block.words + (" " if is_titled else _LABEL_END), ("label",))
            if is_titled:
                write(block.start, block.end, ("label",))
        case Code():
            for start, end in block.lines:
                _begin(writer, "\n")
                writer.copy(start, end, ("code",))
        case Rows():
            for row in block.rows:
                _write_row(writer, row, write)
        case Rule():
            pass


def _write_row(writer: PieceWriter, row: Sequence[tuple[int, int]], write: _WriteWords) -> None:
    _begin(writer, "\n")
    is_first = True
    for start, end in row:
        if start < end:
            if not is_first:
                writer.add(_NEXT_CELL, ("label",))
            write(start, end, ())
            is_first = False


def _begin(writer: PieceWriter, gap: str) -> None:
    # A label stands before what is below it.
    if writer.pieces and not writer.pieces[-1].drawn.endswith(_LABEL_END):
        writer.add(gap)


def _place_first(lines: Sequence[MarkupLine]) -> Sequence[MarkupLine]:
    """The lines of a passage, the first as far in as it was: a passage begins with its words."""
    first, *others = lines
    if first.words.startswith(_IN_PLACE) or not others:
        return lines
    if begins_item(first.words):
        margins = [line.margin for line in others if begins_item(line.words)]
    elif others[0].words:
        margins = [others[0].margin]
    else:
        return lines
    return [replace(first, margin=min(margins, default=0)), *others]
