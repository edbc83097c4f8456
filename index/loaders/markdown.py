"""Markdown (CommonMark with tables): the decoded file, with its headings and blocks located."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.token import Token

from index.documents import Content, Heading, Span
from index.loaders.decoding import decode

# Blocks that end at their own line map; what is inside them stays together.
_BLOCKS = frozenset(
    "paragraph_open bullet_list_open ordered_list_open blockquote_open table_open "
    "fence code_block html_block".split()
)
# Inline tokens that hold words, and those that part them.
_WORDS = frozenset(("text", "text_special", "code_inline", "image"))
_BREAKS = frozenset(("softbreak", "hardbreak"))
# The parser reads about a million characters a second, but of a table or of short lines
# only a fifth of that: what is longer than any book is read as plain text.
_MOST_CHARACTERS = 5_000_000
# Each line, and each cell of a table, takes most of a kilobyte of memory.
_MOST_PARTS = 400_000
# Reading inline markup may take the square of its length.
_LONGEST_HEADING = 500
_LINE_END = re.compile(r"\r\n|\n|\r")
# A first line with a key tells front matter from two rules with text between them.
_FRONT_MATTER = re.compile(
    r"\A---[ \t]*\r?\n(?=[\w\"'][^\r\n]*:).*?^(?:---|\.\.\.)[ \t]*\r?$", re.DOTALL | re.MULTILINE
)
_FRONT_TITLE = re.compile(
    r"^title:[ \t]*(?P<quote>[\"']?)(?P<title>[^\s\"'].*?)(?P=quote)[ \t]*\r?$", re.MULTILINE
)


def load(data: bytes) -> Content:
    text = decode(data)
    parts = text.count("\n") + text.count("\r") + text.count("|")
    if len(text) > _MOST_CHARACTERS or parts > _MOST_PARTS:
        return Content(text)
    front = _FRONT_MATTER.match(text)
    body = front.end() if front else 0
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
    parser = _parser()
    # The parser counts lines its own way; it is given plain newlines, one for one.
    tokens = parser.parse(_LINE_END.sub("\n", text[body:]))
    for position, token in enumerate(tokens):
        if token.level != 0:
            continue
        if token.type == "heading_open":
            words = _plain(tokens[position + 1].content, parser)
            if words:
                headings.append(Heading(span(token), int(token.tag[1]), words))
        elif token.type in _BLOCKS and len(block := span(token)):
            blocks.append(block)
    title = _FRONT_TITLE.search(front[0]) if front else None
    if title is not None:
        name: str | None = title["title"]
    else:
        name = headings[0].text if headings and headings[0].level == 1 else None
    return Content(text, title=name, headings=tuple(headings), blocks=tuple(blocks))


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable("table")
    # Link definitions stay paragraphs, or their words would be in no block.
    parser.disable("reference")
    # Only headings need their inline markup read, which is most of the work.
    parser.core.ruler.disable("inline")
    return parser


def _plain(heading: str, parser: MarkdownIt) -> str:
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
