"""The footer of keys: those that work now, as many as fit."""

from typing import ClassVar

import pytest
from textual.app import App, ComposeResult
from textual.binding import Binding

from tui.common.screens.screen_parts import FooterKey, KeyFooter

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
