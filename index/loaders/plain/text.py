"""Plain text: the decoded file, with its title and headings if they are unmistakable.

A rule marks a heading, or a number, or capitals; chapters of books count on, and a question is the
heading of its answer; and a table of contents may list more. That table is in no passage, nor are
rules, running heads and feet. Pages of a manual have more structure, and a chat has messages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from index.documents import Content, Heading, Span, shorten
from index.loaders.plain.aligned_tables import locate_aligned_tables
from index.loaders.plain.bare_headings import find_bare_headings
from index.loaders.plain.chapters import find_chapters, place_beside
from index.loaders.plain.chat import parse_chat
from index.loaders.plain.contents_lines import exclude_contents_lines, find_listed_headings
from index.loaders.plain.lines import Line, overlaps_any, split_lines
from index.loaders.plain.manual import parse_manual
from index.loaders.plain.ruled_headings import find_parting_rules, find_ruled_headings, find_title
from index.loaders.plain.running_lines import find_running_lines
from index.loaders.shared.contents_list import leave_out
from index.loaders.shared.decoding import decode

# What is longer than any book is not a manual.
_MOST_CHARACTERS = 5_000_000
# A table of contents lists all headings if it lists so large a share of what else is found.
_LISTED = 0.8
# Questions with an answer, at least; lines of a question, and characters that are shown, at most.
_FEWEST_PAIRS, _MOST_LINES, _LONGEST_QUESTION = 2, 8, 300
_QUESTION = re.compile(r"(?:Q|Question)[ ]?\d{0,3}(?:[:.)]|[ ]?[-–—](?=[ ]))[ \t]*(?=\S)")
_ANSWER = re.compile(r"(?:A|Answer)[ ]?\d{0,3}(?:[:.)]|[ ]?[-–—](?=[ ]))(?:[ \t]|$)")


def load(data: bytes) -> Content:
    text = decode(data)
    if len(text) > _MOST_CHARACTERS:
        return Content(text)
    lines = split_lines(text)
    if manual := parse_manual(text, lines):
        return manual
    if chat := parse_chat(text, lines):
        return chat
    ruled = find_ruled_headings(lines)
    chapters = place_beside(find_chapters(lines), find_bare_headings(text, lines), lines)
    headings = _add_below(ruled, chapters)
    listed = find_listed_headings(text)
    if len(listed) > len(ruled) and len(listed) >= _LISTED * len(headings):
        # How far entries are set in tells levels best.
        headings = listed
    for others in (listed, find_questions(lines)):
        headings = _add_below(headings, others)
    running = find_running_lines(text)
    headings = [each for each in headings if not overlaps_any(each.span, running)]
    taken = sorted([*running, *(each.span for each in headings)])
    rules = [each for each in find_parting_rules(lines) if not overlaps_any(each, taken)]
    is_title = bool(ruled) and not text[: ruled[0].span.start].strip()
    title = ruled[0].text if is_title else find_title(lines)
    content = Content(text, title, headings=leave_out(headings, [*running, *rules]))
    return locate_aligned_tables(exclude_contents_lines(content), lines)


def _add_below(headings: list[Heading], others: Iterable[Heading]) -> list[Heading]:
    """Headings and those found later, which are below all of them; in order."""
    spans = [heading.span for heading in headings]
    deepest = max((heading.level for heading in headings), default=0)
    more = [
        replace(each, level=deepest + each.level)
        for each in others
        if not overlaps_any(each.span, spans)
    ]
    return sorted((*headings, *more), key=lambda heading: heading.span)


def find_questions(lines: Sequence[Line]) -> list[Heading]:
    """Where each question with an answer begins ("Q: … / A: …"), and where answers end, in order.

    Its words are a heading, and stay part of the text, so that they can be quoted.
    """
    headings: list[Heading] = []
    pairs, until = 0, -1
    for at, line in enumerate(lines):
        answer = _find_answer(lines, at) if _QUESTION.match(line.words) else None
        if answer is not None:
            words = " ".join(each.words for each in lines[at:answer])
            words = " ".join(_QUESTION.sub("", words, count=1).split())
            headings.append(
                Heading(Span(line.start, line.start), 1, shorten(words, _LONGEST_QUESTION))
            )
            pairs, until = pairs + 1, line.indent
            in_answer = answer
        elif until >= 0 and at > in_answer and _ends_answer(lines, in_answer, line):
            headings.append(Heading(Span(line.start, line.start), 1, ""))
            until = -1
    return headings if pairs >= _FEWEST_PAIRS else []


def _find_answer(lines: Sequence[Line], at: int) -> int | None:
    """The number of the line in which the answer to a question begins."""
    for number in range(at + 1, min(at + 1 + _MOST_LINES, len(lines))):
        words = lines[number].words
        if _ANSWER.match(words):
            return number
        if _QUESTION.match(words) or (lines[number].is_below_blank):
            return None
    return None


def _ends_answer(lines: Sequence[Line], answer: int, line: Line) -> bool:
    """Whether a line is set in less than an answer whose second line is set in."""
    if not line.is_below_blank or line.indent > lines[answer].indent:
        return False
    second = lines[answer + 1]
    return not second.is_below_blank and second.indent > lines[answer].indent
