"""The cells of a row that are shown for it: those that name the row, and those asked for."""

from __future__ import annotations

from collections.abc import Sequence

from index import Passage, Span
from qa.conversation.words import stem_content
from qa.passage_text import find_cells
from qa.question_form import QuestionForm
from qa.reader.reading import Reading

# Cells in the question's words that are shown, at most: "Japan", "2007".
_MOST_NAMED = 3
# A whole row with more characters, and names of columns, is not shown whole.
_MOST_CHARACTERS = 320


def choose_cells(
    asked: QuestionForm, row: Passage, quoted: Sequence[Span], reading: Reading
) -> tuple[Span, ...]:
    """The cells to show of a row: those that name it, then those that are quoted.

    It is named by the cells in the question's words, or else by its first one. Of a wide row that
    is quoted whole, the cell that the reader would quote counts as quoted. There are none if the
    passage is not a row, or is short enough to be shown whole.
    """
    cells = [cell for cell in find_cells(row) if len(cell)]
    if cells and all(any(span.overlaps(cell) for span in quoted) for cell in cells):
        is_wide = len(row.text) + sum(map(len, row.columns)) > _MOST_CHARACTERS
        quoted = [scored.span for scored in reading.spans[:1]] if is_wide else ()
    chosen = [cell for cell in cells if any(span.overlaps(cell) for span in quoted)]
    if not chosen:
        return ()
    others = [cell for cell in cells if cell not in chosen]
    named = [cell for cell in others if _is_named(asked, cell.of(row.text))][:_MOST_NAMED]
    return (*(named or [cell for cell in cells[:1] if cell not in chosen]), *chosen)


def find_cell_beside(row: Passage, known: Span, reading: Reading) -> Span | None:
    """The cell that the reader would quote, beside the known one that tells which row is meant."""
    others = [cell for cell in find_cells(row) if cell != known and len(cell)]
    quoted = (cell for scored in reading.spans for cell in others if cell.holds(scored.span))
    return next(quoted, others[0] if len(others) == 1 else None)


def _is_named(asked: QuestionForm, cell: str) -> bool:
    """Whether half of the words of a cell, or more, stand in the question."""
    own = stem_content(cell)
    return bool(own) and 2 * len(own & stem_content(asked.lower)) >= len(own)
