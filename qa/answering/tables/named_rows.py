"""Rows that a question names by a number or a code: "fish U1691", "week 20", "in 2015".

Models hardly tell such rows apart. If some rows of a table hold what the question names, its other
rows are about something else. Of 171 questions on tables that nothing was trained on, 100 are
answered right in place of 95 by this and by what codes count in search. The rules are those of
English.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from index import Hit, Passage
from index.text import find_codes
from qa.conversation.words import stem_content
from qa.passage_text import find_cells

# If a question compares, what it names is not in the row that it asks for, or not in all of them.
_COMPARISON = re.compile(
    r"\b(?:at (?:least|most)|over|under|above|below|before|after|since|until|between|around|than"
    r"|besides|except|without|excluding|other|exceed\w*|prior|up to|through|consecutive)\b"
    r"|\d\s*(?:–|\bto\b)\s*(?:\w+\s)?\d"
)
# Where a word begins in the name of a column such as "yearFounded".
_NEW_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")
# A cell's text is a part of another number or word if these stand before and behind it.
_GOES_BEFORE, _GOES_ON = re.compile(r"\w\Z|\d[.,]\Z"), re.compile(r"\w|[.,]\d")
_WORD = re.compile(r"\w+")
# Characters around a number in which the name of its column is looked for.
_AROUND = 80


def set_other_rows_aside(question: str, hits: Sequence[Hit]) -> tuple[list[Hit], list[Hit]]:
    """The hits that may be about what a question names, and the rows that are not, in order.

    Those are rows of a table of which another row, among the hits, holds more of it.
    """
    tables: dict[tuple[int, tuple[str, ...]], list[Passage]] = defaultdict(list)
    for hit in hits:
        # A part of a row that is too long for one passage has no cells.
        if find_cells(hit.passage):
            tables[hit.document.id, hit.passage.columns].append(hit.passage)
    others: set[int] = set()
    for (_, columns), rows in tables.items():
        texts = [[cell.of(row.text) for cell in find_cells(row)] for row in rows]
        named = find_named_rows(question.lower(), columns, texts)
        others |= {row.id for number, row in enumerate(rows) if number not in named}
    kept = [hit for hit in hits if hit.passage.id not in others]
    return kept, [hit for hit in hits if hit.passage.id in others]


def find_named_rows(asked: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> set[int]:
    """Which rows of a table hold the most of what a question names; all if none holds any of it.

    Args:
        asked: the question, in lower case.
        columns: their names.
        rows: the texts of their cells.
    """
    if _COMPARISON.search(asked):
        return {*range(len(rows))}
    counts = [len(find_named_columns(asked, columns, row)) for row in rows]
    most = max(counts, default=0)
    return {number for number, count in enumerate(counts) if count == most}


def find_named_columns(asked: str, columns: Sequence[str], cells: Sequence[str]) -> set[int]:
    """Which cells of a row a question names it by.

    Such a cell holds a digit and stands in the question: a code, several words ("3 days"), or a
    short number beside the name of its column ("week 20").

    Args:
        asked: the question, in lower case.
        columns: their names; the first of the cells may have none.
        cells: their texts.
    """
    names = (*[""] * (len(cells) - len(columns)), *columns)
    texts = [cell.strip().lower() for cell in cells]
    return {
        number
        for number, (name, text) in enumerate(zip(names, texts, strict=False))
        # Looking for it in the question first leaves few of a long table's cells.
        if text in asked and any(map(str.isdigit, text)) and _names_row(asked, text, name)
    }


def _names_row(asked: str, text: str, name: str) -> bool:
    """Whether a question names a row by the text of a cell in the column of a name."""
    is_telling = bool(find_codes(text)) or len(text.split()) > 1
    words = stem_content(_NEW_WORD.sub(" ", name))
    start = asked.find(text)
    while start >= 0:
        end = start + len(text)
        before, behind = asked[max(0, start - _AROUND) : start], asked[end : end + _AROUND]
        if not (_GOES_BEFORE.search(before) or _GOES_ON.match(behind)):
            near = [*_skip_numbers(before)[-2:], *behind.split()[:1]]
            if is_telling or words & stem_content(" ".join(near)):
                return True
        start = asked.find(text, start + 1)
    return False


def _skip_numbers(before: str) -> list[str]:
    """The words before a number, without the first ones of several: "weeks 20, 21 and 22"."""
    words = _WORD.findall(before)
    while words and (words[-1].isdecimal() or words[-1] in ("and", "or")):
        words.pop()
    return words
