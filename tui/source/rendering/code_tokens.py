"""The tokens of code that have a colour, and their styles.

A lexer may take for ever on what was written for that: call it where time is limited.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pygments.lexer import Lexer

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

# The start and end of a token, and the name of its style.
Token = tuple[int, int, str]


def read_tokens(language: str, text: str) -> list[Token]:
    """The tokens of code that have a colour; none where the language is not known.

    Args:
        language: as Pygments names it.
    """
    lexer = _load_lexer(language)
    # One for one; lexers know no other line ends.
    lines = text.replace("\r\n", " \n") + "\n"
    return [
        (at, min(at + len(value), len(text)), style)
        for at, kind, value in (lexer.get_tokens_unprocessed(lines) if lexer else ())
        if (style := _find_style(str(kind).removeprefix("Token.")))
    ]


@lru_cache(maxsize=64)
def _find_style(kind: str) -> str:
    while kind and kind not in _STYLES:
        kind = kind.rpartition(".")[0]
    return _STYLES.get(kind, "")


@lru_cache(maxsize=32)
def _load_lexer(language: str) -> Lexer | None:
    """What reads a language, by one of its names; None where there is no such language."""
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(language)
    except ClassNotFound:
        return None
