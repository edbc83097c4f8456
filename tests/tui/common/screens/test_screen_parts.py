"""The footer of keys: those that work now, as many as fit."""

from pathlib import Path
from typing import ClassVar

import pytest
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.widgets import Input

from index import QuotebackError
from tui.common.screens.screen_parts import (
    FooterKey,
    KeyFooter,
    PathSuggester,
    PromptScreen,
    complete_path,
    resolve_path,
)

pytestmark = pytest.mark.e2e


class Keys(App[None]):
    BINDINGS: ClassVar = [Binding("f2", "save", "Save"), Binding("f3", "leave", "Leave")]

    def __init__(self):
        super().__init__()
        self.may_save = True

    def compose(self) -> ComposeResult:
        yield KeyFooter()

    def check_action(self, action, parameters):
        return action != "save" or self.may_save

    def shown(self):
        return list(self.query(FooterKey))


async def test_the_footer_stays_as_it_is_while_the_same_keys_work():
    app = Keys()
    async with app.run_test() as pilot:
        await pilot.pause()
        before = app.shown()
        assert [key.description for key in before] == ["Save", "Leave"]
        app.refresh_bindings()
        await pilot.pause()
        await pilot.pause()
        assert app.shown() == before


async def test_the_footer_shows_other_keys_when_others_work():
    app = Keys()
    async with app.run_test() as pilot:
        await pilot.pause()
        app.may_save = False
        app.refresh_bindings()
        await pilot.pause()
        await pilot.pause()
        assert [key.description for key in app.shown()] == ["Leave"]
        app.may_save = True
        app.refresh_bindings()
        await pilot.pause()
        await pilot.pause()
        assert [key.description for key in app.shown()] == ["Save", "Leave"]


async def test_a_key_that_can_do_nothing_now_is_not_shown():
    app = Keys()
    async with app.run_test() as pilot:
        app.may_save = None
        app.refresh_bindings()
        await pilot.pause()
        await pilot.pause()
        assert [key.description for key in app.shown()] == ["Leave"]


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("notes/2024", "notes/drafts", "novels", ".hidden"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "notes" / "a.md").write_text("a")
    return tmp_path


@pytest.mark.parametrize(
    ("typed", "suggested"),
    [
        ("~/n", "~/notes/"),
        ("~/nov", "~/novels/"),
        ("~/notes/", "~/notes/2024/"),
        ("~/notes/a", "~/notes/a.md"),
        ("~/.h", "~/.hidden/"),
        ("~/", "~/notes/"),
        ("~/x", None),
        ("~/none/", None),
        ("~/notes/a.md/", None),
        ("~nobody-of-this-name/", None),
        ("a\0b/", None),
    ],
)
def test_the_first_path_that_goes_on_from_what_is_typed(home, typed, suggested):
    assert complete_path(typed) == suggested


def test_absolute_and_relative_paths(home, monkeypatch):
    monkeypatch.chdir(home)
    assert complete_path(f"{home}/notes/d") == f"{home}/notes/drafts/"
    assert complete_path("notes/d") == "notes/drafts/"


def test_names_that_cannot_be_drawn_are_not_suggested(home):
    (home / "notes" / "z\x1b[31m").write_text("")
    assert complete_path("~/notes/z") is None


class PromptApp(App[None]):
    """The prompt alone; keeps what it gives."""

    given: str | None = "nothing yet"
    taken: Path | None = None

    def on_mount(self) -> None:
        def take(given: str | None) -> None:
            self.given = given

        screen = PromptScreen("Add", "~/", take=self.find, suggester=PathSuggester())
        self.push_screen(screen, take)

    def find(self, typed: str) -> None:
        self.taken = resolve_path(typed)

    def compose(self) -> ComposeResult:
        return iter(())


async def test_tab_takes_what_is_suggested_and_enter_what_is_typed(home, until, screen_text):
    app = PromptApp()
    async with app.run_test() as pilot:
        await pilot.press(*"no")
        line = app.screen.query_one(Input)
        await until(lambda: line._suggestion)
        await pilot.press("tab")
        assert line.value == "~/notes/"
        await pilot.press("d")
        await until(lambda: line._suggestion)
        await pilot.press("tab")
        await pilot.pause()
        await until(lambda: "~/notes/drafts/" in screen_text(app))
        await pilot.press("enter")
        await until(lambda: app.given == "~/notes/drafts/")
        assert app.taken == home / "notes" / "drafts"


async def test_what_cannot_be_taken_is_said_and_can_be_mended(home, until, screen_text):
    app = PromptApp()
    async with app.run_test() as pilot:
        await pilot.press(*"nope", "enter")
        await until(lambda: "~/nope: no such file or folder" in screen_text(app))
        assert app.screen.query_one(Input).value == "~/nope"
        await pilot.press("backspace")
        await until(lambda: "no such file" not in screen_text(app))
        await pilot.press("backspace", "backspace", *"otes", "enter")
        await until(lambda: app.given == "~/notes")


async def test_nothing_typed_is_the_same_as_leaving(home, until):
    app = PromptApp()
    async with app.run_test() as pilot:
        await pilot.press("backspace", "backspace", "enter")
        await until(lambda: app.given is None)
        assert app.taken is None


@pytest.mark.parametrize("quote", ["", "'", '"'])
def test_a_path_is_found_as_it_is_typed_or_dropped_upon_the_terminal(home, quote):
    assert resolve_path(f"{quote}~/notes/../notes{quote} ") == home / "notes"
    assert resolve_path(f"{quote}{home}/notes{quote}") == home / "notes"


@pytest.mark.parametrize("name", ["Parents'", "'Tis", "'all'", '"', "a\"b'"])
def test_quotation_marks_that_belong_to_a_name_stay(home, name):
    (home / name).mkdir()
    assert resolve_path(f" {home}/{name} ") == home / name
    assert resolve_path(f"'{home}/{name}'") == home / name


@pytest.mark.parametrize("typed", ["/none/of/this", "~nobody-of-this-name/x", "a\0b", "x" * 5000])
def test_what_is_not_there_is_said(typed):
    with pytest.raises(QuotebackError, match="no such file or folder"):
        resolve_path(typed)
