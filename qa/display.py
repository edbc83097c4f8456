"""Text and counts as they are shown to people."""

from __future__ import annotations

import re

# A document may hold anything: escape sequences that would steer a terminal, bidi controls
# that would show text in another order than it has, halves of surrogate pairs that cannot be
# written at all. A carriage return is harmless only as part of a line's end.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
    "|\r(?!\n)"
)
_CONTROL_PICTURES = 0x2400
_DELETE = "\x7f"


def visible(text: str) -> str:
    """The text with every character replaced that would act on the screen or page.

    Tabs and line ends stay. The result is as long as the text, so that offsets into
    one are offsets into the other.
    """
    return _UNSAFE.sub(_replace_character, text)


def _replace_character(match: re.Match[str]) -> str:
    character = match[0]
    if character < " ":
        return chr(_CONTROL_PICTURES + ord(character))
    return "␡" if character == _DELETE else "�"


def counted(count: int, one: str) -> str:
    """A count with what is counted, whose plural takes an s."""
    return f"{count:,} {one}" if count == 1 else f"{count:,} {one}s"
