"""The mark before a member of a list: its number where it has one, else a bullet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index import Span

if TYPE_CHECKING:
    from qa import Answer

_NUMBER = re.compile(r"(\d{1,3})[.)][ \t]*$")


def find_mark(answer: Answer, span: Span) -> str:
    """The number that stands before a span of the answer's passage, as `3. `, else `• `."""
    passage = answer.hit.passage
    number = _NUMBER.search(passage.quote(Span(passage.span.start, span.start)))
    return f"{number[1]}. " if number else "• "
