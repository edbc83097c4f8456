"""Pages of manuals as `man` prints them: their title, sections and options located.

A line at the left margin begins a section; a line indented by a few columns begins a subsection.
Options and other terms stand above their descriptions, which are indented farther. A description of
several paragraphs has its term as a heading; the term stays in the text, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from index.documents import Content, Heading, Span, shorten
from index.loaders.plain.lines import Line

_HEAD = re.compile(
    r"\s{0,200}(\S[^\r\n]{0,100}?\(\w{1,5}\))[ \t][^\r\n]{0,200}\s?\1[ \t]*(?=[\r\n])"
)
# Without one, a page begins with its name.
_NAMED = re.compile(r"\s{0,200}NAME(?:\r\n|\n|\r)[ \t]+\S+(?:, \S+)* +[-–—] +\S")
# The name and what it is for: "ls - list directory contents".
_NAME = re.compile(r"\S+(?:, \S+)* +[-–—] +\S.*")
_FOOT = re.compile(r"(?=.{,200}\Z)\S.*\S {2,}\S.* {2,}\S.*")
_LONGEST_NAME, _LONGEST_TERM = 100, 64
_SECTION, _PART, _TERM = 1, 2, 3
# A description is set in from its term by so many columns, or stands beside it.
_INDENT = 4
_BESIDE = re.compile(r"(-\S*(?: \S+)*) {2,}\S")
_NO_TERM = re.compile(r"[.:;,{(]$|\S {3,}\S")


def parse_manual(text: str, lines: Sequence[Line]) -> Content | None:
    """The content of a page of a manual; None for any other text."""
    head = _HEAD.match(text)
    if head is None and _NAMED.match(text) is None:
        return None
    lines = [*lines]
    # Neither the head nor the foot is a part of the text.
    around = [lines.pop(0)] if head else []
    if head and lines and _FOOT.fullmatch(lines[-1].words):
        around.append(lines.pop())
    hidden = [Heading(Span(line.start, line.end), _SECTION, "") for line in around]
    headings = sorted([*_find_headings(lines), *hidden], key=lambda heading: heading.span)
    name = " ".join(lines[1].words.split()) if len(lines) > 1 else ""
    is_name = len(name) <= _LONGEST_NAME and _NAME.fullmatch(name)
    return Content(text, title=name if is_name else head and head[1], headings=tuple(headings))


def _find_headings(lines: Sequence[Line]) -> Iterator[Heading]:
    base = min((line.indent for line in lines if line.indent > _INDENT), default=0)
    section, in_term, begins = "", False, True
    for at, line in enumerate(lines):
        if not (line.is_below_blank or begins):
            continue
        begins = line.indent < base and len(line.words) <= _LONGEST_TERM
        if begins:
            section, in_term = line.words, False
            level = _SECTION if line.indent == 0 else _PART
            yield Heading(Span(line.start, line.end), level, line.words)
        elif line.indent == base:
            term = "" if section == "SYNOPSIS" else _find_term(_take_block(lines, at))
            # What comes after the last description is not part of it.
            if term or in_term:
                yield Heading(Span(line.start, line.start), _TERM, term)
            in_term = bool(term)


def _take_block(lines: Sequence[Line], at: int) -> Sequence[Line]:
    """The lines from one to the next that is blank."""
    end = at + 1
    while end < len(lines) and not lines[end].is_below_blank:
        end += 1
    return lines[at:end]


def _find_term(block: Sequence[Line]) -> str:
    """What the first lines of a paragraph name and the others describe; "" if they do not."""
    first = block[0]
    if beside := _BESIDE.match(first.words):
        return beside[1]
    names = [*takewhile(lambda line: line.indent == first.indent, block)]
    below = block[len(names) :]
    if not below or below[0].indent < first.indent + _INDENT:
        return ""
    if not all(_may_be_term(name.words) for name in names):
        return ""
    return shorten(", ".join(name.words for name in names), _LONGEST_NAME)


def _may_be_term(line: str) -> bool:
    return line.startswith("-") or (len(line) <= _LONGEST_TERM and not _NO_TERM.search(line))
