"""The source of RTF made ready for the library, whose time grows with the square of some of it."""

from __future__ import annotations

import re

# What the library takes for more than it is: a mark within a group, binary data without a length.
_ODD = re.compile(r"(?<=[a-zA-Z0-9])\\\*|\\bin(?![a-zA-Z0-9])")
_FONT_TABLE = re.compile(r"\{[^{}]*\\fonttbl")
_BRACE = re.compile(r"[{}]")
# A font begins with its number, says its character set, and ends with its name.
_FONT_PART = re.compile(r"\\f(?P<font>\d{1,9})|\\fcharset(?P<charset>\d{1,9})|(?P<end>[;\n])")
_MOST_FONTS = 10_000
# A link, with its address in quotation marks, and the words that are shown.
_LINK = re.compile(
    r"(\{\\field\{\s{0,20}\\\*\\fldinst\{[^\n\"]{0,200}HYPERLINK\s(\"[^\"\n]{0,2000}\")\}{2}\s{0,20}"
    r"\{\S{0,500}\s(?:[^\n}]|\}(?!\})){0,5000}\}{2,3})",
    re.IGNORECASE,
)
_FIELD, _MARKED_FIELD = re.compile(r"\{\\field\{", re.IGNORECASE), r"{\\field {"


def prepare_source(source: str) -> str:
    """The source of a document as the library reads it in time that grows with its length."""
    return _shorten_font_table(_name_links(_ODD.sub("", source)))


def _name_links(source: str) -> str:
    """The source with the addresses of links behind their words, as the library writes them."""
    return _FIELD.sub(_MARKED_FIELD, _LINK.sub(r"\1(\2)", source))


def _shorten_font_table(source: str) -> str:
    """The source with a font table that says nothing but the character sets."""
    beginning = _FONT_TABLE.search(source)
    if beginning is None:
        return source
    start, end, depth = beginning.end(), len(source), 1
    for brace in _BRACE.finditer(source, start):
        depth += 1 if brace[0] == "{" else -1
        if depth == 0:
            end = brace.start()
            break
    fonts = "".join(
        f"{{\\f{font}\\fcharset{charset} x;}}" for font, charset in _list_fonts(source[start:end])
    )
    return source[:start] + fonts + source[end:]


def _list_fonts(table: str) -> list[tuple[str, str]]:
    """The numbers of fonts, each with that of its character set."""
    fonts: list[tuple[str, str]] = []
    font = charset = None
    for part in _FONT_PART.finditer(table):
        if part["font"] and font is None:
            font = part["font"]
        elif part["charset"] and font is not None and charset is None:
            charset = part["charset"]
        elif part["end"] == ";" and font is not None and charset is not None:
            fonts.append((font, charset))
            font = charset = None
        elif part["end"] == "\n" and charset is None:
            font = None
    return fonts[:_MOST_FONTS]
