"""What goes between the program and the process that parses files for it.

Both ways a frame is its length in bytes, as a line of ASCII digits, and then its bytes.
The process begins with a frame that holds its `Isolation` in MessagePack. A request is a frame
with a `Request`, then a frame with the file. A reply is one frame with a `Reply`, which may come
after some that say how far it has come (`Paged`). Everything is
checked as it is decoded: types, spans, order.
"""

from __future__ import annotations

from dataclasses import replace
from typing import IO

import msgspec

from index.documents import Content, replace_surrogates
from index.loaders.sandbox.isolation import Isolation
from index.loaders.shared.container import LeftOut, Member

# A line that says a length is never longer.
_LENGTH_LINE = 20
# How the worker ends when it was refused memory, which may leave its libraries in any state.
OUT_OF_MEMORY = 75


class Request(msgspec.Struct, frozen=True):
    """Which loader is to read the file, and what that may cost.

    Attributes:
        module, name: the loader, a function that can be imported.
        packed: whether the file is packed by gzip, and the loader is for what is in it.
        seconds: of processor time.
        patience: seconds by the clock.
        memory: bytes of address space.
        text: characters of extracted text; as many as the file has bytes are always allowed.
        kinds: where the file is opened as a container, the suffixes of what is wanted in it.
    """

    module: str
    name: str
    packed: bool
    seconds: int
    patience: int
    memory: int
    text: int
    kinds: frozenset[str] | None = None


class Loaded(msgspec.Struct, frozen=True, tag=True):
    """The file was read, in so many seconds of processor time; with the files in it."""

    content: Content
    seconds: float = 0.0
    members: tuple[Member, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


class Unreadable(msgspec.Struct, frozen=True, tag=True):
    """The loader raised `UnreadableFile`, for a reason."""

    reason: str


class Failed(msgspec.Struct, frozen=True, tag=True):
    """The loader raised another exception: its repr."""

    error: str


class Paged(msgspec.Struct, frozen=True, tag=True):
    """No answer yet: a page of those that take long is read next, from 1; how many there are."""

    number: int
    of: int


Reply = Loaded | Unreadable | Failed | Paged

_encoder = msgspec.msgpack.Encoder()
_requests: msgspec.msgpack.Decoder[Request] = msgspec.msgpack.Decoder(Request)
_isolations: msgspec.msgpack.Decoder[Isolation] = msgspec.msgpack.Decoder(Isolation)
_replies: msgspec.msgpack.Decoder[Reply] = msgspec.msgpack.Decoder(Reply)


class BrokenWire(Exception):
    """The other side has gone, or does not speak as agreed."""


def send(stream: IO[bytes], frame: bytes) -> None:
    """Write a frame; raises OSError where the other side has gone."""
    stream.write(b"%d\n" % len(frame))
    stream.write(frame)
    stream.flush()


def receive(stream: IO[bytes], most: int) -> bytes:
    """The next frame.

    Raises:
        BrokenWire: there is none, or it is longer than `most` bytes.
    """
    line = stream.readline(_LENGTH_LINE)
    if not line.endswith(b"\n") or not line[:-1].isdigit() or int(line) > most:
        raise BrokenWire
    frame = stream.read(int(line))
    if len(frame) != int(line):
        raise BrokenWire
    return frame


def encode_request(request: Request) -> bytes:
    return _encoder.encode(request)


def decode_request(frame: bytes) -> Request:
    """Raises `BrokenWire` where the frame holds something else."""
    try:
        return _requests.decode(frame)
    except msgspec.DecodeError as error:
        raise BrokenWire from error


def encode_isolation(isolation: Isolation) -> bytes:
    return _encoder.encode(isolation)


def decode_isolation(frame: bytes) -> Isolation:
    """Raises `BrokenWire` where the frame holds something else."""
    try:
        return _isolations.decode(frame)
    except msgspec.DecodeError as error:
        raise BrokenWire from error


def encode_reply(reply: Reply) -> bytes:
    """A reply as bytes; lone surrogates, which UTF-8 cannot hold, become U+FFFD."""
    try:
        return _encoder.encode(reply)
    except UnicodeEncodeError:
        return _encoder.encode(_replace_surrogates(reply))


def decode_reply(frame: bytes) -> Reply:
    """A reply, all of it checked: who wrote it has parsed a hostile file.

    Raises:
        BrokenWire: it is none, or its content has spans outside its text.
    """
    try:
        return _replies.decode(frame)
    except (msgspec.DecodeError, RecursionError) as error:
        raise BrokenWire from error


def _replace_surrogates(reply: Reply) -> Reply:
    if isinstance(reply, Unreadable):
        return Unreadable(replace_surrogates(reply.reason))
    if isinstance(reply, Failed):
        return Failed(replace_surrogates(reply.error))
    if isinstance(reply, Paged):
        return reply
    content = reply.content
    headings = tuple(
        replace(heading, text=replace_surrogates(heading.text)) for heading in content.headings
    )
    tables = tuple(
        replace(
            table,
            columns=tuple(map(replace_surrogates, table.columns)),
            caption=replace_surrogates(table.caption),
        )
        for table in content.tables
    )
    return msgspec.structs.replace(
        reply, content=replace(content, headings=headings, tables=tables)
    )
