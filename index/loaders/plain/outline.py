"""Headings of plain text that are set in less far than the paragraphs below them.

So do programs print pages of the web as text. A heading stands alone between blank lines; little
else is set in less than the body is.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from index.documents import Heading, Span
from index.loaders.plain.lines import Line
from index.loaders.plain.ruled_headings import strip_tags

_FEWEST, _LONGEST, _LEAST_INDENT = 3, 80, 2
# Headings of another level are set in by so many columns: by one are those of fewer digits.
_STEP = 2
# The body is set in as far as at least this share of the text; at most that much is set in less.
_BODY, _MOST_ABOVE = 0.15, 0.15
_NUMBERED = re.compile(r"\A(?:\d{1,3}(?:\.\d{1,3}){0,3}|[A-Z])[.)]?[ \t]+(?=\S)")
# Code, records, addresses, columns of tables.
_NO_HEADING = re.compile(r"[={}<>|\\;@]|://|\S(?: {2,}|\t)\S|\A[\w-]{1,40}:[ \t]+\S+\Z")
_BEGINS = re.compile(r"[\"'“‘«]?[^\W\d_]")
_NO_END = tuple(".,;:!")


def find_outline_headings(lines: Sequence[Line]) -> list[Heading]:
    """The headings that how far they are set in tells, in order; none where they are few."""
    base = _find_body_indent(lines)
    if base < _LEAST_INDENT:
        return []
    shallow = list(_find_shallow(lines, base))
    if len(shallow) < _FEWEST:
        return []
    indents = sorted({line.indent for line in shallow})
    steps = [at for before, at in pairwise([-_STEP, *indents]) if at - before >= _STEP]
    return [
        Heading(Span(line.start, line.end), bisect_right(steps, line.indent), _words(line))
        for line in shallow
    ]


def _words(line: Line) -> str:
    return " ".join(strip_tags(line.words).split())


def _find_body_indent(lines: Sequence[Line]) -> int:
    """How far the body is set in; 0 where much of the text is set in less than most of it."""
    lengths: Counter[int] = Counter()
    for line in lines:
        is_sentence = line.words.endswith(".") and not _NUMBERED.match(line.words)
        if is_sentence or not _stands_alone(line):
            lengths[line.indent] += len(line.words)
    total = lengths.total()
    base = min((at for at, length in lengths.items() if length >= _BODY * total), default=0)
    above = sum(length for at, length in lengths.items() if at < base)
    return base if above <= _MOST_ABOVE * total else 0


def _find_shallow(lines: Sequence[Line], base: int) -> Iterator[Line]:
    """The lines that may be headings; a numbered one may be a sentence where others are none."""
    alone = [
        line
        for line, below in pairwise(lines)
        if line.indent < base
        and (line.indent < below.indent or _NUMBERED.match(below.words))
        and _stands_alone(line)
    ]
    numbered = Counter(
        line.indent
        for line in alone
        if _NUMBERED.match(line.words) and not line.words.endswith(".")
    )
    for line in alone:
        is_numbered = _NUMBERED.match(line.words) and numbered[line.indent] >= _FEWEST
        if is_numbered or not line.words.endswith("."):
            yield line


def _stands_alone(line: Line) -> bool:
    """Whether a line is between blank lines and may be a heading, or a sentence with a number."""
    return (
        line.is_below_blank
        and line.is_above_blank
        and _may_be_heading(strip_tags(line.words).removesuffix("."))
    )


def _may_be_heading(words: str) -> bool:
    title = _NUMBERED.sub("", words, count=1)
    return (
        len(words) <= _LONGEST
        and _BEGINS.match(title) is not None
        and (title != words or not title.strip("\"'“‘«")[:1].islower())
        and not words.endswith(_NO_END)
        and not _NO_HEADING.search(title)
    )
