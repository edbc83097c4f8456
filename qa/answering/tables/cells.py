"""The cells of a row that are shown for it: the one that names the row, and those asked for."""

from __future__ import annotations

from collections.abc import Sequence

from index import Passage, Span
from qa.answering.stems import stem_content
from qa.networks.passage_text import find_cells
from qa.question_form import QuestionForm
from qa.reader.reading import Reading

# A cell tells which row is meant if at least this share of its words stand in the question.
_LEAST_SHARE = 0.5
# A whole row with more characters, and names of columns, is not shown whole.
_MOST_CHARACTERS = 320


def choose_cells(
    asked: QuestionForm, row: Passage, quoted: Sequence[Span], reading: Reading
) -> tuple[Span, ...]:
    """The cells to show of a row: the one that names it, then those that are quoted.

    It is named by the cell in the question's words, or else by its first one. Of a wide row that is
    quoted whole, the cell that the reader would quote counts as quoted.

    Returns:
        nothing if the passage is not a row, or is short enough to be shown whole.

    Args:
        quoted: in the row's text.
    """
    cells = [cell for cell in find_cells(row) if len(cell)]
    if cells and all(any(span.overlaps(cell) for span in quoted) for cell in cells):
        is_wide = len(row.text) + sum(map(len, row.columns)) > _MOST_CHARACTERS
        quoted = [scored.span for scored in reading.spans[:1]] if is_wide else ()
    chosen = [cell for cell in cells if any(span.overlaps(cell) for span in quoted)]
    if not chosen:
        return ()
    others = [cell for cell in cells if cell not in chosen]
    shares = [_measure_share(asked, cell.of(row.text)) for cell in others]
    if max(shares, default=0.0) >= _LEAST_SHARE:
        return (others[shares.index(max(shares))], *chosen)
    return (*(cell for cell in cells[:1] if cell not in chosen), *chosen)


def find_cell_beside(row: Passage, known: Span, reading: Reading) -> Span | None:
    """The cell of a row that the reader would quote, beside the one that tells which row is meant.

    Args:
        known: that cell.
    """
    others = [cell for cell in find_cells(row) if cell != known and len(cell)]
    quoted = (cell for scored in reading.spans for cell in others if cell.holds(scored.span))
    return next(quoted, others[0] if len(others) == 1 else None)


def _measure_share(asked: QuestionForm, cell: str) -> float:
    """The share of the words of a cell that stand in the question."""
    own = stem_content(cell)
    return len(own & stem_content(asked.lower)) / max(1, len(own))
