"""Rows that a question names by a number or a code, and the others, which are not read."""

import pytest

from index import Document, Hit
from qa.answering.tables.named_rows import find_named_columns, find_named_rows, set_other_rows_aside
from tests.support.passages import make_passage
from tests.support.rows import make_row

COLUMNS = ("week", "min_temp", "station", "yearMeasured", "stay")
ROWS = [
    make_row(
        f"{week},{temperature},QU{39 + week % 2},{2014 + week % 3},{week % 4} days",
        COLUMNS,
        border=",",
        number=week,
        start=100 * week,
    )
    for week, temperature in ((5, "7.20"), (6, "6.9"), (20, "10.1"), (21, "20"), (25, "10.4"))
]


def weeks_of(question):
    return [row.text.split(",")[0] for row in find_named_rows(question, ROWS)]


@pytest.mark.parametrize(
    ("question", "weeks"),
    [
        ("What was the minimum temperature in week 20?", ["20"]),
        ("min temp of the 25 week", ["25"]),
        ("How cold was it at QU40?", ["5", "21", "25"]),
        ("How cold was it at qu39 in week 6?", ["6"]),
        ("What was measured in 2016?", ["5", "20"]),
        ("For which one is the stay 2 days?", ["6"]),
    ],
)
def test_rows_are_named_by_codes_by_words_with_a_number_and_by_numbers_beside_their_column(
    question, weeks
):
    assert weeks_of(question) == weeks


@pytest.mark.parametrize(
    "question",
    [
        "What was the minimum temperature?",
        # A number that stands beside no column, or is part of another one.
        "Which 20 people measured it?",
        "Was it 1.20 in week 7.20.1?",
        # Other rows than the ones named are asked for.
        "Which weeks came after week 20?",
        "In which weeks was it warmer than in week 20?",
    ],
)
def test_if_no_row_is_named_all_may_be_meant(question):
    assert weeks_of(question) == [row.text.split(",")[0] for row in ROWS]


def test_the_columns_that_name_a_row_are_told():
    assert find_named_columns("min_temp at QU39 in week 20", ROWS[2]) == {0, 2}


def test_rows_about_something_else_are_set_aside_and_the_order_stays():
    prose = make_passage("Week 20 was the coldest that anybody remembers.", number=90)
    document = Document(1, "/weeks.csv", None)
    hits = [Hit(passage, document, 0.5) for passage in (ROWS[0], prose, *ROWS[1:])]
    kept, others = set_other_rows_aside("How cold was it in week 20?", hits)
    assert [each.passage for each in kept] == [prose, ROWS[2]]
    assert [each.passage for each in others] == [ROWS[0], ROWS[1], ROWS[3], ROWS[4]]
