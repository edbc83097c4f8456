"""Rows of a table that meet a question's conditions: flags, values, the highest and the lowest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Index, Retriever
from qa.answering.tables.table_rows import MOST_SELECTED, extract_rows, select_rows
from qa.question_form import QuestionForm
from tests.support.rows import make_row

COLUMNS = ("berth", "boat", "harbour", "length_m", "fee", "built", "insured")
ROWS = """\
A1,Seal,Dunmore,9.5,1280.00,2019-04-02,yes
A2,Heron,Ardglass,12.1,412.50,2021-01-19,no
A3,Petrel,Dunmore,7.0,7350.00,2020-02-03,no
A4,Curlew,Kilkeel,14.2,960.00,2018-11-21,yes
"""


def table_of(text=ROWS, columns=COLUMNS, headings=()):
    rows, at = [], 0
    for line in text.splitlines(keepends=True):
        bare = line.rstrip("\n")
        border = ";" if ";" in bare else ","
        number = len(rows) + 1
        row = make_row(bare, columns, border=border, number=number, start=at, headings=headings)
        rows.append(row)
        at += len(line)
    return rows


def cells_of(question, rows=None):
    return [
        each.cell.of(each.row.text)
        for each in select_rows(QuestionForm.of(question), rows or table_of())
    ]


@pytest.mark.parametrize(
    ("question", "cells"),
    [
        ("Which boats are not insured?", ["Heron", "Petrel"]),
        ("Which boats are uninsured?", ["Heron", "Petrel"]),
        ("which boats are insured", ["Seal", "Curlew"]),
        ("Which berths are in Dunmore?", ["A1", "A3"]),
        ("Which boats in Dunmore are not insured?", ["Petrel"]),
        ("How many boats are not insured?", ["Heron", "Petrel"]),
        ("Which boat has the highest fee?", ["Petrel"]),
        ("What is the berth with the lowest fee?", ["A2"]),
        ("Which boat in Dunmore has the lowest fee?", ["Seal"]),
        ("Which boat has the earliest built date?", ["Curlew"]),
    ],
)
def test_a_condition_on_a_column_chooses_the_rows(question, cells):
    assert cells_of(question) == cells


@pytest.mark.parametrize(
    "question",
    [
        "Which boat fee is like mine?",
        "Which boats were used for mining?",
        "Which boat has the maxed fee?",
        "Which boat has a min_fee?",
    ],
)
def test_a_word_that_only_begins_like_a_superlative_asks_for_no_extreme(question):
    assert cells_of(question) == []


PRICES = table_of(
    "E-bike service,Service,139.00,,4 days\nBasic service,Service,49.00,,1 day\n"
    "Puncture repair,Repair,14.50,,at once\nFolding lock,Accessory,79.00,5,level 10\n"
    "Cable lock,Accessory,18.90,21,level 3\nBell,Accessory,9.90,40,\n",
    ("item", "category", "price", "in stock", "remarks"),
)


@pytest.mark.parametrize(
    ("question", "cells"),
    [
        ("Which lock is the cheapest?", ["Cable lock"]),
        ("which lock is the most expensive", ["Folding lock"]),
        ("Which service is the most expensive?", ["E-bike service"]),
        # No number need be about it.
        ("Which lock is the most secure?", []),
        ("Which lock is the least heavy?", []),
    ],
)
def test_of_the_rows_only_those_that_are_asked_for_are_compared(question, cells):
    assert cells_of(question, PRICES) == cells


@pytest.mark.parametrize(
    "question",
    [
        "When did the Heron come?",
        "How many people live in Dunmore?",
        "Which boats are there?",
        "Which boats have a fee of more than 1000?",
        "Which captains are the most able?",
    ],
    ids=[
        "no condition",
        "of other things than the table",
        "all rows",
        "a condition that is not understood",
        "a superlative of no column",
    ],
)
def test_without_a_condition_that_the_columns_decide_nothing_is_chosen(question):
    assert cells_of(question) == []


def test_rows_that_sum_up_are_no_rows_of_the_table():
    rows = table_of(ROWS + "Total,,,42.8,10002.50,,\n")
    assert cells_of("Which boat has the highest fee?", rows) == ["Petrel"]


def test_more_rows_than_a_person_reads_are_no_answer():
    many = "".join(f"B{n},Boat {n},Dunmore,9,1.0,2019-04-02,no\n" for n in range(MOST_SELECTED + 1))
    assert cells_of("Which boats are not insured?", table_of(ROWS + many)) == []


def test_numbers_with_thousands_and_currencies_compare_as_numbers():
    columns = ("town", "rent")
    rows = table_of("Ardglass;€ 1,200\nKilkeel;€ 950\nDunmore;€ 11,000\n", columns)
    assert cells_of("Which town has the highest rent?", rows) == ["Dunmore"]
    assert cells_of("Which town has the lowest rent?", rows) == ["Kilkeel"]


def test_of_columns_of_like_name_the_one_that_the_question_tells_apart_counts():
    columns = ("month", "power 2023", "power 2024")
    rows = table_of("May;241;255\nJune;179;203\nJuly;188;142\n", columns)
    assert cells_of("In which month of 2024 was the lowest power used?", rows) == ["July"]
    assert cells_of("In which month of 2023 was the lowest power used?", rows) == ["June"]


def test_the_highest_is_a_number_where_dates_stand_beside_it():
    rows = table_of("A1,1280.00,2019-04-02\nA2,412.50,2021-01-19", ("berth", "fee", "due"))
    assert cells_of("Which berth is the highest?", rows) == ["A1"]
    assert cells_of("Which berth is the latest?", rows) == ["A2"]


def test_the_name_of_the_document_may_tell_what_its_rows_are():
    question, rows = "Which reservations are not insured?", table_of()
    assert select_rows(QuestionForm.of(question), rows) == ()
    assert len(select_rows(QuestionForm.of(question), rows, "reservations-2026")) == 2


def test_a_row_is_named_by_its_code_or_its_words():
    for codes, names in (
        (("2026-101", "2026-102"), ["2026-102"]),
        (("101", "102"), ["Heron"]),
        (("2026-01-05", "2026-01-06"), ["Heron"]),
        (("05/01/2026", "06/01/2026"), ["Heron"]),
    ):
        rows = table_of(f"{codes[0]};Seal;yes\n{codes[1]};Heron;no\n", ("key", "boat", "paid"))
        selected = select_rows(QuestionForm.of("Which bookings are not paid?"), rows, "bookings")
        assert [each.cell.of(each.row.text) for each in selected] == names


def test_of_two_superlatives_the_first_one_counts():
    columns = ("name", "price", "age")
    rows = table_of("Ann;10;90\nBo;30;20\nCy;20;50\n", columns)
    assert cells_of("Which name of the largest price has the highest age?", rows) == ["Bo"]
    assert cells_of("Which name of the highest age has the largest price?", rows) == ["Ann"]


def test_numbers_compare_where_they_count_the_same():
    columns = ("grade", "notice")
    rows = table_of("Junior;1 month\nSenior;2 months\nLead;6 months\n", columns)
    assert cells_of("Which grade has the longest notice?", rows) == ["Lead"]
    mixed = table_of("Junior;3 weeks\nSenior;2 months\nLead;1 year\n", columns)
    assert cells_of("Which grade has the longest notice?", mixed) == []


@given(st.text(max_size=60), st.lists(st.text('ab1,-\n"yesno ', max_size=30), max_size=6))
def test_cells_stand_in_their_rows_whatever_is_asked(question, lines):
    rows = table_of("".join(line.replace("\n", "") + "\n" for line in lines), ("a", "b"))
    for selected in select_rows(QuestionForm.of(question), rows):
        assert 0 <= selected.cell.start < selected.cell.end <= len(selected.row.text)


def test_the_extract_quotes_the_document(tmp_path):
    path = tmp_path / "boats.csv"
    path.write_text(",".join(COLUMNS) + "\n" + ROWS, "utf-8")
    with Index.open(tmp_path / "index", create=True) as index:
        index.add([path])
        hit = Retriever(index).search("which boats are not insured", 1)[0]
        extract = extract_rows(QuestionForm.of("Which boats are not insured?"), hit)
        text = index.text(path)
    assert extract is not None
    passage = extract.hit.passage
    assert passage.span.of(text) == passage.text
    assert [cell.of(passage.text) for cell in extract.cells] == ["Heron", "Petrel"]
    assert [row.of(passage.text) for row in extract.rows] == ROWS.splitlines()[1:3]


def test_a_document_that_is_gone_gives_no_rows(tmp_path):
    path = tmp_path / "boats.csv"
    path.write_text(",".join(COLUMNS) + "\n" + ROWS, "utf-8")
    with Index.open(tmp_path / "index", create=True) as index:
        index.add([path])
        hit = Retriever(index).search("which boats are not insured", 1)[0]
        index.remove([path])
        assert extract_rows(QuestionForm.of("Which boats are not insured?"), hit) is None
