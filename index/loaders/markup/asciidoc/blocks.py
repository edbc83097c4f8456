"""The tables of an AsciiDoc text, and what of its marks and comments is in no passage."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from index.documents import Content, Span
from index.loaders.markup.asciidoc.tables import read_asciidoc_table
from index.loaders.markup.blocks import split_blocks
from index.loaders.markup.lines import MarkupLine
from index.loaders.markup.tables import LocatedTable, locate_table
from index.loaders.shared.head_lines import WORTH_FINDING

# Blocks that are read as they are, and comments.
_VERBATIM = re.compile(r"-{4,}|\.{4,}|\+{4,}|/{4,}|```\S{0,40}")
_TABLE = re.compile(r"[|,:]={3,}")
_DELIMITER = re.compile(r"={4,}|\*{4,}|_{4,}|--")
_COMMENT = re.compile(r"//(?!/)")
# What says how the block below is drawn; of a quotation it may say who wrote it.
_GIVEN = re.compile(r"\[(?!quote|verse).*\]")
_ATTRIBUTE = re.compile(rf":(?!(?:{'|'.join(sorted(WORTH_FINDING))}):)!?\w[\w-]*!?:(?:[ \t]|$)")
_PREPROCESSOR = re.compile(r"(?:ifn?def|ifeval|endif|include|toc)::\S{0,200}\[[^\]]*\]")
_TITLE = re.compile(r"\.(?=[^\s.])")
# Inline markup: links, macros, and marks around words.
_LINK = re.compile(r"(?:link:|xref:|https?:)[^\s\[\]]{1,300}\[([^\[\]]*)\]")
_REFERENCE = re.compile(r"<<[^<>,]{1,200}(?:,[ ]?([^<>]*))?>>")
_MARKED = re.compile(r"(?<!\w)(\*\*?|__?|``?|##?)(?=\S)([^*_`#]*[^*_`#\s])\1(?!\w)")


def locate_blocks(content: Content, lines: Sequence[MarkupLine]) -> Content:
    """A text with its tables row by row, and without what nobody sees of it in its blocks."""
    reader = _Reader(content, lines)
    reader.read()
    return split_blocks(content, reader.unread, reader.tables, reader.hidden)


@dataclass(slots=True)
class _Reader:
    """Walks through the lines.

    Attributes:
        unread: what is in no block.
        hidden: what is in no block, and parts those before and after it.
        given, caption: what the lines above say of the table that comes next.
    """

    content: Content
    lines: Sequence[MarkupLine]
    unread: list[Span] = field(default_factory=list)
    hidden: list[Span] = field(default_factory=list)
    tables: list[LocatedTable] = field(default_factory=list)
    given: str = ""
    caption: str = ""

    def read(self) -> None:
        headings = iter(heading.span for heading in self.content.headings)
        heading = next(headings, None)
        number, begins = 0, True
        while number < len(self.lines):
            line = self.lines[number]
            while heading is not None and heading.end <= line.start:
                heading = next(headings, None)
            if (heading is not None and heading.start <= line.start) or not line.words:
                # The head of a document may end with what is said of a table.
                self.given = line.words if _GIVEN.fullmatch(line.words) else ""
                number, begins = number + 1, True
            else:
                number, begins = self._read_line(number, begins)

    def _read_line(self, number: int, begins: bool) -> tuple[int, bool]:
        """What stands on a line: the number of the line after it, and whether a block begins there.

        Args:
            begins: whether a block begins on this line.
        """
        line = self.lines[number]
        words = line.words
        if _VERBATIM.fullmatch(words) or _TABLE.fullmatch(words):
            return self._read_block(number), True
        if _DELIMITER.fullmatch(words):
            self.given = self.caption = ""
            return number + 1, True
        if _COMMENT.match(words) or _PREPROCESSOR.fullmatch(words):
            self._leave_out(number)
            return number + 1, begins
        if begins and (_GIVEN.fullmatch(words) or _ATTRIBUTE.match(words)):
            self._leave_out(number)
            self.given = words if words.startswith("[") else self.given
            return number + 1, True
        if begins and _TITLE.match(words):
            self.caption = words[1:]
            self.unread.append(Span(line.start, line.start + 1))
            return number + 1, True
        self.given = self.caption = ""
        return number + 1, False

    def _leave_out(self, number: int) -> None:
        self.unread.append(Span(self.lines[number].start, self.lines[number].end))

    def _read_block(self, number: int) -> int:
        """A block up to the line that ends it; returns the number of the line after it."""
        first = self.lines[number].words
        sign = "```" if first.startswith("`") else first
        past = number + 1
        while past < len(self.lines) and self.lines[past].words != sign:
            past += 1
        span = Span(self.lines[number].start, self.lines[min(past, len(self.lines) - 1)].end)
        if _TABLE.fullmatch(first):
            table = read_asciidoc_table(self.lines, number, past, self.given)
            self.tables.append(
                locate_table(self.content.text, table, span, _strip_markup, self.caption)
            )
        elif first.startswith("/"):
            self.hidden.append(span)
        self.given = self.caption = ""
        return past + 1


def _strip_markup(words: str) -> str:
    """The words of a cell without their markup, nor the quotation marks of CSV around it."""
    if len(words) > 1 and words[0] == words[-1] == '"':
        words = words[1:-1].replace('""', '"')
    plain = _REFERENCE.sub(r"\1", _LINK.sub(r"\1", words))
    return " ".join(_MARKED.sub(r"\2", plain).split())
