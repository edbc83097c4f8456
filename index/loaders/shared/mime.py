"""Messages in MIME, as mail and saved pages are: headers and parts, encoded in many ways."""

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


def decode_text(part: Message) -> str:
    """The text of a part; "" where it has none."""
    data = read_bytes(part)
    try:
        text = data.decode(part.get_content_charset() or "")
    except (LookupError, UnicodeError, ValueError):
        try:
            text = decode(data)
        except UnreadableFile:
            return ""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_bytes(part: Message) -> bytes:
    """What a part holds; nothing where it holds other parts."""
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""
