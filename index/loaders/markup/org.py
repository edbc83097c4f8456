"""Org: the decoded file, with its headings and tables located."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.documents import Content, Span
from index.loaders.markup.blocks import split_blocks
from index.loaders.markup.lines import MarkupLine, is_too_long, split_markup_lines
from index.loaders.markup.marked_headings import Markup, locate_headings
from index.loaders.markup.org_grammar import ORG
from index.loaders.markup.org_tables import read_org_table
from index.loaders.markup.read_blocks import read_blocks
from index.loaders.markup.tables import LocatedTable, locate_table
from index.loaders.shared.decoding import decode
from index.loaders.shared.head_lines import WORTH_FINDING

# Lines that belong to the element below them.
_OF_ELEMENT = r"(?:caption|name|header|results|plot|attr_\w+):"
_CAPTION = re.compile(r"#\+caption(?:\[[^\[\]]*\])?:[ \t]*", re.IGNORECASE)
# Comments, and keywords but for those that say something to people.
_UNSEEN = re.compile(
    rf"#(?:[ \t]|\Z|\+(?!(?:title|{'|'.join(sorted(WORTH_FINDING))}):)\w[\w-]*:)", re.IGNORECASE
)
# Where programs keep what they know of a heading.
_DRAWER = re.compile(r":(?:properties|logbook):", re.IGNORECASE)
_LONGEST_DRAWER = 200
# Links, and marks around words.
_LINK = re.compile(r"\[\[[^\[\]]{1,300}\](?:\[([^\[\]]*)\])?\]")
_MARKED = re.compile(r"(?<!\w)([*/_=~+])(?=\S)([^*/_=~+]*[^*/_=~+\s])\1(?!\w)")

_ORG = Markup(
    # Without what is to be done, how urgent it is, and tags.
    heading=re.compile(
        r"(?P<mark>\*{1,9})[ \t]+(?:(?:TODO|DONE)[ \t]+)?(?:\[#\w\][ \t]+)?"
        r"(?P<words>.*?)(?:[ \t]+:[\w@#%:]{1,200}:)?[ \t]*"
    ),
    title=re.compile(r"#\+title:(?P<words>.*)", re.IGNORECASE),
    block=re.compile(r"#\+begin_\w", re.IGNORECASE),
    # And the drawer in which programs keep what they know of a file.
    comment=re.compile(
        rf"#(?:[ \t]|\Z|\+(?!{_OF_ELEMENT})\w+:)|:[\w-]{{1,40}}:(?:[ \t]|\Z)", re.IGNORECASE
    ),
    field=re.compile(rf"#\+(?!{_OF_ELEMENT})(?P<name>\w{{1,40}}):(?P<words>.*)", re.IGNORECASE),
)


def load(data: bytes) -> Content:
    text = decode(data)
    content = locate_headings(text, _ORG)
    if is_too_long(text):
        return content
    lines = split_markup_lines(text)
    return read_blocks(_locate_blocks(content, lines), lines, ORG)


def _locate_blocks(content: Content, lines: Sequence[MarkupLine]) -> Content:
    """A text with its tables row by row, and without what is for programs in its blocks."""
    unread: list[Span] = []
    hidden: list[Span] = []
    tables: list[LocatedTable] = []
    number, caption = 0, ""
    while number < len(lines):
        line, past = lines[number], number + 1
        if table := read_org_table(lines, number):
            past = table.past
            span = Span(line.start, lines[past - 1].end)
            tables.append(locate_table(content.text, table, span, _strip_markup, caption))
        elif _ORG.block.match(line.words):
            while past < len(lines) and not _ORG.ends_block(line.words, lines[past].words):
                past += 1
            past += 1
        elif _DRAWER.fullmatch(line.words) and (end := _find_end_of_drawer(lines, number)):
            past = end
            hidden.append(Span(line.start, lines[past - 1].end))
        elif given := _CAPTION.match(line.words):
            unread.append(Span(line.start, line.start + given.end()))
            caption = line.words[given.end() :]
            number = past
            continue
        elif _UNSEEN.match(line.words):
            unread.append(Span(line.start, line.end))
            number = past
            continue
        number, caption = past, ""
    return split_blocks(content, unread, tables, hidden)


def _find_end_of_drawer(lines: Sequence[MarkupLine], number: int) -> int:
    """The number of the line after a drawer; 0 where nothing ends it."""
    for past in range(number + 1, min(number + _LONGEST_DRAWER, len(lines))):
        if lines[past].words.lower() == ":end:":
            return past + 1
    return 0


def _strip_markup(words: str) -> str:
    """The words of a cell without their markup."""
    return " ".join(_MARKED.sub(r"\2", _LINK.sub(r"\1", words)).split())


def read_part(text: str) -> Content:
    """A part of a text, such as a passage: its blocks and marks."""
    return read_blocks(locate_headings(text, _ORG), split_markup_lines(text), ORG)
