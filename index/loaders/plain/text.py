"""Plain text: the decoded file, with its title and headings where they are unmistakable.

The title is a first line that stands alone or has words in capitals. A heading is a line that is
underlined with equals signs or dashes of about its length; where there is none, one that is
numbered or in capitals; and where a table of contents lists more of them, the lines that it lists.
That table is in no passage, nor are running heads and feet. A page of a manual has more structure.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from index.content import Content, Heading
from index.documents import Span
from index.loaders.plain.bare_headings import find_bare_headings
from index.loaders.plain.contents_lines import exclude_contents_lines
from index.loaders.plain.listed_headings import find_listed_headings
from index.loaders.plain.manual import parse_manual
from index.loaders.plain.running_lines import find_running_lines
from index.loaders.shared.blank_lines import is_below_blank
from index.loaders.shared.decoding import decode
from index.loaders.shared.head_lines import leave_out

# What is longer than any book is no manual.
_MOST_CHARACTERS = 5_000_000
_LONGEST, _FEWEST_LETTERS = 80, 3
# How far the length of a line that underlines may be from that of its title.
_OFF = 3
_LEVELS = {"=": 1, "-": 2}

_RULE = re.compile(r"[\r\n](={3,}|-{3,})[ \t]*(?=[\r\n]|\Z)")
_FIRST = re.compile(r"\s*(\S[^\r\n]*)(?:\r\n|\n|\r(?!\n))([^\r\n]*)(?=[\r\n])")
# Columns of a table, or the end of a sentence.
_NO_TITLE = re.compile(r"\S(?:[ ]{2,}|\t)\S|[.,;:!?|]$")


def load(data: bytes) -> Content:
    text = decode(data)
    if len(text) > _MOST_CHARACTERS:
        return Content(text)
    if manual := parse_manual(text):
        return manual
    headings = tuple(_find_underlined(text)) or tuple(find_bare_headings(text))
    listed = find_listed_headings(text)
    if len(listed) > len(headings):
        headings = tuple(listed)
    running = find_running_lines(text)
    kept = [heading for heading in headings if not _overlaps_any(heading.span, running)]
    content = Content(text, _find_title(text), headings=leave_out(kept, running))
    return exclude_contents_lines(content)


def _overlaps_any(span: Span, others: Sequence[Span]) -> bool:
    """Whether a span overlaps one of others, which are in order and apart."""
    at = bisect_right(others, span.start, key=lambda other: other.end)
    return at < len(others) and others[at].overlaps(span)


def _find_title(text: str) -> str | None:
    """The words of the first line, if it is one; they stay part of the text as well."""
    first = _FIRST.match(text)
    if first is None:
        return None
    line, below = first[1].rstrip(), first[2].strip()
    # One word in capitals may be the name of what stands under it: SUMMARY.
    is_title = not below or (" " in line and line.isupper())
    return " ".join(line.split()) if is_title and _may_be_title(line) else None


def _find_underlined(text: str) -> Iterator[Heading]:
    last = len(text.rstrip())
    for rule in _RULE.finditer(text):
        end = rule.start() - (text[rule.start() - 1 : rule.start() + 1] == "\r\n")
        far = max(0, end - 2 * _LONGEST)
        start = max(text.rfind("\n", far, end), text.rfind("\r", far, end), far - 1) + 1
        title = text[start:end].rstrip()
        if (
            _may_be_title(title)
            and abs(len(rule[1]) - len(title)) <= _OFF
            and is_below_blank(text, start)
            # There is something under it.
            and rule.end() < last
        ):
            level = _LEVELS[rule[1][0]]
            yield Heading(Span(start, rule.end(1)), level, " ".join(title.split()))


def _may_be_title(line: str) -> bool:
    letters = sum(map(str.isalpha, line))
    return (
        len(line) <= _LONGEST
        and line[:1].isalnum()
        and letters >= _FEWEST_LETTERS
        and 2 * letters > len(line)
        and not _NO_TITLE.search(line)
    )
