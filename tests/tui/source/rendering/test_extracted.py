"""The text of pages and documents: headings, terms, lists, tables and pages as they were."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import Passage, Span, load_file
from qa import visible
from tests.tui.source.rendering.conftest import (
    ViewApp,
    check_pieces,
    expect_drawn,
    passage,
    read_highlighted,
    read_rows,
    wrap_rows,
)
from tui.source.rendering.extracted import render_extracted
from tui.source.rendering.formats import render_document
from tui.source.rendering.notebook import find_code_cells

PAGE = """The Rain Museum

Visiting

Dogs are welcome.

• a brass pluviometer that is older than the mill
• a bucket

1. Pay
2. Enter

Who\tPrice
Adults\t7 euros
Children\tfree

pluviometer
An instrument that measures rain.
It is old.
"""
VISITING = ("The Rain Museum", "Visiting")
PASSAGES = [
    passage(PAGE, "Dogs are welcome.", *VISITING, page=1),
    passage(
        PAGE, "• a brass pluviometer that is older than the mill\n• a bucket", *VISITING, page=1
    ),
    passage(PAGE, "1. Pay\n2. Enter", *VISITING, page=2),
    passage(PAGE, "Adults\t7 euros", *VISITING, columns=("Who", "Price"), page=2),
    passage(PAGE, "Children\tfree", *VISITING, columns=("Who", "Price"), page=2),
    passage(
        PAGE,
        "pluviometer\nAn instrument that measures rain.\nIt is old.",
        *VISITING,
        "pluviometer",
        page=2,
    ),
]


async def test_a_page_reads_as_it_did():
    app = ViewApp()
    async with app.run_test(size=(42, 40)) as pilot:
        app.show(render_extracted(PAGE, PASSAGES))
        await pilot.pause()
        width = app.view.scrollable_size.width
        page = "── Page {} ".format
        assert read_rows(app.view) == [
            page(1) + "─" * (width - 10),
            "",
            "The Rain Museum",
            "━" * width,
            "",
            "Visiting",
            "",
            "Dogs are welcome.",
            "",
            "• a brass pluviometer that is older",
            "  than the mill",
            "• a bucket",
            "",
            page(2) + "─" * (width - 10),
            "",
            "1. Pay",
            "2. Enter",
            "",
            "Who      │ Price",
            "─────────┼────────",
            "Adults   │ 7 euros",
            "Children │ free",
            "",
            "pluviometer",
            "  An instrument that measures rain.",
            "  It is old.",
        ]


def test_what_is_in_an_item_stands_below_its_words():
    text = """• an item that is wrapped
a paragraph of it
1. a step of it
– of the step

– likewise
2. another step
• another item

1. No part of the item above
Its next line

Nothing of a list."""
    assert wrap_rows(render_extracted(text, ()), 20) == [
        "• an item that is",
        "  wrapped",
        "  a paragraph of it",
        "  1. a step of it",
        "     – of the step",
        "",
        "     – likewise",
        "  2. another step",
        "• another item",
        "",
        "1. No part of the",
        "   item above",
        "   Its next line",
        "",
        "Nothing of a list.",
    ]


def test_what_the_text_sets_in_stays_below_its_item():
    text = """• an item that is wrapped
  a paragraph of it
  1. a step of it
    • of the step, too
      likewise
  2. another step
  the end of the item
• another item"""
    assert wrap_rows(render_extracted(text, ()), 20) == [
        "• an item that is",
        "  wrapped",
        "  a paragraph of it",
        "  1. a step of it",
        "     • of the step,",
        "       too",
        "       likewise",
        "  2. another step",
        "  the end of the",
        "  item",
        "• another item",
    ]


def test_a_list_of_a_definition_ends_with_it():
    text = "pluviometer\nIt measures\n• rain\n\n• of no definition"
    passages = [
        passage(text, "pluviometer\nIt measures\n• rain", "pluviometer"),
        passage(text, "• of no definition"),
    ]
    assert wrap_rows(render_extracted(text, passages), 40) == [
        "pluviometer",
        "  It measures",
        "  • rain",
        "",
        "• of no definition",
    ]


LINES = st.lists(
    st.one_of(
        st.sampled_from(
            ["", "", "a\tb", "c\td\te", "• one", "– in it", "12. two", "Title", "   indented"]
        ),
        st.text("ab \t日א\u0301\x1b\u202e[", max_size=20),
    ),
    max_size=12,
)


@st.composite
def texts_with_passages(draw: st.DrawFn) -> tuple[str, list[Passage], Span]:
    text = "\n".join(draw(LINES))
    edges = sorted(draw(st.lists(st.integers(0, len(text)), max_size=6)))
    passages = [
        Passage(
            n,
            Span(start, end),
            text[start:end],
            draw(st.sampled_from([(), ("Title",), ("Title", "one"), ("a", "b")])),
            draw(st.sampled_from([(), ("a", "b")])),
            draw(st.sampled_from([None, 1])) and n + 1,
        )
        for n, (start, end) in enumerate(zip(edges[::2], edges[1::2], strict=False))
        if start < end
    ]
    a, b = sorted(draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=2)))
    return text, passages, Span(a, b)


async def test_the_highlight_is_exactly_what_is_drawn_of_the_span():
    app = ViewApp()
    async with app.run_test(size=(80, 30)) as pilot:
        await pilot.pause()

        @settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
        @given(texts_with_passages())
        def check(case: tuple[str, list[Passage], Span]) -> None:
            text, passages, span = case
            rendering = render_extracted(text, passages)
            check_pieces(text, rendering, "")
            app.show(rendering, span)
            drawn = "".join(visible(expect_drawn(rendering, span)).split())
            assert "".join(read_highlighted(app.view).split()) == drawn

        check()


@given(texts_with_passages())
def test_no_word_of_the_text_is_left_out(case):
    text, passages, _ = case
    rendering = render_extracted(text, passages)
    drawn = expect_drawn(rendering, Span(0, len(text)))
    assert "".join(drawn.split()) == "".join(text.split())


# Notebooks


@pytest.fixture
def notebook(tmp_path) -> Path:
    cells = [
        {"cell_type": "markdown", "source": ["# Rain\n", "\n", "It *rains*."]},
        {
            "cell_type": "code",
            "execution_count": 3,
            "source": ["drops = 42\n", "\n", "print(drops)\n"],
            "outputs": [{"output_type": "stream", "text": ["42\n"]}],
        },
        {"cell_type": "code", "source": [], "outputs": []},
    ]
    path = tmp_path / "rain.ipynb"
    path.write_text(
        json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    )
    return path


async def test_a_notebook_is_shown_by_its_cells(notebook):
    text = load_file(notebook).text
    app = ViewApp()
    async with app.run_test(size=(40, 20)) as pilot:
        app.show(render_extracted(text, (), find_code_cells(str(notebook), text)))
        await pilot.pause()
        assert read_rows(app.view)[3:] == [
            "",
            "In [3]",
            "  drops = 42",
            "",
            "  print(drops)",
            "",
            "Out",
            "  42",
        ]


def test_a_notebook_that_has_changed_or_gone_is_read_as_text(notebook, tmp_path):
    assert find_code_cells(str(notebook), "another text") == []
    assert find_code_cells(str(tmp_path / "gone.ipynb"), "x") == []
    notebook.write_text("[1, 2")
    assert find_code_cells(str(notebook), "x") == []
    notebook.write_text('{"cells": [1, {"cell_type": "code", "source": 3}], "metadata": []}')
    assert find_code_cells(str(notebook), "x") == []


@pytest.mark.parametrize(
    "path", ["/a/post.mbox/12", "https://example.org/", "https://example.org/a.php?id=1"]
)
def test_messages_and_pages_are_drawn_with_their_headings(path):
    piece = Passage(1, Span(6, 14), "It blew.", ("Rain",))
    drawn = render_document(path, "Rain\n\nIt blew.", [piece])
    plain = render_document("/a/post.txt/12", "Rain\n\nIt blew.", [piece])
    assert drawn is not None
    assert plain is None


def test_a_long_term_that_its_heading_cuts_off_is_one_on_all_of_its_lines():
    term = "push [-p|--patch] [-S|--staged]\n[-k|--[no-]keep-index] [-u|--include-untracked]"
    text = f"Commands\n\n{term}\nSave your changes.\n"
    heading = " ".join(term.split())[:50] + "…"
    read = passage(text, f"{term}\nSave your changes.", "Commands", heading)
    styles = render_extracted(text, [read]).styles
    drawn = render_extracted(text, [read]).text
    assert [styles["term"][number].of(drawn) for number in range(2)] == term.split("\n")
    assert len(styles["term"]) == 2
