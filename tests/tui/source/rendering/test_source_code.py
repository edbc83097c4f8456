"""Code: as it is, with numbers of lines and the colours of its syntax."""

from __future__ import annotations

from index import Span
from tests.support.loading import read_structure
from tests.support.timing import takes_at_most
from tests.tui.source.rendering.conftest import ViewApp, read_highlighted, read_rows
from tui.source.rendering.documents import render_code, render_document
from tui.source.rendering.packing import check_rendering
from tui.source.rendering.syntax import colour_code, read_tokens

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
