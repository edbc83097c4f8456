"""Quotations in Markdown: how often the parser may look at the same lines.

It takes every line below a quotation to go on with it until it has parsed the quotation: where
none does, it looks at all of them again for the next one.
"""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

# Lines looked at, for each line of the text, and in a short one.
_MOST_TIMES, _FEWEST = 5, 2_000
_LAST, _LOOKED_AT = "last line", "lines looked at"


class EntangledQuotes(Exception):
    """A text whose quotations would take the square of its length."""


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
