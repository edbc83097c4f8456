"""A row of a table is read with the name of its column before each cell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Span
from qa.passage_text import ModelPassage, find_cells, render_passage
from tests.support.rows import make_row


def render(passage, names, above="", border="\t"):
    columns = tuple(names.split(" | ")) if names else ()
    row = make_row(passage, columns, border=border, start=20)
    return render_passage(ModelPassage(passage, above, columns, find_cells(row)))


@pytest.mark.parametrize(
    ("passage", "names", "text"),
    [
        ("Ireland\t£38\t£130", "Place | Meals | Hotel", "Place: Ireland; Meals: £38; Hotel: £130; "),
        ("Sales\t98\t105", "2023 | 2024", "Sales; 2023: 98; 2024: 105; "),
        ("2024\t£105\npaid", "Year | Cost", "Year: 2024; Cost: £105\npaid; "),
        ("Bob\t8-1\t\t9-5", " | Mon | Tue | Wed", "Bob; Mon: 8-1; Wed: 9-5; "),
        ("\t8-1", "Who | Mon | Tue", "Mon: 8-1; "),
        ("Bob\t8-1", " | Mon | Tue", "Bob; Mon: 8-1; "),
    ],
    ids=[
        "cells", "a column without a name", "lines", "an empty name", "nothing in the first cell",
        "nothing in the last cells",
    ],
)  # fmt: skip
def test_each_cell_stands_after_the_name_of_its_column(passage, names, text):
    row = render(passage, names, "Travel")
    assert (row.text, row.above) == (text, "Travel")


@pytest.mark.parametrize(
    ("passage", "names"),
    [
        ("Ireland, of all places, and in July, is dear.", "Place | Meals"),
        ("Ireland\t£38\t£130\tbreakfast", "Place | Meals"),
        ("", "Place | Meals"),
    ],
    ids=["prose in a table", "more cells than names", "nothing"],
)
def test_a_row_whose_cells_cannot_be_told_is_read_below_the_names_of_the_columns(passage, names):
    row = render(passage, names, "Travel")
    assert (row.text, row.above) == (passage, f"Travel › {names}")
    assert row.locate(Span(1, 4)) == Span(1, 4)


def test_a_bar_within_a_cell_parts_nothing():
    text = "`a \\| b`\teither of the two"
    row = render(text, "Pattern | Meaning")
    assert row.text == "Pattern: `a \\| b`; Meaning: either of the two; "


@pytest.mark.parametrize("heading", ["Hotels", "Start | Stop", "File › Save"])
def test_prose_is_read_as_it_is_whatever_its_heading(heading):
    passage = "Press it once\tand wait."
    row = render(passage, "", heading)
    assert (row.text, row.above, row.cells) == (passage, heading, ())
    assert row.locate(Span(1, 4)) == Span(1, 4)


def test_a_span_is_found_again_in_the_cell_that_it_begins_in():
    passage = "Ann Pryce ;  £38  ;£130 or more in July and August"
    row = render(passage, "Guest | Meals | Hotel", border=";")

    def source(words):
        start = row.text.index(words)
        found = row.locate(Span(start, start + len(words)))
        return found and found.of(passage)

    assert source("£130 or more") == "£130 or more"
    assert source("Hotel: £130") == "£130"
    assert source("Meals: £38; Hotel") == "£38"
    assert source("Guest: ") is None
    assert row.locate(Span(len(row.text) - 1, len(row.text))) is None


def test_a_short_cell_is_quoted_whole():
    passage = "Chives\thalf shade\twater them every second day in summer"
    row = render(passage, "Plant | Light | Care")
    for words, quoted in (("half", "half shade"), ("second day", "second day")):
        start = row.text.index(words)
        assert row.locate(Span(start, start + len(words))).of(passage) == quoted


@given(
    st.lists(st.text(alphabet='ab "\n,;|\t£', max_size=6), min_size=2, max_size=5),
    st.sampled_from(["\t", " | ", ",", ";"]),
    st.integers(-1, 1),
)
def test_every_span_has_its_words_from_the_passage(cells, border, more):
    passage = border.join(cells)
    names = " | ".join(f"n{at}" for at in range(max(1, len(cells) + more)))
    row = render(passage, names, border=border)
    for start in range(len(row.text)):
        for end in range(start + 1, len(row.text) + 1):
            found = row.locate(Span(start, end))
            if found is not None:
                assert 0 <= found.start < found.end <= len(passage)
                assert found.of(passage) in row.text


def test_a_day_or_a_month_is_read_in_full_and_quoted_as_it_stands():
    rendered = render("Mon,Sept,Ann", "Day | From | Who", border=",")
    assert rendered.text == "Day: Monday; From: September; Who: Ann; "
    start = rendered.text.index("September")
    assert rendered.locate(Span(start, start + 9)) == Span(4, 8)
