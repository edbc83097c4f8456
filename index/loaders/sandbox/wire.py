"""What goes between the program and the process that parses a file for it.

Both ways a frame is its length in bytes, as a line of ASCII digits, and then its bytes. The
program sends a `Request`; the process gives up its rights and sends its `Isolation`. Then it gets
the file, and sends perhaps some `Paged`, and last a reply: `Unreadable`, `Failed`, or `Loaded`,
which has frames after it: one with the text and one with each member. All but the file, the text
and the members is MessagePack.

Whoever parsed a hostile file may be hostile: the program checks all that it receives.
"""

from __future__ import annotations

from dataclasses import replace
from typing import IO, Literal

import msgspec

from index.documents import (
    NO_PROPERTIES,
    Content,
    Heading,
    Properties,
    Span,
    Table,
    replace_surrogates,
)
from index.loaders.sandbox.bounds import Bounds, explain_excess, show_name, show_reason
from index.loaders.sandbox.isolation import Isolation
from index.loaders.shared.container import MOST_MEMBERS, Container, LeftOut, Member

# A line that says a length is never longer.
_LENGTH_LINE_BYTES = 20
# How the process ends if it was refused memory, which may leave its libraries in any state.
OUT_OF_MEMORY = 75
# The frame with the `Isolation` is never longer.
_LONGEST_ISOLATION_BYTES = 1_000


class Request(msgspec.Struct, frozen=True):
    """Which loader is to read the file, and what that may cost.

    Attributes:
        module, name: the loader, a function that can be imported.
        packed: whether the file is packed by gzip, and the loader is for what is in it.
        seconds: of processor time.
        patience: seconds by the clock.
        memory: bytes of address space.
        bounds: of what comes back.
        kinds: where the file is opened as a container, the suffixes of what is wanted in it.
    """

    module: str
    name: str
    packed: bool
    seconds: int
    patience: int
    memory: int
    bounds: Bounds
    kinds: frozenset[str] | None = None


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


class Loaded(msgspec.Struct, frozen=True, tag=True):
    """The file was read: all of its `Content` but the text, and which members follow.

    Attributes:
        members: name and suffix of each.
    """

    title: str | None = None
    headings: tuple[Heading, ...] = ()
    page_starts: tuple[int, ...] = ()
    blocks: tuple[Span, ...] | None = None
    tables: tuple[Table, ...] = ()
    layout: Literal["prose", "lines"] = "prose"
    properties: Properties = NO_PROPERTIES
    members: tuple[tuple[str, str], ...] = ()
    left_out: tuple[LeftOut, ...] = ()


_Message = Loaded | Unreadable | Failed | Paged
Reply = Container | Unreadable | Failed

_encoder = msgspec.msgpack.Encoder()
_requests: msgspec.msgpack.Decoder[Request] = msgspec.msgpack.Decoder(Request)
_isolations: msgspec.msgpack.Decoder[Isolation] = msgspec.msgpack.Decoder(Isolation)
_messages: msgspec.msgpack.Decoder[_Message] = msgspec.msgpack.Decoder(_Message)


class BrokenWire(Exception):
    """The other side has gone, or does not speak as agreed."""


def send(stream: IO[bytes], *frames: bytes) -> None:
    """Write frames; raises OSError if the other side has gone."""
    for frame in frames:
        stream.write(b"%d\n" % len(frame))
        stream.write(frame)
    stream.flush()


def receive(stream: IO[bytes], most: int) -> bytes:
    """The next frame.

    Raises:
        BrokenWire: there is none, or it is longer than `most` bytes.
    """
    line = stream.readline(_LENGTH_LINE_BYTES)
    if not line.endswith(b"\n") or not line[:-1].isdigit() or int(line) > most:
        raise BrokenWire
    frame = stream.read(int(line))
    if len(frame) != int(line):
        raise BrokenWire
    return frame


def send_request(stream: IO[bytes], request: Request) -> None:
    """Write a request, whose file is the next frame; raises OSError if the other side has gone."""
    send(stream, _encoder.encode(request))


def receive_request(stream: IO[bytes], most: int) -> Request:
    """The next request; its file is the next frame. Raises `BrokenWire` if there is none."""
    try:
        return _requests.decode(receive(stream, most))
    except msgspec.DecodeError as error:
        raise BrokenWire from error


def send_isolation(stream: IO[bytes], isolation: Isolation) -> None:
    send(stream, _encoder.encode(isolation))


def receive_isolation(stream: IO[bytes]) -> Isolation:
    """The barriers around the other side; raises `BrokenWire` if it sends something else."""
    try:
        return _isolations.decode(receive(stream, _LONGEST_ISOLATION_BYTES))
    except msgspec.DecodeError as error:
        raise BrokenWire from error


def send_page(stream: IO[bytes], number: int, of: int) -> None:
    send(stream, _encoder.encode(Paged(number, of)))


def send_reply(stream: IO[bytes], reply: Reply) -> None:
    """Write a reply; lone surrogates, which UTF-8 cannot hold, become U+FFFD."""
    if not isinstance(reply, Container):
        send(stream, _encode(reply))
        return
    content = reply.content
    loaded = Loaded(
        content.title,
        content.headings,
        content.page_starts,
        content.blocks,
        content.tables,
        content.layout,
        content.properties,
        tuple((member.name, member.suffix) for member in reply.members),
        reply.left_out,
    )
    files = (member.data for member in reply.members)
    send(stream, _encode(loaded), content.text.encode(), *files)


def receive_message(stream: IO[bytes], bounds: Bounds) -> Reply | Paged:
    """A page that is read next, or a reply, all of it checked.

    Raises:
        BrokenWire: it is neither, has spans outside its text, or goes beyond the bounds.
    """
    try:
        message = _messages.decode(receive(stream, bounds.most_bytes_beside_text))
        if isinstance(message, Unreadable):
            return Unreadable(show_reason(message.reason))
        if isinstance(message, Failed):
            return Failed(show_reason(message.error))
        if isinstance(message, Paged):
            return message
        return _receive_rest(stream, message, bounds)
    except (msgspec.DecodeError, RecursionError, ValueError) as error:
        # ValueError: spans out of order, a name that no member has, bytes that are not UTF-8.
        raise BrokenWire from error


def _receive_rest(stream: IO[bytes], loaded: Loaded, bounds: Bounds) -> Container:
    text = receive(stream, bounds.most_bytes_of_text).decode()
    content = Content(
        text,
        loaded.title,
        loaded.headings,
        loaded.page_starts,
        loaded.blocks,
        loaded.tables,
        loaded.layout,
        loaded.properties,
    )
    names = {name.casefold() for name, _ in loaded.members}
    if len(names) != len(loaded.members) or len(names) > MOST_MEMBERS:
        raise BrokenWire
    members = []
    room = bounds.members
    for name, suffix in loaded.members:
        members.append(Member(name, receive(stream, room), suffix))
        room -= len(members[-1].data)
    left_out = tuple(
        LeftOut(show_name(each.name), show_reason(each.reason), each.failed)
        for each in loaded.left_out
    )
    container = Container(content, tuple(members), left_out)
    if explain_excess(container, bounds):
        raise BrokenWire
    return container


def _encode(message: _Message) -> bytes:
    try:
        return _encoder.encode(message)
    except UnicodeEncodeError:
        return _encoder.encode(_replace_surrogates(message))


def _replace_surrogates(message: _Message) -> _Message:
    if isinstance(message, Unreadable):
        return Unreadable(replace_surrogates(message.reason))
    if isinstance(message, Failed):
        return Failed(replace_surrogates(message.error))
    if isinstance(message, Paged):
        return message
    headings = tuple(
        replace(heading, text=replace_surrogates(heading.text)) for heading in message.headings
    )
    tables = tuple(
        replace(
            table,
            columns=tuple(map(replace_surrogates, table.columns)),
            caption=replace_surrogates(table.caption),
        )
        for table in message.tables
    )
    return msgspec.structs.replace(message, headings=headings, tables=tables)
