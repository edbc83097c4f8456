"""Formulas that no program has computed: those that are simple and sure have their values."""

from contextlib import suppress
from datetime import date
from math import isclose

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.loaders.office.spreadsheet import load
from index.loaders.office.spreadsheet.arithmetic import Place, Unsure, compute, find_place
from tests.support.packed_files import workbook
from tests.support.timing import takes_at_most

CELLS = {"A1": 2.0, "B1": 0.5, "C1": "", "C2": "", "A2": "tons", "B2": -3.0, "AA10": 7.0}


class Sheet:
    """Cells by their names; one that is missing is not sure."""

    def __init__(self, cells):
        self._cells = {find_place(name.rstrip("0123456789"), name.lstrip("ABC")): value
                       for name, value in cells.items()}  # fmt: skip

    def read(self, place):
        if place not in self._cells:
            raise Unsure
        return self._cells[place]

    def read_range(self, first, last):
        for row in range(first.row, last.row + 1):
            for column in range(first.column, last.column + 1):
                yield self.read(Place(row, column))


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("1+1", 2),
        ("A1+B1*4-$B$2", 7),
        ("(A1 + B1) * 2", 5),
        ("-A1/4", -0.5),
        ("8-2-1", 5),
        ("8/2/2", 2),
        ("A1+C1", 2),
        ("SUM(A1:C2)", -0.5),
        ("SUM(A1,B1, 3)", 5.5),
        ("SUM(A1+B1,AA10)", 9.5),
        ("SUM(A1:B1)/2", 1.25),
        ("AVERAGE(A1:C1)", 1.25),
        ("MIN(A1:B2)*MAX(A1,B2)", -6),
        ("MAX(C1)", 0),
        ("SUM(SUM(A1,A1),1)", 5),
    ],
)
def test_simple_formulas_are_computed(formula, value):
    assert compute(formula, Sheet(CELLS)) == value


@pytest.mark.parametrize(
    "formula",
    [
        "",
        "A2+1",
        "A3",
        "A1^2",
        "A1%",
        "SUM(A1:A9)",
        "SUM(A1",
        "SUM()",
        "A1 B1",
        "A1+",
        "A1>1",
        "A1&B1",
        "ROUND(A1,1)",
        "SUMIF(A1:A2,1)",
        "IF(A1,1,2)",
        "LOG10(A1)",
        "Sheet2!A1",
        "'My sheet'!A1+1",
        "SUM(Table1[Tons])",
        "tons",
        "#REF!+1",
        '"1"+1',
        "((" * 200 + "1" + "))" * 200,
        "1+" * 300 + "1",
    ],
)
def test_others_are_not(formula):
    with pytest.raises(Unsure):
        compute(formula, Sheet(CELLS))


@given(st.text(st.sampled_from("A1B2C1SUM()+-*/,:$ .0AVERAGE!<&"), max_size=40))
def test_any_formula_has_a_value_or_none(formula):
    with suppress(Unsure, ArithmeticError):
        assert isinstance(compute(formula, Sheet(CELLS)), float)


def sheet(rows, change=lambda _: None):
    def fill(made):
        for row in rows:
            made.active.append(row)
        change(made.active)

    return load(workbook(fill)).text


def test_a_row_of_totals_has_its_numbers():
    rows = [["Name", "Tons", "Twice"], ["Ann", 120.5, "=B2*2"], ["Bee", 75, "=B3*2"]]
    total = ["Total", "=SUM(B2:B3)", "=SUM(C2:C3)"]
    assert sheet([*rows, total]).splitlines()[1:] == [
        "Ann\t120.5\t241",
        "Bee\t75\t150",
        "Total\t195.5\t391",
    ]


def test_numbers_are_written_in_the_format_of_their_cell():
    def change(made):
        made["B3"].number_format = '"€"#,##0.00'

    assert sheet([["a", 1200], ["b", 30.5], ["c", "=SUM(B1:B2)"]], change).endswith("c\t€1,230.50")


def test_cells_without_any_value_beside_them_are_read():
    assert sheet([["=B1*2", 1], [None, 2], [None, None], [None, "=SUM(A1:B2)"]]) == "2\t1\n\t2\n\n5"


@pytest.mark.parametrize(
    ("given", "formula"),
    [
        (date(2025, 5, 1), "=SUM(B1:B1)"),
        (True, "=B1+1"),
        ("two", "=B1*2"),
        ("=NOW()", "=SUM(B1:B1)"),
        ("=B2", "=B1"),
        (0, "=1/B1"),
        (1e308, "=B1*10"),
    ],
)
def test_what_is_not_sure_has_no_value(given, formula):
    assert sheet([["a", given], ["b", formula]]).splitlines()[1] == "b"


def test_each_formula_may_need_the_one_above():
    rows = [[f"n{number}", f"=B{number}+1" if number else 1] for number in range(300)]
    assert sheet(rows).endswith("n299\t300")


def test_long_ranges_take_no_time_and_make_nothing_up():
    rows = [["a", 1, f"=SUM(B1:B{9_999_999})"] for _ in range(3_000)]
    with takes_at_most(20):
        lines = sheet(rows).splitlines()
    assert lines[0] == "a\t1\t3000"
    assert lines[-1] == "a\t1"


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6) | st.integers(-999, 999) | st.none(), min_size=1, max_size=12))
def test_sums_are_those_of_the_numbers(numbers):
    rows = [[f"n{at}", number] for at, number in enumerate(numbers)]
    shown = sheet([*rows, ["sum", f"=SUM(B1:B{len(rows)})"]]).splitlines()[-1].split("\t")
    assert shown[0] == "sum"
    assert isclose(float(shown[1]), sum(filter(None, numbers)), rel_tol=1e-8, abs_tol=1e-6)
