"""Cells of a table: the one that a question asks for, where the reader would quote another one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Span
from qa.answering.tables.cells import find_asked_cell, find_cell_beside
from qa.question_form import QuestionForm
from tests.support.rows import make_row

COLUMNS = ("invoice", "customer", "city", "amount", "issued", "due", "paid")
ROW = "2025-005\tKestrel Boats\tKendal\t3120.75\t2025-03-02\t2025-04-01\tno"


def row_of(text=ROW, columns=COLUMNS):
    return make_row(text, columns)


def span_of(words, row):
    return Span(row.text.index(words), row.text.index(words) + len(words))


def asked(question, *quoted, row=None):
    """The cell that is quoted in the end; `quoted` is what the reader would quote, best first."""
    row = row or row_of()
    spans = [span_of(words, row) for words in quoted]
    cell = find_asked_cell(QuestionForm.of(question), row, spans[0], spans)
    return quoted[0] if cell is None else cell.of(row.text)


def test_a_code_or_a_date_is_not_how_much():
    assert asked("How much does Kestrel Boats owe us?", "2025-005", "3120.75") == "3120.75"
    assert asked("How much does Kestrel Boats owe us?", "2025-04-01", "3120.75") == "3120.75"


def test_no_is_not_when():
    question = "When should Kestrel Boats have settled it?"
    assert asked(question, "no", "2025-005", "2025-04-01", "2025-03-02") == "2025-04-01"


def test_words_may_answer_how_much_and_when():
    row = row_of("child\tfree\tat high tide", ("visitor", "entry", "hours"))
    assert asked("How much is it for children?", "free", "at high tide", row=row) == "free"
    assert asked("When can they come?", "at high tide", "free", row=row) == "at high tide"


def test_hours_decades_fractions_and_halves_of_them_are_no_codes():
    row = row_of("9am\t1970s\t1/2\t10-12", ("opens", "founded", "cups", "tours"))
    for cell in ("9am", "1970s", "10-12"):
        assert asked("When is that?", cell, row=row) == cell
    assert asked("How much sugar is in it?", "1/2", row=row) == "1/2"


def test_an_empty_cell_is_never_asked_for():
    row = row_of("6 to 12 years\t10 ml\t", ("age", "dose", "how often"))
    assert asked("How often may he have it?", "10 ml", row=row) == "10 ml"


def test_a_cell_in_the_questions_own_words_only_tells_which_row_is_meant():
    row = row_of("%B\tMonth as its full name\tJanuary", ("code", "meaning", "example"))
    assert asked("strftime full month name", "Month as its full name", "%B", row=row) == "%B"
    assert asked("What does %B stand for?", "Month as its full name", row=row) == (
        "Month as its full name"
    )


def test_a_choice_or_yes_or_no_may_be_answered_in_the_questions_own_words():
    for question in ("Who is in Kendal, Kestrel Boats or Petrel?", "Is Kestrel Boats in Kendal?"):
        assert asked(question, "Kestrel Boats", "Kendal") == "Kestrel Boats"


def test_the_cell_of_the_column_that_is_asked_for_is_quoted():
    row = row_of("Portugal\tSeries HD\t7 May 2012", ("country", "network", "first shown"))
    assert asked("Which network belongs to the oldest state?", "Portugal", row=row) == "Series HD"
    assert asked("When was it first shown in Portugal?", "Series HD", row=row) == "7 May 2012"


@pytest.mark.parametrize(
    ("question", "quoted"),
    [
        ("Which city paid the lowest amount?", "Kendal"),
        ("Which customer was issued an invoice with the amount unpaid?", "Kestrel Boats"),
        ("Who has the largest amount due?", "Kestrel Boats"),
        ("In what year was the amount issued?", "2025-03-02"),
    ],
)
def test_a_column_that_is_only_mentioned_is_not_asked_for(question, quoted):
    assert asked(question, quoted, "3120.75", "2025-04-01") == quoted


def test_what_is_no_row_of_a_table_stays_as_it_is():
    text = "Kestrel Boats owes 3120.75, and has not paid."
    assert asked("How much?", "Kestrel Boats", row=row_of(text, ())) == "Kestrel Boats"
    assert asked("How much?", "Kestrel Boats", row=row_of(text, ("a", "b"))) == "Kestrel Boats"


@pytest.mark.parametrize(
    ("question", "quoted", "cell"),
    [
        ("How often may he have it?", (), "every 4 hours"),
        ("Which dose may he have?", (), "10 ml"),
        ("How much may he have?", ("6 to 12 years", "10 ml"), "10 ml"),
        ("How much may he have?", (), None),
    ],
)
def test_beside_the_cell_that_tells_the_row_the_one_that_is_asked_for(question, quoted, cell):
    row = row_of("6 to 12 years\t10 ml\tevery 4 hours", ("age", "dose", "how often"))
    spans = [span_of(words, row) for words in quoted]
    beside = find_cell_beside(QuestionForm.of(question), row, span_of("6 to 12 years", row), spans)
    assert (beside.of(row.text) if beside else None) == cell


@given(
    question=st.text(max_size=60),
    cells=st.lists(st.text(st.characters(exclude_characters="\t\r\n"), max_size=12), min_size=2),
    quoted=st.tuples(st.integers(0, 80), st.integers(0, 80)),
)
def test_the_cell_is_a_stretch_of_the_row(question, cells, quoted):
    text = "\t".join(cells)
    row = row_of(text, tuple(f"column {number}" for number in range(len(cells))))
    span = Span(*(min(each, len(text)) for each in sorted(quoted)))
    cell = find_asked_cell(QuestionForm.of(question), row, span, [span])
    assert cell is None or (
        0 <= cell.start <= cell.end <= len(text) and any(cell.of(text) in each for each in cells)
    )


PRESSURES = row_of("32 mm\t4.0\t4.7\t5.4", ("Tyre width", "60 kg rider", "75 kg", "90 kg"))


def test_a_column_named_by_a_number_or_a_month_of_the_question_is_asked_for():
    question = "What pressure do I need in a 32 mm tyre if I weigh 75 kilos?"
    assert asked(question, "5.4", "4.7", row=PRESSURES) == "4.7"
    costs = row_of("Groceries\t512\t478", ("item", "April", "May"))
    assert asked("What did groceries cost in May?", "512", row=costs) == "478"
    assert asked("How much may groceries cost?", "512", row=costs) == "512"


def test_where_several_columns_meet_the_question_the_reader_chooses():
    question = "Which pressure for 75 kg or 90 kg?"
    assert asked(question, "4.0", "5.4", row=PRESSURES) == "4.0"
    assert asked("Which pressure at 5 kg?", "4.0", row=PRESSURES) == "4.0"


@pytest.mark.parametrize(
    ("question", "text", "columns", "quoted"),
    [
        ("Who leads group 2?", "2\tAnn\tBen", ("Group", "Head", "Deputy 2"), "Ann"),
        ("Who won in lane 3?", "3\tAnn\tBen\tCy", ("Lane", "Winner", "Place 2", "Place 3"), "Ann"),
        ("How fast is the 2024 model?", "2024\t200 km/h\tMay", ("Model", "Speed", "Tested in 2024"), "200 km/h"),
        ("What does 5 kg cost?", "5 kg\t£4\t£7", ("weight", "5 kg bag", "10 kg bag"), "£4"),
    ],
)  # fmt: skip
def test_a_number_that_tells_which_row_is_meant_names_no_column(question, text, columns, quoted):
    assert asked(question, quoted, row=row_of(text, columns)) == quoted
