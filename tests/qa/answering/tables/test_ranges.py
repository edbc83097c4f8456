"""Ranges in the rows of a table, and the quantity that a question names."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Document, Hit, Index, Retriever
from qa.answering.candidates import ReadPassage
from qa.answering.tables.quantities import find_quantities
from qa.answering.tables.ranges import keep_rows_in_range, match_ranges, parse_range
from qa.reader.reading import Reading
from tests.support.rows import make_row
from tests.support.timing import takes_at_most

YEAR, MONTH = 365.25, 365.25 / 12


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("2 to 5 years", 2 * YEAR, 5 * YEAR),
        ("Children 6–12 years", 6 * YEAR, 12 * YEAR),
        ("between 3 and 6 months", 3 * MONTH, 6 * MONTH),
        ("6 months to 2 years", 6 * MONTH, 2 * YEAR),
        ("under 2 years", -math.inf, 2 * YEAR),
        ("Adults and children over 12 years", 12 * YEAR, math.inf),
        ("12 years and over", 12 * YEAR, math.inf),
        ("up to 20 kg", -math.inf, 20_000),
        ("250 ml to 1 litre", 0.25, 1.0),
        ("up to 12 oz", -math.inf, 12 * 28.35),
        ("5 to 10 %", 5, 10),
        ("from 10 kg", 10_000, math.inf),
        ("£12,571 to £50,270", 12_571, 50_270),
        ("more than 5 years' service", 5 * YEAR, math.inf),
        ("from 2 years to 5 years", 2 * YEAR, 5 * YEAR),
        ("no more than 5 kg", -math.inf, 5_000),
        ("not less than 5 kg", 5_000, math.inf),
        ("£100k to £1.5m", 100_000, 1_500_000),
        ("up to £12 500", -math.inf, 12_500),
        ("over 8 m, up to 12 m", 8, 12),
        ("more than 5 kg and less than 10 kg", 5_000, 10_000),
    ],
)
def test_a_cell_may_stand_for_a_range(text, low, high):
    cell = parse_range(text)
    assert cell is not None
    assert (cell.low, cell.high) == pytest.approx((low, high))


def test_the_column_may_tell_the_unit():
    for column in ("Age (years)", "Age", "years of service"):
        cell = parse_range("2–5", column)
        assert cell is not None
        assert (cell.low, cell.high) == (2 * YEAR, 5 * YEAR)
    assert parse_range("2–5", "Room") is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "5 ml",
        "2025-03-02",
        "Mon–Fri 9–17",
        "2 to 5 years or 10 to 12 kg",
        "5 to 2 years",
        "1 to <2 kg",
        "5 to under 10 years",
        "-5 to 10 °C",
        "9:00 to 17 hours",
        "up to 8 m, up to 12 m",
        "up to 8 m, over 12 m",
        "over 8 m, up to 12 kg",
    ],
)
def test_other_cells_stand_for_none(text):
    assert parse_range(text) is None


def test_a_long_cell_takes_no_time():
    with takes_at_most(2):
        assert parse_range("1,111" + ",111" * 200_000 + " years") is None


def test_a_bound_may_be_outside():
    [five] = find_quantities("a child of 5 years")
    [under, up_to] = [parse_range(text) for text in ("under 5 years", "up to 5 years")]
    assert under is not None
    assert up_to is not None
    assert (under.includes(five), up_to.includes(five)) == (False, True)
    both = parse_range("over 2 years, up to 5 years")
    assert both is not None
    years = [find_quantities(f"{number} years")[0] for number in (2, 3, 5, 6)]
    assert [both.includes(each) for each in years] == [False, True, True, False]


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("What dose for a 7-year-old?", 7 * YEAR),
        ("How much notice after three years?", 3 * YEAR),
        ("Can a child aged 7 come?", 7 * YEAR),
        ("What may a boy of five have?", 5 * YEAR),
        ("I weigh 30 kg, is that all right?", 30_000),
        ("What does it cost for 12 people?", 12),
        ("What do I pay on £20,000?", 20_000),
        ("What do I pay on £20 000?", 20_000),
        ("What do I pay on £20k?", 20_000),
        ("What do I pay on £1.5m?", 1_500_000),
        ("What do I pay on $2 million?", 2_000_000),
    ],
)
def test_a_question_may_name_a_quantity(question, value):
    assert [quantity.value for quantity in find_quantities(question)] == pytest.approx([value])


def test_numbers_without_a_known_unit_are_no_quantities():
    for question in ("What happened in 1999?", "A room for two?", "Who won 3 prizes?"):
        assert find_quantities(question) == []


def test_a_period_in_which_something_is_counted_is_no_quantity():
    for question in ("The most in one day?", "How many in 24 hours?", "What is paid per 1 month?"):
        assert find_quantities(question) == []
    assert len(find_quantities("May I return it after one day?")) == 1
    assert not match_ranges("What dose may adults have in one day?", rows_of(*DOSES)).is_outside


def test_a_number_that_is_part_of_another_is_no_quantity():
    for question in ("Is it safe at -5 °C?", "Is 1 1/2 hours enough?", "Open at 9:30 min?"):
        assert find_quantities(question) == []


def rows_of(*texts, columns=("Age", "Dose", "Every")):
    document = Document(1, "/leaflet.html", None)
    return [
        ReadPassage(Hit(make_row(text, columns, number=n), document, 0.5, {}), Reading((), 0.0))
        for n, text in enumerate(texts, 1)
    ]


DOSES = (
    "2 to 5 years\t5 ml\t4 to 6 hours",
    "6 to 12 years\t10 ml\t4 to 6 hours",
    "over 12 years\t15 ml\t4 to 6 hours",
)


def kept(question, rows):
    return [each.hit.passage.text[:2] for each in keep_rows_in_range(question, rows)]


def test_rows_for_another_range_are_left_out():
    rows = rows_of(*DOSES)
    assert kept("What is the dose for a 3-year-old?", rows) == ["2 "]
    assert kept("What is the dose for a girl aged 14?", rows) == ["ov"]


def test_of_several_quantities_the_one_that_ranges_are_given_in_counts():
    rows = rows_of(*DOSES)
    assert kept("What may a 7-year-old have in one day?", rows) == ["6 "]
    assert kept("How many of 5 ml bottles last a 7-year-old 10 days?", rows) == ["6 "]


def test_all_rows_stay_where_none_is_for_the_quantity_or_none_is_named():
    rows = rows_of(*DOSES)
    assert len(keep_rows_in_range("What is the dose for a baby of 6 months?", rows)) == 3
    assert len(keep_rows_in_range("What is the dose for a child?", rows)) == 3
    assert len(keep_rows_in_range("The dose for a 3-year-old and a 7-year-old?", rows)) == 3


def test_other_tables_and_passages_stay():
    rows = rows_of(*DOSES[:2])
    other = rows_of("6 to 12 years\t20 km", columns=("Age", "Walk"))
    text = replace(rows[0].hit.passage, text="From 6 to 12 years she was ill.", columns=())
    prose = [ReadPassage(replace(rows[0].hit, passage=text), Reading((), 0.0))]
    assert len(keep_rows_in_range("The dose at 3 years?", [*rows, *other, *prose])) == 3


def test_the_row_for_the_quantity_is_looked_for_in_the_table_of_the_best_passage():
    question = "What is the dose for a 7-year-old?"
    doses = rows_of(*DOSES)
    match = match_ranges(question, doses)
    assert match.row is not None
    assert match.row.passage is doses[1]
    assert match.row.cell.of(DOSES[1]) == "6 to 12 years"
    walks = rows_of("5 to 9 years\t3 km", "over 9 years\t8 km", columns=("Age", "Walk"))
    assert match_ranges(question, [*walks, *doses]).row.passage is walks[0]
    assert match_ranges(question, doses[1:2]).row is None
    assert match_ranges("What is the dose?", doses) == match_ranges(question, [])


def test_a_table_may_hold_no_row_for_the_quantity():
    doses = rows_of(*DOSES[:2])
    assert match_ranges("The dose for a 70-year-old?", doses).is_outside
    assert not match_ranges("The dose for a 3-year-old?", doses).is_outside
    assert not match_ranges("The dose of 5 g?", doses).is_outside


def test_a_row_without_a_range_may_be_for_the_quantity():
    doses = rows_of(*DOSES[:2], "Adults\t15 ml\t4 to 6 hours")
    assert not match_ranges("The dose for a 70-year-old?", doses).is_outside


def test_rows_that_were_not_read_are_looked_at_too(tmp_path, encoder):
    lines = [f"{year} to {year + 1} years,{year + 2} ml" for year in range(1, 40, 2)]
    path = tmp_path / "doses.csv"
    path.write_text("\n".join(["age,dose", *lines]), encoding="utf-8")
    with Index.open(tmp_path / "ix", create=True, encoder=encoder) as index:
        index.add([path])
        hits = [h for h in Retriever(index).search("dose", 40) if "1 to 2" in h.passage.text[:6]]
        read = [ReadPassage(hit, Reading((), 1.0)) for hit in hits]
        match = match_ranges("What is the dose for a child of 33?", read)
        assert match.row is not None
        row = match.row.passage.hit
        assert row.passage.text == "33 to 34 years,35 ml"
        assert row.passage.span.of(index.text(str(path))) == row.passage.text
        assert match_ranges("What is the dose for a man of 80?", read).is_outside


@given(st.text(max_size=80), st.text(max_size=20))
def test_any_text_is_read_without_an_error(text, column):
    cell = parse_range(text, column)
    assert cell is None or cell.low <= cell.high
    assert all(quantity.kind for quantity in find_quantities(text))
