"""Settings changed in their screen: they take effect at once and are kept."""

from __future__ import annotations

import tomllib

import pytest
from textual import events
from textual.widgets import Input, Select

from index.plugins import list_plugins
from tests.tui.conftest import WHEN, type_question
from tui.app.app import QuotebackApp, list_choices
from tui.conversation.turn_view import TurnView
from tui.settings.settings_screen import KeyScreen, KeyTable, SettingsScreen


@pytest.fixture
def file(tmp_path):
    return tmp_path / "config" / "settings.toml"


@pytest.fixture
def app(assistant, file) -> QuotebackApp:
    return QuotebackApp(lambda _report: assistant, settings=file)


@pytest.fixture
def opened(app, until):
    """Open the screen."""

    async def opening(pilot) -> SettingsScreen:
        await until(lambda: "Ready" in app._main.status.idle)
        await pilot.press("ctrl+s")
        await until(lambda: isinstance(app.screen, SettingsScreen) and app.screen.query(KeyTable))
        await pilot.pause()
        return app.screen

    return opening


def kept(file) -> dict:
    return tomllib.loads(file.read_text()) if file.exists() else {}


async def change(pilot, name: str, typed: str) -> None:
    line = pilot.app.screen.query_one(f"#{name}", Input)
    line.focus()
    line.value = ""
    await pilot.press(*typed, "enter")
    await pilot.pause()


async def test_a_theme_is_seen_at_once_and_kept(app, opened, file, until):
    async with app.run_test(size=(100, 40)) as pilot:
        screen = await opened(pilot)
        screen.query_one("#theme", Select).value = "quoteback-contrast"
        await until(lambda: app.theme == "quoteback-contrast")
        await until(lambda: kept(file) == {"theme": "quoteback-contrast"})


async def test_how_questions_are_answered_is_changed_from_the_next_one_on(
    app, opened, assistant, file, until
):
    async with app.run_test(size=(100, 40)) as pilot:
        screen = await opened(pilot)
        await change(pilot, "threshold", "0.6")
        await change(pilot, "k", "20")
        screen.query_one("#mode", Select).value = "bm25"
        await until(lambda: kept(file) == {"threshold": 0.6, "k": 20, "mode": "bm25"})
        await pilot.press("escape")
        await type_question(pilot, WHEN)
        await until(lambda: app.query(TurnView) and app.query_one(TurnView).reply is not None)
    assert assistant.options == {"threshold": 0.6, "k": 20, "mode": "bm25", "filter": None}


async def test_what_is_typed_in_one_go_with_tab_goes_to_the_next_setting(app, opened, file, until):
    async with app.run_test(size=(100, 40)) as pilot:
        screen = await opened(pilot)
        screen.query_one("#threshold", Input).focus()
        await pilot.pause()
        for key in (*"0.6", "tab", "1"):
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        await until(lambda: screen.query_one("#k", Input).value == "121")
        assert screen.query_one("#threshold", Input).value == "0.6"
        await until(lambda: kept(file) == {"threshold": 0.6})


async def test_what_cannot_be_had_is_said_and_changes_nothing(
    app, opened, file, screen_text, until
):
    async with app.run_test(size=(100, 40)) as pilot:
        await opened(pilot)
        for name, typed, said in (
            ("threshold", "2", "threshold must be a number from 0 to 1, not 2"),
            ("threshold", "much", "threshold must be a number from 0 to 1, not 'much'"),
            ("k", "0", "k must be a whole number from 1 to 100, not 0"),
        ):
            await change(pilot, name, typed)
            await until(lambda said=said: said in screen_text(app))
        await pilot.press("escape")
        assert len(app.screen_stack) == 1
    assert app.settings.threshold is None
    assert app.settings.k == 12
    assert kept(file) == {}


async def test_what_was_typed_last_counts_though_it_was_left_with_escape(app, opened, file, until):
    async with app.run_test(size=(100, 40)) as pilot:
        await opened(pilot)
        app.screen.query_one("#model").focus()
        await pilot.press(*"my/model", "escape")
        await until(lambda: kept(file) == {"model": "my/model"})


async def test_another_key_is_given_by_pressing_it_and_works_at_once(app, opened, file, until):
    async with app.run_test(size=(100, 40)) as pilot:
        screen = await opened(pilot)
        table = screen.query_one(KeyTable)
        table.focus()
        table.move_cursor(row=table.get_row_index("help"))
        await pilot.press("enter")
        await until(lambda: isinstance(app.screen, KeyScreen))
        await pilot.press("f10")
        await until(lambda: kept(file) == {"keys": {"help": "f10"}})
        await pilot.press("escape")
        await until(lambda: len(app.screen_stack) == 1)
        await pilot.press("f1")
        assert len(app.screen_stack) == 1
        await pilot.press("f10")
        assert len(app.screen_stack) == 2


async def test_a_key_that_is_taken_is_refused_and_the_usual_one_comes_back(
    app, opened, file, until, screen_text
):
    async with app.run_test(size=(100, 40)) as pilot:
        screen = await opened(pilot)
        table = screen.query_one(KeyTable)
        table.focus()
        table.move_cursor(row=table.get_row_index("documents"))
        await pilot.press("enter")
        await until(lambda: isinstance(app.screen, KeyScreen))
        await pilot.press("enter")
        await until(lambda: "'enter' is for typing" in screen_text(app))
        await pilot.press("enter")
        await until(lambda: isinstance(app.screen, KeyScreen))
        await pilot.press("f5")
        await until(lambda: "'f5' is already the key of 'conversations'" in screen_text(app))
        await pilot.press("enter")
        await until(lambda: isinstance(app.screen, KeyScreen))
        await pilot.press("f10")
        await until(lambda: kept(file) == {"keys": {"documents": "f10"}})
        await pilot.press("delete")
        await until(lambda: kept(file) == {})
        assert table.get_row("documents")[2] == "^o"


async def test_escape_leaves_a_key_as_it_is(app, opened, file, until):
    async with app.run_test(size=(100, 40)) as pilot:
        screen = await opened(pilot)
        screen.query_one(KeyTable).focus()
        await pilot.press("enter")
        await until(lambda: isinstance(app.screen, KeyScreen))
        await pilot.press("escape")
        await until(lambda: isinstance(app.screen, SettingsScreen))
    assert kept(file) == {}


async def test_every_action_that_has_a_name_is_listed(app, opened):
    async with app.run_test(size=(100, 40)) as pilot:
        screen = await opened(pilot)
        table = screen.query_one(KeyTable)
        assert {key.value for key in table.rows} == set(list_choices(None).actions)


async def test_where_everything_is_kept_is_said(app, opened, file, screen_text, until):
    async with app.run_test(size=(140, 90)) as pilot:
        await opened(pilot)
        await until(lambda: str(file) in screen_text(app))


async def test_a_bad_file_is_said_when_the_app_opens_and_never_overwritten(
    assistant, file, until, screen_text
):
    file.parent.mkdir()
    file.write_text("theem = 'nord'\n")
    app = QuotebackApp(lambda _report: assistant, settings=file)
    async with app.run_test(size=(140, 40)) as pilot:
        # A path of any length may break the line on the screen.
        await until(lambda: app.query(".note"))
        note = str(app.query_one(".note").render())
        assert "no setting 'theem': did you mean theme?" in note
        assert "settings.toml:1" in note
        assert app.theme == "quoteback-dark"
        file.write_text("theme = \n")
        await pilot.press("ctrl+t")
        await until(lambda: "Not saved:" in screen_text(app))
        assert not app.current_theme.dark
    assert file.read_text() == "theme = \n"


async def test_what_cannot_be_kept_is_said_on_their_screen(app, opened, file, until, screen_text):
    file.mkdir(parents=True)
    async with app.run_test(size=(100, 40), notifications=True) as pilot:
        await opened(pilot)
        await change(pilot, "k", "3")
        await until(lambda: "Not saved:" in screen_text(app))
        assert isinstance(app.screen, SettingsScreen)


async def test_a_change_loses_nothing_of_a_file_that_could_not_be_used(
    assistant, file, until, screen_text
):
    file.parent.mkdir()
    file.write_text("threshold = 0.5\nsync = 'cloud'\n[keys]\ndocuments = 'f12'\n")
    written = kept(file)
    app = QuotebackApp(lambda _report: assistant, settings=file)
    async with app.run_test(size=(140, 40)) as pilot:
        await until(lambda: "no setting 'sync'" in screen_text(app))
        await pilot.press("ctrl+t")
        await until(lambda: kept(file) == {**written, "theme": "quoteback-light"})
        # Written meanwhile by another hand, or another app.
        written["k"] = 3
        file.write_text(f"k = 3\n{file.read_text()}")
        await pilot.press("ctrl+t")
        await until(lambda: kept(file) == written)


@pytest.mark.parametrize("size", [(80, 24), (40, 12)])
async def test_all_of_it_is_reached_on_a_small_screen(app, opened, size, screen_text, until):
    async with app.run_test(size=size) as pilot:
        screen = await opened(pilot)
        for widget in screen.query("Select, Input, KeyTable"):
            widget.focus()
            await until(lambda widget=widget: screen.region.overlaps(widget.region))
            assert widget.region.width >= 10


@pytest.fixture
def package_with_reader(tmp_path, monkeypatch):
    """A package is installed that has the reader "years"."""
    info = tmp_path / "packages" / "years-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Name: years\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[quoteback.readers]\nyears = years:make_reader\n")
    monkeypatch.syspath_prepend(info.parent)
    list_plugins.cache_clear()
    yield
    list_plugins.cache_clear()


@pytest.mark.usefixtures("package_with_reader")
async def test_a_reader_of_another_package_is_loaded_when_it_is_chosen(
    app, opened, file, until, monkeypatch
):
    loaded = []
    opening = app._opening._open_assistant
    monkeypatch.setattr(
        app._opening,
        "_open_assistant",
        lambda report: loaded.append(kept(file).get("reader")) or opening(report),
    )
    async with app.run_test(size=(100, 40)) as pilot:
        screen = await opened(pilot)
        assert loaded == [None]
        screen.query_one("#reader", Select).value = "years"
        await until(lambda: loaded == [None, "years"])
        screen.query_one("#reader", Select).value = None
        await until(lambda: loaded == [None, "years", None])


@pytest.fixture
def missing_reranker(file):
    """The settings name a reranker that no package has."""
    file.parent.mkdir()
    file.write_text('reranker = "gone"\n')


@pytest.mark.usefixtures("missing_reranker")
async def test_a_reranker_that_is_not_installed_is_named_as_such(
    app, opened, file, screen_text, until
):
    async with app.run_test(size=(100, 40)) as pilot:
        await opened(pilot)
        await until(lambda: "gone (not installed)" in screen_text(app))
        await pilot.press("escape")
        await pilot.pause()
    assert kept(file) == {"reranker": "gone"}
