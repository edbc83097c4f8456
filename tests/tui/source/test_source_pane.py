"""The source pane: the whole document, with highlights exactly on what is quoted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import date
from threading import Event

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from textual.app import App, ComposeResult
from textual.geometry import Size
from textual.pilot import Pilot
from textual.widgets import OptionList

from index import Document, Properties, Span
from qa import visible
from tests.support.loading import read_structure
from tests.support.timing import takes_at_most
from tests.tui.source.rendering.conftest import plain
from tui.source.outline import Outline, OutlineEntry
from tui.source.pane_parts import FindBar, OverviewRuler, SourceTitle
from tui.source.places import Position, QuotedPlace
from tui.source.source_document import SourceDocument, read_source_document, render_source_document
from tui.source.source_pane import SourcePane
from tui.source.source_view import (
    EVIDENCE,
    HERE,
    MATCH,
    OTHER,
    PASSAGE,
    SENTENCES,
    SPAN,
    SourceView,
)
from tui.source.span_set import SpanSet
from tui.source.wrapping import MeasuredText


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


def quoted_place(text: str, *quotes: str, around: str = "", stale: bool = False) -> QuotedPlace:
    spans = tuple(Span(text.index(quote), text.index(quote) + len(quote)) for quote in quotes)
    start = text.index(around)
    context = Span(start, start + len(around)) if around else spans[0]
    return QuotedPlace(
        Document(1, "/library/notes.md", None),
        spans,
        context,
        context.of(text),
        ("Notes", "First"),
        3,
        stale,
        (context,),
    )


def document(text: str, outline: Outline | None = None) -> SourceDocument:
    made = read_source_document("/library/notes.txt", text, tuple)
    return replace(made, outline=outline, read_passages=None) if outline else made


@asynccontextmanager
async def reading(
    text: str, *quotes: str, around: str = "", size: tuple[int, int] = (60, 20)
) -> AsyncIterator[tuple[SourceApp, Pilot[None]]]:
    """A document in which something is quoted, in the pane alone."""
    app = SourceApp()
    async with app.run_test(size=size) as pilot:
        app.pane.show_place(quoted_place(text, *quotes, around=around), document(text))
        await pilot.pause()
        yield app, pilot


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
    return [view.render_line(y).text.rstrip() for y in range(view.scrollable_size.height)]


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
    async with reading("x", "x", size=(24, 12)) as (app, _pilot):

        @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
        @given(texts_with_a_span())
        def check(case: tuple[str, Span, Span]) -> None:
            text, span, around = case
            layers = {EVIDENCE: SpanSet.from_spans([around]), SPAN: SpanSet.from_spans([span])}
            app.view.show_text(MeasuredText.measure(plain(text)), layers, span)
            drawn = visible(text)
            rest = drawn[around.start : span.start] + drawn[span.end : around.end]
            assert undrawn(highlighted(app.view, "source--span")) == undrawn(span.of(drawn))
            assert undrawn(highlighted(app.view, "source--evidence")) == undrawn(rest)

        check()


async def test_the_span_is_highlighted_within_its_sentence():
    text = "Before. It opened on 4 May 1998, in a mill. After."
    async with reading(
        text, "4 May 1998", around="It opened on 4 May 1998, in a mill.", size=(60, 10)
    ) as (app, _pilot):
        assert highlighted(app.view, "source--span") == "4 May 1998"
        assert highlighted(app.view, "source--evidence") == "It opened on , in a mill."
        assert rows_in_sight(app.view)[0] == text


async def test_all_parts_of_a_list_are_highlighted():
    text = "Bring bread, butter and salt."
    async with reading(text, "bread", "butter", "salt", around=text, size=(60, 10)) as (
        app,
        _pilot,
    ):
        assert highlighted(app.view, "source--span") == "breadbuttersalt"


async def test_the_span_and_its_sentence_differ_without_colour():
    async with reading("one two", "one", around="one two", size=(60, 10)) as (app, _pilot):
        span, rest, *_ = app.view.render_line(0)
        assert (span.text, span.style.reverse, span.style.underline) == ("one", True, None)
        assert (rest.text, bool(rest.style.reverse), rest.style.underline) == (" two", False, True)


LONG = "".join(f"Line {number} of many.\n" for number in range(1, 1001))


async def test_a_document_is_scrolled_to_the_span():
    async with reading(LONG, "Line 700 ") as (app, _pilot):
        assert "Line 700 of many." in rows_in_sight(app.view)
        assert "Line 697 of many." in rows_in_sight(app.view)


async def test_every_character_is_drawn_beside_the_scrollbar(screen_text):
    text = "\n".join(f"{row:02}" + "QRSTUVWX" * 20 for row in range(40))
    async with reading(text, "00", size=(40, 30)) as (app, _pilot):
        drawn = "".join(c for c in screen_text(app) if c in "QRSTUVWX")
        assert drawn.startswith("QRSTUVWX" * 20)
        assert drawn in "QRSTUVWX" * 20 * 40


async def test_n_and_shift_n_step_between_the_parts_of_an_answer():
    async with reading(LONG, "Line 100 ", "Line 500 ", "Line 900 ") as (app, pilot):
        app.view.focus()
        assert "Line 100 of many." in rows_in_sight(app.view)
        await pilot.press("n")
        assert "Line 500 of many." in rows_in_sight(app.view)
        await pilot.press("n", "n")
        assert "Line 100 of many." in rows_in_sight(app.view)
        await pilot.press("N")
        assert "Line 900 of many." in rows_in_sight(app.view)


async def test_the_span_stays_in_sight_when_the_terminal_changes_size():
    text = "many words in one paragraph " * 400 + "the answer" + " and then more words" * 400
    async with reading(text, "the answer", size=(90, 20)) as (app, pilot):
        for size in ((40, 12), (120, 40), (20, 8)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert "the answer" in " ".join(rows_in_sight(app.view))
            assert app.view.virtual_size.width == app.view.scrollable_size.width


async def test_where_one_reads_stays_in_sight_when_the_terminal_changes_size():
    text = "".join(f"Paragraph {n}: " + "some more words " * 20 + "\n" for n in range(300))
    async with reading(text, "Paragraph 7:", size=(90, 20)) as (app, pilot):
        app.view.scroll_to(y=600, animate=False)
        await pilot.pause()
        top = app.view.scroll_offset.y
        before = next(row for row in rows_in_sight(app.view) if row.startswith("Paragraph"))
        await pilot.resize_terminal(50, 20)
        await pilot.pause()
        assert top == 600
        assert before[:12] in "\n".join(rows_in_sight(app.view))


async def test_the_title_says_where_the_quotation_stands():
    async with reading("one two", "one", size=(80, 10)) as (app, _pilot):
        title = str(app.query_one(SourceTitle).render())
        assert title == "/library/notes.md › Notes › First › p. 3"


async def test_a_file_that_changed_since_it_was_indexed_is_said_to_have():
    app = SourceApp()
    async with app.run_test(size=(80, 10)) as pilot:
        app.pane.show_place(quoted_place("one two", "one", stale=True), document("one two"))
        await pilot.pause()
        assert "file changed since it was indexed" in str(app.query_one(SourceTitle).render())
        assert highlighted(app.view, "source--span") == "one"


async def test_who_wrote_a_document_what_about_and_when_stands_under_its_name():
    properties = Properties(("Ann [b]Smith",), ("rain", "snow"), date(2024, 2, 29))
    shown = replace(document("one two"), properties=properties)
    app = SourceApp()
    async with app.run_test(size=(80, 10)) as pilot:
        for show in (
            lambda: app.pane.show_document(shown),
            lambda: app.pane.show_place(quoted_place("one two", "one"), shown),
        ):
            show()
            await pilot.pause()
            title = str(app.query_one(SourceTitle).render())
            assert title.split("\n")[1] == "Ann [b]Smith · 29 Feb 2024 · #rain #snow"


@pytest.mark.parametrize("text", ["one two three", "one *two* three"])
async def test_words_that_were_hard_to_read_are_dim_and_said_to_be(text):
    properties = Properties(doubtful=((4, text.index(" three")), (900, 950)))
    shown = read_source_document(
        "/library/a.md", text, tuple, properties, structure=read_structure("a.md", text)
    )
    app = SourceApp()
    async with app.run_test(size=(80, 10)) as pilot:
        app.pane.show_place(quoted_place(text, text), shown)
        await pilot.pause()
        assert "partly hard to read (dim italics)" in str(app.query_one(SourceTitle).render())
        drawn = [segment for segment in app.view.render_line(0) if segment.style]
        dim = "".join(each.text for each in drawn if each.style.dim and each.style.italic)
        assert dim == "two"


async def test_nothing_is_highlighted_in_a_text_that_no_longer_reads_the_same():
    app = SourceApp()
    async with app.run_test(size=(80, 10)) as pilot:
        app.pane.show_place(quoted_place("one two", "one"), document("two one"))
        await pilot.pause()
        assert highlighted(app.view, "source--span") == ""
        assert "ask again" in str(app.query_one(SourceTitle).render())
        assert rows_in_sight(app.view)[0] == "two one"


async def test_a_text_is_never_read_as_markup_or_escapes():
    text = "[bold]x[/bold] [@click=app.quit]y[/] \x1b[31mred\x1b[0m \u202eright"
    async with reading(text, "[bold]x", size=(90, 10)) as (app, _pilot):
        assert rows_in_sight(app.view)[0] == visible(text)
        assert "\x1b" not in rows_in_sight(app.view)[0]


@pytest.mark.parametrize("size", [(3, 4), (1, 2), (8, 30)])
async def test_a_tiny_terminal_is_no_reason_to_fail(size):
    async with reading("日本語 text\t and", "語", size=size) as (app, _pilot):
        assert app.view.scrollable_size.width == 0 or highlighted(app.view, "source--span")


async def test_an_empty_document_can_be_shown():
    app = SourceApp()
    async with app.run_test(size=(40, 10)) as pilot:
        empty = QuotedPlace(Document(1, "/e", None), (), Span(0, 0), "", (), None, False)
        app.pane.show_place(empty, document(""))
        await pilot.pause()
        assert rows_in_sight(app.view) == [""] * app.view.scrollable_size.height


@pytest.mark.parametrize("line_end", ["\n", " "], ids=["many lines", "one line"])
async def test_five_million_characters_are_shown_at_once_and_scroll_quickly(line_end):
    line = "The quick brown fox jumps over the lazy dog. " * 20
    text = (line + line_end) * 5_600 + "The end."
    app = SourceApp()
    async with app.run_test(size=(100, 40)) as pilot:
        with takes_at_most(5):
            app.pane.show_place(quoted_place(text, "The end."), document(text))
            await pilot.pause()
            await app.workers.wait_for_complete()
            assert "The end." in " ".join(rows_in_sight(app.view))
        app.view.focus()
        with takes_at_most(5):
            for _ in range(20):
                app.view.scroll_page_up(animate=False)
                rows_in_sight(app.view)
        assert app.view.virtual_size == Size(
            app.view.scrollable_size.width, app.view.virtual_size.height
        )


# Without a question


async def test_a_document_can_be_opened_at_a_place_with_nothing_quoted():
    app = SourceApp()
    async with app.run_test(size=(60, 20)) as pilot:
        app.pane.show_document(document(LONG), LONG.index("Line 700 "))
        app.view.focus()
        await pilot.pause()
        assert "Line 700 of many." in rows_in_sight(app.view)
        assert str(app.query_one(SourceTitle).render()) == "/library/notes.txt"
        assert highlighted(app.view, SPAN) + highlighted(app.view, EVIDENCE) == ""
        await pilot.press("y", "Y", "c", "n")
        assert app.clipboard == ""


async def test_the_place_where_one_reads_is_the_first_row_in_sight():
    app = SourceApp()
    async with app.run_test(size=(60, 20)) as pilot:
        assert app.pane.position is None
        app.pane.show_document(document(LONG), LONG.index("Line 700 "))
        await pilot.pause()
        first = rows_in_sight(app.view)[0]
        assert app.pane.position == Position("/library/notes.txt", LONG.index(first))


async def test_a_document_opened_after_a_quotation_shows_nothing_of_it():
    app = SourceApp()
    shown = document("one two")
    async with app.run_test(size=(60, 20)) as pilot:
        app.pane.show_place(quoted_place("one two", "one"), shown)
        app.pane.show_document(shown)
        await pilot.pause()
        assert highlighted(app.view, SPAN) == ""


# Other evidence, and the column that shows where it is


async def test_what_other_answers_quote_and_the_passages_read_have_styles_of_their_own():
    text = "It rained on Monday. On Tuesday it snowed.\n\nOn Friday the sun shone."
    shown = replace(
        quoted_place(text, "Monday", around="It rained on Monday."),
        others=(Span(text.index("Tuesday"), text.index("Tuesday") + 7),),
        passages=(Span(0, text.index("\n\n")),),
    )
    app = SourceApp()
    async with app.run_test(size=(60, 12)) as pilot:
        app.pane.show_place(shown, document(text))
        await pilot.pause()
        assert highlighted(app.view, SPAN) == "Monday"
        assert highlighted(app.view, EVIDENCE) == "It rained on ."
        assert highlighted(app.view, OTHER) == "Tuesday"
        assert highlighted(app.view, PASSAGE) == " On  it snowed."


def marks_of(app: SourceApp) -> dict[int, str]:
    marks = app.query_one(OverviewRuler)
    drawn = [marks.render_line(y).text.strip() for y in range(marks.size.height)]
    return {y: glyph for y, glyph in enumerate(drawn) if glyph}


async def test_marks_beside_the_scrollbar_stand_where_the_spans_do():
    async with reading(LONG, "Line 1 ", "Line 500 ", "Line 1000 ") as (app, _pilot):
        height = app.query_one(OverviewRuler).size.height
        assert marks_of(app) == {0: "━", 499 * height // 1000: "━", height - 1: "━"}


async def test_a_click_on_the_column_goes_there():
    async with reading(LONG, "Line 1 ") as (app, pilot):
        height = app.query_one(OverviewRuler).size.height
        await pilot.click(OverviewRuler, offset=(0, height // 2))
        middle = int((height // 2 + 0.5) / height * 1000)
        assert f"Line {middle} of many." in "\n".join(rows_in_sight(app.view))


# Where one is


def place_of(app: SourceApp) -> str:
    return str(app.query_one(".source-place").render())


async def test_the_lines_in_sight_the_page_and_the_part_are_said():
    pages = Outline((), ((0, 1), (LONG.index("Line 500 "), 2)))
    app = SourceApp()
    async with app.run_test(size=(60, 20)) as pilot:
        app.pane.show_place(quoted_place(LONG, "Line 1 ", "Line 700 "), document(LONG, pages))
        await pilot.pause()
        height = app.view.scrollable_size.height
        assert place_of(app) == f"part 1 of 2 · p. 1 of 2 · line 1 to {height} of 1,000 · 2%"
        app.view.focus()
        await pilot.press("n")
        await pilot.pause()
        assert "p. 2 of 2 · line 697 to " in place_of(app)
        assert place_of(app).startswith("part 2 of 2 ")


async def test_a_low_pane_keeps_its_rows_for_the_text():
    async with reading(LONG, "Line 500 ", size=(40, 6)) as (app, _pilot):
        assert app.view.scrollable_size.height == 5
        assert "Line 500 of many." in rows_in_sight(app.view)


# Finding


async def find(pilot, app: SourceApp, words: str) -> None:
    app.view.focus()
    await pilot.press("slash")
    app.query_one(FindBar).value = words
    await pilot.pause()
    await app.workers.wait_for_complete()
    await pilot.pause()


async def test_slash_finds_as_one_types_and_n_goes_on_from_there():
    async with reading(LONG, "Line 500 ") as (app, pilot):
        await find(pilot, app, "LINE 6")
        assert place_of(app).startswith("match 12 of 111 ")
        assert "Line 600 of many." in rows_in_sight(app.view)
        assert highlighted(app.view, HERE) == "Line 6"
        await pilot.press("enter", "n")
        await pilot.pause()
        assert app.view.has_focus
        assert place_of(app).startswith("match 13 of 111 ")
        await pilot.press(*"N" * 12)
        await pilot.pause()
        assert "Line 6 of many." in rows_in_sight(app.view)
        await pilot.press("N")
        await pilot.pause()
        assert "Line 699 of many." in rows_in_sight(app.view)


async def test_the_keys_for_up_and_down_step_while_one_types():
    async with reading(LONG, "Line 1 ") as (app, pilot):
        await find(pilot, app, "line 77")
        await pilot.press("down", "down", "up")
        await pilot.pause()
        assert place_of(app).startswith("match 2 of 11 ")
        assert app.query_one(FindBar).has_focus


async def test_all_matches_are_highlighted_whatever_the_script():
    text = "日本語の文。日本語 e\u0301te\u0301 [b]日本語[/b]"
    async with reading(text, "文", size=(60, 12)) as (app, pilot):
        await find(pilot, app, "日本語")
        assert highlighted(app.view, MATCH) == "日本語日本語"
        assert highlighted(app.view, HERE) == "日本語"
        await find(pilot, app, "e\u0301")
        assert highlighted(app.view, MATCH) + highlighted(app.view, HERE) == "e\u0301e\u0301"


async def test_what_is_not_there_is_said_and_nothing_moves():
    async with reading(LONG, "Line 500 ") as (app, pilot):
        before = rows_in_sight(app.view)[:5]
        await find(pilot, app, "nowhere")
        assert place_of(app).startswith("not found ")
        assert rows_in_sight(app.view)[:5] == before


async def test_a_low_pane_says_it_in_words_too(screen_text):
    async with reading(LONG, "Line 500 ", size=(60, 6)) as (app, pilot):
        await find(pilot, app, "nowhere")
        assert "not found" in screen_text(app)
        await find(pilot, app, "Line 7")
        assert "not found" not in screen_text(app)
        assert app.view.scrollable_size.height == 4


async def test_escape_ends_the_search_and_n_is_for_the_answer_again():
    async with reading(LONG, "Line 100 ", "Line 900 ") as (app, pilot):
        await find(pilot, app, "line 5")
        for leave in (["escape"], ["enter", "escape"]):
            await find(pilot, app, "line 5")
            await pilot.press(*leave)
            await pilot.pause()
            assert not app.query_one(FindBar).display
            assert highlighted(app.view, MATCH) == ""
            assert app.view.has_focus
        await pilot.press("n")
        await pilot.pause()
        assert "Line 900 of many." in rows_in_sight(app.view)


async def test_another_document_ends_the_search():
    async with reading(LONG, "Line 100 ") as (app, pilot):
        await find(pilot, app, "line")
        app.pane.show_place(quoted_place("one line", "one"), document("one line"))
        await pilot.pause()
        assert highlighted(app.view, MATCH) == ""
        assert not app.query_one(FindBar).display


# The outline

CHAPTERS = "".join(f"Chapter {n}\n\n" + f"Words of chapter {n}.\n" * 40 + "\n" for n in range(1, 8))
OUTLINE = Outline(
    tuple(
        OutlineEntry(Span(at, at + 9), 1 + n % 2, f"Chapter {n}", n)
        for n in range(1, 8)
        for at in [CHAPTERS.index(f"Chapter {n}")]
    )
)


async def test_o_lists_the_headings_beginning_where_one_reads_and_enter_goes_to_one(
    screen_text, until
):
    app = SourceApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.pane.show_place(
            quoted_place(CHAPTERS, "Words of chapter 3."), document(CHAPTERS, OUTLINE)
        )
        app.view.focus()
        await pilot.pause()
        await pilot.press("o")
        await pilot.pause()
        listed = app.screen.query_one(OptionList)
        assert listed.option_count == 7
        assert listed.highlighted == 2
        await until(lambda: "Chapter 5  p. 5" in screen_text(app))
        await pilot.press("down", "down", "enter")
        await pilot.pause()
        assert "Chapter 5" in rows_in_sight(app.view)
        await pilot.press("o", "escape")
        assert len(app.screen_stack) == 1


async def test_a_document_without_headings_has_no_list(screen_text):
    app = SourceApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.pane.show_place(quoted_place(LONG, "Line 1 "), document(LONG))
        app.view.focus()
        await pilot.press("o")
        await pilot.pause()
        assert len(app.screen_stack) == 1


# Long lines


async def test_w_shows_lines_as_they_are_and_scrolls_to_the_span():
    text = "short\n" + "many words " * 200 + "the answer" + " and more" * 200 + "\nend"
    app = SourceApp()
    async with app.run_test(size=(60, 20)) as pilot:
        app.pane.show_place(quoted_place(text, "the answer"), document(text))
        app.view.focus()
        await pilot.press("w")
        await pilot.pause()
        assert app.view.virtual_size.height == 3
        assert "the answer" in rows_in_sight(app.view)[1]
        assert highlighted(app.view, SPAN) == "the answer"
        app.view.scroll_home(animate=False)
        await pilot.pause()
        assert rows_in_sight(app.view)[0].startswith("short")
        await pilot.press("w")
        await pilot.pause()
        assert app.view.virtual_size.width == app.view.scrollable_size.width
        assert app.view.scroll_offset.x == 0
        assert "the answer" in " ".join(rows_in_sight(app.view))


# Taking along


@pytest.mark.parametrize(
    ("key", "copied"),
    [
        ("y", "4 May 1998"),
        ("Y", "It opened on 4 May 1998, in a mill."),
        ("c", "/library/notes.md:2, p. 3"),
    ],
)
async def test_answer_sentence_and_citation_go_to_the_clipboard(key, copied):
    text = "Before.\nIt opened on 4 May 1998, in a mill. After."
    app = SourceApp()
    async with app.run_test(size=(60, 20)) as pilot:
        shown = quoted_place(text, "4 May 1998", around="It opened on 4 May 1998, in a mill.")
        app.pane.show_place(shown, document(text))
        app.view.focus()
        await pilot.press(key)
        assert app.clipboard == copied


class EditingApp(SourceApp):
    """Lends its screen to an editor, as a terminal would; an error leaves the screen there."""

    suspended = resumed = 0

    @contextmanager
    def suspend(self):
        self.suspended += 1
        yield
        self.resumed += 1


async def test_e_opens_the_file_in_the_editor_at_the_line(tmp_path, monkeypatch):
    path = tmp_path / "notes.md"
    path.write_text("one\ntwo\nthree\n")
    called = tmp_path / "called"
    editor = tmp_path / "vim"
    editor.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > "{called}"\n')
    editor.chmod(0o755)
    monkeypatch.setenv("VISUAL", str(editor))
    app = EditingApp()
    async with app.run_test(size=(60, 20)) as pilot:
        text = "one\ntwo\nthree\n"
        shown = replace(quoted_place(text, "three"), document=Document(1, str(path), None))
        app.pane.show_place(shown, read_source_document(str(path), text, tuple))
        app.view.focus()
        await pilot.press("e")
        assert app.suspended == app.resumed == 1
        assert called.read_text().split("\n")[:2] == ["+3", str(path)]


async def test_an_editor_that_cannot_be_started_is_said_and_the_app_lives_on(
    tmp_path, monkeypatch, screen_text, until
):
    monkeypatch.setenv("PAGER", str(tmp_path / "nothing"))
    app = EditingApp()
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        app.pane.show_place(quoted_place("one two", "one"), document("one two"))
        app.view.focus()
        await pilot.press("e")
        await pilot.pause()
        await until(lambda: "cannot be started" in screen_text(app))
        assert app.suspended == app.resumed == 1
        await pilot.press("y")
        assert app.clipboard == "one"


async def test_e_opens_the_file_where_one_reads_once_the_quotation_is_out_of_sight(
    tmp_path, monkeypatch
):
    path = tmp_path / "notes.md"
    text = "".join(f"Line {number}\n\n" for number in range(1, 201))
    path.write_text(text)
    called = tmp_path / "called"
    editor = tmp_path / "vim"
    editor.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > "{called}"\n')
    editor.chmod(0o755)
    monkeypatch.setenv("VISUAL", str(editor))
    app = EditingApp()
    async with app.run_test(size=(60, 20)) as pilot:
        shown = replace(quoted_place(text, "Line 3"), document=Document(1, str(path), None))
        app.pane.show_place(shown, read_source_document(str(path), text, tuple))
        app.view.focus()
        await pilot.press("e")
        assert called.read_text().startswith("+5\n")
        await pilot.press("end", "e")
        first = rows_in_sight(app.view)[0] or rows_in_sight(app.view)[1]
        line = text.count("\n", 0, text.index(f"{first}\n")) + 1
        assert int(called.read_text().split("\n")[0][1:]) in (line - 1, line)


async def test_where_the_screen_cannot_be_lent_an_editor_is_refused(screen_text, until):
    app = SourceApp()
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        app.pane.show_place(quoted_place("one two", "one"), document("one two"))
        app.view.focus()
        await pilot.press("e")
        await pilot.pause()
        await until(lambda: "An editor cannot be" in screen_text(app))


async def test_without_a_document_the_keys_do_nothing():
    app = SourceApp()
    async with app.run_test(size=(60, 20)) as pilot:
        app.view.focus()
        await pilot.press("slash", "n", "o", "w", "e", "y", "Y", "c", "escape")
        assert app.clipboard == ""
        assert len(app.screen_stack) == 1


async def test_v_opens_the_original_at_its_page_or_says_why_not(
    tmp_path, monkeypatch, screen_text, until
):
    opened = []
    monkeypatch.setattr("tui.source.source_pane.open_original", lambda *place: opened.append(place))
    pages = Outline((), ((0, 1), (LONG.index("Line 500 "), 2)))
    app = SourceApp()
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        app.pane.show_place(quoted_place(LONG, "Line 700 "), document(LONG, pages))
        app.view.focus()
        await pilot.press("v")
        await until(lambda: "Opened in the" in screen_text(app))
        assert opened == [("/library/notes.txt", 2)]
        monkeypatch.undo()
        await pilot.press("v")
        await until(lambda: "no longer there" in screen_text(app))


async def test_a_key_that_can_do_nothing_here_says_why(screen_text, until):
    app = SourceApp()
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        app.pane.show_document(document("# x"))
        app.view.focus()
        for key, note in (
            ("o", "No headings in this document"),
            ("r", "This is the text as it is"),
            ("y", "Nothing is quoted here"),
        ):
            await pilot.press(key)
            await until(lambda note=note: note in screen_text(app))
            assert app.focused is app.view


async def test_that_there_are_no_headings_is_said_only_when_the_passages_are_read(
    screen_text, until
):
    may_read = Event()

    def read_passages():
        may_read.wait(30)
        return ()

    app = SourceApp()
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        app.pane.show_document(read_source_document("/library/notes.txt", LONG, read_passages))
        app.view.focus()
        await pilot.press("o")
        await pilot.pause()
        shown = screen_text(app)
        may_read.set()
        assert "Not read yet: try again in a moment" in shown
        await until(lambda: app.pane.document.is_rendered)
        await pilot.press("o")
        await until(lambda: "No headings in this document" in screen_text(app))


# As it reads, and as it is

ARTICLE = (
    "# The *Rain* Museum\n\nIt **opened** on 4 May\n1998, in a [mill](https://mill.example).\n"
)


def markdown(text: str) -> SourceDocument:
    read = read_source_document(
        "/library/notes.md", text, tuple, structure=read_structure("a.md", text)
    )
    return read if read.is_rendered else render_source_document(read)


async def test_r_shows_the_text_as_it_is_and_again_as_it_reads():
    app = SourceApp()
    async with app.run_test(size=(60, 12)) as pilot:
        app.pane.show_place(quoted_place(ARTICLE, "May\n1998"), markdown(ARTICLE))
        app.view.focus()
        await pilot.pause()
        assert rows_in_sight(app.view)[3] == "It opened on 4 May 1998, in a mill."
        await pilot.press("r")
        await pilot.pause()
        assert rows_in_sight(app.view)[:4] == ARTICLE.split("\n")[:4]
        assert highlighted(app.view, SPAN) == "May1998"
        await pilot.press("r")
        await pilot.pause()
        assert rows_in_sight(app.view)[0] == "The Rain Museum"


async def test_where_one_reads_stays_when_the_text_is_shown_otherwise():
    text = "".join(f"## Part {n}\n\n" + "some **bold** words " * 30 + "\n\n" for n in range(200))
    app = SourceApp()
    async with app.run_test(size=(60, 20)) as pilot:
        app.pane.show_document(markdown(text))
        app.view.focus()
        app.view.scroll_to(y=900, animate=False)
        await pilot.pause()
        before = next(row for row in rows_in_sight(app.view) if row.startswith("Part"))
        await pilot.press("r")
        await pilot.pause()
        assert f"## {before}" in rows_in_sight(app.view)


async def test_what_is_found_is_highlighted_where_it_is_drawn():
    app = SourceApp()
    async with app.run_test(size=(60, 12)) as pilot:
        app.pane.show_document(markdown(ARTICLE))
        await pilot.pause()
        # As it reads, across the asterisks of the emphasis.
        await find(pilot, app, "opened on 4 may 1998")
        assert place_of(app).startswith("match 1 of 1")
        # What is emphasised stays so, in reverse as all that is found.
        rows = (app.view.render_line(y) for y in range(app.view.size.height))
        drawn = [segment for row in rows for segment in row if segment.style.reverse]
        assert "".join(segment.text for segment in drawn) == "opened on 4 May 1998"
        assert [segment.text for segment in drawn if segment.style.bold] == ["opened"]


async def test_plain_text_has_nothing_else_to_show():
    app = SourceApp()
    async with app.run_test(size=(60, 12)) as pilot:
        app.pane.show_document(document("# x"))
        app.view.focus()
        assert not app.pane.check_action("raw", ())
        await pilot.press("r")
        assert rows_in_sight(app.view)[0] == "# x"


async def test_a_long_document_is_there_at_once_and_rendered_while_one_reads(until, monkeypatch):
    may_render = Event()

    def render_later(document: SourceDocument, stop: Event) -> SourceDocument:
        assert may_render.wait(60)
        return render_source_document(document, stop)

    monkeypatch.setattr("tui.source.source_document.render_source_document", render_later)
    text = "# Long\n\n" + "A **bold** paragraph of words.\n\n" * 20_000
    app = SourceApp()
    async with app.run_test(size=(60, 12)):
        app.pane.show_document(
            read_source_document(
                "/library/long.md", text, tuple, structure=read_structure("a.md", text)
            )
        )
        await until(lambda: rows_in_sight(app.view)[:1] == ["# Long"])
        may_render.set()
        await until(lambda: rows_in_sight(app.view)[0] == "Long")
        assert rows_in_sight(app.view)[3] == "A bold paragraph of words."


async def test_that_the_passages_of_a_document_cannot_be_read_is_said_once(until, screen_text):
    def read_passages():
        raise OSError("the index is damaged")

    text = "# Rain\n\n```python\nx = 42\n```\n"
    read = read_source_document(
        "/library/a.md", text, read_passages, structure=read_structure("a.md", text)
    )
    assert not read.is_rendered
    app = SourceApp()
    async with app.run_test(size=(80, 12)) as pilot:
        app.pane.show_document(read)
        await until(lambda: app.pane.document.is_rendered)
        await pilot.pause()
        assert screen_text(app).count("Its pages could not be read: the index is damaged") == 1


# At any moment


async def test_sizes_may_change_while_a_long_text_is_being_wrapped():
    text = "many words in one paragraph " * 30_000 + "the answer" + " and then more words" * 30_000
    app = SourceApp()
    async with app.run_test(size=(90, 20)) as pilot:
        app.pane.show_place(quoted_place(text, "the answer"), document(text))
        for size in ((40, 12), (120, 40), (10, 4), (70, 20)):
            await pilot.resize_terminal(*size)
        await pilot.pause()
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert app.view.virtual_size.width == app.view.scrollable_size.width
        assert "the answer" in " ".join(rows_in_sight(app.view))


async def test_no_colour_and_every_highlight_is_told_from_the_others(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    text = "Monday, Tuesday. Wednesday."
    shown = replace(quoted_place(text, "Monday", around="Monday, Tuesday."), others=(Span(17, 26),))
    app = SourceApp()
    async with app.run_test(size=(60, 12)) as pilot:
        app.pane.show_place(shown, document(text))
        await pilot.pause()
        await find(pilot, app, "day")
        kinds = {
            (
                bool(s.style.reverse),
                bool(s.style.underline),
                bool(s.style.italic),
                bool(s.style.bold),
            )
            for s in app.view.render_line(0)
            if s.style and s.text.strip()
        }
        assert len(kinds) == 6


async def test_whole_sentences_stand_out_less_than_words_do():
    sentences = "It opened on 4 May 1998, in a mill that had been out of use for many years. " * 2
    text = f"Before.\n{sentences}\nAfter."
    app = SourceApp()
    async with app.run_test(size=(60, 20)) as pilot:
        app.pane.show_place(quoted_place(text, sentences.strip()), document(text))
        await pilot.pause()
        assert highlighted(app.view, SPAN) == ""
        assert undrawn(highlighted(app.view, SENTENCES)) == undrawn(sentences)


async def test_a_bar_that_appears_after_its_view_was_scrolled_stands_where_the_view_is():
    text = "\n\n".join(f"Line {number}." for number in range(60))
    async with reading(text, "Line 50.") as (app, pilot):
        app.view.show_vertical_scrollbar = False
        app.view.scroll_to(y=30, animate=False, force=True)
        app.view.show_vertical_scrollbar = True
        await pilot.pause()
        assert app.view.vertical_scrollbar.position == app.view.scroll_y > 0
