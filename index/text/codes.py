"""Codes in a question: words with digits that name one thing, such as "U1691" or "2004029"."""

from __future__ import annotations

import re

# Three characters or more with letters and digits, or four digits and more.
_CODE = re.compile(r"\b(?:(?=\w*[^\W\d_])(?=\w*\d)\w{3,}|\d{4,})\b")
_MOST_CODES = 3


def find_codes(text: str) -> list[str]:
    """The first few codes of a text, each once, as they are written."""
    return list(dict.fromkeys(_CODE.findall(text)))[:_MOST_CODES]
