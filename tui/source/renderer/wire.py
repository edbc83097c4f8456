"""What the app and the process that renders tell each other: a length, then so many bytes.

All of it is data, arrays as their bytes: the other side may have been led astray by a document. So
a rendering that comes from there is checked.
"""

from __future__ import annotations

from array import array
from struct import Struct
from typing import IO, Any, get_args

import msgspec
import numpy as np
from numpy.typing import NDArray

from tui.source.rendering.offset_map import Offsets
from tui.source.rendering.rendering import Rendering
from tui.source.rendering.syntax import Token

_LENGTH = Struct(">Q")


class Render(msgspec.Struct, frozen=True, tag=True):
    """Asks for the rendering of a document.

    Attributes:
        seconds: after which the process ends itself.
        structure: as `pack_structure` makes it.
        pages: where each page begins, with its number.
    """

    seconds: float
    path: str
    text: str
    structure: bytes
    pages: list[tuple[int, int]]


class Colour(msgspec.Struct, frozen=True, tag=True):
    """Asks for the coloured tokens of code, in a language as Pygments names it."""

    seconds: float
    language: str
    text: str


class Rendered(msgspec.Struct, frozen=True, tag=True):
    """A rendering; None where the document is best read as it is."""

    rendering: Rendering | None


class Coloured(msgspec.Struct, frozen=True, tag=True):
    """Tokens, in order."""

    tokens: list[Token]


class Failed(msgspec.Struct, frozen=True, tag=True):
    """An exception was raised: its repr."""

    error: str


Request = Render | Colour
Reply = Rendered | Coloured | Failed


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
_requests: msgspec.msgpack.Decoder[Request] = msgspec.msgpack.Decoder(Request)
_replies: msgspec.msgpack.Decoder[Reply] = msgspec.msgpack.Decoder(Reply, dec_hook=_decode_array)


class BrokenWire(Exception):
    """The other side has gone, or does not speak as agreed."""


def send(stream: IO[bytes], message: Request | Reply) -> None:
    """Write a message.

    Raises:
        OSError: the other side has gone.
        ValueError: it holds a lone surrogate.
    """
    frame = _encoder.encode(message)
    stream.write(_LENGTH.pack(len(frame)))
    stream.write(frame)
    stream.flush()


def receive_request(stream: IO[bytes]) -> Request | None:
    """The next request; None where the app has gone."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    return _requests.decode(stream.read(_LENGTH.unpack(head)[0]))


def receive_reply(stream: IO[bytes], most: int) -> Reply:
    """The next reply.

    Raises:
        BrokenWire: there is none, it is longer than `most` bytes, or it is no reply.
    """
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size or (length := _LENGTH.unpack(head)[0]) > most:
        raise BrokenWire
    frame = stream.read(length)
    try:
        return _replies.decode(frame)
    except (msgspec.DecodeError, RecursionError, ValueError) as error:
        raise BrokenWire from error


class BrokenRendering(Exception):
    """Parts of a rendering do not fit together."""


def check_rendering(rendering: Rendering, length: int) -> None:
    """See to it that a rendering can be drawn.

    Args:
        length: of the document.

    Raises:
        BrokenRendering: it names places that are not in the document, or not in what is drawn.
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
    for block in rendering.code:
        _check(0 <= block.start <= block.end <= drawn)
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
        raise BrokenRendering
