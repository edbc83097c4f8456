"""How a document is drawn: from what it is made of, or as it is written; the colours of code."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import PurePath

import numpy as np

from index import Span, find_format
from index.documents import Structure
from index.filesystem import is_address
from tui.source.rendering.blocks import render_blocks
from tui.source.rendering.rendering import CodeBlock, LineFormat, OffsetMap, Rendering
from tui.source.span_set import SpanSet

# What a line begins with: white space, the signs of a quotation, the marker of an item.
_LEAD = re.compile(
    r"[ \t]*(?:>[ \t]*)*"
    r"(?:(?:[-*+•◦▪‣·–:]|\(?[0-9]{1,3}[.)]|\(?[a-zA-Z][.)])[ \t]+(?:\[[ xX]\][ \t]+)?)?"
)
_TAB_STOP = 4
_MOST_INDENT = 24

# Kinds of tokens as Pygments names them → names of styles; the longest beginning holds.
_STYLES = {
    "Comment": "comment",
    "Keyword": "keyword",
    "Keyword.Constant": "number",
    "Keyword.Type": "type",
    "Name.Attribute": "name",
    "Name.Builtin": "type",
    "Name.Class": "name",
    "Name.Decorator": "name",
    "Name.Exception": "type",
    "Name.Function": "name",
    "Name.Tag": "keyword",
    "Operator.Word": "keyword",
    "Literal.Date": "number",
    "Literal.Number": "number",
    "Literal.String": "string",
    "Generic.Heading": "keyword",
    "Generic.Subheading": "keyword",
    "Generic.Deleted": "number",
    "Generic.Inserted": "string",
    "Generic.Prompt": "comment",
}

# Of longer code, the rest has no colours: to find them takes a second or two.
_MOST_CHARACTERS = 300_000


def render_document(
    path: str, text: str, structure: Structure, pages: Sequence[tuple[int, int]] = ()
) -> Rendering | None:
    """The rendering of a document, by its canonical text; None if it is best read as it is.

    `pages` says where each page begins, with its number.
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
    """The rendering of code, whose language its path tells; None for a file that is no code."""
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


def colour_code(rendering: Rendering) -> Rendering:
    """A rendering with the colours of its code, as further styles.

    A lexer may take for ever on what was written for that: call it where time is limited.
    """
    tokens: dict[str, list[Span]] = {}
    room = _MOST_CHARACTERS
    for block in rendering.code:
        past = min(block.end, block.start + room)
        room -= past - block.start
        for start, end, style in read_tokens(block.language, rendering.text[block.start : past]):
            tokens.setdefault(style, []).append(Span(start, end).shift(block.start))
    # Lexers of languages within others give tokens in any order.
    coloured = {style: SpanSet.from_spans(spans) for style, spans in tokens.items()}
    return replace(rendering, styles={**rendering.styles, **coloured}, code=())


def read_tokens(language: str, text: str) -> list[tuple[int, int, str]]:
    """The tokens of code that have a colour, in any order: their starts, ends and styles.

    There are none if Pygments does not know the language.
    """
    from pygments.lexers import get_lexer_by_name

    # One for one; lexers know no other line ends.
    lines = text.replace("\r\n", " \n") + "\n"
    try:
        tokens = list(get_lexer_by_name(language).get_tokens_unprocessed(lines))
    except Exception:
        # There is no such language, or what reads it has a fault: code can be read without.
        return []
    return [
        (at, min(at + len(value), len(text)), style)
        for at, kind, value in tokens
        if at < len(text) and (style := _find_style(str(kind).removeprefix("Token.")))
    ]


@cache
def _find_style(kind: str) -> str:
    while kind and kind not in _STYLES:
        kind = kind.rpartition(".")[0]
    return _STYLES.get(kind, "")
