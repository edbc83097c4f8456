"""AsciiDoc: the decoded file, with its headings and tables located."""

from __future__ import annotations

import re

from index.documents import Content
from index.loaders.markup.asciidoc.blocks import locate_blocks
from index.loaders.markup.asciidoc.grammar import ASCIIDOC
from index.loaders.markup.lines import is_too_long, split_markup_lines
from index.loaders.markup.marked_headings import Markup, locate_headings
from index.loaders.markup.read_blocks import read_blocks
from index.loaders.shared.decoding import decode

_ASCIIDOC = Markup(
    heading=re.compile(r"(?P<mark>={1,6})[ \t]+(?P<words>.*?)(?:[ \t]+={1,6})?[ \t]*"),
    title=re.compile(r"=[ \t]+(?P<words>.*?)(?:[ \t]+=)?[ \t]*"),
    # Listings, literal text, passed through, comments.
    block=re.compile(r"(?:-{4,}|\.{4,}|\+{4,}|/{4,}|```)[ \t]*\Z"),
    comment=re.compile(r"//|:[\w!-]+:|\[.*\][ \t]*\Z"),
    field=re.compile(r":(?P<name>[\w-]{1,40}):(?P<words>.*)"),
    # "Ann Smith <ann@example.org>", and "v1.0, 2024-02-29: what is new".
    author=re.compile(
        r"[^\W\d_][\w.'-]*(?: [\w.'-]+){1,2}(?: <[^<>]*>)?(?:; [\w.' -]+(?:<[^<>]*>)?)*[ \t]*"
    ),
    underlines="=-~^+",
    item=re.compile(r"(?:\*{1,6}|-|\.{1,6})[ \t]+"),
    # Anchors and attributes, what a block is called, comments.
    about=re.compile(r"\[.*\][ \t]*|\.[^\s.].*|//.*"),
    date=re.compile(r"(?:v?[\d.]+, ?)?(?:\d{4}-\d\d-\d\d|\w{3,9} \d\d?, \d{4})(?::.*)?[ \t]*"),
)


def load(data: bytes) -> Content:
    text = decode(data)
    content = locate_headings(text, _ASCIIDOC)
    if is_too_long(text):
        return content
    lines = split_markup_lines(text)
    return read_blocks(locate_blocks(content, lines), lines, ASCIIDOC)


def read_part(text: str) -> Content:
    """A part of a text, such as a passage: its blocks and marks."""
    return read_blocks(locate_headings(text, _ASCIIDOC), split_markup_lines(text), ASCIIDOC)
