"""Halves of characters, which SQLite and tokenizers refuse."""

from __future__ import annotations

import re

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def replace_surrogates(text: str) -> str:
    """Replace every lone surrogate by U+FFFD, one for one, so that offsets stay right.

    They come from JSON escapes and from command lines that are not UTF-8. SQLite and
    tokenizers refuse them.
    """
    return text if text.isascii() else _LONE_SURROGATE.sub("\ufffd", text)
