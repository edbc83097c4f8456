"""A person's own themes: read with care, and left aside with a line if they cannot be used."""

import re

import pytest

from tests.support import ROOT
from tui.app.app import QuotebackApp, list_choices
from tui.settings.own_themes import read_own_themes


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
