"""Messages of Outlook (MSG): as those of other mail programs. Text of that name is text.

Messages, people and files in such a file have properties by number (MS-OXMSG).
"""

from __future__ import annotations

import codecs
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO

from olefile import MAGIC, OleFileIO

from index.documents import Content
from index.loaders.mail.parts import (
    MOST_MESSAGES_DEEP,
    Attachment,
    add_attachments,
    add_head,
    add_html,
    add_plain_text,
    is_stub,
)
from index.loaders.office import rtf
from index.loaders.pages.html import decode_page
from index.loaders.plain import code
from index.loaders.shared.assembly import Assembly
from index.loaders.shared.container import Container, MemberList
from index.loaders.shared.decoding import UnreadableFile, decode_part
from index.loaders.shared.metadata import make_properties

# What a property's value is: text in UTF-16, text in an older encoding, bytes, a part.
_UNICODE, _LEGACY, _BYTES, _PART = "001F", "001E", "0102", "000D"
_STREAM = "__substg1.0_{:04X}{}"
_NUMBERS = "__properties_version1.0"
# Numbers stand one after the other, below a head that is longer at the top.
_ENTRY = struct.Struct("<HHIQ")
_HEAD_BYTES, _HEAD_AT_TOP, _HEAD_OF_MESSAGE = 8, 32, 24
_CODE_PAGES = (0x3FFD, 0x3FDE)
_LONGEST_WORDS = 1_000
# The properties of messages, of people and of files, by the numbers that Outlook gives them.
_SUBJECT, _PLAIN, _PAGE, _RTF = 0x0037, 0x1000, 0x1013, 0x1009
_SENDER, _SENDER_ADDRESS, _SENDER_SMTP = 0x0C1A, 0x0C1F, 0x5D01
_SENT, _RECEIVED = 0x0039, 0x0E06
_NAME, _ADDRESS, _SMTP, _ROLE = 0x3001, 0x3003, 0x39FE, 0x0C15
_FILE, _LONG_FILE, _SHORT_FILE, _INNER = 0x3701, 0x3707, 0x3704, 0x3701
_ROLES = {1: "To", 2: "Cc"}
# Times are counted from here, in units of 100 ns.
_EPOCH, _MICROSECOND = datetime(1601, 1, 1, tzinfo=UTC), 10
_MOST_PEOPLE, _MOST_FILES = 1_000, 1_000
# RTF as Outlook packs it (MS-OXRTFCP).
_HEAD = struct.Struct("<IIII")
_PACKED, _UNPACKED = 0x75465A4C, 0x414C454D
_MOST_BYTES = 64 * 2**20
_WINDOW = 4096
# What the window holds at first, so that what every file begins with packs well.
_KNOWN = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern "
    b"\\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0"
    b"\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
for _charset in ("utf-16-le", "cp1252"):
    # No file can be opened later.
    codecs.lookup(_charset)


@dataclass(frozen=True, slots=True)
class MapiProperties:
    """The properties of a message, a person or a file within an MSG file."""

    _file: OleFileIO
    _path: tuple[str, ...]
    _numbers: dict[int, int]
    _code_page: int

    def read_words(self, number: int) -> str:
        """The short text of a property in one line; "" if the message lacks it."""
        words = " ".join(self.read_text(number).replace("\0", " ").split())
        return words if len(words) <= _LONGEST_WORDS else words[:_LONGEST_WORDS] + "…"

    def read_text(self, number: int) -> str:
        """The text of a property; "" if the message lacks it."""
        if data := self._read(_STREAM.format(number, _UNICODE)):
            return data.decode("utf-16-le", "replace").replace("\r\n", "\n")
        # Some programs end it with a NUL.
        data = self._read(_STREAM.format(number, _LEGACY)).rstrip(b"\0")
        return decode_part(data, f"cp{self._code_page}").replace("\r\n", "\n")

    def read_bytes(self, number: int) -> bytes:
        """The bytes of a property; empty if the message lacks it."""
        return self._read(_STREAM.format(number, _BYTES))

    def read_number(self, number: int) -> int | None:
        """The number or time of a property; None if the message lacks it."""
        return self._numbers.get(number)

    def list_parts(self, beginning: str, most: int) -> Iterator[MapiProperties]:
        """The parts whose names begin so, in order."""
        names = sorted(
            {
                path[len(self._path)]
                for path in self._file.listdir()
                if len(path) > len(self._path) + 1
                and tuple(path[: len(self._path)]) == self._path
                and path[len(self._path)].startswith(beginning)
            }
        )
        for name in names[:most]:
            yield _open(self._file, (*self._path, name), _HEAD_BYTES, self._code_page)

    def open_part(self, number: int) -> MapiProperties | None:
        """The message that is a property; None if there is none."""
        path = (*self._path, _STREAM.format(number, _PART))
        if not self._file.exists([*path, _NUMBERS]):
            return None
        return _open(self._file, path, _HEAD_OF_MESSAGE, self._code_page)

    def _read(self, name: str) -> bytes:
        return _read_stream(self._file, (*self._path, name))


def open_file(data: bytes) -> MapiProperties:
    """The properties of the message that a file holds; raises `UnreadableFile` if it holds none."""
    try:
        file = OleFileIO(BytesIO(data))
        # What else is kept in such files has no properties of this kind.
        is_message = file.exists(_NUMBERS)
    except Exception as error:
        # It raises whatever its structures lead to.
        raise UnreadableFile("not a message of Outlook, or damaged") from error
    if not is_message:
        raise UnreadableFile("not a message of Outlook")
    return _open(file, (), _HEAD_AT_TOP, 0)


def _open(file: OleFileIO, path: tuple[str, ...], head: int, code_page: int) -> MapiProperties:
    data = _read_stream(file, (*path, _NUMBERS))
    numbers = {}
    whole = (len(data) - head) // _ENTRY.size * _ENTRY.size
    for kind, number, _, value in _ENTRY.iter_unpack(data[head : head + max(0, whole)]):
        # Of the shorter kinds only the first half counts.
        numbers[number] = value if kind == 0x0040 else value & 0xFFFFFFFF
    code_page = next((numbers[each] for each in _CODE_PAGES if each in numbers), code_page)
    return MapiProperties(file, path, numbers, code_page)


def _read_stream(file: OleFileIO, path: tuple[str, ...]) -> bytes:
    try:
        if not file.exists([*path]):
            return b""
        data: bytes = file.openstream([*path]).read()
    except MemoryError:
        raise
    except Exception as error:
        raise UnreadableFile("damaged: a part of it cannot be read") from error
    return data


def load(data: bytes) -> Content:
    """The content of a message; raises `UnreadableFile` as `open_container` does."""
    return open_container(data, frozenset()).content


def open_container(data: bytes, kinds: frozenset[str]) -> Container:
    """A message, and the files of some kinds that came with it; raises `UnreadableFile`."""
    if not data.startswith(MAGIC):
        # Catalogues of other programs have names like these.
        try:
            return Container(code.load(data))
        except UnreadableFile as error:
            raise UnreadableFile("not a message of Outlook") from error
    assembly, members = Assembly(), MemberList(kinds)
    message = open_file(data)
    subject = _add_message(assembly, message, 1, members)
    head = dict(_read_head(message))
    properties = make_properties([head.get("From", "")], dates=[head.get("Date")])
    return members.finish(assembly.content(subject or None, properties))


def _add_message(
    assembly: Assembly, message: MapiProperties, level: int, members: MemberList
) -> str:
    subject = message.read_words(_SUBJECT)
    add_head(assembly, subject, _read_head(message), level)
    _add_body(assembly, message, level)
    files: list[Attachment] = []
    inner: list[MapiProperties] = []
    for attached in message.list_parts("__attach_version1.0_#", _MOST_FILES):
        if (below := attached.open_part(_INNER)) is not None:
            inner.append(below)
            continue
        name = attached.read_words(_LONG_FILE) or attached.read_words(_SHORT_FILE)
        files.append(Attachment(name, attached.read_bytes(_FILE)))
    add_attachments(assembly, files, level, members)
    if level < MOST_MESSAGES_DEEP:
        for below in inner:
            _add_message(assembly, below, level + 1, members)
    return subject


def _read_head(message: MapiProperties) -> Iterator[tuple[str, str]]:
    address = message.read_words(_SENDER_SMTP) or message.read_words(_SENDER_ADDRESS)
    yield "From", _name_person(message.read_words(_SENDER), address)
    people: dict[str, list[str]] = {role: [] for role in _ROLES.values()}
    for person in message.list_parts("__recip_version1.0_#", _MOST_PEOPLE):
        role = _ROLES.get(person.read_number(_ROLE) or 0)
        if role is not None:
            address = person.read_words(_SMTP) or person.read_words(_ADDRESS)
            people[role].append(_name_person(person.read_words(_NAME), address))
    for role, names in people.items():
        yield role, ", ".join(filter(None, names))
    yield "Date", _show_time(message.read_number(_SENT) or message.read_number(_RECEIVED))


def _name_person(name: str, address: str) -> str:
    # Within a company, an address may be a path of names.
    if "@" not in address or address == name:
        return name or address
    return f"{name} <{address}>" if name else address


def _show_time(count: int | None) -> str:
    if not count:
        return ""
    try:
        time = _EPOCH + timedelta(microseconds=count // _MICROSECOND)
    except OverflowError:
        return ""
    return f"{time:%a, %d %b %Y %H:%M:%S +0000}"


def _add_body(assembly: Assembly, message: MapiProperties, level: int) -> None:
    """Add the words in the best of their forms."""
    plain = message.read_text(_PLAIN).strip()
    try:
        page = message.read_text(_PAGE) or decode_page(message.read_bytes(_PAGE))
    except UnreadableFile:
        # The head and the files can be read without it.
        page = ""
    if plain and not is_stub(plain, page):
        add_plain_text(assembly, plain, level)
        return
    try:
        if page.strip():
            add_html(assembly, page, level)
        elif packed := message.read_bytes(_RTF):
            assembly.add(rtf.load(unpack_rtf(packed)))
    except UnreadableFile:
        return


def unpack_rtf(data: bytes) -> bytes:
    """The RTF that is packed in some bytes.

    Raises:
        UnreadableFile: it is damaged, or too large.
    """
    if len(data) < _HEAD.size:
        raise UnreadableFile("damaged RTF")
    _, size, kind, _ = _HEAD.unpack_from(data)
    if kind == _UNPACKED:
        return data[_HEAD.size : _HEAD.size + size]
    if kind != _PACKED or size > _MOST_BYTES:
        raise UnreadableFile("damaged RTF")
    # A place in the window is the same place in all that was written, a whole number of windows on.
    written = bytearray(_KNOWN)
    at = _HEAD.size
    while at < len(data) and len(written) < len(_KNOWN) + size:
        control = data[at]
        at += 1
        for bit in range(8):
            if not control >> bit & 1:
                written += data[at : at + 1]
                at += 1
                continue
            if at + 1 >= len(data):
                return bytes(written[len(_KNOWN) :])
            reference = int.from_bytes(data[at : at + 2], "big")
            at += 2
            place, count = reference >> 4, (reference & 0xF) + 2
            back = (len(written) - place) % _WINDOW
            if not back:
                return bytes(written[len(_KNOWN) :])
            for _ in range(count):
                source = len(written) - back
                written.append(written[source] if source >= 0 else 0x20)
    return bytes(written[len(_KNOWN) : len(_KNOWN) + size])
