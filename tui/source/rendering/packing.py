"""Documents to be drawn, and renderings of them, as bytes that go from one process to the other.

All of it is data, arrays as their bytes: the other side may have been led astray by a document. So
a rendering that comes from there has to be checked.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any, get_args

import msgspec
import numpy as np
from numpy.typing import NDArray

from index.documents import Structure, pack_structure, unpack_structure
from tui.source.rendering.rendering import Offsets, Rendering

_Pages = Sequence[tuple[int, int]]
# The path, the text, its structure as `pack_structure` makes it, and the pages.
_Request = tuple[str, str, bytes, list[tuple[int, int]]]


def pack_request(path: str, text: str, structure: Structure, pages: _Pages) -> bytes:
    """Pack the arguments of `render_document`; a lone surrogate raises UnicodeEncodeError."""
    return _encoder.encode((path, text, pack_structure(structure), pages))


def unpack_request(packed: bytes) -> tuple[str, str, Structure, _Pages]:
    """The arguments that `pack_request` has packed."""
    path, text, structure, pages = msgspec.msgpack.decode(packed, type=_Request)
    return path, text, unpack_structure(structure, len(text)), pages


def pack_rendering(rendering: Rendering | None) -> bytes:
    """A rendering as bytes."""
    return _encoder.encode(rendering)


def unpack_rendering(packed: bytes) -> Rendering | None:
    """The rendering that the other process has sent; raises ValueError if it is not one."""
    return _renderings.decode(packed)


def _encode_array(value: object) -> object:
    """An array as the size of its rows and its bytes."""
    if isinstance(value, np.ndarray):
        return value.shape[1:], value.tobytes()
    if isinstance(value, array):
        return (), value.tobytes()
    raise NotImplementedError(type(value))


def _decode_array(kind: Any, value: Any) -> object:
    rows, data = msgspec.convert(value, tuple[tuple[int, ...], bytes])
    if kind is array:
        return array("i", data)
    return np.frombuffer(data, get_args(get_args(kind)[1])[0]).reshape(-1, *rows)


_encoder = msgspec.msgpack.Encoder(enc_hook=_encode_array)
_renderings: msgspec.msgpack.Decoder[Rendering | None] = msgspec.msgpack.Decoder(
    Rendering | None, dec_hook=_decode_array
)


def check_rendering(rendering: Rendering, length: int) -> None:
    """See to it that a rendering of a document of some length can be drawn.

    Raises:
        ValueError: it names places that are not in the document, or not in what is drawn.
    """
    text, offsets = rendering.text, rendering.offsets
    drawn = len(text)
    lines = text.count("\n") + (not text.endswith("\n"))
    _check(len(offsets.starts) == len(offsets.drawn_starts))
    _check_spans(offsets.starts, offsets.ends, length)
    _check_spans(offsets.drawn_starts, offsets.drawn_ends, drawn)
    _check(len(rendering.formats) > 0)
    if (numbers := rendering.line_formats) is not None:
        _check(numbers.shape == (lines,))
        _check_within(numbers, len(rendering.formats) - 1)
    for spans in rendering.styles.values():
        _check_spans(np.array(spans.starts), np.array(spans.ends), drawn)
    past = 0
    for table in rendering.tables:
        rows, *columns = table.cells.shape
        _check(rows > 0 and len(columns) == 2 and columns[0] > 0 and columns[1] == 2)
        _check(past <= table.first_line and table.past_line <= lines)
        past = table.past_line
        flat = table.cells.reshape(-1, 2)
        _check_spans(flat[:, 0], flat[:, 1], drawn)


def _check_spans(starts: Offsets, ends: Offsets, length: int) -> None:
    """See to it that spans lie within a text, and ascend."""
    _check(starts.ndim == 1 and starts.shape == ends.shape)
    _check_within(starts, length)
    _check_within(ends, length)
    _check(bool((starts <= ends).all() and (starts[:-1] <= starts[1:]).all()))
    _check(bool((ends[:-1] <= ends[1:]).all()))


def _check_within(numbers: NDArray[np.int32] | NDArray[np.int16], most: int) -> None:
    _check(not len(numbers) or bool(numbers.min() >= 0 and numbers.max() <= most))


def _check(holds: bool) -> None:
    if not holds:
        raise ValueError("parts of a rendering do not fit together")
