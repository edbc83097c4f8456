"""Which answers of a reply are shown, and how a list is: its members, and what leads it in.

"We do not take" makes another thing of its items than "We take".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from index.text import DONE_TASK, ITEM_MARKER, OPEN_TASK, SECTION_NUMBER

if TYPE_CHECKING:
    from index import Span
    from qa import Answer, Reply

# An answer is worth showing beside the best one from this share of its confidence on. On real
# questions, below that one in thirty is right though the best is wrong.
_SHARE = 0.7
# At least this confidence, below which one in ten is right; and at most so many.
_LEAST, _MOST = 0.25, 3

# A number may stand before an item without a sign behind it, as in PDFs.
_ITEM = re.compile(rf"[ \t]*(?:{ITEM_MARKER}|\d{{1,2}})[ \t]")
_INDENTED = re.compile(r"[ \t]+\S")
_SECTION = re.compile(rf"\A{SECTION_NUMBER}[.)]?[ \t]+")
_LONGEST = 120


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
        cells: of a row, those that are shown; empty if all of it is.
    """

    shown: Span
    quoted: tuple[Span, ...]
    cells: tuple[Span, ...] = ()


def list_shown_members(answer: Answer) -> list[ShownMember]:
    """The members of a list; in a table, the rows that hold them."""
    rows = [
        ShownMember(row, quoted, find_shown_cells(answer, row))
        for row in (answer.evidence if answer.hit.passage.columns else ())
        if (quoted := tuple(s for s in answer.spans if row.holds(s)))
    ]
    if {span for row in rows for span in row.quoted} == set(answer.spans):
        return rows
    return [ShownMember(span, (span,)) for span in answer.spans]


def find_shown_cells(answer: Answer, row: Span) -> tuple[Span, ...]:
    """The cells that are shown of a row; empty if all of it is, or if it is not a row."""
    return tuple(cell for cell in answer.cells if row.holds(cell))


def find_mark(answer: Answer, span: Span) -> str:
    """The number of the item that a span begins, as `3. `, the box of a task; else `• `."""
    passage = answer.hit.passage
    item = passage.find_item(span)
    if item is None or item.marker is None:
        return "• "
    for mark in passage.marks:
        if mark.span == item.marker and mark.text in (OPEN_TASK, DONE_TASK):
            return f"{mark.text} "
    sign = passage.quote(item.marker).strip("().")
    return f"{sign}. " if sign.isdecimal() else "• "


def list_other_answers(reply: Reply) -> list[Answer]:
    """The answers to show below the best one, best first.

    Those that quote the same words as an answer above them, or a sentence that is shown with it,
    say nothing new.
    """
    if not reply.answers:
        return []
    best, *others = reply.answers
    least = max(_LEAST, _SHARE * best.confidence)
    shown = [best]
    for other in others:
        if other.confidence >= least and not any(_repeats(other, above) for above in shown):
            shown.append(other)
    return shown[1 : _MOST + 1]


def _repeats(answer: Answer, above: Answer) -> bool:
    if _normalise(answer.text) == _normalise(above.text):
        return True
    return answer.document == above.document and any(
        sentence.start < other.end and other.start < sentence.end
        for sentence in answer.evidence
        for other in above.evidence
    )


def _normalise(text: str) -> str:
    return " ".join(text.casefold().split())
