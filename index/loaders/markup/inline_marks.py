"""The markup of words in reStructuredText, Org and AsciiDoc: emphasis, code, links."""

from __future__ import annotations

import re
from typing import cast

from index.documents import MarkKind
from index.loaders.markup.block_writer import BlockWriter

# Of a part with more characters nothing is taken for markup.
_LONGEST = 20_000
# Markup within markup, such as strong words in a link.
_DEEPEST = 3
_LINE = re.compile(r"[^\r\n]+|(?:\r\n|\n|\r)\s*")


def compile_marks(*patterns: str) -> re.Pattern[str]:
    """The markup of words in a language, for `write_words`: what comes first is tried first.

    Of each match, people see only its named group. The name is that of a mark, or `plain`; digits
    at its end keep names apart. In `code` there is no further markup.
    """
    return re.compile("|".join(patterns))


def write_words(
    writer: BlockWriter,
    marks: re.Pattern[str],
    start: int,
    end: int,
    styles: tuple[MarkKind, ...] = (),
    depth: int = 0,
) -> None:
    """Write a part of the text without its markup, and with spaces for its line ends."""
    at = start
    if end - start <= _LONGEST and depth < _DEEPEST:
        for match in marks.finditer(writer.document, start, end):
            _write_lines(writer, at, match.start(), styles)
            at = match.end()
            if name := match.lastgroup:
                style = name.rstrip("0123456789")
                inner = styles if style == "plain" else (*styles, cast("MarkKind", style))
                if style in ("code", "plain"):
                    _write_lines(writer, *match.span(name), inner)
                else:
                    write_words(writer, marks, *match.span(name), inner, depth + 1)
    _write_lines(writer, at, end, styles)


def _write_lines(writer: BlockWriter, start: int, end: int, styles: tuple[MarkKind, ...]) -> None:
    for match in _LINE.finditer(writer.document, start, end):
        if match[0][0] in "\r\n":
            writer.replace(*match.span(), " ", styles)
        elif match.end() < end:
            writer.copy(match.start(), match.start() + len(match[0].rstrip()), styles)
        else:
            writer.copy(*match.span(), styles)
