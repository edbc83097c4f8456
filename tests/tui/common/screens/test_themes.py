"""Our themes: what is written can be read, on the background and under the cursor."""

import pytest
from rich.console import Console
from textual.app import App, ComposeResult
from textual.color import Color
from textual.containers import VerticalScroll
from textual.scrollbar import ScrollBarRender
from textual.widgets import Static

from tui.common.screens.themes import CONTRAST, DARK, LIGHT, LineScrollBar, set_look

_WRITTEN = ("foreground", "secondary", "text-accent", "text-warning", "text-error", "text-primary")


def draw(kind: type[ScrollBarRender], vertical: bool):
    console = Console(width=20, height=20)
    bar = kind(100, 50, 25, vertical=vertical, style="red on blue")
    return list(console.render(bar, console.options.update(height=20 if vertical else 1)))


def test_a_horizontal_one_is_a_thin_line_with_a_thick_part():
    assert (
        "".join(part.text for part in draw(LineScrollBar, False)).strip()
        == "─" * 5 + "━" * 10 + "─" * 5
    )


@pytest.mark.parametrize("vertical", [False, True])
def test_each_cell_does_what_it_does_in_textual(vertical):
    ours, theirs = (draw(kind, vertical) for kind in (LineScrollBar, ScrollBarRender))
    assert [part.style and part.style.meta for part in ours] == [
        part.style and part.style.meta for part in theirs
    ]
    assert (ours == theirs) == vertical


@pytest.mark.parametrize("theme", [DARK, LIGHT, CONTRAST], ids=lambda theme: theme.name)
def test_what_is_written_stands_out(theme):
    colours = {**theme.to_color_system().generate(), **theme.variables}
    background = Color.parse(theme.background)
    colour, _, percent = colours["block-cursor-background"].partition(" ")
    cursor = background.blend(Color.parse(colour), float(percent.rstrip("%") or 100) / 100)
    for name in _WRITTEN:
        written = Color.parse(colours[name])
        assert contrast(written, background) >= 4.5, name
        assert contrast(written, cursor) >= 3.5, name
    assert contrast(Color.parse(colours["block-cursor-foreground"]), cursor) >= 7


def contrast(one: Color, other: Color) -> float:
    """From 1 to 21, as WCAG has it."""
    low, high = sorted(map(_luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: Color) -> float:
    red, green, blue = (
        value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4
        for value in colour.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


class LongApp(App[None]):
    """A page that is longer than the screen."""

    def __init__(self) -> None:
        super().__init__()
        set_look(self)

    def compose(self) -> ComposeResult:
        with VerticalScroll():
            yield Static("rain\n" * 200)


@pytest.mark.e2e
async def test_a_page_is_turned_at_once():
    app = LongApp()
    async with app.run_test(size=(40, 20)) as pilot:
        page = app.query_one(VerticalScroll)
        page.scroll_page_down()
        assert not app.animator.is_being_animated(page, "scroll_y")
        await pilot.pause()
        assert page.scroll_y == page.scrollable_size.height
