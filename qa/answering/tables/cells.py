"""The cell of a row that a question asks for."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from index import Passage, Span
from index.text import MONTH
from qa.answering.stems import stem_content, stem_words
from qa.answering.tables.values import fits_amount, fits_any, fits_time, names_time
from qa.networks.passage_text import find_cells
from qa.question_form import QuestionForm

# A number or a month; "may" is a month by itself or after such words as "in".
_CONDITION = re.compile(
    rf"(?<![\w.,])\d+(?:[.,]\d+)*(?![\w.,]*\d)|\b(?!may\b){MONTH}\b|\Amay\Z"
    r"|(?<=\bin )may\b|(?<=\bfor )may\b|(?<=\bby )may\b|(?<=\bof )may\b",
    re.IGNORECASE,
)
# The name of a column of a series: "75 kg", "2024", "May".
_SERIES = re.compile(
    rf"\d+(?:[.,]\d+)?\s?[^\W\d].*|(?:19|20)\d\d|{MONTH}(?:\s(?:19|20)\d\d)?", re.IGNORECASE
)
# A cell repeats a question if more than this share of its words stand in it.
_MOST_REPEATED = 0.7


def find_asked_cell(
    asked: QuestionForm, row: Passage, quoted: Span, spans: Sequence[Span]
) -> Span | None:
    """The cell that a question asks for, if another one would be quoted.

    It is the one that the question names by its column ("which network"); or, if what would be
    quoted cannot answer, the best of those that can. No yes or no tells when, no code or date how
    much, and a cell in the question's own words only tells which row is meant.
    None if what would be quoted may answer, or no other cell can.

    Args:
        quoted: what would be quoted, in the row's text.
        spans: what the reader would quote, best first, likewise.
    """
    cells = find_cells(row)
    if len(cells) != len(row.columns):
        return None
    holder = _find_holder(cells, quoted)
    if holder is None:
        return None
    named = _find_named(asked, row, cells, cells.index(holder))
    if named is not None:
        return named
    can_answer = _make_check(asked)
    if can_answer(holder.of(row.text)):
        return None
    fitting = [cell for cell in cells if can_answer(cell.of(row.text))]
    holders = (_find_holder(fitting, span) for span in spans)
    best = next((cell for cell in holders if cell is not None), None)
    return fitting[0] if best is None and len(fitting) == 1 else best


def find_cell_beside(
    asked: QuestionForm, row: Passage, known: Span, spans: Sequence[Span]
) -> Span | None:
    """The cell that a question asks for of a row that another cell identifies.

    Args:
        known: the cell that tells which row is meant.
        spans: what the reader would quote, best first, in the row's text.
    """
    cells = find_cells(row)
    quoted = cells.index(known) if len(cells) == len(row.columns) and known in cells else None
    if quoted is None:
        return None
    named = _find_named(asked, row, cells, quoted)
    others = [cell for cell in cells if cell != known and fits_any(cell.of(row.text))]
    holders = (_find_holder(others, span) for span in spans)
    best = named or next((cell for cell in holders if cell is not None), None)
    return others[0] if best is None and len(others) == 1 else best


def _find_named(
    asked: QuestionForm, row: Passage, cells: Sequence[Span], quoted: int
) -> Span | None:
    """The one cell whose column the question names as what it asks for.

    None if it names the column of the quoted cell, too.
    """
    words = stem_words(asked.lower)
    opening = [
        cell
        for name, cell in zip(row.columns, cells, strict=True)
        if len(name.split()) > 1
        and asked.lower.lstrip().startswith(name.strip().lower())
        and fits_any(cell.of(row.text))
        and cell != cells[quoted]
    ]
    if opening:
        return opening[0]  # "How often …" of a column "How often".
    if stem_words(row.columns[quoted]) & words:
        return None
    member = _find_member(asked, row, cells)
    if member is not None:
        return member
    if asked.asks_when:
        wanted, fits = words, names_time
    elif asked.attribute is not None:
        wanted, fits = stem_words(asked.attribute), fits_any
    else:
        return None
    named = [
        cell
        for name, cell in zip(row.columns, cells, strict=True)
        if wanted & stem_words(name)
        and stem_words(name) <= words
        and fits(cell.of(row.text))
        and not _repeats_question(asked, cell.of(row.text))
    ]
    return named[0] if len(named) == 1 else None


def _find_member(asked: QuestionForm, row: Passage, cells: Sequence[Span]) -> Span | None:
    """The cell in the one column of a series that the question names: "75 kg" for "75 kilos".

    None if the name tells which row is meant, or the cell cannot answer.
    """
    named = [(name.strip(), cell) for name, cell in zip(row.columns, cells, strict=True)]
    series = [(name, cell) for name, cell in named if _SERIES.fullmatch(name)]
    in_row = _find_conditions(row.text.lower())
    conditions = _find_conditions(asked.lower) - in_row
    meeting = [cell for name, cell in series if _find_conditions(name.lower()) & conditions]
    if len(series) < 2 or len(meeting) != 1:
        return None
    return meeting[0] if _make_check(asked)(meeting[0].of(row.text)) else None


def _find_conditions(text: str) -> set[str]:
    """The numbers and months that a text names."""
    return {match[0] for match in _CONDITION.finditer(text)}


def _make_check(asked: QuestionForm) -> Callable[[str], bool]:
    """A function that says whether a cell may answer a question."""
    fits = fits_any
    if asked.asks_how_much:
        fits = fits_amount
    elif asked.asks_when:
        fits = fits_time
    if asked.offers_choice or asked.decides:
        return fits
    return lambda cell: fits(cell) and not _repeats_question(asked, cell)


def _repeats_question(asked: QuestionForm, cell: str) -> bool:
    """Whether most words of a cell stand in the question, beside what it asks for."""
    words = stem_content(asked.lower) - stem_words(asked.attribute or "")
    own = stem_content(cell)
    return bool(own) and len(own & words) > _MOST_REPEATED * len(own)


def _find_holder(cells: Sequence[Span], span: Span) -> Span | None:
    return next((c for c in cells if c.holds(span)), None)
