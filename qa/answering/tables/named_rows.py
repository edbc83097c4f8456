"""Rows that a question names by a number or a code: "fish U1691", "week 20", "in 2015".

Models hardly tell such rows apart. If some rows of a table hold what the question names, its other
rows are about something else. Of 171 questions on tables of sources that nothing learned from, 2
more are answered right so, and the codes of `index.text.codes` are 3.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from index import Hit, Passage
from index.text import find_codes
from qa.conversation.words import stem_words
from qa.passage_text import find_cells

# Comparisons: the row that is asked for does not hold the number that the question names.
COMPARISON = re.compile(
    r"\b(?:at (?:least|most)|over|under|above|below|before|after|since|until|between|around|next"
    r"|second|third|consecutive|same|besides|except|both|exceed\w*|contain\w*|than)\b"
)
# "min_temp", "yearFounded": columns are often named as in programs.
_NAME_PARTS = re.compile(r"_|(?<=[a-z])(?=[A-Z])")


def set_other_rows_aside(question: str, hits: Sequence[Hit]) -> tuple[list[Hit], list[Hit]]:
    """The hits that may be about what a question names, and the rows that are not, in order.

    Those are rows of a table of which another row, among the hits, holds more of it.
    """
    tables: dict[tuple[int, tuple[str, ...]], list[Passage]] = defaultdict(list)
    for hit in hits:
        if len(hit.passage.columns) > 1:
            tables[hit.document.id, hit.passage.columns].append(hit.passage)
    others: set[int] = set()
    for rows in tables.values():
        named = {row.id for row in find_named_rows(question, rows)}
        others |= {row.id for row in rows} - named
    kept = [hit for hit in hits if hit.passage.id not in others]
    return kept, [hit for hit in hits if hit.passage.id in others]


def find_named_rows(question: str, rows: Sequence[Passage]) -> list[Passage]:
    """The rows of a table that hold most of what a question names; all if none holds any of it."""
    if COMPARISON.search(question.lower()):
        return list(rows)
    counts = [len(find_named_columns(question, row)) for row in rows]
    most = max(counts, default=0)
    return [row for row, count in zip(rows, counts, strict=True) if count == most]


def find_named_columns(question: str, row: Passage) -> set[int]:
    """The columns of the cells that a question names a row by.

    Such a cell holds a digit and stands in the question: a code, several words ("3 days"), or a
    short number beside the name of its column ("week 20").
    """
    asked = question.lower()
    cells = find_cells(row)
    names = ("",) * (len(cells) - len(row.columns)) + row.columns
    texts = [cell.of(row.text).strip().lower() for cell in cells]
    return {
        number
        for number, (name, text) in enumerate(zip(names, texts, strict=False))
        # Looking for it in the question first leaves few of a long table's cells.
        if text in asked and any(map(str.isdigit, text)) and _names_row(asked, text, name)
    }


def _names_row(asked: str, text: str, name: str) -> bool:
    """Whether a question names a row by the text of a cell, given the name of its column."""
    found = re.search(rf"(?<!\w)(?<!\d[.,]){re.escape(text)}(?!\w)(?![.,]\d)", asked)
    if found is None:
        return False
    if find_codes(text) or len(text.split()) > 1:
        return True
    beside = (*asked[: found.start()].split()[-2:], *asked[found.end() :].split()[:1])
    return bool(stem_words(" ".join(beside)) & stem_words(_NAME_PARTS.sub(" ", name)))
