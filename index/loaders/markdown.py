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
_LINE_END = re.compile(r"\r\n|\n|\r")
_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n.*?^(?:---|\.\.\.)[ \t]*$", re.DOTALL | re.MULTILINE)
_FRONT_TITLE = re.compile(r"^title:[ \t]*(?P<quote>[\"']?)(?P<title>.+?)(?P=quote)[ \t]*\r?$", re.M)


def load(data: bytes) -> Content:
    text = decode(data)
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
    # The parser counts lines its own way; it is given plain newlines, one for one.
    tokens = MarkdownIt("commonmark").enable("table").parse(_LINE_END.sub("\n", text[body:]))
    for position, token in enumerate(tokens):
        if token.level != 0:
            continue
        if token.type == "heading_open":
            words = _plain(tokens[position + 1])
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


def _plain(inline: Token) -> str:
    """A heading's words without its markup."""
    parts = [
        child.content if child.type in ("text", "code_inline") else " "
        for child in inline.children or ()
        if child.type in ("text", "code_inline", "softbreak", "hardbreak")
    ]
    return " ".join("".join(parts).split())
