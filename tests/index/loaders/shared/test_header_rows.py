"""The rows that name the columns of a table, and cells that are merged over several rows."""

import time

from index.loaders.shared.header_rows import (
    HeaderRows,
    Merged,
    find_header_rows,
    find_row_groups,
    repeat_merged,
)

ROWS = [["Ship", "Season", "Catch"], ["Ann", "spring", "3"], ["", "autumn", "7"]]


def test_marked_rows_are_names_whatever_is_below_them():
    rows = [
        ["Our ports", "", ""],
        ["Port", "Season", ""],
        ["", "open", "closed"],
        ["West", "-", "-"],
    ]
    marked = [True, True, True, False]
    found = HeaderRows(1, 2, ("Port", "Season open", "closed"))
    assert find_header_rows(rows, marked=marked, are_marks_sure=True) == found
    assert find_header_rows(rows, must_be_sure=True) is None


def test_a_name_above_rows_of_the_same_kinds_is_that_of_their_group():
    rows = [["Ship", "Of catch", "Tons"], ["Ann", "mean", "3"], ["", "most", "7"]]
    groups = [*rows, ["Bee", "mean", "4"], ["", "most", "9"]]
    assert find_row_groups(groups, 1) == [Merged(1, 0, 2, 0), Merged(3, 0, 4, 0)]
    assert find_row_groups(rows, 1) == []
    # Cells without words, and a sum.
    assert find_row_groups([*rows, ["Bee", "least", "4"], ["", "Sum", "9"]], 1) == []


def test_words_of_merged_cells_are_repeated_below_the_names():
    assert repeat_merged(ROWS, [Merged(1, 0, 2, 0)], 1, 100)[2] == ["Ann", "autumn", "7"]
    assert repeat_merged(ROWS, [Merged(0, 0, 2, 0)], 1, 100) == ROWS
    assert repeat_merged(ROWS, [Merged(1, 0, 2, 0)], 1, 2) == ROWS


def test_merged_cells_that_overlap_take_no_time():
    size = 20_000
    rows = [["Ann", "3"] for _ in range(size)]
    started = time.process_time()
    repeat_merged(rows, [Merged(at, 0, size, 1) for at in range(size)], 0, 10**9)
    assert time.process_time() - started < 3
