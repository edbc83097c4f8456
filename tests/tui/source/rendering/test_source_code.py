"""Code: as it is, with numbers of lines and the colours of its syntax."""

from __future__ import annotations

from index import Span
from tests.support.timing import takes_at_most
from tests.tui.source.rendering.conftest import ViewApp, read_highlighted, read_rows
from tui.source.rendering.documents import render_code
from tui.source.rendering.rendering import CodeBlock, Rendering
from tui.source.rendering.syntax import SyntaxColours, Token, read_tokens

RAIN = 'def rain(wet=True):\r\n    """Fall."""\r\n    return 42  # drops\r\n'


def read_colours(colours: SyntaxColours, start: int, end: int) -> list[Token]:
    """The coloured tokens of a part, read here when they are wanted."""
    colours.colour(start, end)
    while (piece := colours.take_wanted()) is not None:
        colours.keep(piece, read_tokens(piece.language, piece.text))
    return colours.colour(start, end)


async def test_lines_have_numbers_and_stay_as_they_are():
    app = ViewApp()
    async with app.run_test(size=(30, 10)) as pilot:
        app.show(render_code("/a/rain.py", "x = 1\n\n" + "y" * 40 + "\n"))
        await pilot.pause()
        assert read_rows(app.view) == [" 1  x = 1", " 2", " 3  " + "y" * 22, "    " + "y" * 18]


async def test_colours_come_when_they_are_known(until):
    app = ViewApp()
    async with app.run_test(size=(40, 10)):
        app.show(render_code("/a/rain.py", RAIN))
        colour = app.view.get_component_rich_style("text--keyword").color
        await until(lambda: colour in [segment.style.color for segment in app.view.render_line(0)])


async def test_a_highlight_is_exact_among_the_colours():
    app = ViewApp()
    async with app.run_test(size=(60, 10)) as pilot:
        start = RAIN.index("n(wet")
        app.show(render_code("/a/rain.py", RAIN), Span(start, RAIN.index("turn")))
        await pilot.pause()
        assert read_highlighted(app.view) == 'n(wet=True):"""Fall."""re'


def test_tokens_have_their_kinds():
    colours = SyntaxColours(render_code("/a/rain.py", RAIN))
    kinds = {
        RAIN[start:end].strip(): kind for start, end, kind in read_colours(colours, 0, len(RAIN))
    }
    assert kinds["def"] == "keyword"
    assert kinds["rain"] == "name"
    assert kinds["42"] == "number"
    assert kinds['"""Fall."""'] == "string"
    assert kinds["# drops"] == "comment"


def test_a_file_of_no_known_language_is_no_code():
    assert render_code("/a/notes.unknown", "x") is None


def test_a_language_that_does_not_exist_has_no_colours():
    colours = SyntaxColours(
        Rendering("x = 1", render_code("/a.py", "x").offsets, code=(CodeBlock(0, 5, "no\x1bne"),))
    )
    assert read_colours(colours, 0, 5) == []


def test_the_end_of_a_long_file_is_coloured_at_once():
    text = "".join(f"def rain_{n}():\n    return 'wet {n}'\n\n" for n in range(120_000))
    colours = SyntaxColours(render_code("/a/rain.py", text))
    with takes_at_most(1):
        last = text.rindex("def")
        tokens = read_colours(colours, last, last + 14)
    assert [text[start:end] for start, end, _ in tokens] == ["def", "rain_119999"[:10]]
