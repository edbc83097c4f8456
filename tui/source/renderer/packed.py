"""A rendering as it goes from one process to another: its arrays are bytes, and all is checked."""

from __future__ import annotations

from array import array

import msgspec
import numpy as np
from numpy.typing import NDArray

from tui.source.rendering.offset_map import OffsetMap, Offsets
from tui.source.rendering.rendering import CodeBlock, LineFormat, Rendering, Table
from tui.source.span_set import SpanSet


class PackedTable(msgspec.Struct, frozen=True):
    """See `Table`."""

    first_line: int
    columns: int
    cells: bytes
    has_header: bool
    right: frozenset[int]


class PackedRendering(msgspec.Struct, frozen=True):
    """See `Rendering`; offsets are the four columns of an `OffsetMap`, styles starts and ends."""

    text: str
    offsets: tuple[bytes, bytes, bytes, bytes]
    formats: tuple[LineFormat, ...]
    line_formats: bytes | None
    tables: tuple[PackedTable, ...]
    styles: dict[str, tuple[bytes, bytes]]
    code: tuple[CodeBlock, ...]
    is_numbered: bool


class BrokenRendering(Exception):
    """Parts of a rendering do not fit together."""


def pack_rendering(rendering: Rendering) -> PackedRendering:
    """A rendering to send."""
    offsets, lines = rendering.offsets, rendering.line_formats
    return PackedRendering(
        text=rendering.text,
        offsets=(
            offsets.starts.tobytes(),
            offsets.ends.tobytes(),
            offsets.drawn_starts.tobytes(),
            offsets.drawn_ends.tobytes(),
        ),
        formats=rendering.formats,
        line_formats=None if lines is None else lines.tobytes(),
        tables=tuple(
            PackedTable(
                each.first_line,
                each.cells.shape[1],
                each.cells.tobytes(),
                each.has_header,
                each.right,
            )
            for each in rendering.tables
        ),
        styles={
            name: (spans.starts.tobytes(), spans.ends.tobytes())
            for name, spans in rendering.styles.items()
        },
        code=rendering.code,
        is_numbered=rendering.is_numbered,
    )


def unpack_rendering(packed: PackedRendering, length: int) -> Rendering:
    """A rendering that was sent.

    Args:
        length: of the document.

    Raises:
        BrokenRendering: it names places that are not in the document, or not in what is drawn.
    """
    try:
        return _unpack(packed, length)
    except ValueError as error:
        # The size of an array is wrong.
        raise BrokenRendering from error


def check_rendering(rendering: Rendering, length: int) -> Rendering:
    """The rendering itself, where it could be sent. Raises as `unpack_rendering` does."""
    unpack_rendering(pack_rendering(rendering), length)
    return rendering


def _unpack(packed: PackedRendering, length: int) -> Rendering:
    text = packed.text
    drawn = len(text)
    lines = text.count("\n") + (not text.endswith("\n"))
    starts, ends, drawn_starts, drawn_ends = (np.frombuffer(p, np.int32) for p in packed.offsets)
    _check(len(starts) == len(ends) == len(drawn_starts) == len(drawn_ends))
    _check_spans(starts, ends, length)
    _check_spans(drawn_starts, drawn_ends, drawn)
    _check(len(packed.formats) > 0)
    line_formats = None
    if packed.line_formats is not None:
        line_formats = np.frombuffer(packed.line_formats, np.int16)
        _check(len(line_formats) == lines)
        _check_within(line_formats, len(packed.formats) - 1)
    styles = {}
    for name, (first, past) in packed.styles.items():
        _check(len(first) == len(past))
        _check_spans(np.frombuffer(first, np.int32), np.frombuffer(past, np.int32), drawn)
        styles[name] = SpanSet(array("i", first), array("i", past))
    for block in packed.code:
        _check(0 <= block.start <= block.end <= drawn)
    return Rendering(
        text=text,
        offsets=OffsetMap(starts, ends, drawn_starts, drawn_ends),
        formats=packed.formats,
        line_formats=line_formats,
        tables=_unpack_tables(packed.tables, drawn, lines),
        styles=styles,
        code=packed.code,
        is_numbered=packed.is_numbered,
    )


def _unpack_tables(packed: tuple[PackedTable, ...], drawn: int, lines: int) -> tuple[Table, ...]:
    tables = []
    past = 0
    for each in packed:
        _check(each.columns > 0 and each.first_line >= past)
        cells = np.frombuffer(each.cells, np.int32).reshape(-1, each.columns, 2)
        past = each.first_line + len(cells)
        _check(len(cells) > 0 and past <= lines)
        flat = cells.reshape(-1, 2)
        _check_spans(flat[:, 0], flat[:, 1], drawn)
        tables.append(Table(each.first_line, cells, each.has_header, each.right))
    return tuple(tables)


def _check_spans(starts: Offsets, ends: Offsets, length: int) -> None:
    """See to it that spans lie within a text, and ascend."""
    _check_within(starts, length)
    _check_within(ends, length)
    _check(bool((starts <= ends).all() and (starts[:-1] <= starts[1:]).all()))
    _check(bool((ends[:-1] <= ends[1:]).all()))


def _check_within(numbers: NDArray[np.int32] | NDArray[np.int16], most: int) -> None:
    _check(not len(numbers) or bool(numbers.min() >= 0 and numbers.max() <= most))


def _check(holds: bool) -> None:
    if not holds:
        raise BrokenRendering
