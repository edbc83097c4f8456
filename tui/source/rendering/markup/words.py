"""The words of paragraphs, headings and cells without their markup."""

from __future__ import annotations

import re

from tui.source.rendering.pieces import Writer

# Of a part with more characters nothing is taken for markup.
_LONGEST = 20_000
# Markup within markup, such as strong words in a link.
_DEEPEST = 3
_LINE = re.compile(r"[^\r\n]+|(?:\r\n|\n|\r)\s*")


def write_words(
    writer: Writer,
    marks: re.Pattern[str],
    start: int,
    end: int,
    styles: tuple[str, ...] = (),
    depth: int = 0,
) -> None:
    """Write a part of the document without its markup, and with spaces for its line ends."""
    at = start
    if end - start <= _LONGEST and depth < _DEEPEST:
        for match in marks.finditer(writer.document, start, end):
            _write_lines(writer, at, match.start(), styles)
            at = match.end()
            if name := match.lastgroup:
                style = name.rstrip("0123456789")
                inner = styles if style == "plain" else (*styles, style)
                if style in ("code", "plain"):
                    _write_lines(writer, *match.span(name), inner)
                else:
                    write_words(writer, marks, *match.span(name), inner, depth + 1)
    _write_lines(writer, at, end, styles)


def _write_lines(writer: Writer, start: int, end: int, styles: tuple[str, ...]) -> None:
    for match in _LINE.finditer(writer.document, start, end):
        if match[0][0] in "\r\n":
            writer.replace(*match.span(), " ", styles)
        elif match.end() < end:
            writer.copy(match.start(), match.start() + len(match[0].rstrip()), styles)
        else:
            writer.copy(*match.span(), styles)
