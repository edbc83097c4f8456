"""Stretches of a text between quotation marks: “…”, „…“, «…», »…«, 「…」, "…", ‘…’ and others.

A mark may open in one language and close in another, and an apostrophe looks like one: what stands
beside it tells. A mark without its partner does not count; of nested pairs the outer one counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from index import Span

# What closes a stretch, by what opens it.
_CLOSING = {
    "“": "”",
    "„": "“”",
    "‟": "”",
    "”": "”",
    "«": "»",
    "»": "«»",
    "‹": "›",
    "›": "‹›",
    "「": "」",
    "『": "』",
    "﹁": "﹂",
    "＂": "＂",
    '"': '"',
    "``": "''",
    "‘": "’",
    "‚": "‘’",
    "'": "'",
}
_MARK = re.compile("``|''|[“”„‟«»‹›「」『』﹁﹂＂\"‘’‚']")
# Marks of Chinese and Japanese stand among words without spaces, and are never mistaken.
_UNSPACED = frozenset("「」『』﹁﹂＂")
# In French a space stands within the marks.
_SPACED = frozenset("«»‹›„")
# Marks that wait for their partner at a time: nobody nests quotations deeper.
_MOST_OPEN = 8
# Words that begin with an apostrophe.
_SHORTENED = re.compile(r"(?:tis|twas|em|til|cause|round|n|\d\ds?(?![.,]\d|%))\b", re.IGNORECASE)
_BEFORE_APOSTROPHE_AS_MARK = frozenset(".,;:!?…)]—–")
_AFTER_APOSTROPHE_AS_MARK = frozenset('.,;:!?…)]—–(\r\n"”')


@dataclass(frozen=True, slots=True)
class _Opened:
    """A mark that waits for its partner, and where it stands."""

    mark: str
    outer: int
    inner: int


def find_enclosed(text: str, within: Span) -> list[Span]:
    """The stretches between quotation marks in a part of a text, without the marks; ascending.

    The time that it takes grows with the length of the part, whatever stands there.
    """
    opened: list[_Opened] = []
    found: list[tuple[int, Span]] = []
    for match in _MARK.finditer(text, within.start, within.end):
        mark = match[0]
        before = text[match.start() - 1] if match.start() > within.start else "\n"
        after = text[match.end()] if match.end() < within.end else "\n"
        partner = _find_partner(opened, mark) if _may_close(mark, before, after) else None
        if partner is not None:
            outer, inner = opened[partner].outer, opened[partner].inner
            while found and found[-1][0] >= outer:
                found.pop()
            if inner < match.start():
                found.append((outer, Span(inner, match.start())))
            del opened[partner:]
        elif _may_open(mark, before, after) and not (
            mark in "'‘" and _SHORTENED.match(text, match.end())
        ):
            opened.append(_Opened(mark, *match.span()))
            del opened[:-_MOST_OPEN]
    return [inner for _, inner in found]


def opens_quotation(character: str) -> bool:
    """Whether a quotation may begin with this character, and nothing else does."""
    return character in "“„«「『"


def _find_partner(opened: list[_Opened], mark: str) -> int | None:
    """The number of the last open mark that a mark closes; None if it closes none."""
    numbers = reversed(range(len(opened)))
    return next((at for at in numbers if mark in _CLOSING[opened[at].mark]), None)


def _may_open(mark: str, before: str, after: str) -> bool:
    if mark not in _CLOSING or mark in _UNSPACED:
        return mark in _CLOSING
    return not before.isalnum() and (not after.isspace() or mark in _SPACED)


def _may_close(mark: str, before: str, after: str) -> bool:
    if mark in _UNSPACED:
        return True
    if after.isalnum() or (before.isspace() and mark not in _SPACED):
        return False
    return mark != "'" or (
        before in _BEFORE_APOSTROPHE_AS_MARK or after in _AFTER_APOSTROPHE_AS_MARK
    )
