"""Our themes: what is written can be read, on the background and under the cursor."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.color import Color
from textual.containers import VerticalScroll
from textual.widgets import Static

from tui.common.screens.themes import CONTRAST, DARK, LIGHT, set_look

_WRITTEN = ("foreground", "secondary", "text-accent", "text-warning", "text-error", "text-primary")


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
