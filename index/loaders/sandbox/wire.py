"""What goes between the program and the process that parses a file for it.

Both ways a frame is its length in bytes, as a line of ASCII digits, and then its bytes. The
program sends a `Request`; the process gives up its rights and sends its `Isolation`. Then it gets
the file, and sends perhaps some `Paged`, and last a reply: `Unreadable`, `Failed`, `Made`, or
`Loaded`. One frame with bytes comes after `Made`. After `Loaded` come one with the text, one with
its blocks, one with its marks and one with each member. Blocks and marks are whole numbers of four
bytes each; all else but the file, what was made, the text and the members is MessagePack.

Whoever parsed a hostile file may be hostile: the program checks all that it receives.
"""

from __future__ import annotations

import datetime
from array import array
from collections.abc import Sequence
from typing import IO, Annotated, Literal, TypeVar

import msgspec

from index.documents import (
    Blocks,
    Content,
    Heading,
    Properties,
    Span,
    Table,
    decode_marks,
    encode_marks,
)
from index.loaders.sandbox.isolation import Isolation
from index.loaders.sandbox.limits import MOST_PARTS, Bounds, explain_excess, show_reason
from index.loaders.shared.container import MOST_MESSAGES, Container, LeftOut, Member, show_name

# A line that says a length is never longer.
_LENGTH_LINE_BYTES = 20
# How the process ends if it was refused memory, which may leave its libraries in any state.
OUT_OF_MEMORY = 75
# The frame with the `Isolation` is never longer.
_LONGEST_ISOLATION_BYTES = 1_000
# The bytes of UTF-8 that are not the first of a character.
_CONTINUATION_BYTES = bytes(range(0x80, 0xC0))


class Request(msgspec.Struct, frozen=True):
    """Which function is to read the file, and what that may cost.

    Attributes:
        module, name: a loader, or a function that makes bytes; it can be imported.
        packed: whether the file is packed by gzip, and the loader is for what is in it.
        seconds: of processor time.
        patience: seconds by the clock.
        memory: bytes of address space.
        bounds: of what comes back from a loader.
        kinds: if the file is opened as a container, the suffixes of what is wanted in it.
        most: how many bytes may come back; None from a loader.
    """

    module: str
    name: str
    packed: bool
    seconds: int
    patience: int
    memory: int
    bounds: Bounds
    kinds: frozenset[str] | None = None
    most: int | None = None


class Unreadable(msgspec.Struct, frozen=True, tag=True):
    """The loader raised `UnreadableFile`, for a reason."""

    reason: str


class Failed(msgspec.Struct, frozen=True, tag=True):
    """The loader raised another exception: its repr."""

    error: str


class Made(msgspec.Struct, frozen=True, tag=True):
    """A function has made bytes: they follow."""


class Paged(msgspec.Struct, frozen=True, tag=True):
    """No answer yet: a page of those that take long is read next, from 1; how many there are."""

    number: int
    of: int


# A list is counted before anything is made of it.
_PARTS, _NAMES = msgspec.Meta(max_length=MOST_PARTS), msgspec.Meta(max_length=100)
_MEMBERS = msgspec.Meta(max_length=MOST_MESSAGES)


class _Table(msgspec.Struct, frozen=True):
    """A `Table`."""

    span: Span
    columns: Annotated[tuple[str, ...], _PARTS] = ()
    caption: str = ""


class _Properties(msgspec.Struct, frozen=True):
    """`Properties`, which have at most 50 names of a kind, and 100 doubtful stretches."""

    authors: Annotated[tuple[str, ...], _NAMES] = ()
    tags: Annotated[tuple[str, ...], _NAMES] = ()
    date: datetime.date | None = None
    doubtful: Annotated[tuple[tuple[int, int], ...], _NAMES] = ()


class Loaded(msgspec.Struct, frozen=True, tag=True):
    """The file was read: all of its `Content` but the text, and which members follow.

    Attributes:
        members: name and suffix of each.
        has_blocks: whether the loader has told blocks apart.
    """

    title: str | None = None
    headings: Annotated[tuple[Heading, ...], _PARTS] = ()
    page_starts: Annotated[tuple[int, ...], _PARTS] = ()
    paragraphs: Annotated[tuple[Span, ...], _PARTS] | None = None
    tables: Annotated[tuple[_Table, ...], _PARTS] = ()
    layout: Literal["prose", "lines"] = "prose"
    properties: _Properties = _Properties()
    members: Annotated[tuple[tuple[str, str], ...], _MEMBERS] = ()
    left_out: Annotated[tuple[LeftOut, ...], _MEMBERS] = ()
    has_blocks: bool = False


_Message = Loaded | Made | Unreadable | Failed | Paged
Reply = Container | bytes | Unreadable | Failed
_Sent = TypeVar("_Sent")

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
    """The next frame; raises `BrokenWire` if there is none, or it is longer than `most` bytes."""
    line = stream.readline(_LENGTH_LINE_BYTES)
    if not line.endswith(b"\n") or not line[:-1].isdigit() or int(line) > most:
        raise BrokenWire
    frame = stream.read(int(line))
    if len(frame) != int(line):
        raise BrokenWire
    return frame


def send_message(stream: IO[bytes], message: Request | Isolation | Paged) -> None:
    """Write what has no further frames; raises OSError if the other side has gone."""
    send(stream, _encoder.encode(message))


def receive_request(stream: IO[bytes], most: int) -> Request:
    """The next request; its file is the next frame. Raises `BrokenWire` if there is none."""
    return _decode(_requests, receive(stream, most))


def receive_isolation(stream: IO[bytes]) -> Isolation:
    """The barriers around the other side; raises `BrokenWire` if it sends something else."""
    return _decode(_isolations, receive(stream, _LONGEST_ISOLATION_BYTES))


def _decode(decoder: msgspec.msgpack.Decoder[_Sent], frame: bytes) -> _Sent:
    try:
        return decoder.decode(frame)
    except (msgspec.DecodeError, RecursionError) as error:
        raise BrokenWire from error


def send_reply(stream: IO[bytes], reply: Reply) -> None:
    if isinstance(reply, bytes):
        send(stream, _encoder.encode(Made()), reply)
        return
    if not isinstance(reply, Container):
        send(stream, _encoder.encode(reply))
        return
    content = reply.content
    properties = content.properties
    loaded = Loaded(
        content.title,
        content.headings,
        content.page_starts,
        content.paragraphs,
        tuple(_Table(table.span, table.columns, table.caption) for table in content.tables),
        content.layout,
        _Properties(properties.authors, properties.tags, properties.date, properties.doubtful),
        tuple((member.name, member.suffix) for member in reply.members),
        reply.left_out,
        content.blocks is not None,
    )
    blocks, marks = content.structure.blocks.numbers(), encode_marks(content.marks)
    numbers = (array("I", each).tobytes() for each in (blocks, marks))
    files = (member.data for member in reply.members)
    send(stream, _encoder.encode(loaded), content.text.encode(), *numbers, *files)


def receive_message(stream: IO[bytes], request: Request) -> Reply | Paged:
    """A page that is read next, or a reply to a request, all of it checked.

    Raises:
        BrokenWire: it is neither, has spans outside its text, or goes beyond the bounds.
    """
    bounds = request.bounds
    message = _decode(_messages, receive(stream, bounds.most_bytes_beside_text))
    if isinstance(message, Unreadable):
        return Unreadable(show_reason(message.reason))
    if isinstance(message, Failed):
        return Failed(show_reason(message.error))
    if isinstance(message, Paged):
        return message
    if isinstance(message, Made) != (request.most is not None):
        raise BrokenWire
    if isinstance(message, Made):
        return receive(stream, request.most or 0)
    _check_counts(message, bounds, request.kinds or frozenset())
    text = receive(stream, bounds.most_bytes_of_text)
    blocks, marks = (receive(stream, bounds.most_bytes_of_blocks) for _ in range(2))
    files, room = [], bounds.members
    for _ in message.members:
        files.append(receive(stream, room))
        room -= len(files[-1])
    # Counted in bytes: a character may take four times the memory once it is decoded.
    if len(text.translate(None, _CONTINUATION_BYTES)) > bounds.characters:
        raise BrokenWire
    try:
        decoded = text.decode()
        read = Blocks.from_numbers(_read_numbers(blocks), len(decoded), bounds.parts)
        container = _make_container(message, decoded, read, marks, files)
    except ValueError as error:
        # Spans are out of order, a name can be no member's, or bytes are not UTF-8.
        raise BrokenWire from error
    if explain_excess(container, bounds):
        raise BrokenWire
    return container


def _check_counts(loaded: Loaded, bounds: Bounds, kinds: frozenset[str]) -> None:
    """Raise `BrokenWire` if there is too much to look at one by one, or members of other kinds."""
    parts = (loaded.headings, loaded.page_starts, loaded.paragraphs or (), loaded.tables)
    if max(map(len, (*parts, loaded.left_out))) > bounds.parts:
        raise BrokenWire
    names = {name.casefold() for name, _ in loaded.members}
    if len(names) != len(loaded.members) or not {kind for _, kind in loaded.members} <= kinds:
        raise BrokenWire


def _make_container(
    loaded: Loaded, text: str, blocks: Blocks, marks: bytes, files: Sequence[bytes]
) -> Container:
    known = loaded.properties
    content = Content(
        text,
        loaded.title,
        loaded.headings,
        loaded.page_starts,
        loaded.paragraphs,
        tuple(Table(table.span, table.columns, table.caption) for table in loaded.tables),
        loaded.layout,
        Properties(known.authors, known.tags, known.date, known.doubtful),
        blocks if loaded.has_blocks else None,
        decode_marks(_read_numbers(marks), len(text)),
    )
    members = tuple(
        Member(name, data, suffix)
        for (name, suffix), data in zip(loaded.members, files, strict=True)
    )
    left_out = tuple(
        LeftOut(show_name(each.name), show_reason(each.reason), each.failed)
        for each in loaded.left_out
    )
    return Container(content, members, left_out)


def _read_numbers(data: bytes) -> array[int]:
    numbers = array("I")
    # Raises ValueError for a part of a number.
    numbers.frombytes(data)
    return numbers
