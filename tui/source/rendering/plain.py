"""Text as it is; where a line is wrapped, its further rows hang below its words."""

from __future__ import annotations

import re

import numpy as np

from tui.source.rendering.offset_map import OffsetMap
from tui.source.rendering.rendering import LineFormat, Rendering

# What a line begins with: white space, the signs of a quotation, the marker of an item.
_LEAD = re.compile(
    r"[ \t]*(?:>[ \t]*)*"
    r"(?:(?:[-*+•◦▪‣·–:]|\(?[0-9]{1,3}[.)]|\(?[a-zA-Z][.)])[ \t]+(?:\[[ xX]\][ \t]+)?)?"
)
_TAB_STOP = 4
_MOST_INDENT = 24


def render_plain(text: str) -> Rendering:
    """The rendering of a text that has no format, or is wanted as it is."""
    numbers: dict[int, int] = {}
    lines = []
    for line in text.removesuffix("\n").split("\n"):
        lead = _LEAD.match(line)
        width = len(lead[0].expandtabs(_TAB_STOP)) if lead else 0
        lines.append(numbers.setdefault(min(width, _MOST_INDENT), len(numbers)))
    formats = tuple(LineFormat("", " " * width) for width in numbers)
    return Rendering(text, OffsetMap.identity(len(text)), formats, np.array(lines, np.int16))
