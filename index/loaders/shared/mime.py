"""Messages in MIME, as mail and saved pages are: headers and parts, encoded in many ways."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from email.errors import HeaderParseError, MessageError
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.policy import Compat32

from index.loaders.shared.decoding import (
    UnreadableFile,
    decode,
    decode_as,
    decode_part,
    refuse_deep_nesting,
)

# In characters: a list of a thousand recipients says little.
_MOST_CHARACTERS = 1_000
# In characters: the library's time grows with the square of a longer field.
_LONGEST_FIELD = 20_000
# Fields with parameters, which it parses anew for each question; no parameters are longer.
_WITH_PARAMETERS = frozenset(("content-type", "content-disposition"))
_LONGEST_PARAMETERS = 2_000


class _ShortFields(Compat32):
    """The library's way to read fields, but for what is too long in them."""

    def header_source_parse(self, sourcelines: Sequence[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(list(sourcelines))
        has_parameters = name.strip().lower() in _WITH_PARAMETERS
        return name, value[: _LONGEST_PARAMETERS if has_parameters else _LONGEST_FIELD]


_POLICY = _ShortFields()


@contextmanager
def refuse_damage() -> Iterator[None]:
    """Let what reads a message raise `UnreadableFile` if it is damaged."""
    with refuse_deep_nesting():
        try:
            yield
        except (MessageError, ValueError, LookupError) as error:
            raise UnreadableFile("damaged: its parts cannot be told apart") from error


def parse_message(data: bytes) -> Message:
    """A message and its parts; some programs write a byte order mark or blank lines before it.

    Raises:
        MessageError, ValueError, LookupError, RecursionError: it is damaged.
    """
    return BytesParser(policy=_POLICY).parsebytes(drop_start(data))


def drop_start(data: bytes) -> bytes:
    """A file without the byte order mark and the blank lines at its start."""
    return data.removeprefix(codecs.BOM_UTF8).lstrip(b"\r\n")


def read_header(message: Message, name: str) -> str:
    """The words of the first header of a name, in one line; "" if there is none."""
    values = (value for key, value in message.raw_items() if key.lower() == name.lower())
    words = " ".join(decode_words(str(next(values, ""))).split())
    return words if len(words) <= _MOST_CHARACTERS else words[:_MOST_CHARACTERS] + "…"


def decode_words(value: str) -> str:
    """A header's value without its encodings. What cannot be decoded stays as it is."""
    if not value.isascii():
        # Bytes that say nothing of their encoding.
        try:
            value = decode(value.encode("utf-8", "surrogateescape"))
        except UnreadableFile:
            value = value.encode("utf-8", "replace").decode()
    try:
        parts = decode_header(value)
    except (HeaderParseError, ValueError):
        return value
    return "".join(_decode_part(words, charset) for words, charset in parts)


def _decode_part(words: str | bytes, charset: str | None) -> str:
    if isinstance(words, str):
        return words
    text = decode_as(words, charset)
    return text if text is not None else words.decode("utf-8", "replace")


def read_charset(part: Message) -> str | None:
    """The name of the character set that a part says it is in."""
    return _read_parameter(part, "charset", "content-type")


def read_file_name(part: Message) -> str | None:
    """The name that a part has as a file."""
    name = _read_parameter(part, "filename", "content-disposition")
    return name if name is not None else _read_parameter(part, "name", "content-type")


def _read_parameter(part: Message, name: str, field: str) -> str | None:
    value = part.get_param(name, None, field)
    if not isinstance(value, tuple):
        return value
    # It names its own character set (RFC 2231); the library would believe any.
    charset, _, words = value
    text = decode_as(words.encode("latin-1", "replace"), charset or "ascii")
    return words if text is None else text


def decode_text(part: Message) -> str:
    """The text of a part; "" if it has none."""
    text = decode_part(read_bytes(part), read_charset(part))
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_bytes(part: Message) -> bytes:
    """The bytes of a part; none if it holds other parts."""
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""
