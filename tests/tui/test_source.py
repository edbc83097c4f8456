"""The source pane: the whole document, with highlights exactly on what is quoted."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from textual.app import App, ComposeResult
from textual.geometry import Size

from index import Document, Span
from tui.quotation import Quotation
from tui.source import SourcePane
from tui.source_view import CONTEXT, SPAN, SourceView
from tui.stretches import Stretches
from tui.visible import visible
from tui.wrapping import MeasuredText


class SourceApp(App[None]):
    """The pane alone."""

    def compose(self) -> ComposeResult:
        yield SourcePane()

    @property
    def pane(self) -> SourcePane:
        return self.query_one(SourcePane)

    @property
    def view(self) -> SourceView:
        return self.query_one(SourceView)


def quotation(text: str, *quotes: str, around: str = "", stale: bool = False) -> Quotation:
    spans = tuple(Span(text.index(quote), text.index(quote) + len(quote)) for quote in quotes)
    start = text.index(around)
    context = Span(start, start + len(around)) if around else spans[0]
    return Quotation(
        Document(1, "/library/notes.md", None),
        spans,
        context,
        context.of(text),
        "Notes › First",
        3,
        stale,
    )


def highlighted(view: SourceView, name: str) -> str:
    """All characters of the document that are drawn in the style of that component."""
    wanted = view.rich_style + view.get_component_rich_style(name)
    top = view.scroll_offset.y
    return "".join(
        segment.text
        for row in range(view.virtual_size.height)
        for segment in view.render_line(row - top)
        if segment.style == wanted
    )


def rows_in_sight(view: SourceView) -> list[str]:
    return [view.render_line(y).text.rstrip() for y in range(view.size.height)]


def undrawn(text: str) -> str:
    """Without what is drawn otherwise: line ends not at all, tabs as spaces."""
    return "".join(c for c in text if c not in "\r\n\t ")


ODD = st.text(
    st.one_of(
        st.sampled_from(" \t\n\r\u3000[]/"),
        st.sampled_from("abc日本語한אבג"),
        st.sampled_from("\u0301\u200d\ufe0f\u200b👩💻🏽🇮❤\u202e\x1b"),
        st.characters(),
    ),
    min_size=1,
    max_size=120,
)


@st.composite
def texts_with_a_span(draw: st.DrawFn) -> tuple[str, Span, Span]:
    text = draw(ODD)
    a, b, c, d = sorted(draw(st.lists(st.integers(0, len(text)), min_size=4, max_size=4)))
    return text, Span(b, c), Span(a, d)


async def test_the_highlights_are_exactly_the_span_and_the_rest_of_its_sentence():
    app = SourceApp()
    async with app.run_test(size=(24, 12)) as pilot:
        app.pane.show(quotation("x", "x"), MeasuredText.of("x"))
        await pilot.pause()

        @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
        @given(texts_with_a_span())
        def check(case: tuple[str, Span, Span]) -> None:
            text, span, around = case
            layers = {CONTEXT: Stretches.of([around]), SPAN: Stretches.of([span])}
            app.view.show(MeasuredText.of(text), layers, span)
            drawn = visible(text)
            rest = drawn[around.start : span.start] + drawn[span.end : around.end]
            assert undrawn(highlighted(app.view, "source--span")) == undrawn(span.of(drawn))
            assert undrawn(highlighted(app.view, "source--context")) == undrawn(rest)

        check()


async def test_the_span_is_highlighted_within_its_sentence():
    text = "Before. It opened on 4 May 1998, in a mill. After."
    app = SourceApp()
    async with app.run_test(size=(60, 10)) as pilot:
        app.pane.show(
            quotation(text, "4 May 1998", around="It opened on 4 May 1998, in a mill."),
            MeasuredText.of(text),
        )
        await pilot.pause()
        assert highlighted(app.view, "source--span") == "4 May 1998"
        assert highlighted(app.view, "source--context") == "It opened on , in a mill."
        assert rows_in_sight(app.view)[0] == text


async def test_all_parts_of_a_list_are_highlighted():
    text = "Bring bread, butter and salt."
    app = SourceApp()
    async with app.run_test(size=(60, 10)) as pilot:
        app.pane.show(
            quotation(text, "bread", "butter", "salt", around=text), MeasuredText.of(text)
        )
        await pilot.pause()
        assert highlighted(app.view, "source--span") == "breadbuttersalt"


async def test_the_span_and_its_sentence_differ_without_colour():
    app = SourceApp()
    async with app.run_test(size=(60, 10)) as pilot:
        app.pane.show(quotation("one two", "one", around="one two"), MeasuredText.of("one two"))
        await pilot.pause()
        span, rest, *_ = app.view.render_line(0)
        assert (span.text, span.style.reverse, span.style.underline) == ("one", True, None)
        assert (rest.text, bool(rest.style.reverse), rest.style.underline) == (" two", False, True)


LONG = "".join(f"Line {number} of many.\n" for number in range(1, 1001))


async def test_a_document_is_scrolled_to_the_span():
    app = SourceApp()
    async with app.run_test(size=(60, 20)) as pilot:
        app.pane.show(quotation(LONG, "Line 700 "), MeasuredText.of(LONG))
        await pilot.pause()
        assert "Line 700 of many." in rows_in_sight(app.view)
        assert "Line 697 of many." in rows_in_sight(app.view)


async def test_n_and_shift_n_step_between_the_parts_of_an_answer():
    app = SourceApp()
    async with app.run_test(size=(60, 20)) as pilot:
        app.pane.show(quotation(LONG, "Line 100 ", "Line 500 ", "Line 900 "), MeasuredText.of(LONG))
        app.view.focus()
        await pilot.pause()
        assert "Line 100 of many." in rows_in_sight(app.view)
        await pilot.press("n")
        assert "Line 500 of many." in rows_in_sight(app.view)
        await pilot.press("n", "n")
        assert "Line 100 of many." in rows_in_sight(app.view)
        await pilot.press("N")
        assert "Line 900 of many." in rows_in_sight(app.view)


async def test_the_span_stays_in_sight_when_the_terminal_changes_size():
    text = "many words in one paragraph " * 400 + "the answer" + " and then more words" * 400
    app = SourceApp()
    async with app.run_test(size=(90, 20)) as pilot:
        app.pane.show(quotation(text, "the answer"), MeasuredText.of(text))
        await pilot.pause()
        for size in ((40, 12), (120, 40), (20, 8)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert "the answer" in " ".join(rows_in_sight(app.view))
            assert app.view.virtual_size.width == app.view.size.width


async def test_where_one_reads_stays_in_sight_when_the_terminal_changes_size():
    text = "".join(f"Paragraph {n}: " + "some more words " * 20 + "\n" for n in range(300))
    app = SourceApp()
    async with app.run_test(size=(90, 20)) as pilot:
        app.pane.show(quotation(text, "Paragraph 7:"), MeasuredText.of(text))
        await pilot.pause()
        app.view.scroll_to(y=600, animate=False)
        await pilot.pause()
        top = app.view.scroll_offset.y
        before = next(row for row in rows_in_sight(app.view) if row.startswith("Paragraph"))
        await pilot.resize_terminal(50, 20)
        await pilot.pause()
        assert top == 600
        assert before[:12] in "\n".join(rows_in_sight(app.view))


async def test_the_title_says_where_the_quotation_stands():
    app = SourceApp()
    async with app.run_test(size=(80, 10)) as pilot:
        app.pane.show(quotation("one two", "one"), MeasuredText.of("one two"))
        await pilot.pause()
        title = str(app.query_one(".source-title").render())
        assert title == "/library/notes.md › Notes › First › p. 3"


async def test_a_file_that_changed_since_it_was_indexed_is_said_to_have():
    app = SourceApp()
    async with app.run_test(size=(80, 10)) as pilot:
        app.pane.show(quotation("one two", "one", stale=True), MeasuredText.of("one two"))
        await pilot.pause()
        assert "file changed since it was indexed" in str(app.query_one(".source-title").render())
        assert highlighted(app.view, "source--span") == "one"


async def test_nothing_is_highlighted_in_a_text_that_no_longer_reads_the_same():
    app = SourceApp()
    async with app.run_test(size=(80, 10)) as pilot:
        app.pane.show(quotation("one two", "one"), MeasuredText.of("two one"))
        await pilot.pause()
        assert highlighted(app.view, "source--span") == ""
        assert "ask again" in str(app.query_one(".source-title").render())
        assert rows_in_sight(app.view)[0] == "two one"


async def test_a_text_is_never_read_as_markup_or_escapes():
    text = "[bold]x[/bold] [@click=app.quit]y[/] \x1b[31mred\x1b[0m \u202eright"
    app = SourceApp()
    async with app.run_test(size=(90, 10)) as pilot:
        app.pane.show(quotation(text, "[bold]x"), MeasuredText.of(text))
        await pilot.pause()
        assert rows_in_sight(app.view)[0] == visible(text)
        assert "\x1b" not in rows_in_sight(app.view)[0]


@pytest.mark.parametrize("size", [(3, 4), (1, 2), (8, 30)])
async def test_a_tiny_terminal_is_no_reason_to_fail(size):
    app = SourceApp()
    async with app.run_test(size=size) as pilot:
        app.pane.show(quotation("日本語 text\t and", "語"), MeasuredText.of("日本語 text\t and"))
        await pilot.pause()
        assert app.view.size.width == 0 or highlighted(app.view, "source--span")


async def test_an_empty_document_can_be_shown():
    app = SourceApp()
    async with app.run_test(size=(40, 10)) as pilot:
        empty = Quotation(Document(1, "/e", None), (), Span(0, 0), "", None, None, False)
        app.pane.show(empty, MeasuredText.of(""))
        await pilot.pause()
        assert rows_in_sight(app.view) == [""] * app.view.size.height


async def test_five_million_characters_are_shown_at_once_and_scroll_quickly():
    text = ("The quick brown fox jumps over the lazy dog. " * 20 + "\n") * 5_600 + "The end."
    app = SourceApp()
    async with app.run_test(size=(100, 40)) as pilot:
        started = time.process_time()
        app.pane.show(quotation(text, "The end."), MeasuredText.of(text))
        await pilot.pause()
        await app.workers.wait_for_complete()
        assert "The end." in rows_in_sight(app.view)
        assert time.process_time() - started < 1
        app.view.focus()
        started = time.process_time()
        for _ in range(20):
            app.view.scroll_page_up(animate=False)
            rows_in_sight(app.view)
        assert time.process_time() - started < 1
        assert app.view.virtual_size == Size(app.view.size.width, app.view.virtual_size.height)
