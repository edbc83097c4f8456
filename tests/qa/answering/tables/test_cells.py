"""What is shown of a row of a table: the cell that names it, and the one that is asked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Span
from qa.answering.tables.cells import choose_cells, find_cell_beside
from qa.question_form import QuestionForm
from qa.reader.reading import Reading, ScoredSpan
from tests.support.rows import make_row

COLUMNS = ("invoice", "customer", "city", "amount", "paid")
ROW = "2025-005\tKestrel Boats\tKendal\t3120.75\tno"
AGES = ("age", "dose", "how often")


def span_of(words, row):
    return Span(row.text.index(words), row.text.index(words) + len(words))


def read(row, *quoted):
    """A reader's view of a row; `quoted` is what it would quote, best first."""
    return Reading(tuple(ScoredSpan(span_of(words, row), 0.0) for words in quoted), 0.0)


def shown(question, *quoted, text=ROW, columns=COLUMNS, best=()):
    row = make_row(text, columns)
    spans = [span_of(words, row) for words in quoted]
    cells = choose_cells(QuestionForm.of(question), row, spans, read(row, *best))
    return [cell.of(row.text) for cell in cells]


def test_a_row_is_named_by_its_first_cell():
    assert shown("How much is that one?", "3120.75") == ["2025-005", "3120.75"]


def test_it_is_named_by_the_cell_that_is_in_the_question():
    question = "How much does Kestrel Boats owe us?"
    assert shown(question, "3120.75") == ["Kestrel Boats", "3120.75"]
    assert shown(question, "2025-005") == ["Kestrel Boats", "2025-005"]


def test_several_cells_in_the_question_name_it_together():
    columns = ("country", "continent", "year", "births")
    question = "How many births were there in Japan in 2007?"
    cells = shown(question, "1090", text="Japan\tAsia\t2007\t1090", columns=columns)
    assert cells == ["Japan", "2007", "1090"]


def test_the_first_cell_names_itself():
    assert shown("Which one is it?", "2025-005") == ["2025-005"]


def test_a_part_of_a_cell_is_shown_in_all_of_it():
    assert shown("Which town?", "Kend") == ["2025-005", "Kendal"]


def test_a_short_row_that_is_quoted_whole_is_shown_whole():
    assert shown("What is the difference?", ROW) == []


def test_of_a_wide_row_the_cell_that_the_reader_would_quote_is_shown():
    text = "\t".join(["Jane Doe", *("x" * 20 for _ in range(30)), "4,200"])
    columns = tuple(f"column {number}" for number in range(32))
    question = "Is her pay high?"
    cells = shown(question, text, text=text, columns=columns, best=["4,200"])
    assert cells == ["Jane Doe", "4,200"]
    assert shown(question, text, text=text, columns=columns) == []


def test_what_is_no_row_of_a_table_has_no_cells():
    assert shown("How much?", "Kestrel Boats", columns=()) == []


@pytest.mark.parametrize(
    ("quoted", "cell"),
    [(["6 to 12 years", "every 4 hours"], "every 4 hours"), (["10 ml"], "10 ml"), ([], None)],
)
def test_beside_the_cell_that_tells_the_row_the_one_that_the_reader_would_quote(quoted, cell):
    row = make_row("6 to 12 years\t10 ml\tevery 4 hours", AGES)
    beside = find_cell_beside(row, span_of("6 to 12 years", row), read(row, *quoted))
    assert (beside.of(row.text) if beside else None) == cell


def test_the_only_other_cell_needs_no_reader():
    row = make_row("6 to 12 years\t10 ml", ("age", "dose"))
    beside = find_cell_beside(row, span_of("6 to 12 years", row), read(row))
    assert beside is not None
    assert beside.of(row.text) == "10 ml"


@given(
    question=st.text(max_size=60),
    cells=st.lists(st.text(st.characters(exclude_characters="\t\r\n"), max_size=12), min_size=2),
    quoted=st.tuples(st.integers(0, 80), st.integers(0, 80)),
)
def test_cells_are_stretches_of_the_row_that_hold_what_is_quoted(question, cells, quoted):
    text = "\t".join(cells)
    row = make_row(text, tuple(f"column {number}" for number in range(len(cells))))
    span = Span(*(min(each, len(text)) for each in sorted(quoted)))
    shown = choose_cells(QuestionForm.of(question), row, [span], Reading((), 0.0))
    assert len(set(shown)) == len(shown)
    assert all(0 <= cell.start < cell.end <= len(text) for cell in shown)
    assert not shown or any(cell.overlaps(span) for cell in shown)
