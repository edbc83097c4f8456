"""The headers of messages, whose words may be encoded in many ways."""

from __future__ import annotations

from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message

from index.loaders.shared.decoding import UnreadableFile, decode

# In characters: a list of a thousand recipients says little.
_LONGEST = 1_000


def read_header(message: Message, name: str) -> str:
    """The words of the first header of a name, in one line; "" where there is none."""
    values = (value for key, value in message.raw_items() if key.lower() == name.lower())
    words = " ".join(decode_words(str(next(values, ""))).split())
    return words if len(words) <= _LONGEST else words[:_LONGEST] + "…"


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
    try:
        return words.decode(charset or "utf-8")
    except (LookupError, UnicodeError, ValueError):
        return words.decode("utf-8", "replace")
