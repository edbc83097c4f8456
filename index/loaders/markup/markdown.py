"""Markdown (CommonMark with tables): the decoded file, with its headings and blocks located."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from index.documents import NO_PROPERTIES, Content, Heading, Span, Table
from index.loaders.markup.block_writer import BlockWriter
from index.loaders.markup.front_matter import read_front_matter
from index.loaders.markup.markdown_blocks import MarkdownBlocks, find_definitions_end, is_unseen
from index.loaders.markup.markdown_html import find_html_tables, find_visible
from index.loaders.shared.decoding import decode
from index.loaders.shared.table_header import are_names, clean_names, read_columns

# Blocks that end at their own line map; what is inside them stays together.
_BLOCKS = frozenset(
    "paragraph_open bullet_list_open ordered_list_open blockquote_open table_open "
    "fence code_block".split()
)
# Inline tokens that hold words, and those that part them.
_WORDS = frozenset(("text", "text_special", "code_inline", "image"))
_BREAKS = frozenset(("softbreak", "hardbreak"))
# The parser reads about a million characters a second, but of a table or of short lines
# only a fifth of that: what is longer than any book is read as plain text.
_MOST_CHARACTERS = 5_000_000
# Each line, and each cell of a table, takes most of a kilobyte of memory.
_MOST_PARTS = 400_000
# Of a table with more columns, or of one only, the rows stay together.
_MOST_COLUMNS = 100
# Reading inline markup may take the square of its length.
_LONGEST_HEADING = 500
# A line of code, as it ends or begins.
_LINE_END = re.compile(r"\r\n|\n|\r")
# The parser takes every line below a quotation to go on with it until it has parsed the quotation:
# if none does, it looks at all of them again for the next one. So many lines may be looked at, for
# each line of the text, and in a short one.
_MOST_TIMES, _FEWEST = 5, 2_000
_LAST, _LOOKED_AT = "last line", "lines looked at"


class EntangledQuotes(Exception):
    """A text whose quotations would take the square of its length."""


def load(data: bytes) -> Content:
    text = decode(data)
    parts = text.count("\n") + text.count("\r") + text.count("|")
    front = read_front_matter(text)
    properties = front.properties if front else NO_PROPERTIES
    plain = Content(text, front.title if front else None, properties=properties)
    if len(text) > _MOST_CHARACTERS or parts > _MOST_PARTS:
        return plain
    body = front.end if front else 0
    starts = [body]
    starts += [match.end() for match in _LINE_END.finditer(text, body)]
    starts.append(len(text))

    def span(token: Token) -> Span:
        first, last = token.map or (0, 0)
        last = min(last, len(starts) - 1)
        start, end = starts[first], starts[last]
        stripped = text[start:end].rstrip()
        indent = len(stripped) - len(stripped.lstrip())
        return Span(start + indent, start + len(stripped))

    headings: list[Heading] = []
    blocks: list[Span] = []
    tables: list[Table] = []
    html: list[Span] = []
    parser = _build_parser()
    # The parser counts lines its own way; it is given plain newlines, one for one.
    try:
        tokens = parser.parse(_LINE_END.sub("\n", text[body:]))
    except EntangledQuotes:
        return plain
    for position, token in enumerate(tokens):
        if token.level != 0:
            continue
        if token.type == "heading_open":
            words = _strip_markup(tokens[position + 1].content, parser)
            if words:
                headings.append(Heading(span(token), int(token.tag[1]), words))
        elif token.type == "html_block":
            html.append(span(token))
            visible = find_visible(text, html[-1])
            headings += visible.headings
            blocks += visible.paragraphs
        elif token.type == "table_open" and (table := _read_table(tokens, position, parser)):
            names, rows = table
            blocks += [_drop_bars(text, span(row)) for row in rows]
            tables.append(Table(span(token), names))
        elif token.type in _BLOCKS and len(block := span(token)):
            if token.type == "paragraph_open":
                block = Span(find_definitions_end(text, block.start, block.end), block.end)
            if len(block) and not is_unseen(block.of(text)):
                blocks.append(block)
    name = front.title if front else None
    if name is None and headings and headings[0].level == 1:
        name = headings[0].text
    writer = BlockWriter(text, {heading.span.start: heading for heading in headings})
    drawn = MarkdownBlocks(writer, starts)
    if front:
        drawn.write_front_matter(front.end, "toml" if text.startswith("+") else "yaml")
    drawn.write(tokens)
    for part in html:
        for found in find_html_tables(text, part, writer.blocks):
            blocks = [block for block in blocks if not found.span.overlaps(block)]
            blocks += found.blocks
            tables += [found.table] if found.table else []
    return Content(
        text,
        title=name,
        headings=tuple(headings),
        paragraphs=tuple(sorted(blocks)),
        tables=tuple(sorted(tables, key=lambda table: table.span)),
        properties=properties,
        blocks=writer.blocks,
        marks=writer.sort_marks(),
    )


def _build_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable("table")
    # Link definitions stay paragraphs: the parser gives no lines for them.
    parser.disable("reference")
    # Only headings need their inline markup read, which is most of the work.
    parser.core.ruler.disable("inline")
    limit_quotes(parser)
    return parser


def _read_table(
    tokens: Sequence[Token], at: int, parser: MarkdownIt
) -> tuple[tuple[str, ...], list[Token]] | None:
    """The names of the columns of the table that begins at a token, and the rows under them.

    None where the first row has no names: a table always begins with one that could.
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
    if not 1 < len(cells[0]) <= _MOST_COLUMNS:
        return None
    names = [_strip_markup(cell, parser) for cell in cells[0]]
    if not any(names) or not are_names(names, marked=True):
        return None
    # Of two columns, the first row may be as the others: a name beside its value.
    is_sure = len(names) > 2 or re.search(r"\d", names[1]) is None
    first = 1 if is_sure or read_columns(cells, is_marked=False) else 0
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
    inline: list[Token] = []
    parser.inline.parse(heading, parser, {}, inline)
    parts = [
        " " if token.type in _BREAKS else token.content
        for token in inline
        if token.type in _BREAKS or token.type in _WORDS
    ]
    return " ".join("".join(parts).split())


def limit_quotes(parser: MarkdownIt) -> MarkdownIt:
    """Have a parser raise `EntangledQuotes` in place of taking so long; returns the parser."""
    parser.block.ruler.before("blockquote", "limit_quotes", _count_lines, {"alt": ["blockquote"]})
    return parser


def _count_lines(state: StateBlock, line: int, _: int, silent: bool) -> bool:
    """A rule that never applies: it is asked whether a line ends the quotation above it."""
    if silent and state.parentType == "blockquote":
        passed = line - state.env.get(_LAST, line)
        looked_at = state.env.get(_LOOKED_AT, 0) + max(1, passed)
        if looked_at > _MOST_TIMES * len(state.bMarks) + _FEWEST:
            raise EntangledQuotes
        state.env[_LAST], state.env[_LOOKED_AT] = line, looked_at
    return False
