"""Rows of a table that meet a question's conditions: flags, values, the highest and the lowest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Index, Retriever, Span
from qa.answering.tables.table_rows import (
    MOST_SELECTED,
    choose_cells,
    extract_rows,
    find_cell_beside,
    select_rows,
)
from qa.question_form import QuestionForm
from qa.reader.reading import Reading, ScoredSpan
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


MEMBERS = table_of(
    "Alma,yes,yes,Leeds\nBruno,yes,no,York\nCora,no,no,Leeds\nDan,no,yes,York\nEve,no,no,York\n",
    ("member", "active", "paid", "town"),
)


@pytest.mark.parametrize(
    ("question", "cells"),
    [
        ("Which members are active and have paid?", ["Alma"]),
        ("Which active members are unpaid?", ["Bruno"]),
        ("Which members in Leeds have not paid?", ["Cora"]),
        ("Which members haven't paid?", ["Bruno", "Cora", "Eve"]),
        ("Which members in Leeds are unpaid and active?", []),
    ],
)
def test_all_columns_of_yes_and_no_that_are_named_are_conditions(question, cells):
    assert cells_of(question, MEMBERS) == cells


@pytest.mark.parametrize(
    "question",
    [
        "Which members are active but have not paid?",
        "Which members have neither paid nor been active?",
        "Which paid members are not from Leeds?",
        "Which members are not from Leeds and have paid?",
        "Which members are not unpaid?",
        "Which members have not paid and are not old?",
    ],
)
def test_what_is_not_so_of_several_things_is_left_to_the_reader(question):
    assert cells_of(question, MEMBERS) == []


@pytest.mark.parametrize(
    "question",
    ["Which boat that is not in Dunmore has the highest fee?", "Which boat not at sea is longest?"],
)
def test_the_highest_of_what_is_not_so_is_left_to_the_reader(question):
    text = "Seal,Dunmore,1280\nHeron,Ardglass,412\nPetrel,Dunmore,7350\nCurlew,Kilkeel,960\n"
    assert cells_of(question, table_of(text, ("boat", "harbour", "fee"))) == []


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


@pytest.mark.parametrize("label", ["Total", "TOTAL:", "Grand total", "Subtotal"])
@pytest.mark.parametrize("row", ["{},all,,42.8,10002.50,,", ",{},,42.8,10002.50,,"])
def test_rows_that_sum_up_are_no_rows_of_the_table(label, row):
    rows = table_of(f"{ROWS}{row.format(label)}\n")
    assert cells_of("Which boat has the highest fee?", rows) == ["Petrel"]


def test_a_row_with_a_value_like_average_is_a_row_of_the_table():
    text = "Anchor,good,90\nBridge,average,55\nElm,average,80\nFir,good,70\n"
    rows = table_of(text, ("hotel", "rating", "price"))
    assert cells_of("Which hotel is the cheapest?", rows) == ["Bridge"]


def test_more_rows_than_a_person_reads_are_no_answer():
    many = "".join(f"B{n},Boat {n},Dunmore,9,1.0,2019-04-02,no\n" for n in range(MOST_SELECTED + 1))
    assert cells_of("Which boats are not insured?", table_of(ROWS + many)) == []


def test_columns_that_share_a_word_are_told_apart():
    rows = table_of(
        "Alpha;yes;yes\nBeta;no;yes\nGamma;yes;no\n", ("feature", "in free plan", "in pro plan")
    )
    assert cells_of("Which features are in the free plan?", rows) == ["Alpha", "Gamma"]
    assert cells_of("Which features are not in the free plan?", rows) == ["Beta"]
    assert cells_of("Which features are in the plan?", rows) == []


def test_a_small_word_with_its_capital_is_a_value():
    rows = table_of(
        "Ann;IT;31\nBea;IT;35\nDee;Sales;28\nEd;Sales;40\n", ("name", "department", "salary")
    )
    assert cells_of("Who in IT has the lowest salary?", rows) == ["Ann"]


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


def test_the_values_of_several_columns_are_conditions_together():
    rows = table_of(
        "Ann,red,Dunmore\nBen,red,Kilkeel\nCy,blue,Dunmore\nDi,blue,Kilkeel\nEd,red,Dunmore\n",
        ("rower", "crew", "harbour"),
    )
    assert cells_of("Which rowers of the red crew are in Dunmore?", rows) == ["Ann", "Ed"]


@pytest.mark.parametrize(
    ("question", "cells"),
    [
        ("Which tasks will be open?", ["Paint", "Sweep"]),
        ("Which tasks are there in a kitchen?", []),
        ("Which tasks are in grade A?", ["Paint", "Mow"]),
        ("Which tasks of the A grade are done?", ["Mow"]),
        ("Which tasks of the owner Will are open?", ["Paint"]),
    ],
)
def test_a_small_word_is_a_value_only_beside_the_name_of_its_column(question, cells):
    text = "Paint,Will,open,A\nSweep,Mona,open,B\nWash,Will,done,B\nMow,Mona,done,A\n"
    assert cells_of(question, table_of(text, ("task", "owner", "state", "grade"))) == cells


def test_a_word_is_a_condition_on_one_column():
    rows = table_of(
        "Ann,red,red\nBea,red,blue\nCai,blue,red\nDee,blue,blue\n", ("rower", "hull", "sail")
    )
    assert cells_of("Which rowers have a red sail?", rows) == ["Ann", "Cai"]
    assert cells_of("Which rowers have a red hull?", rows) == ["Ann", "Bea"]


@pytest.mark.parametrize(
    "question",
    ["Which boats were not at Dunmore in 2015?", "Which boats were not bought in 2015?"],
)
def test_what_is_not_so_in_a_year_is_left_to_the_reader(question):
    text = "Seal,Dunmore,2015\nHeron,Kilkeel,2015\nPetrel,Dunmore,2016\nTern,Kilkeel,2015\n"
    assert cells_of(question, table_of(text, ("boat", "harbour", "bought"))) == []


def test_the_rows_that_a_question_names_are_a_condition():
    text = "19,QU39,9.6\n20,QU39,10.1\n20,QU40,9.9\n21,QU39,9.3\n"
    rows = table_of(text, ("week", "station", "reading"))
    assert cells_of("Which station had the lowest reading in week 20?", rows) == ["QU40"]
    # One row is read like any other.
    assert cells_of("What was the lowest reading in week 20 at QU39?", rows) == []


CELL_COLUMNS = ("invoice", "customer", "city", "amount", "paid")
ROW = "2025-005\tKestrel Boats\tKendal\t3120.75\tno"
AGES = ("age", "dose", "how often")


def span_of(words, row):
    return Span(row.text.index(words), row.text.index(words) + len(words))


def read(row, *quoted):
    """A reader's view of a row; `quoted` is what it would quote, best first."""
    return Reading(tuple(ScoredSpan(span_of(words, row), 0.0) for words in quoted), 0.0)


def shown(question, *quoted, text=ROW, columns=CELL_COLUMNS):
    row = make_row(text, columns)
    spans = [span_of(words, row) for words in quoted]
    cells = choose_cells(QuestionForm.of(question), row, spans)
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


def test_a_row_that_is_quoted_whole_is_shown_whole():
    assert shown("What is the difference?", ROW) == []


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
    shown = choose_cells(QuestionForm.of(question), row, [span])
    assert len(set(shown)) == len(shown)
    assert all(0 <= cell.start < cell.end <= len(text) for cell in shown)
    assert not shown or any(cell.overlaps(span) for cell in shown)
