"""Our themes can be read, on the background and under the cursor; own ones are read with care.

A person's own theme that cannot be used is left aside with a line.
"""

import re

import pytest
from rich.console import Console
from textual.app import App, ComposeResult
from textual.color import Color
from textual.containers import VerticalScroll
from textual.scrollbar import ScrollBarRender
from textual.widgets import Static

from tests.support import ROOT
from tui.app.app import QuotebackApp, list_choices
from tui.settings.themes import (
    CONTRAST,
    DARK,
    LIGHT,
    LineScrollBar,
    read_own_themes,
    set_look,
)

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


@pytest.fixture
def settings(tmp_path):
    (tmp_path / "themes").mkdir()
    return tmp_path / "settings.toml"


def write_theme(settings, text, name="mine"):
    path = settings.parent / "themes" / f"{name}.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_the_theme_of_the_page_can_be_chosen(settings):
    page = (ROOT / ".docs" / "settings.md").read_text(encoding="utf-8")
    [_, example] = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    write_theme(settings, example)
    [theme], _ = read_own_themes(settings)
    assert (theme.name, theme.primary, theme.dark) == ("mine", "#7fa7cf", True)
    assert "mine" in list_choices(settings).themes


def test_without_a_folder_there_is_none(tmp_path):
    assert read_own_themes(tmp_path / "settings.toml") == ([], [])
    assert read_own_themes(None) == ([], [])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("primray = '#fff'", "no part 'primray' of a theme: did you mean primary?"),
        ("primary = 'blueish'", "primary is not a colour: 'blueish'"),
        ("primary = 3", "Expected str, got int - at primary"),
        ("dark = true", "Object missing required field primary"),
        ("primary = '#fff'\nvariables = 3", "Expected object, got int - at variables"),
        ("primary = '#fff'\n[variables]\nscrollbar = '} * { x: y'", "variables.scrollbar is not"),
        ("primary = '#fff'\n[variables]\n'a;b' = '#fff'", "no variable can be called 'a;b'"),
        *(
            (f"primary = '#fff'\n{name} = {value}", f"{name} must be a number from 0 to 1")
            for name in ("luminosity_spread", "text_alpha")
            for value in ("nan", "inf", "-0.1", "1e300")
        ),
        *(
            (f"primary = '#fff'\n[variables]\n{name} = 'red'", f"variables.{name} is not a colour")
            for name in ("link-style", "link-style-hover", "block-cursor-text-style")
        ),
        ("primary = ", "Invalid value (at end of document)"),
        (b"primary = '\xff'", "is not UTF-8 text: save it as that"),
        ("#" * 30_000, "cannot be read (larger than 20 kB)"),
        ("a = " + "[" * 5000, ""),
    ],
)
def test_a_file_that_cannot_be_used_is_one_line(settings, text, problem):
    path = write_theme(settings, text)
    themes, [line] = read_own_themes(settings)
    assert not themes
    assert line.startswith(f"{path}: {problem}")
    assert "\n" not in line


def test_names_of_other_themes_and_names_that_are_none_are_refused(settings):
    write_theme(settings, "primary = '#fff'", "nord")
    write_theme(settings, "primary = '#fff'", "My theme")
    themes, problems = read_own_themes(settings, ["nord"])
    assert not themes
    assert "small letters" in problems[0]
    assert "there is a theme 'nord' already" in problems[1]


@pytest.mark.parametrize("value", [0, 0.5, 1])
async def test_the_app_opens_in_a_theme_at_the_ends_of_what_is_allowed(settings, value):
    write_theme(settings, f"primary = 'red'\nluminosity_spread = {value}\ntext_alpha = {value}")
    settings.write_text("theme = 'mine'\n")
    app = QuotebackApp(lambda _report: None, settings=settings)
    async with app.run_test() as pilot:
        await pilot.pause()
        assert app.theme == "mine"


async def test_the_app_opens_in_an_own_theme_and_says_which_it_left_aside(settings):
    write_theme(settings, "primary = '#ff0000'\nbackground = '#000011'\n")
    write_theme(settings, "primary = 3", "other")
    settings.write_text("theme = 'mine'\n")
    app = QuotebackApp(lambda _report: None, settings=settings)
    async with app.run_test() as pilot:
        await pilot.pause()
        assert app.theme == "mine"
        assert app.theme_variables["background"] == "#000011"
        notes = " ".join(str(each.render()) for each in app.query("Conversation Static"))
        assert "Theme left aside" in notes
        assert "other.toml" in notes
