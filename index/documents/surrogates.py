"""Halves of characters, which SQLite, tokenizers and most other programs refuse.

They come from names of files that are not UTF-8, from command lines and from escapes in JSON.
"""

from __future__ import annotations

import re

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
# Python keeps the byte 0xE9 of a name that is not UTF-8 as U+DCE9.
_BYTES, _FIRST_BYTE, _LAST_BYTE = 0xDC00, 0xDC80, 0xDCFF
_SPELLED_BYTE = re.compile(r"\\x([89a-f][0-9a-f])")


def replace_surrogates(text: str) -> str:
    """Replace every lone surrogate by U+FFFD, one for one, so that offsets stay right."""
    return text if text.isascii() else _LONE_SURROGATE.sub("\ufffd", text)


def spell_surrogates(text: str) -> str:
    r"""Spell out every lone surrogate, so that the text is valid Unicode and names stay different.

    A byte of a file's name becomes `\xe9`, any other half of a character `\ud800`.
    """
    return text if text.isascii() else _LONE_SURROGATE.sub(_spell, text)


def read_spelled_bytes(text: str) -> str:
    """A name as Python keeps it, from one in which `spell_surrogates` has spelled out bytes."""
    return _SPELLED_BYTE.sub(lambda match: chr(_BYTES + int(match[1], 16)), text)


def _spell(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code - _BYTES:02x}" if _FIRST_BYTE <= code <= _LAST_BYTE else f"\\u{code:04x}"
