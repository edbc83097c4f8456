"""How a document is drawn: from what it is made of, or as it is written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePath

import numpy as np

from index import find_format
from index.documents import Structure
from index.filesystem import is_address
from tui.source.rendering.blocks import render_blocks
from tui.source.rendering.offset_map import OffsetMap
from tui.source.rendering.rendering import CodeBlock, LineFormat, Rendering

# What a line begins with: white space, the signs of a quotation, the marker of an item.
_LEAD = re.compile(
    r"[ \t]*(?:>[ \t]*)*"
    r"(?:(?:[-*+•◦▪‣·–:]|\(?[0-9]{1,3}[.)]|\(?[a-zA-Z][.)])[ \t]+(?:\[[ xX]\][ \t]+)?)?"
)
_TAB_STOP = 4
_MOST_INDENT = 24


def render_document(
    path: str, text: str, structure: Structure, pages: Sequence[tuple[int, int]] = ()
) -> Rendering | None:
    """The rendering of a document, by its canonical text; None if it is best read as it is.

    Args:
        pages: where each page begins, with its number.
    """
    if _is_written(path, structure):
        return render_code(path.removesuffix(".gz"), text)
    return render_blocks(text, structure, pages)


def _is_written(path: str, structure: Structure) -> bool:
    """Whether a document is read as it was written: plain text, code and data."""
    # A page is one, whatever its address ends with.
    is_page = is_address(path) and "." not in path.rpartition("/")[2]
    form = None if is_page else find_format(path)
    if form is None or not form.as_written:
        return False
    return form.is_decoded or all(block.kind == "code" for block in structure.blocks[:1])


def render_code(path: str, text: str) -> Rendering | None:
    """The rendering of code; None for a file that is known as none.

    Args:
        path: of the file; its name tells the language.
    """
    from pygments.lexers import find_lexer_class_for_filename

    lexer = find_lexer_class_for_filename(PurePath(path).name)
    if lexer is None or not lexer.aliases or lexer.aliases[0] == "text":
        return None
    code = (CodeBlock(0, len(text), lexer.aliases[0]),)
    return Rendering(text, OffsetMap.identity(len(text)), code=code, is_numbered=True)


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
