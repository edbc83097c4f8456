"""Text and code as they are: rows that go on hang below their words; code has its colours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Span
from tests.support.loading import read_structure
from tests.support.timing import takes_at_most
from tests.tui.source.rendering.conftest import ViewApp, read_highlighted, read_rows, wrap_rows
from tui.source.rendering.documents import (
    colour_code,
    read_tokens,
    render_code,
    render_document,
    render_plain,
)
from tui.source.rendering.packing import check_rendering
from tui.source.wrapping import MeasuredText


@pytest.mark.parametrize(
    ("line", "hang"),
    [
        ("no item at all", 0),
        ("- an item", 2),
        ("  * in a list", 4),
        ("12. a step", 4),
        ("(a) a letter", 4),
        ("• [ ] to be done", 6),
        ("\tafter a tab", 4),
        ("> > of a letter", 4),
        (": a description", 2),
        ("-an option", 0),
        ("1998. a year", 0),
        (" " * 40 + "far in", 24),
    ],
)
def test_further_rows_hang_below_the_words(line, hang):
    words = line + " that goes on and on and on and on and on"
    first, second, *_ = wrap_rows(render_plain(words), 44)
    assert words.expandtabs(4).startswith(first)
    assert len(second) - len(second.lstrip()) == hang


@given(st.text("a -*1.>\t\n\r\u2028日", max_size=60))
def test_every_line_is_drawn_as_it_is(text):
    rendering = render_plain(text)
    measured = MeasuredText.measure(rendering)
    assert rendering.text == text
    assert rendering.line_formats is not None
    assert len(rendering.line_formats) == len(measured.lines)
    measured.wrap(12)


def test_a_long_text_takes_little_time():
    text = "  - an item of a list\n" * 200_000
    with takes_at_most(2.0):
        render_plain(text)


# Code


RAIN = 'def rain(wet=True):\r\n    """Fall."""\r\n    return 42  # drops\r\n'


async def test_lines_have_numbers_and_stay_as_they_are():
    app = ViewApp()
    async with app.run_test(size=(30, 10)) as pilot:
        app.show(render_code("/a/rain.py", "x = 1\n\n" + "y" * 40 + "\n"))
        await pilot.pause()
        assert read_rows(app.view) == [" 1  x = 1", " 2", " 3  " + "y" * 22, "    " + "y" * 18]


async def test_code_is_drawn_in_its_colours():
    app = ViewApp()
    async with app.run_test(size=(40, 10)) as pilot:
        app.show(colour_code(render_code("/a/rain.py", RAIN)))
        await pilot.pause()
        colour = app.view.get_component_rich_style("text--keyword").color
        assert colour in [segment.style.color for segment in app.view.render_line(0)]


async def test_a_highlight_is_exact_among_the_colours():
    app = ViewApp()
    async with app.run_test(size=(60, 10)) as pilot:
        start = RAIN.index("n(wet")
        app.show(colour_code(render_code("/a/rain.py", RAIN)), Span(start, RAIN.index("turn")))
        await pilot.pause()
        assert read_highlighted(app.view) == 'n(wet=True):"""Fall."""re'


def test_tokens_have_their_kinds():
    kinds = {RAIN[start:end].strip(): kind for start, end, kind in read_tokens("python", RAIN)}
    assert kinds["def"] == "keyword"
    assert kinds["rain"] == "name"
    assert kinds["42"] == "number"
    assert kinds['"""Fall."""'] == "string"
    assert kinds["# drops"] == "comment"


def test_tokens_that_come_out_of_order_can_be_drawn():
    text = "```nodejsrepl\n> 1+1\n2\n> 'a'\n'a'\n```\n"
    rendering = colour_code(render_document("a.md", text, read_structure("a.md", text)))
    check_rendering(rendering, len(text))
    assert rendering.styles["number"]


def test_a_file_of_no_known_language_is_no_code():
    assert render_code("/a/notes.unknown", "x") is None


def test_a_language_that_does_not_exist_has_no_colours():
    assert read_tokens("no\x1bne", "x = 1") == []


def test_the_beginning_of_a_long_file_is_coloured_soon():
    text = "".join(f"def rain_{n}():\n    return 'wet {n}'\n\n" for n in range(120_000))
    with takes_at_most(5):
        names = colour_code(render_code("/a/rain.py", text)).styles["name"]
    assert names[0] == Span(4, 10)
    assert 200_000 < names.ends[-1] <= 300_000
