"""The status line."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult

from tui.app import status_line
from tui.app.status_line import StatusLine


class StatusApp(App[None]):
    """The line alone."""

    def compose(self) -> ComposeResult:
        yield StatusLine()


@pytest.fixture
def clock(monkeypatch):
    """Seconds that pass when told to."""
    now = [100.0]
    monkeypatch.setattr(status_line, "monotonic", lambda: now[0])
    return now


def shown(line: StatusLine) -> str:
    return str(line.render())


async def test_what_goes_on_comes_before_a_hint_and_a_hint_before_rest():
    app = StatusApp()
    async with app.run_test():
        line = app.query_one(StatusLine)
        line.idle = "Ready"
        assert shown(line) == "Ready"
        line.hint = "Type"
        assert shown(line) == "Type"
        line.activity = "Searching"
        assert shown(line).endswith("Searching…")
        line.activity = ""
        assert shown(line) == "Type"


async def test_progress_comes_with_the_time_that_is_left(clock):
    app = StatusApp()
    async with app.run_test():
        line = app.query_one(StatusLine)
        line.activity = "Compiling"
        line.fraction = 0.4
        assert shown(line).endswith("Compiling 40%")
        clock[0] += 8
        assert shown(line).endswith("Compiling 40% (12 s left)")
        clock[0] += 992
        assert shown(line).endswith("Compiling 40% (25 min left)")
        line.fraction = 1.0
        assert shown(line).endswith("Compiling 100%")


async def test_new_work_starts_without_the_progress_of_the_work_before():
    app = StatusApp()
    async with app.run_test():
        line = app.query_one(StatusLine)
        line.activity, line.fraction = "Compiling", 0.9
        line.activity = "Loading"
        assert shown(line).endswith("Loading…")


async def test_the_spinner_turns_while_something_goes_on_and_only_then():
    app = StatusApp()
    async with app.run_test() as pilot:
        line = app.query_one(StatusLine)
        line.activity = "Searching"
        frames = set()
        for _ in range(10):
            await pilot.pause(0.05)
            frames.add(shown(line)[0])
        assert len(frames) > 1
        line.activity = ""
        line.idle = "Ready"
        await pilot.pause(0.2)
        assert shown(line) == "Ready"


async def test_a_message_is_drawn_safely():
    app = StatusApp()
    async with app.run_test():
        line = app.query_one(StatusLine)
        line.activity = "Reading \x1b[2J[b]x"
        assert shown(line).endswith("Reading ␛[2J[b]x…")
