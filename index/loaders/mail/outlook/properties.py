"""The properties of messages, people and files in an MSG file, by number (MS-OXMSG)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from olefile import OleFileIO

from index.loaders.shared.decoding import UnreadableFile, decode, decode_as

# What a property's value is: text in UTF-16, text in an older encoding, bytes, a part.
_UNICODE, _LEGACY, _BYTES, _PART = "001F", "001E", "0102", "000D"
_STREAM = "__substg1.0_{:04X}{}"
_NUMBERS = "__properties_version1.0"
# Numbers stand one after the other, below a head that is longer at the top.
_ENTRY = struct.Struct("<HHIQ")
_HEAD, _HEAD_AT_TOP, _HEAD_OF_MESSAGE = 8, 32, 24
_CODE_PAGES = (0x3FFD, 0x3FDE)
_LONGEST_WORDS = 1_000


@dataclass(frozen=True, slots=True)
class MapiProperties:
    """The properties of a message, a person or a file within an MSG file."""

    _file: OleFileIO
    _path: tuple[str, ...]
    _numbers: dict[int, int]
    _code_page: int

    def read_words(self, number: int) -> str:
        """A short text in one line; "" if there is none."""
        words = " ".join(self.read_text(number).replace("\0", " ").split())
        return words if len(words) <= _LONGEST_WORDS else words[:_LONGEST_WORDS] + "…"

    def read_text(self, number: int) -> str:
        """A text; "" if there is none."""
        if data := self._read(_STREAM.format(number, _UNICODE)):
            return data.decode("utf-16-le", "replace").replace("\r\n", "\n")
        # Some programs end it with a NUL.
        data = self._read(_STREAM.format(number, _LEGACY)).rstrip(b"\0")
        text = decode_as(data, f"cp{self._code_page}")
        if text is None:
            try:
                text = decode(data)
            except UnreadableFile:
                return ""
        return text.replace("\r\n", "\n")

    def read_bytes(self, number: int) -> bytes:
        """Some bytes; none if there are none."""
        return self._read(_STREAM.format(number, _BYTES))

    def read_number(self, number: int) -> int | None:
        """A number, or a time; None if there is none."""
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
            yield _open(self._file, (*self._path, name), _HEAD, self._code_page)

    def open_part(self, number: int) -> MapiProperties | None:
        """The message that is a property; None if there is none."""
        path = (*self._path, _STREAM.format(number, _PART))
        if not self._file.exists([*path, _NUMBERS]):
            return None
        return _open(self._file, path, _HEAD_OF_MESSAGE, self._code_page)

    def _read(self, name: str) -> bytes:
        return _read_stream(self._file, (*self._path, name))


def open_file(data: bytes) -> MapiProperties:
    """The properties of the message that a file holds.

    Raises:
        UnreadableFile: it holds none.
    """
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
