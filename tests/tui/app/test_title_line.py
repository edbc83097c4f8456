"""The title line: what is asked, by importance."""

import pytest
from textual.app import App, ComposeResult

from tui.app import title_line
from tui.app.title_line import IndexSummary, StatusLine, TitleLine
from tui.documents.document_tree import ALL_DOCUMENTS, Scope


class StatusApp(App[None]):
    """The line alone."""

    def compose(self) -> ComposeResult:
        yield StatusLine()


@pytest.fixture
def clock(monkeypatch):
    """Seconds that pass when told to."""
    now = [100.0]
    monkeypatch.setattr(title_line, "monotonic", lambda: now[0])
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


class TitleApp(App[None]):
    """The line alone."""

    def compose(self) -> ComposeResult:
        yield TitleLine()


def fill(summary: IndexSummary) -> None:
    summary.index, summary.counts, summary.key = "notes.index", (215, 5120), "^g"


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (120, " Quoteback   notes.index  215 documents  5,120 passages"),
        (72, " Quoteback   notes.index  215 documents"),
        (48, " Quoteback   notes.index"),
        (30, " Quoteback "),
    ],
)
async def test_what_does_not_fit_is_left_out_the_least_important_first(width, shown):
    app = TitleApp()
    async with app.run_test(size=(width, 5)) as pilot:
        summary = app.query_one(IndexSummary)
        fill(summary)
        await pilot.pause()
        assert summary.render().plain == shown


async def test_what_questions_are_confined_to_comes_first():
    app = TitleApp()
    async with app.run_test(size=(120, 5)):
        summary = app.query_one(IndexSummary)
        fill(summary)
        summary.scope = Scope("/notes/letters", True)
        assert summary.render().plain.startswith(
            " Quoteback   only letters/ (^g asks everything)  notes.index"
        )


async def test_how_much_is_searched_is_said_in_a_sentence():
    summary = TitleLine().summary
    assert summary.describe_search(unfinished=False) == "Searched all documents."
    fill(summary)
    assert summary.describe_search(unfinished=False) == "Searched 215 documents, 5,120 passages."
    assert summary.describe_search(unfinished=True).endswith("indexing is not finished.")
    summary.scope = Scope("/notes/plan.md", False)
    assert summary.describe_search(unfinished=False) == "Searched only plan.md."
    summary.scope = ALL_DOCUMENTS


async def test_a_name_is_drawn_safely():
    app = TitleApp()
    async with app.run_test(size=(120, 5)):
        summary = app.query_one(IndexSummary)
        summary.index = "a\x1b[31m[b]"
        assert "a␛[31m[b]" in summary.render().plain
