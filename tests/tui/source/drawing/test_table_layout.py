"""The columns of a table fitted to a pane."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tui.source.drawing.table_layout import fit_columns


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
