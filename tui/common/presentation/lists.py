"""A list as it is drawn: what leads it in, its members, and the marks before them.

"We do not take" makes another thing of its items than "We take".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from index import Span
from index.text import ITEM_MARKER, SECTION_NUMBER

if TYPE_CHECKING:
    from qa import Answer

# A number may stand before an item without a sign behind it, as in PDFs.
_ITEM = re.compile(rf"[ \t]*(?:{ITEM_MARKER}|\d{{1,2}})[ \t]")
_INDENTED = re.compile(r"[ \t]+\S")
_SECTION = re.compile(rf"\A{SECTION_NUMBER}[.)]?[ \t]+")
_LONGEST = 120
_NUMBER = re.compile(r"(\d{1,3})[.)][ \t]*$")


def find_lead_in(answer: Answer) -> str | None:
    """The line that leads in the list of the item that is quoted; None if the item has none.

    It is the line before the list, if that ends with a colon, else the heading.
    """
    passage = answer.hit.passage
    is_quoted_whole = answer.form == "verdict" or (
        answer.form == "words" and answer.span == answer.sentence
    )
    if not is_quoted_whole or passage.columns:
        return None
    before = passage.text[: answer.span.start - passage.span.start]
    *above, line = before.split("\n")
    if not _ITEM.match(line + passage.text[len(before) :].partition("\n")[0]):
        return None
    outside = (each for each in reversed(above) if each.strip() and not _ITEM.match(each))
    lead_in = next((each for each in outside if not _INDENTED.match(each)), "").strip()
    if not lead_in.endswith((":", "：")):
        lead_in = passage.headings[-1] if passage.headings else ""
    words = " ".join(_SECTION.sub("", lead_in).rstrip(":：").split())
    return words if 0 < len(words) <= _LONGEST else None


class ShownMember(NamedTuple):
    """A member of a list, or those in a row of a table.

    Attributes:
        shown: what is drawn of it: a cell alone would not tell which row it is of.
        quoted: what of that is quoted.
    """

    shown: Span
    quoted: tuple[Span, ...]


def list_shown_members(answer: Answer) -> list[ShownMember]:
    """The members of a list; in a table, the rows that hold them."""
    rows = [
        ShownMember(row, quoted)
        for row in (answer.evidence if answer.hit.passage.columns else ())
        if (quoted := tuple(s for s in answer.spans if row.holds(s)))
    ]
    if {span for row in rows for span in row.quoted} == set(answer.spans):
        return rows
    return [ShownMember(span, (span,)) for span in answer.spans]


def find_mark(answer: Answer, span: Span) -> str:
    """The number that stands before a span of the answer's passage, as `3. `, else `• `."""
    passage = answer.hit.passage
    number = _NUMBER.search(passage.quote(Span(passage.span.start, span.start)))
    return f"{number[1]}. " if number else "• "
