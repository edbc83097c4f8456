"""Questions and answers of plain text ("Q: … / A: …"): a question is the heading of its answer.

It stays part of the text, so that it can be quoted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.documents import Heading, Span, shorten
from index.loaders.plain.lines import Line

_FEWEST_PAIRS, _MOST_LINES, _MOST_CHARACTERS = 2, 8, 300
_QUESTION = re.compile(r"(?:Q|Question)[ ]?\d{0,3}(?:[:.)]|[ ]?[-–—](?=[ ]))[ \t]*(?=\S)")
_ANSWER = re.compile(r"(?:A|Answer)[ ]?\d{0,3}(?:[:.)]|[ ]?[-–—](?=[ ]))(?:[ \t]|$)")


def find_questions(lines: Sequence[Line]) -> list[Heading]:
    """Where each question with an answer begins, in order, and where answers end."""
    headings: list[Heading] = []
    pairs, until = 0, -1
    for at, line in enumerate(lines):
        answer = _find_answer(lines, at) if _QUESTION.match(line.words) else None
        if answer is not None:
            words = " ".join(each.words for each in lines[at:answer])
            words = " ".join(_QUESTION.sub("", words, count=1).split())
            headings.append(
                Heading(Span(line.start, line.start), 1, shorten(words, _MOST_CHARACTERS))
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
