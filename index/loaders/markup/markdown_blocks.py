"""The blocks of Markdown: what passages are cut from, and which of their characters are markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

from index.documents import Heading, Span, Table
from index.loaders.markup.block_writer import BlockWriter, Part
from index.loaders.markup.markdown_html import (
    SCRIPT,
    TAG,
    HtmlBlocks,
    find_html_tables,
    find_visible,
)
from index.loaders.markup.markdown_inline import ATTRIBUTES, InlineWriter, says_nothing
from index.loaders.markup.tables import MOST_COLUMNS, LocatedTable, strip_cell
from index.loaders.shared.table_header import are_names, clean_names, read_column_names
from index.text.patterns import DONE_TASK, OPEN_TASK

_LINE_END = re.compile(r"\r\n|\n|\r")
_DESCRIPTION = re.compile(r"^[ ]{0,3}:[ \t]++(?=\S)", re.MULTILINE)
_FOOTNOTE = re.compile(r"(\[\^[^\[\]\s]{1,20}\]:)[ \t]+")
_TASK = re.compile(r"\[([ xX])\][ \t]+")
_MARKER = re.compile(r"[ \t]*(?P<marker>[-+*]|[0-9]{1,9}[.)])[ \t]*")
_QUOTE_SIGN = re.compile(r"(?:[ ]{0,3}>[ ]?)*+[ \t]*+")
_HEADING = re.compile(r"#{1,6}[ \t]*+")
# A picture that is a link, or one whose address may say that it is a badge.
_BADGE = re.compile(
    r"\[!\[[^\[\]]*+\](?:\([^()]*+\)|\[[^\[\]]*+\])\](?:\([^()]*+\)|\[[^\[\]]*+\])"
    r"|!\[[^\[\]]*+\]\((?P<address>[^()]*+)\)"
)
_BADGE_ADDRESS = re.compile(r"badge|shields\.io")
# Where links named elsewhere lead: to an address, or it would be a note of one word.
_DEFINITION = re.compile(
    r"[ ]{0,3}\[(?!\^)[^\[\]\r\n]{1,200}\]:[ \t]*(?=\S*[/.#:@])\S+"
    r"(?:[ \t]+(?:\"[^\"\r\n]*\"|'[^'\r\n]*'|\([^()\r\n]*\)))?[ \t]*(?:\r\n|\n|\r|\Z)"
)
_TO_TOP = re.compile(
    r"\W*\[\W*(?:back )?to (?:the )?(?:top|index|contents|table of contents)\W*\]\(#[^()]*\)\W*",
    re.IGNORECASE,
)
_LONGEST_TO_TOP = 100
# What parts the cells of a row.
CELL_BAR = re.compile(r"(?<!\\)\|")
# Blocks that passages are cut from as a whole.
_WHOLE = frozenset(
    "paragraph_open bullet_list_open ordered_list_open blockquote_open fence code_block".split()
)
# Inline tokens that hold words, and those that part them.
_WORDS = frozenset(("text", "text_special", "code_inline", "image"))
_BREAKS = frozenset(("softbreak", "hardbreak"))
# Reading inline markup may take the square of its length.
_LONGEST_HEADING = 500


@dataclass(slots=True)
class _Container:
    """A quotation or an item of a list, which may hold blocks.

    Attributes:
        marker: where the sign of the item stands, and what is shown for it; None if it has none.
        is_begun: whether a block of it has been written.
    """

    is_quote: bool
    start: int
    marker: tuple[int, int, str] | None = None
    is_begun: bool = False


class MarkdownBlocks:
    """Walks through the tokens of a document."""

    def __init__(self, text: str, starts: Sequence[int], parser: MarkdownIt) -> None:
        """Take a document.

        Args:
            starts: where the lines begin that the tokens are of, and where the last one ends.
        """
        self.headings: list[Heading] = []
        self.paragraphs: list[Span] = []
        self.tables: list[Table] = []
        self.writer = BlockWriter(text)
        self._text, self._starts, self._parser = text, starts, parser
        # The innermost is the last one.
        self._containers: list[_Container] = []
        self._marker_end = 0
        self._html = HtmlBlocks(self.writer, self._write_inline)

    def write_front_matter(self, end: int, language: str) -> None:
        """Write what stands before the document, without the rules around it."""
        self.writer.add_code([*self._lines(0, end)][1:-1], language)

    def write(self, tokens: Sequence[Token]) -> None:
        """Write all blocks."""
        number = 0
        while number < len(tokens):
            number = self._write_token(tokens, number)

    def _write_token(self, tokens: Sequence[Token], number: int) -> int:
        """Write the block that begins at a token; returns the number of the next one."""
        token = tokens[number]
        if token.level == 0 and token.type in _WHOLE:
            self._locate_paragraph(token)
        match token.type:
            case "list_item_open":
                self._open_item(token)
            case "blockquote_open":
                self._containers.append(_Container(True, self._bounds(token)[0]))
            case "list_item_close" | "blockquote_close":
                self._open_containers()
                self._containers.pop()
            case "heading_open":
                self._write_heading(token, tokens[number + 1].content)
                return number + 3
            case "paragraph_open":
                self._write_paragraph(token)
                return number + 3
            case "fence" | "code_block":
                self._write_code(token)
            case "hr":
                start, end = self._bounds(token)
                self._open_containers()
                self.writer.add_rule(start, end, self._depth)
            case "html_block":
                self._write_html(token)
            case "table_open":
                return self._write_table(tokens, number)
        return number + 1

    # Lines

    def _lines(self, start: int, end: int) -> Iterator[Part]:
        """The start and the end of each line of a part of the document, without its line end."""
        at = start
        for match in _LINE_END.finditer(self._text, start, end):
            yield at, match.start()
            at = match.end()
        if at < end:
            yield at, end

    def _line(self, number: int) -> Part:
        return next(self._lines(self._starts[number], self._starts[number + 1]), (0, 0))

    @property
    def _is_quoted(self) -> bool:
        return any(each.is_quote for each in self._containers)

    @property
    def _depth(self) -> int:
        return len(self._containers)

    def _content_start(self, start: int) -> int:
        """Where a line that starts there has its words: after the signs of what it is in."""
        # A marker on this line ends after its start.
        at = max(start, self._marker_end)
        if self._is_quoted and (sign := _QUOTE_SIGN.match(self._text, at)):
            at = sign.end()
        return at

    def _bounds(self, token: Token) -> Part:
        """The start and the end of the words of a block."""
        first, last = token.map or (0, 0)
        start = self._content_start(self._starts[first])
        end = self._starts[min(last, len(self._starts) - 1)]
        part = self._text[start:end]
        return end - len(part.lstrip()), start + len(part.rstrip())

    def _open_containers(self) -> None:
        """Begin the items and quotations that no block has been written of."""
        for depth, each in enumerate(self._containers, 1):
            if not each.is_begun:
                self._begin(each, depth)

    def _begin(self, container: _Container, depth: int) -> None:
        container.is_begun = True
        if container.marker is not None:
            self.writer.set_marker(*container.marker)
            self.writer.end_block("item", depth)
        else:
            self.writer.add_empty("quote" if container.is_quote else "item", container.start, depth)

    def _end_paragraph(self, whole: Part) -> None:
        """End a paragraph; the first paragraph of an item is the item."""
        inner = self._containers[-1] if self._containers else None
        if inner is not None and not inner.is_begun and inner.marker is not None:
            inner.is_begun = True
            self.writer.end_block("item", self._depth, whole)
            return
        if inner is not None:
            inner.is_begun = True
        is_quote = inner is not None and inner.is_quote
        self.writer.end_block("quote" if is_quote else "paragraph", self._depth, whole)

    def _begin_paragraph(self) -> None:
        for depth, each in enumerate(self._containers[:-1], 1):
            if not each.is_begun:
                self._begin(each, depth)
        inner = self._containers[-1] if self._containers else None
        if inner is not None and not inner.is_begun and inner.marker is not None:
            self.writer.set_marker(*inner.marker)

    def _write_inline(self, start: int, end: int) -> None:
        sign = _QUOTE_SIGN if self._is_quoted else None
        InlineWriter(self.writer, sign, keeps_breaks=True).write(start, end)

    # Blocks

    def _open_item(self, token: Token) -> None:
        start = self._content_start(self._starts[(token.map or (0, 0))[0]])
        marker = _MARKER.match(self._text, start)
        if marker is None:
            self._containers.append(_Container(False, start))
            return
        self._marker_end, end, shown = marker.end(), marker.end("marker"), ""
        if (task := _TASK.match(self._text, marker.end())) and not marker["marker"][0].isdigit():
            shown = OPEN_TASK if task[1] == " " else DONE_TASK
            self._marker_end, end = task.end(), task.end(1) + 1
        sign = (marker.start("marker"), end, shown)
        self._containers.append(_Container(False, marker.start("marker"), sign))

    def _locate_paragraph(self, token: Token) -> None:
        """Note a block, with all that is in it, as a paragraph that passages are cut from."""
        start, end = self._bounds(token)
        if token.type == "paragraph_open":
            start = find_definitions_end(self._text, start, end)
        if start < end and not is_unseen(self._text[start:end]):
            self.paragraphs.append(Span(start, end))

    def _add_heading(self, heading: Heading) -> None:
        self.headings.append(heading)
        self.writer.headings[heading.span.start] = heading

    def _write_heading(self, token: Token, source: str) -> None:
        start, end = self._bounds(token)
        words = _strip_markup(source, self._parser) if token.level == 0 else ""
        heading = Heading(Span(start, end), int(token.tag[1]), words) if words else None
        if token.markup.startswith("#"):
            opening = _HEADING.match(self._text, start, end)
            start = opening.end() if opening else start
            words = self._text[start:end]
            inner = words.rstrip("#")
            if not inner or inner.endswith((" ", "\t")):
                end = start + len(inner.rstrip())
        else:
            # The last line is the one that underlines it.
            last = self._starts[(token.map or (0, 1))[1] - 1]
            end = start + len(self._text[start:last].rstrip())
        if heading is None and (start >= end or is_unseen(self._text[start:end])):
            return
        self._open_containers()
        self._write_inline(start, end)
        if heading is not None:
            self._add_heading(heading)
            self.writer.end_heading(heading)
        else:
            self.writer.end_block("label", self._depth, (start, end))

    def _write_paragraph(self, token: Token) -> None:
        start, end = self._bounds(token)
        if not self._containers:
            start = find_definitions_end(self._text, start, end)
            if is_unseen(self._text[start:end]):
                return
        if start >= end:
            return
        descriptions = list(_DESCRIPTION.finditer(self._text, start, end))
        if descriptions:
            self._write_descriptions(start, end, descriptions)
            return
        self._begin_paragraph()
        if note := _FOOTNOTE.match(self._text, start, end):
            self._open_containers()
            self.writer.set_marker(*note.span(1))
            self._write_inline(note.end(), end)
            self.writer.end_block("item", self._depth + 1, (note.end(), end))
            return
        self._write_inline(start, end)
        self._end_paragraph((start, end))

    def _write_descriptions(self, start: int, end: int, signs: Sequence[re.Match[str]]) -> None:
        """Write a paragraph as a term and what is said of it, each after a colon."""
        self._open_containers()
        for line_start, line_end in self._lines(start, signs[0].start()):
            self._write_inline(line_start, line_end)
            self.writer.end_block("label", self._depth, (line_start, line_end))
        past = [*(sign.start() for sign in signs[1:]), end]
        for sign, description_end in zip(signs, past, strict=True):
            words = self._text[sign.end() : description_end].rstrip()
            self._write_inline(sign.end(), sign.end() + len(words))
            whole = (sign.end(), sign.end() + len(words))
            self.writer.end_block("paragraph", self._depth + 1, whole)

    def _write_code(self, token: Token) -> None:
        first, last = token.map or (0, 0)
        if token.type == "fence":
            first += 1
        lines = token.content.removesuffix("\n").split("\n") if token.content else []
        bounds = []
        for number, line in enumerate(lines, first):
            if number >= min(last, len(self._starts) - 1):
                break
            start, end = self._line(number)
            # What the line begins with belongs to the containers.
            if self._text[start:end].endswith(line):
                start = end - len(line)
            else:
                start = end - len(self._text[start:end].lstrip())
            bounds.append((start, end))
        info = token.info.split()
        self._open_containers()
        language, opening = info[0].strip("{}.") if info else "", None
        if token.type == "fence":
            start, end = self._line(first - 1)
            start = self._content_start(start)
            opening = (start + len(words := self._text[start:end]) - len(words.lstrip()), end)
        self.writer.add_code(bounds, language, self._depth, opening)

    def _write_html(self, token: Token) -> None:
        start, end = self._bounds(token)
        html, headings, paragraphs = Span(start, end), list[Heading](), list[Span]()
        if token.level == 0 and start < end:
            headings, paragraphs = find_visible(self._text, html)
        for heading in headings:
            self._add_heading(heading)
        if is_unseen(self._text[start:end]) or SCRIPT.match(self._text, start):
            self.paragraphs += paragraphs
            return
        self._open_containers()
        self._html.write(start, end, self._depth, headings)
        if token.level == 0:
            tables = [*find_html_tables(self._text, html, self.writer.blocks)]
            self.tables += [each.table for each in tables if each.table is not None]
            self.paragraphs += _put_rows(paragraphs, tables)

    def _write_table(self, tokens: Sequence[Token], number: int) -> int:
        if tokens[number].level == 0:
            self._locate_table(tokens, number)
        self._open_containers()
        rows, columns, right = [], 0, []
        while tokens[number].type != "table_close":
            token = tokens[number]
            if token.type == "th_open":
                if "right" in str(token.attrs.get("style", "")):
                    right.append(columns)
                columns += 1
            if token.type == "tr_open" and token.map:
                rows.append(token.map[0])
            number += 1
        for row, line in enumerate(rows):
            start, end = self._line(line)
            self._write_row(self._content_start(start), end)
            for column in right if not row else ():
                self.writer.end_at_right(column)
            self.writer.end_block("row" if row else "header", self._depth)
        return number + 1

    def _write_row(self, start: int, end: int) -> None:
        """Write the cells of a row."""
        row = self._text[start:end]
        start, end = end - len(row.lstrip()), start + len(row.rstrip())
        start += self._text[start : start + 1] == "|"
        bars = [match.start() for match in CELL_BAR.finditer(self._text, start, end)]
        if not bars or bars[-1] != end - 1:
            bars.append(end)
        bounds = zip([start, *(bar + 1 for bar in bars)], bars, strict=False)
        for cell_start, cell_end in bounds:
            first, past = strip_cell(self._text[cell_start:cell_end], cell_start)
            self.writer.begin_cell(first, past)
            InlineWriter(self.writer).write(first, past)

    def _locate_table(self, tokens: Sequence[Token], number: int) -> None:
        """A table whose columns have names, row by row; any other is one paragraph."""
        named = _read_table(tokens, number, self._parser)
        if named is None:
            self._locate_paragraph(tokens[number])
            return
        names, rows = named
        self.tables.append(Table(Span(*self._bounds(tokens[number])), names))
        self.paragraphs += [_drop_bars(self._text, Span(*self._bounds(row))) for row in rows]


def _put_rows(paragraphs: Iterable[Span], tables: Sequence[LocatedTable]) -> list[Span]:
    """Paragraphs with the rows of tables in place of those that overlap them."""
    kept: list[Span] = []
    coming = iter(tables)
    table = next(coming, None)
    for paragraph in paragraphs:
        while table is not None and table.span.end <= paragraph.start:
            kept += table.blocks
            table = next(coming, None)
        if table is None or paragraph.end <= table.span.start:
            kept.append(paragraph)
    for each in filter(None, (table, *coming)):
        kept += each.blocks
    return kept


def _read_table(
    tokens: Sequence[Token], at: int, parser: MarkdownIt
) -> tuple[tuple[str, ...], list[Token]] | None:
    """The names of the columns of the table that begins at a token, and the rows under them.

    None if the first row has no names: a table always begins with one that could.
    """
    rows: list[tuple[Token, list[str]]] = []
    for number in range(at, len(tokens)):
        token = tokens[number]
        if token.type == "table_close":
            break
        if token.type == "tr_open":
            rows.append((token, []))
        elif token.type == "inline":
            rows[-1][1].append(token.content)
    cells = [row for _, row in rows]
    if not 1 < len(cells[0]) <= MOST_COLUMNS:
        return None
    names = [_strip_markup(cell, parser) for cell in cells[0]]
    if not any(names) or not are_names(names, marked=True):
        return None
    # Of two columns, the first row may be as the others: a name beside its value.
    is_sure = len(names) > 2 or re.search(r"\d", names[1]) is None
    first = 1 if is_sure or read_column_names(cells, is_marked=False) else 0
    # A row without a letter or a digit says nothing.
    tokens_of_rows = [token for token, row in rows[first:] if re.search(r"\w", "".join(row))]
    return (clean_names(names), tokens_of_rows) if any(map(any, cells[1:])) else None


def _drop_bars(text: str, row: Span) -> Span:
    """A row of a table without the bars at its ends, but for those of empty cells."""
    start, end = row.start, row.end
    if text[start] == "|":
        start += 1
    if end > start and text[end - 1] == "|" and text[end - 2] != "\\":
        end -= 1
    return Span(start, end).strip(text)


def _strip_markup(heading: str, parser: MarkdownIt) -> str:
    """A heading's words without its markup; of an image, what stands in its place."""
    if len(heading) > _LONGEST_HEADING:
        return " ".join(heading.split())
    heading = ATTRIBUTES.sub("", heading)
    inline: list[Token] = []
    parser.inline.parse(heading, parser, {}, inline)
    parts = [
        " " if token.type in _BREAKS else token.content
        for token in inline
        if token.type in _BREAKS or token.type in _WORDS
    ]
    return " ".join("".join(parts).split())


def find_definitions_end(text: str, start: int, end: int) -> int:
    """Where a paragraph begins after the definitions of links, which nobody sees."""
    while definition := _DEFINITION.match(text, start, end):
        start = definition.end()
    return start


def is_unseen(block: str) -> bool:
    """Whether a block says nothing: badges, tags and comments only, or a link to the top."""
    if len(block) <= _LONGEST_TO_TOP and _TO_TOP.fullmatch(block):
        return True
    if block.lstrip().startswith("{"):
        return says_nothing(block)
    if not block.lstrip().startswith(("[![", "![", "<", "[")):
        return False
    return not re.search(r"\w", TAG.sub("", _BADGE.sub(_drop_badge, block)))


def _drop_badge(picture: re.Match[str]) -> str:
    address = picture["address"]
    return "" if address is None or _BADGE_ADDRESS.search(address) else picture[0]
