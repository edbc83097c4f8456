"""The members of a list as they are drawn, each after its number where it has one, or a bullet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from index import Span

if TYPE_CHECKING:
    from qa import Answer

_NUMBER = re.compile(r"(\d{1,3})[.)][ \t]*$")


class Member(NamedTuple):
    """A member of a list, or those in a row of a table.

    Attributes:
        shown: what is drawn of it: a cell alone would not tell which row it is of.
        quoted: what of that is quoted.
    """

    shown: Span
    quoted: tuple[Span, ...]


def find_members(answer: Answer) -> list[Member]:
    """The members of a list; in a table, the rows that hold them."""
    rows = [
        Member(row, quoted)
        for row in (answer.evidence if answer.hit.passage.columns else ())
        if (quoted := tuple(s for s in answer.spans if row.holds(s)))
    ]
    if {span for row in rows for span in row.quoted} == set(answer.spans):
        return rows
    return [Member(span, (span,)) for span in answer.spans]


def find_mark(answer: Answer, span: Span) -> str:
    """The number that stands before a span of the answer's passage, as `3. `, else `• `."""
    passage = answer.hit.passage
    number = _NUMBER.search(passage.quote(Span(passage.span.start, span.start)))
    return f"{number[1]}. " if number else "• "
