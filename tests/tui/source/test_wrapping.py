"""A text wrapped to a width: all of it, in rows that fit; and the columns of a table."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.support.timing import takes_at_most
from tests.tui.source.rendering.conftest import draw, plain
from tui.source.wrapping import MeasuredText, WrappedRows, fit_columns

ODD = st.text(
    st.one_of(
        st.sampled_from(" \t\n\r\u3000"),
        st.sampled_from("abc.,-"),
        st.sampled_from("日本語、。あア한"),
        st.sampled_from("\u0301\u200d\ufe0f\u200b\u00ad\u20e3👩💻🏽🇮❤"),
        st.sampled_from("אבגدوم\u202e\u200f"),
        st.characters(),
    ),
    max_size=200,
)


def drawn_rows(rows: WrappedRows) -> list[str]:
    return [rows.measured.draw(*rows.row_bounds(row)) for row in range(len(rows))]


def wrap(text: str, width: int) -> list[str]:
    return drawn_rows(MeasuredText.measure(plain(text)).wrap(width))


@given(ODD, st.integers(4, 40))
@example("", 10)
@example("\r\n\r\n", 4)
@example("❤\ufe0f" * 9, 4)
@example("👩\u200d" * 30, 5)
def test_every_row_fits_the_width(text, width):
    for row in wrap(text, width):
        assert cell_len(row) <= width


@given(ODD, st.integers(4, 40))
@example("a\r\nb\rc\n", 4)
def test_the_rows_hold_the_whole_text_and_nothing_twice(text, width):
    rows = MeasuredText.measure(plain(text)).wrap(width)
    bounds = [rows.row_bounds(row) for row in range(len(rows))]
    gaps = [text[end:start] for (_, end), (start, _) in pairwise([(0, 0), *bounds])]
    gaps.append(text[bounds[-1][1] :])
    assert set(gaps) <= {"", "\n", "\r\n"}
    assert all(start <= end for start, end in bounds)


@given(ODD, st.integers(4, 40), st.data())
def test_a_row_is_found_by_any_offset_in_it(text, width, data):
    rows = MeasuredText.measure(plain(text)).wrap(width)
    row = data.draw(st.integers(0, len(rows) - 1))
    start, end = rows.row_bounds(row)
    assert {rows.find_row(offset) for offset in range(start, max(end, start + 1))} == {row}


@given(ODD)
def test_without_wrapping_every_line_is_a_row_and_the_widest_fits(text):
    rows = MeasuredText.measure(plain(text)).split_lines()
    # Nothing follows the last line end.
    lines = text.removesuffix("\n").split("\n")
    assert len(rows) == len(lines)
    assert max(cell_len(row) for row in drawn_rows(rows)) <= rows.width


@given(ODD, st.integers(0, 60), st.integers(1, 30), st.data())
@example("日本語", 1, 3, None)
def test_what_is_seen_of_a_row_through_a_window_fits_it(text, left, width, data):
    rows = MeasuredText.measure(plain(text)).split_lines()
    row = 0 if data is None else data.draw(st.integers(0, len(rows) - 1))
    start, end, blank = rows.clip_row(row, left, width)
    whole_start, whole_end = rows.row_bounds(row)
    assert whole_start <= start <= end <= whole_end
    assert blank + cell_len(rows.measured.draw(start, end)) <= width or start == end
    if left == 0:
        assert (start, blank) == (whole_start, 0)


def test_half_of_a_wide_character_is_drawn_as_a_blank():
    rows = MeasuredText.measure(plain("日本語の文")).split_lines()
    assert rows.clip_row(0, 1, 6) == (1, 3, 1)
    assert rows.clip_row(0, 2, 6) == (1, 4, 0)


def test_a_mark_goes_with_its_letter_out_of_the_window():
    text = "e\u0301abc"
    assert MeasuredText.measure(plain(text)).split_lines().clip_row(0, 1, 9) == (2, 5, 0)


def test_a_column_is_counted_in_cells_from_the_start_of_the_row():
    rows = MeasuredText.measure(plain("x\n日本\tz")).split_lines()
    assert [rows.find_column(offset) for offset in range(6)] == [0, 1, 0, 2, 4, 8]


def test_a_row_ends_after_the_last_space_that_fits():
    assert wrap("the quick brown fox", 10) == ["the quick ", "brown fox"]


def test_a_word_longer_than_a_row_is_cut():
    assert wrap("abcdefghij", 4) == ["abcd", "efgh", "ij"]


def test_wide_characters_break_anywhere_and_count_two_cells():
    assert wrap("日本語の文", 5) == ["日本", "語の", "文"]


def test_a_combining_mark_stays_with_its_letter():
    assert wrap("aaae\u0301e\u0301", 4) == ["aaae\u0301", "e\u0301"]


def test_tabs_reach_the_next_tab_stop():
    assert wrap("\tx\ty\nab\tc\td", 40) == ["    x   y", "ab  c   d"]


def test_empty_lines_are_rows():
    assert wrap("a\n\n\nb", 10) == ["a", "", "", "b"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "the quick brown fox jumps over the lazy dog " * 115_000,
        ("the quick brown fox jumps " * 20 + "\n") * 10_000,
        "\tx = 1\ty\n" * 550_000,
        "日本語の文" * 1_000_000,
        "x" * 5_000_000,
    ],
    ids=["one line", "paragraphs", "short lines with tabs", "Japanese", "one word"],
)
def test_five_million_characters_are_wrapped_quickly(text):
    with takes_at_most(4):
        rows = MeasuredText.measure(plain(text)).wrap(95)
    assert len(rows) > 10_000


def test_no_row_has_more_characters_than_can_be_drawn_quickly():
    text = "a" + "\u0301" * 20_000 + "\nb"
    rows = MeasuredText.measure(plain(text)).wrap(60)
    assert "".join(drawn_rows(rows)) == text.replace("\n", "")
    assert max(map(len, drawn_rows(rows))) <= 2_000


def test_the_rows_of_a_tall_cell_are_found_at_once():
    text = 'a,b\n"' + "many words " * 100_000 + '",c\n'
    rows = MeasuredText.measure(draw(text, ".csv")).wrap(60)
    row = len(rows) - 5
    with takes_at_most(1):
        for _ in range(50):
            rows.table_row(row)
            rows.find_row(len(text) - 10)
    assert rows.find_row(int(rows.measured.lines[-1])) < row


def fit(widths: list[int], room: int) -> list[int]:
    return fit_columns(np.array(widths, np.int32), room).tolist()


def test_columns_that_fit_are_as_wide_as_their_cells():
    assert fit([5, 40, 8], 60) == [5, 40, 8]


def test_narrow_columns_stay_whole_and_wide_ones_share_the_rest():
    assert fit([5, 90, 200], 65) == [5, 30, 30]
    assert fit([5, 12, 200], 65) == [5, 12, 48]


def test_columns_too_many_for_the_pane_are_shown_readable_and_the_view_scrolls():
    assert fit([40] * 10, 60) == [28] * 10


@given(st.lists(st.integers(1, 300), min_size=1, max_size=12), st.integers(4, 300))
def test_no_column_is_wider_than_its_cells_and_all_room_is_used(widths, room):
    fitted = fit(widths, room)
    assert all(1 <= narrow <= wide for narrow, wide in zip(fitted, widths, strict=True))
    if sum(min(width, 10) for width in widths) <= room:
        assert sum(fitted) == min(room, sum(widths))
