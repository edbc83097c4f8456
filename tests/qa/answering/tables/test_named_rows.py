"""Rows that a question names by a number or a code, and the others, which are not read."""

import pytest

from index import Document, Hit
from qa.answering.tables.named_rows import find_named_columns, find_named_rows, set_other_rows_aside
from tests.support.passages import make_passage
from tests.support.rows import make_row
from tests.support.timing import takes_at_most

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


CELLS = [row.text.split(",") for row in ROWS]


def weeks_of(question):
    return [
        CELLS[number][0] for number in sorted(find_named_rows(question.lower(), COLUMNS, CELLS))
    ]


@pytest.mark.parametrize(
    ("question", "weeks"),
    [
        ("What was the minimum temperature in week 20?", ["20"]),
        ("min temp of the 25 week", ["25"]),
        ("How cold was it at QU40?", ["5", "21", "25"]),
        ("How cold was it at qu39 in week 6?", ["6"]),
        ("What was measured in 2016?", ["5", "20"]),
        ("For which one is the stay 2 days?", ["6"]),
        ("How cold was it in weeks 20 and 21?", ["20", "21"]),
        ("How cold was it in week 6, 20 or 21?", ["6", "20", "21"]),
        ("Which of the 20 people measured in week 20?", ["20"]),
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
        "How cold was it from week 20 to week 25?",
        "How cold was it up to week 21?",
        # A small word does not name a column.
        "Was it so in 5 cases?",
    ],
)
def test_if_no_row_is_named_all_may_be_meant(question):
    assert weeks_of(question) == [week for week, *_ in CELLS]


def test_the_columns_that_name_a_row_are_told():
    assert find_named_columns("min_temp at qu39 in week 20", COLUMNS, CELLS[2]) == {0, 2}


def test_rows_about_something_else_are_set_aside_and_the_order_stays():
    prose = make_passage("Week 20 was the coldest that anybody remembers.", number=90)
    document = Document(1, "/weeks.csv", None)
    hits = [Hit(passage, document, 0.5) for passage in (ROWS[0], prose, *ROWS[1:])]
    kept, others = set_other_rows_aside("How cold was it in week 20?", hits)
    assert [each.passage for each in kept] == [prose, ROWS[2]]
    assert [each.passage for each in others] == [ROWS[0], ROWS[1], ROWS[3], ROWS[4]]


def test_a_part_of_a_row_that_is_too_long_for_one_passage_is_kept():
    document = Document(1, "/weeks.csv", None)
    part = make_passage("and much more", number=90, columns=COLUMNS)
    hits = [Hit(passage, document, 0.5) for passage in (ROWS[0], ROWS[2], part)]
    kept, _ = set_other_rows_aside("How cold was it in week 20?", hits)
    assert [each.passage for each in kept] == [ROWS[2], part]


def test_many_numbers_in_a_question_take_no_time():
    question = " ".join(f"{number / 7:.4f}" for number in range(1000))
    rows = [[f"{row * column / 7:.4f}" for column in range(80)] for row in range(200)]
    with takes_at_most(2.0):
        find_named_rows(question, [f"c{n}" for n in range(80)], rows)
