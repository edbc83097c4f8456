"""Which row names a table's columns, if one does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.loaders.shared.table_header import (
    Header,
    are_names,
    clean_names,
    find_header,
    read_column_names,
)

BOATS = (("Boat", "Length"), ("Bittern", "12 m"), ("Snipe", "8 m"))


def test_names_stand_above_values():
    assert find_header(BOATS) == Header(0, ("Boat", "Length"), is_sure=True)


def test_words_above_words_may_be_names_or_a_row():
    rows = (("Boat", "Builder"), ("Bittern", "Oakes"), ("Snipe", "Sefton"))
    assert find_header(rows) == Header(0, ("Boat", "Builder"), is_sure=False)


def test_a_title_above_the_table_is_passed_over():
    assert find_header((("Our boats",), *BOATS)) == Header(1, ("Boat", "Length"), is_sure=True)


def test_the_first_column_may_have_no_name():
    rows = (("", "Length", "Crew"), ("1", "12 m", "4"), ("2", "8 m", "1"))
    assert find_header(rows) == Header(0, ("", "Length", "Crew"), is_sure=True)


@pytest.mark.parametrize(
    "rows",
    [
        (),
        (("Boat", "Length"),),
        (("Boat",), ("Bittern",)),
        (("Bittern", "12 m"), ("Snipe", "8 m")),
        (("Boat", "Boat"), ("Bittern", "12 m")),
        (("Bittern", "long"), ("Bittern", "12 m")),
        (("", "", "Crew"), ("1", "12 m", "4")),
        (("Boat", "x" * 61), ("Bittern", "red")),
        (("Boat", "x" * 251), ("Bittern", "12 m")),
        (("moor/west/1", "Moor"), ("moor/west/2", "Wall"), ("moor/east/1", "Buoy")),
        (("BX-07", "Oakes"), ("RT-12", "Sefton"), ("BX-11", "Reed")),
        (("Bittern", "2021", "2023"), ("Snipe", "2022", "2024")),
    ],
)
def test_values_names_given_twice_and_single_columns_are_no_header(rows):
    assert find_header(rows) is None


def test_a_name_above_values_may_be_as_long_as_a_question():
    question = "How often have you been out on the water since the club opened in May (times)?"
    rows = (("Member", question), ("Ann", "12"), ("Bob", "7"))
    assert find_header(rows) == Header(0, ("Member", question), is_sure=True)


def test_a_title_beside_empty_cells_is_passed_over():
    rows = (("Boats", "", ""), ("Boat", "Length", "Crew"), ("Bittern", "12 m", "4"))
    assert find_header(rows) == Header(1, ("Boat", "Length", "Crew"), is_sure=True)


def test_empty_columns_need_no_names():
    rows = (("Boat", "Length", "", "", ""), ("Bittern", "12 m", "", "", ""))
    header = find_header(rows)
    assert header is not None
    assert header.columns[:2] == ("Boat", "Length")


def test_years_may_follow_several_names():
    rows = (("Port", "Code", "2021", "2022"), ("West", "WST", "310", ""), ("East", "EST", "", "4"))
    assert find_header(rows) == Header(0, rows[0], is_sure=True)


def test_marked_names_need_no_values_below_them():
    words = (("Boat", "Builder"), ("Bittern", "Oakes"))
    assert read_column_names(words, is_marked=True) == ("Boat", "Builder")
    assert read_column_names(words, is_marked=False) is None
    assert read_column_names(BOATS, is_marked=False) == ("Boat", "Length")
    assert read_column_names((("", ""), ("1", "2")), is_marked=True) is None


@pytest.mark.parametrize("value", ["12", "12 m", "1,250.50", "12/03/2024", "yes", "€ 30", "5 kWh"])
def test_a_value_is_no_name(value):
    assert not are_names(["Boat", value])


@pytest.mark.parametrize("period", ["2024", "2024/25", "2023–24", "2023 - 2024"])
def test_a_year_names_a_column_only_where_names_are_marked(period):
    assert are_names(["Month", period], marked=True)
    assert not are_names(["Month", period])


@pytest.mark.parametrize("group", ["60+", "3–15", "0-5", "10%", "< 5", "≥65"])
def test_a_group_names_one_of_several_columns_where_names_are_marked(group):
    assert are_names(["", "Adult", group], marked=True)
    assert not are_names(["", "Adult", group])
    # It may be the value beside a name.
    assert not are_names(["Age", group], marked=True)


def test_a_scale_names_columns_where_names_are_marked():
    assert are_names(["Tyre", "60 kg", "75 kg"], marked=True)
    assert are_names(["Tyre", "rider of 60 kg", "75kg", "90 kg"], marked=True)
    assert not are_names(["Tyre", "60 kg", "75 kg"])
    for values in (("Tyre", "75 kg", "60 kg"), ("Tyre", "60 kg", "75 cm"), ("60 kg", "75 kg")):
        assert not are_names(values, marked=True)


@pytest.mark.parametrize("value", ["1500", "£98", "12 kg", "12/03/2024", "yes"])
def test_no_other_value_names_a_column(value):
    assert not are_names(["Month", "Adult", value], marked=True)


@pytest.mark.parametrize("corner", ["", "Income"])
def test_years_above_other_values_name_their_columns(corner):
    rows = ((corner, "2024/25", "2023/24"), ("Journeys", "21,480", "19,905"))
    assert read_column_names(rows, is_marked=False) == rows[0]


@pytest.mark.parametrize(
    "rows",
    [
        (("Opened", "2021", "2023"), ("Closed", "2022", "2024")),
        (("Opened", "2021", "12"), ("Closed", "7", "8")),
        (("Opened", "2021"), ("Boats", "7")),
        (("1", "2021", "2022"), ("2", "7", "8")),
    ],
)
def test_years_among_other_years_or_values_name_no_columns(rows):
    assert read_column_names(rows, is_marked=False) is None


def test_names_are_one_line_each_and_very_many_are_cut():
    assert clean_names(["Crew\n weight ", "x"]) == ("Crew weight", "x")
    assert len(clean_names(["x" * 39] * 200)) == 100


@given(st.lists(st.lists(st.text(max_size=5), max_size=4), max_size=6))
def test_a_header_is_as_wide_as_its_row(rows):
    header = find_header(rows)
    if header is not None:
        assert len(header.columns) == len(rows[header.row])


def test_amounts_in_words_under_words_show_which_row_has_the_names():
    rows = [
        ["Room", "Weekday", "Weekend"],
        ["Hall", "£31 an evening", "£22 an hour"],
        ["Committee room", "£9 an hour", "-"],
    ]
    assert read_column_names(rows, is_marked=False) == ("Room", "Weekday", "Weekend")
    # A name beside its value, and a first row that has an amount itself.
    assert read_column_names([row[:2] for row in rows], is_marked=False) is None
    assert read_column_names([["Attic", "£5 a day", "free"], *rows[1:]], is_marked=False) is None


def test_no_is_short_for_a_number_unless_it_is_one_of_several_answers():
    assert are_names(("No", "Object", "Date"))
    assert not are_names(("No", "Yes", "Date"))
    assert not are_names(("true", "Object", "Date"))


def test_a_few_names_may_be_whole_questions():
    question = "Which of these do you use at least once a week, at home or at work?"
    assert are_names(("Age", "Town", "Trade", question))
    assert not are_names(("Age", question))
    assert not are_names(("Age", "Town", "Trade", question * 4))


def test_evenly_spaced_numbers_beside_an_empty_corner_are_names():
    rows = (("", "0.3", "0.4", "0.5"), ("30", "0.8", "0.76", "0.6"), ("40", "0.8", "0.7", "0.7"))
    assert find_header(rows) == Header(0, rows[0], is_sure=True)
    trials = (("trial", "1", "2", "3", "4", "5"), ("heads", "0", "1", "1", "2", "3"))
    assert find_header(trials) == Header(0, trials[0], is_sure=True)
    # Rows of a matrix that are all like that.
    assert find_header((("", "1", "2", "3"), ("1", "2", "3", "4"), ("2", "4", "6", "8"))) is None
    assert find_header((("Ann", "1", "2", "3"), ("Bob", "4", "4", "9"))) is None


def test_numbers_of_a_shape_of_their_own_may_name_some_columns():
    rows = (
        ("id", "92233", "92235", "LiF", "BeF2", "ZrF4"),
        ("1", "0.03", "0.01", "70", "23.6", "5"),
        ("2", "0.04", "0.01", "66", "29", "4"),
    )
    assert find_header(rows) == Header(0, rows[0], is_sure=True)
    below = [*rows, ("3", "92236", "0.01", "65", "28", "4")]
    assert find_header(below) is None


def test_some_columns_beside_many_named_ones_need_no_names():
    rows = (
        ("Run", "Time", "Area", "Width", "", ""),
        ("a", "1792", "13.4", "24", "0.2", "0.1"),
        ("b", "1997", "14.6", "25", "0.3", "0.2"),
    )
    assert find_header(rows) == Header(0, rows[0], is_sure=True)
    assert find_header([(row[0], *row[3:]) for row in rows]) is None
