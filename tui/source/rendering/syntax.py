"""The colours of code.

A lexer may take for ever on what was written for that: tokens are read where time is limited.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from index import Span
from tui.source.rendering.rendering import Rendering
from tui.source.span_set import SpanSet

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


def colour_code(rendering: Rendering) -> Rendering:
    """A rendering with the colours of its code, as further styles."""
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

    Args:
        language: as Pygments names it; there are none if it does not know it.
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
