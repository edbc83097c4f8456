"""CSV as a table: aligned, its header always in sight, cells highlighted where they stand."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import Span
from qa import visible
from tests.support.timing import takes_at_most
from tests.tui.source.rendering.conftest import (
    ViewApp,
    check_pieces,
    draw,
    expect_drawn,
    read_highlighted,
    read_rows,
)
from tui.source.wrapping import MeasuredText

INVOICES = '''invoice,customer,amount,paid
1,Café Morgenrot,412.50,yes
2,"Oyelaran, Textiles ""West""",7350.00,no
3,"Museu
do Vinho",,yes
'''
COLUMNS = ("invoice", "customer", "amount", "paid")


def invoices():
    return draw(INVOICES, ".csv")


async def test_columns_are_aligned_numbers_at_the_right():
    app = ViewApp()
    async with app.run_test(size=(70, 20)) as pilot:
        app.show(invoices())
        await pilot.pause()
        assert read_rows(app.view) == [
            "invoice │ customer                  │  amount │ paid",
            "────────┼───────────────────────────┼─────────┼─────",
            "      1 │ Café Morgenrot            │  412.50 │ yes",
            '      2 │ Oyelaran, Textiles "West" │ 7350.00 │ no',
            "      3 │ Museu do Vinho            │         │ yes",
        ]


async def test_a_cell_too_long_for_the_pane_is_wrapped_in_its_column():
    app = ViewApp()
    async with app.run_test(size=(42, 20)) as pilot:
        app.show(invoices())
        await pilot.pause()
        rows = read_rows(app.view)
        assert "      2 │ Oyelaran,   │ 7350.00 │ no" in rows
        assert "        │ Textiles    │         │" in rows


async def test_the_header_stays_in_sight():
    text = "name,place\n" + "".join(f"row {n},town {n}\n" for n in range(500))
    rendering = draw(text, ".csv")
    app = ViewApp()
    async with app.run_test(size=(60, 20)) as pilot:
        start = text.index("town 300")
        app.show(rendering, Span(start, start + 8))
        await pilot.pause()
        rows = [app.view.render_line(y).text.rstrip() for y in range(20)]
        assert rows[0] == "name    │ place"
        assert set(rows[1]) == {"─", "┼"}
        assert "row 300 │ town 300" in rows


async def test_a_table_too_wide_scrolls_to_the_cell():
    names = [f"column {n}" for n in range(30)]
    text = ",".join(names) + "\n" + ",".join(f"value number {n} of many" for n in range(30)) + "\n"
    rendering = draw(text, ".csv")
    app = ViewApp()
    async with app.run_test(size=(60, 20)) as pilot:
        start = text.index("value number 25")
        app.show(rendering, Span(start, start + 15))
        await pilot.pause()
        assert app.view.scroll_offset.x > 0
        assert "value number 25 of many" in "\n".join(
            app.view.render_line(y).text for y in range(5)
        )


def test_a_text_of_one_column_is_no_table():
    assert draw("one\ntwo\n", ".csv").text == "one\ntwo\n"
    assert draw("", ".csv") is None


CELL = st.text('ab ,;"\n\r\té日\x1b\u202e', max_size=12)


@st.composite
def tables_with_a_span(draw: st.DrawFn) -> tuple[str, Span]:
    rows = draw(st.lists(st.lists(CELL, min_size=2, max_size=4), min_size=1, max_size=6))
    out = io.StringIO()
    csv.writer(out, lineterminator=draw(st.sampled_from(["\n", "\r\n"]))).writerows(rows)
    a, b = sorted(draw(st.lists(st.integers(0, len(out.getvalue())), min_size=2, max_size=2)))
    return out.getvalue(), Span(a, b)


async def test_the_highlight_is_exactly_what_is_drawn_of_the_span():
    app = ViewApp()
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.pause()

        @settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
        @given(tables_with_a_span())
        def check(case: tuple[str, Span]) -> None:
            text, span = case
            rendering = draw(text, ".csv")
            if rendering is not None:
                check_pieces(text, rendering, ' "')
                app.show(rendering, span)
                drawn = "".join(visible(expect_drawn(rendering, span)).split())
                assert "".join(read_highlighted(app.view).split()) == drawn

        check()


@pytest.mark.slow
def test_five_million_characters_are_laid_out_quickly():
    text = "id,name,remark\n" + "".join(
        f'{n},"Name, {n}","{"some words of a remark " * 4}"\n' for n in range(45_000)
    )
    with takes_at_most(20):
        measured = MeasuredText.measure(draw(text, ".csv"))
        assert len(measured.wrap(80)) > 45_000
