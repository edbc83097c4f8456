"""The title line: what is asked, by importance."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult

from tui.app.title_line import IndexSummary, TitleLine
from tui.documents.scope import ALL_DOCUMENTS, Scope


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
    assert summary.describe_search(unfinished=False) == ""
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
