"""The section titles of reStructuredText.

A title is a line of text over a line of one repeated sign, or between two such lines,
at the left margin and at the start of a block. Its level is that of its style (the sign,
and whether there is an overline) in the order in which styles first appear.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise

from index.documents import Heading, Span
from index.text.patterns import BULLET

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|\Z)")
_ADORNMENT = re.compile(rf"([{re.escape(string.punctuation)}])\1*")
# An adornment shorter than this is one only where its title is no longer.
_SURELY = 4
_LONGEST_TITLE = 1_000
# First lines of something else than a title: list items, fields, options, line blocks,
# doctests, directives and other explicit markup, grid tables.
_NO_TITLE = re.compile(
    rf"""{BULLET}(?:\ |$) | \.\.(?:\ |$) | __(?:\ |$) | \|(?:\ |$) | >>>(?:\ |$)
      | :(?![:\s])[^:]*+:(?:\ |$) | (?:-[A-Za-z]|--[A-Za-z][\w-]*|/[A-Z])(?:[ =,]|$)
      | \+[-=]+\+""",
    re.VERBOSE,
)
_TABLE_BORDER = re.compile(r"=++(?:\ ++=++)++")

# Inline markup, and what a person sees of it.
_LINK = re.compile(r"(?::[\w:.+-]{1,60}:)?`([^`<]*[^`<\s])\s*<[^`>]*>`(?:__?)?")
# What a role says of its name: that it is no link, or that only its last part is shown.
_ROLE_SIGN = re.compile(r"(:[\w:.+-]{1,60}:`)(?:!|~(?:\w+\.)*)")
_MARKED = re.compile(
    r"(?::[\w:.+-]{1,60}:)?(``|`|\*\*|\*|\|)(?=\S)([^`*|]*[^`*|\s])\1(?:__?(?!\w))?"
)
# What stands for no words where some are needed, as in the first cell of a row.
_EMPTY = frozenset(("..", "\\"))
_ESCAPE = re.compile(r"\\(\S)")


def find_titles(text: str) -> list[Heading]:
    """The section titles, each with its adornment."""
    styles: list[str] = []
    headings = []
    for span, title, style in _find_styles(text):
        if style not in styles:
            styles.append(style)
        headings.append(Heading(span, styles.index(style) + 1, strip_markup(title)))
    return headings


def _find_styles(text: str) -> Iterator[tuple[Span, str, str]]:
    """The section titles: where each stands with its adornment, its line, its style."""
    starts = [match.start() for match in _LINE.finditer(text)]
    lines = [text[start:end].rstrip() for start, end in pairwise([*starts, len(text)])]
    at, in_paragraph = 0, False
    while at < len(lines):
        line = lines[at]
        if not line or line[0].isspace():
            in_paragraph = False
        elif not in_paragraph:
            if _TABLE_BORDER.fullmatch(line):
                at = _find_table_end(lines, at)
            elif count := _count_title_lines(lines[at : at + 3]):
                last = at + count - 1
                span = Span(starts[at], starts[last] + len(lines[last]))
                yield span, lines[last - 1].strip(), line[0] * 2 if count == 3 else lines[last][0]
                at = last
            else:
                in_paragraph = line.startswith(">>>") or not (
                    _NO_TITLE.match(line) or _is_adornment(line)
                )
        at += 1


def _count_title_lines(lines: Sequence[str]) -> int:
    """How many of the lines that come next are a title with its adornment; 0 if none."""
    if len(lines) > 2 and _is_adornment(lines[0]):
        title, adornment = lines[1], lines[2]
        count = 3 if lines[0] == adornment and title.strip() and not _is_adornment(title) else 0
    elif len(lines) > 1 and _is_adornment(lines[1]) and lines[1] != "::":
        title, adornment = lines[:2]
        count = 0 if _NO_TITLE.match(title) else 2
    else:
        return 0
    if len(title) > _LONGEST_TITLE or len(adornment) < min(_SURELY, _measure_width(title)):
        return 0
    return count


def _is_adornment(line: str) -> bool:
    return _ADORNMENT.fullmatch(line) is not None


def _find_table_end(lines: Sequence[str], at: int) -> int:
    """The last line of a simple table: its third border, or one before a blank line."""
    borders = 1
    for number in range(at + 1, len(lines)):
        if _TABLE_BORDER.fullmatch(lines[number]):
            borders += 1
            if borders == 3 or not "".join(lines[number + 1 : number + 2]):
                return number
    return at


def _measure_width(line: str) -> int:
    """Columns that a line takes."""
    return sum(
        0 if unicodedata.combining(sign) else 1 + (unicodedata.east_asian_width(sign) in "WF")
        for sign in line
    )


def strip_markup(title: str) -> str:
    """The words of a title, or of a cell, without their markup."""
    if title in _EMPTY:
        return ""
    plain = _MARKED.sub(r"\2", _LINK.sub(r"\1", _ROLE_SIGN.sub(r"\1", title)))
    return " ".join(_ESCAPE.sub(r"\1", plain).split())
