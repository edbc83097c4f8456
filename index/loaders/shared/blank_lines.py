"""Blank lines of a text, whatever ends its lines."""

from __future__ import annotations

import re

# A line end is atomic: "\r\n" is not two.
_BLANK_ABOVE = re.compile(r"(?:\A|(?>\r\n|\n|\r))[ \t]*(?>\r\n|\n|\r)\Z")
# A blank line is looked for in so many characters.
_NEAR = 80


def is_below_blank(text: str, start: int) -> bool:
    """Whether a blank line, or nothing, stands above the line that starts here."""
    above = text[max(0, start - _NEAR) : start]
    return not above.strip() or _BLANK_ABOVE.search(above) is not None
