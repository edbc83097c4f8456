"""What the app and the process that renders tell each other: a length, then so many bytes.

All of it is data: the other side may have been led astray by a document.
"""

from __future__ import annotations

from struct import Struct
from typing import IO

import msgspec

from index import Passage
from tui.source.renderer.packed import PackedRendering
from tui.source.rendering.code_tokens import Token

_LENGTH = Struct(">Q")


class Render(msgspec.Struct, frozen=True, tag=True):
    """Asks for the rendering of a document.

    Attributes:
        seconds: after which the process ends itself.
        structure: as `pack_structure` makes it.
    """

    seconds: float
    path: str
    text: str
    passages: list[Passage]
    structure: bytes = b""


class Colour(msgspec.Struct, frozen=True, tag=True):
    """Asks for the coloured tokens of code, in a language as Pygments names it."""

    seconds: float
    language: str
    text: str


class Rendered(msgspec.Struct, frozen=True, tag=True):
    """A rendering; None where the document is best read as it is."""

    rendering: PackedRendering | None


class Coloured(msgspec.Struct, frozen=True, tag=True):
    """Tokens, in order."""

    tokens: list[Token]


class Failed(msgspec.Struct, frozen=True, tag=True):
    """An exception was raised: its repr."""

    error: str


Request = Render | Colour
Reply = Rendered | Coloured | Failed

_encoder = msgspec.msgpack.Encoder()
_requests: msgspec.msgpack.Decoder[Request] = msgspec.msgpack.Decoder(Request)
_replies: msgspec.msgpack.Decoder[Reply] = msgspec.msgpack.Decoder(Reply)


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
    except (msgspec.DecodeError, RecursionError) as error:
        raise BrokenWire from error
