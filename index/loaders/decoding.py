"""Bytes to text: byte order mark, UTF-8, UTF-16 by its NUL pattern, then Windows-1252."""

from __future__ import annotations

import codecs

# How many bytes are looked at to tell UTF-16 and binary files from text.
_SAMPLE = 65_536
_TEXT_CONTROLS = frozenset(b"\t\n\v\f\r\x1b")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class UnreadableFile(Exception):
    """A file that cannot be read as text; the message is the reason, in a few words."""


def decode(data: bytes) -> str:
    """Decode a file; newlines stay as they are, a byte order mark is dropped.

    Raises:
        UnreadableFile: the bytes are not text in any encoding known here.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            try:
                return data[len(mark) :].decode(encoding)
            except UnicodeDecodeError as error:
                raise UnreadableFile(f"damaged {encoding.upper()} text") from error
    sample = data[:_SAMPLE]
    if (utf16 := _utf16_by_nuls(sample)) is not None:
        try:
            return data.decode(utf16)
        except UnicodeDecodeError:
            pass
    if _is_binary(sample):
        raise UnreadableFile("not text (binary data)")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        # Windows-1252 leaves five bytes undefined; they become C1 controls, as in browsers.
        return data.decode("cp1252", errors="c1_controls")


def _utf16_by_nuls(sample: bytes) -> str | None:
    """UTF-16 without a mark: mostly Latin text has a NUL in every second byte."""
    if len(sample) < 2:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    pairs = len(sample) // 2
    if odd > 0.4 * pairs and even < 0.05 * pairs:
        return "utf-16-le"
    if even > 0.4 * pairs and odd < 0.05 * pairs:
        return "utf-16-be"
    return None


def _is_binary(sample: bytes) -> bool:
    controls = sum(sample.count(code) for code in range(32) if code not in _TEXT_CONTROLS)
    return sample.count(0) > len(sample) // 1000 or controls > len(sample) // 20


def _c1_controls(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(map(chr, error.object[error.start : error.end])), error.end


codecs.register_error("c1_controls", _c1_controls)
