"""Codes in a question: words that hold digits, such as "U1691", "2004029" or a year."""

from __future__ import annotations

import re

# Of scripts that put blanks between words: Latin, Greek, Cyrillic.
_LETTER = "A-Za-z\u00c0-\u04ff"
_CHARACTER = f"[0-9_{_LETTER}]"
# Three characters or more with letters and digits, but not "20th"; or four digits and more.
_CODE = re.compile(
    rf"(?<!{_CHARACTER})(?!\d+(?:st|nd|rd|th)(?!{_CHARACTER}))"
    rf"(?:(?=[0-9_]*[{_LETTER}])(?=[_{_LETTER}]*[0-9]){_CHARACTER}{{3,}}|[0-9]{{4,}})(?!{_CHARACTER})"
)
_MOST_CODES = 3


def find_codes(text: str) -> list[str]:
    """The first few codes of a text, each once, as they are written."""
    return list(dict.fromkeys(_CODE.findall(text)))[:_MOST_CODES]
