"""Markdown (CommonMark with tables): the decoded file, with its headings and blocks located.

Dialects have lines for programs: attributes, tags of Liquid, fences. The parser of CommonMark takes
them for words. So it is given an empty line for each.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

from index.documents import Content
from index.loaders.markup.head import Head, read_front_matter
from index.loaders.markup.markdown_blocks import CELL_BAR, MarkdownBlocks
from index.loaders.shared.decoding import decode

# The parser reads about a million characters a second, but of a table or of short lines
# only a fifth of that: what is longer than any book is read as plain text.
_MOST_CHARACTERS = 5_000_000
# Each line, and each cell of a table, takes most of a kilobyte of memory.
_MOST_PARTS = 400_000
_LINE_END = re.compile(r"\r\n|\n|\r")
# The parser takes every line below a quotation to go on with it until it has parsed the quotation:
# if none does, it looks at all of them again for the next one. So many lines may be looked at, for
# each line of the text, and in a short one.
_MOST_TIMES, _FEWEST = 5, 2_000
_LAST, _LOOKED_AT = "last line", "lines looked at"
# What kramdown, Jekyll, Pandoc and MyST have on lines of their own.
_FOR_PROGRAMS = re.compile(
    r"""[ ]{0,3}(?:
        \{:[^{}]*+\}
      | \{%[^{}]*+\}
      | :{3,}+[ \t]*+(?:\{[^{}]*+\}|[\w-]*+(?:[ \t]*+\{[^{}]*+\})?+)[ \t]*+:*+
    )[ \t]*+""",
    re.VERBOSE,
)
# A tag of Liquid that says something: {% include alert.html content="Closed in May." %}.
_SAYS = re.compile(r"\{%-?\s*include\b[^{}]*[\"']|\{%-?\s*(?!end)\w+\s+[\w-]+\.")
# Divisions whose words are Markdown, although they stand in HTML.
_DIVISION = re.compile(r"[ ]{0,3}</?(?:div|section|aside|figure)\b[^<>]*>[ \t]*", re.IGNORECASE)
_HAS_MARKDOWN = re.compile(r"\smarkdown\s*=", re.IGNORECASE)
_FENCE = re.compile(r"[ ]{0,3}(`{3,}|~{3,})")
# The line below the names of columns: CommonMark wants a dash for each, kramdown any number.
_RULE = re.compile(r"[ ]{0,3}\|?[ \t]*:?-[-:+| \t]*")


class EntangledQuotes(Exception):
    """A text whose quotations would take the square of its length."""


def load(data: bytes) -> Content:
    text = decode(data)
    parts = text.count("\n") + text.count("\r") + text.count("|")
    front = read_front_matter(text) or Head()
    plain = Content(text, front.title, properties=front.properties)
    if len(text) > _MOST_CHARACTERS or parts > _MOST_PARTS:
        return plain
    body = front.lines[0].end if front.lines else 0
    starts = [body]
    starts += [match.end() for match in _LINE_END.finditer(text, body)]
    starts.append(len(text))

    parser = _build_parser()
    # The parser counts lines its own way; it is given plain newlines, one for one.
    try:
        tokens = parser.parse(_read_common(_LINE_END.sub("\n", text[body:])))
    except EntangledQuotes:
        return plain
    page = MarkdownBlocks(text, starts, parser)
    if front.lines:
        page.write_front_matter(body, "toml" if text.startswith("+") else "yaml")
    page.write(tokens)
    name = front.title
    if name is None and page.headings and page.headings[0].level == 1:
        name = page.headings[0].text
    return Content(
        text,
        title=name,
        headings=tuple(page.headings),
        paragraphs=tuple(page.paragraphs),
        tables=tuple(page.tables),
        properties=front.properties,
        blocks=page.writer.blocks,
        marks=page.writer.sort_marks(),
    )


def _build_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable("table")
    # Link definitions stay paragraphs: the parser gives no lines for them.
    parser.disable("reference")
    # Only headings need their inline markup read, which is most of the work.
    parser.core.ruler.disable("inline")
    return limit_quotes(parser)


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


def _read_common(text: str) -> str:
    """The text as the parser is to see it, with as many lines.

    Args:
        text: with newlines as line ends.
    """
    has_divisions = _HAS_MARKDOWN.search(text) is not None
    lines: list[str] = []
    fence = before = ""
    for line in text.split("\n"):
        opening = _FENCE.match(line)
        if fence:
            is_end = opening and opening[1].startswith(fence) and not line.strip(" `~\t")
            fence = "" if is_end else fence
        elif opening:
            fence = opening[1]
        elif (has_divisions and _DIVISION.fullmatch(line)) or (
            _FOR_PROGRAMS.fullmatch(line) and not _SAYS.search(line)
        ):
            line = ""
        elif "|" in before and "-" in line and _RULE.fullmatch(line):
            line = _complete_rule(line, before)
        lines.append(line)
        before = line
    return "\n".join(lines)


def _complete_rule(rule: str, names: str) -> str:
    """The line below the names of columns, with dashes for each of them."""
    cells, given = _count_cells(names), _count_cells(rule)
    if given >= cells:
        return rule
    return f"{rule.rstrip().rstrip('|')}{'|-' * (cells - given)}|"


def _count_cells(line: str) -> int:
    return len(CELL_BAR.findall(line.strip().removeprefix("|").removesuffix("|"))) + 1
