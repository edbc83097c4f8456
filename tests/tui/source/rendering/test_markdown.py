"""Markdown as a person would read it: markup is hidden, words stay where they are."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from index import Span
from qa import visible
from tests.support.timing import takes_at_most
from tests.tui.source.rendering.conftest import (
    ViewApp,
    check_pieces,
    draw,
    expect_drawn,
    read_highlighted,
    read_rows,
    wrap_rows,
)
from tui.source.rendering.rendering import OffsetMap, Rendering
from tui.source.wrapping import MeasuredText


def render_markdown(text):
    plain = Rendering("", OffsetMap.from_pieces([]))
    return draw(text, ".md") or plain


WORD = st.sampled_from(
    "museum rain 日本語 אבג e\u0301te\u0301 👩\u200d💻 a_b_c 2*3 x\u202ey z\x1b[31m [b] &amp; \\* `".split(
        " "
    )
)
WORDS = st.lists(WORD, min_size=1, max_size=8).map(" ".join)
INLINE = st.one_of(
    WORDS,
    st.builds("**{}**".format, WORDS),
    st.builds("*{}*".format, WORDS),
    st.builds("~~{}~~".format, WORDS),
    st.builds("`{}`".format, WORDS),
    st.builds("[{}](https://a.b/c)".format, WORDS),
    st.builds("![{}](p.png)".format, WORDS),
    st.sampled_from(
        ["[![b](x)](y)", "<b>", "</b>", "<!-- c -->", "<https://a.b>", "***", "_", "&lt;"]
    ),
)
LINE = st.lists(INLINE, min_size=1, max_size=4).map(" ".join)
BLOCK = st.one_of(
    st.lists(LINE, min_size=1, max_size=3).map("\n".join),
    st.builds(lambda n, line: "#" * n + " " + line, st.integers(1, 6), LINE),
    LINE.map(lambda line: f"{line}\n===="),
    st.lists(LINE, min_size=1, max_size=3).map(
        lambda lines: "\n".join(f"- {each}" for each in lines)
    ),
    st.lists(LINE, min_size=1, max_size=3).map(
        lambda lines: "\n".join(f"{n}. {each}\n   - {each}" for n, each in enumerate(lines, 1))
    ),
    st.lists(LINE, min_size=1, max_size=3).map(
        lambda lines: "\n".join(f"> {each}" for each in lines)
    ),
    LINE.map(lambda line: f"> - {line}\n>   {line}\n>\n> > {line}"),
    LINE.map(lambda line: f"{line}\n: {line}\n: {line}\n\n[^1]: {line}"),
    LINE.map(lambda line: f"<ul><li>{line}<ol><li>{line}</ul>\n\n<dt>{line}<dd>{line}</li></ol>"),
    st.lists(WORDS, min_size=1, max_size=3).map(
        lambda lines: "```py\n" + "\n".join(lines) + "\n```"
    ),
    WORDS.map(lambda words: f"    {words}\n    {words}"),
    st.lists(LINE, min_size=4, max_size=4).map(
        lambda c: f"| {c[0]} | {c[1]} |\n|---|--:|\n| {c[2]} | {c[3]} |\n| {c[1]} |"
    ),
    LINE.map(lambda line: f"<div>\n{line}\n<p align='x'>{line}</p>\n</div>"),
    st.sampled_from(
        ["---", "[a]: https://b.c", "- [x] done\n- [ ] open", "-", "1.", ">", "```", "|"]
    ),
)
DOCUMENT = st.builds(
    lambda blocks, end: "\n\n".join(blocks).replace("\n", end),
    st.lists(st.one_of(BLOCK, st.text(max_size=30)), min_size=1, max_size=6),
    st.sampled_from(["\n", "\n", "\r\n", "\r"]),
)


@st.composite
def documents_with_a_span(draw: st.DrawFn) -> tuple[str, Span]:
    text = draw(DOCUMENT)
    a, b = sorted(draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=2)))
    return text, Span(a, b)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(DOCUMENT)
def test_what_is_drawn_is_what_the_document_has_in_its_order(text):
    rendering = render_markdown(text)
    check_pieces(text, rendering, " •◦▪☐☑&<0123456789." + text)
    MeasuredText.measure(rendering).wrap(20)


async def test_the_highlight_is_exactly_what_is_drawn_of_the_span():
    app = ViewApp()
    async with app.run_test(size=(48, 14)) as pilot:
        await pilot.pause()

        @settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
        @given(documents_with_a_span())
        @example(("0\x0c0", Span(0, 2)))
        def check(case: tuple[str, Span]) -> None:
            text, span = case
            rendering = render_markdown(text)
            app.show(rendering, span)
            # Cells of a table that are wrapped beside each other are read in another order.
            drawn = "".join(visible(expect_drawn(rendering, span)).split())
            highlighted = "".join(read_highlighted(app.view).split())
            assert Counter(highlighted) == Counter(drawn)
            if not rendering.tables:
                assert highlighted == drawn

        check()


ARTICLE = """---
title: The museum
---
# The *Rain* Museum

[![build](https://a.b/c.svg)](https://a.b) <a name="top"></a>

It opened on **4 May 1998**, in a
[disused mill](https://mill.example) on the `Orrin`.

## What to see

- a brass pluviometer
  - from 1890
- a *tipping* bucket

3. Pay
4. Enter

> Dogs are welcome,
> umbrellas are not.

```python
def rain():
    return "wet"
```

| Who | Price |
| --- | ----: |
| Adults | **7** euros |
| Children | free |

<p align="center"><b>Closed</b> on Mondays</p>

***

[mill]: https://mill.example
"""


@pytest.fixture
async def drawn():
    app = ViewApp()
    async with app.run_test(size=(48, 60)) as pilot:
        app.show(render_markdown(ARTICLE))
        await pilot.pause()
        yield "\n".join(read_rows(app.view))


async def test_a_document_reads_as_a_page(drawn):
    for row in (
        "The Rain Museum",
        "What to see",
        "• a brass pluviometer",
        "  ◦ from 1890",
        "• a tipping bucket",
        "3. Pay",
        "4. Enter",
        "▌ Dogs are welcome, umbrellas are not.",
        "  def rain():",
        "  title: The museum",
        "Who      │   Price",
        "─────────┼────────",
        "Adults   │ 7 euros",
        "Children │    free",
        "Closed on Mondays",
    ):
        assert row in drawn.split("\n"), row
    for markup in ("---", "**", "##", "[mill]", "```", "align", "https", "name=", "|"):
        assert markup not in drawn


def test_front_matter_in_toml_is_shown_as_such_without_the_rules_around_it():
    rendering = render_markdown('+++\ntitle = "Rain"\n+++\n\n# Sky\n')
    assert rendering.text.split() == ["title", "=", '"Rain"', "Sky"]
    assert [block.language for block in rendering.code] == ["toml"]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("a **b *c* d** e", "a b c d e"),
        ("snake_case_name and __init__", "snake_case_name and init"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("`` a`b ``", "a`b"),
        ("\\*not\\* emphasis", "*not* emphasis"),
        ("Tom &amp; Jerry &copy; 2020", "Tom & Jerry © 2020"),
        ("[a [b] c](d) [e][f]", "a [b] c e"),
        ("![badge](https://img.shields.io/x) ![a map](m.png)", " a map"),
        ("one  \ntwo", "one\ntwo"),
        ("one\ntwo", "one two"),
        ("~~gone~~", "gone"),
        ("5 < 6 and 7 > 2", "5 < 6 and 7 > 2"),
        ("<kbd>Ctrl</kbd>+C", "Ctrl+C"),
        ("an unclosed **bold", "an unclosed **bold"),
        ("[x](<a b>) [y](z 'title')", "x y"),
    ],
)
def test_inline_markup_is_hidden(written, read):
    assert render_markdown(written).text == read + "\n"


LISTS = """
- an item that is wrapped
  and goes on

  1. a step that is wrapped, too

> - an item in a quotation

Term
: what is said of it
: and what else is said

[^1]: a note that is wrapped

<ul>
<li>an item in <b>HTML</b>, wrapped</li>

<li>steps<ol><li>the first step of them</ol></ul>
<p>And so on.</p><dl><dt>Term<dd>what is said of it</dl>
"""


def test_further_rows_hang_below_the_words_of_their_item():
    assert wrap_rows(render_markdown(LISTS), 19) == [
        "• an item that is",
        "  wrapped and goes",
        "  on",
        "",
        "  1. a step that",
        "     is wrapped,",
        "     too",
        "",
        "▌ • an item in a",
        "▌   quotation",
        "",
        "Term",
        "  what is said of",
        "  it",
        "  and what else is",
        "  said",
        "",
        "[^1]: a note that",
        "      is wrapped",
        "",
        "• an item in HTML,",
        "  wrapped",
        "",
        "• steps",
        "  1. the first",
        "     step of them",
        "And so on.",
        "Term",
        "  what is said of",
        "  it",
    ]


def test_emphasis_has_its_styles():
    rendering = render_markdown("a **b *c* d** `e`")
    parts = {
        name: [rendering.text[s:e] for s, e in zip(spans.starts, spans.ends, strict=True)]
        for name, spans in rendering.styles.items()
    }
    assert "".join(parts["strong"]) == "b c d"
    assert parts["emphasis"] == ["c"]
    assert parts["code"] == ["e"]


@pytest.mark.parametrize("sign", ["*", "_", "[", "`", "<", "![", "~~", "&", "\\", "[a](", "<a "])
def test_markup_without_end_costs_little_time(sign):
    with takes_at_most(5):
        render_markdown((sign * 8_000 + "\n\n") * 4)


@pytest.mark.slow
async def test_two_million_characters_are_read_and_scroll_quickly():
    text = (ARTICLE[30:] + "\n\nA paragraph of some words.\n" * 5) * (2_000_000 // 900)
    with takes_at_most(10):
        rendering = render_markdown(text)
    app = ViewApp()
    async with app.run_test(size=(100, 40)) as pilot:
        with takes_at_most(5):
            app.show(rendering)
            await pilot.pause()
            await app.workers.wait_for_complete()
        with takes_at_most(2):
            for share in range(20):
                app.view.scroll_to_share(share / 20)
                assert any(app.view.render_line(y).text.strip() for y in range(40))


@pytest.mark.parametrize(
    ("written", "drawn"),
    [
        ("`` a ` b `` c", "a ` b c"),
        ("``a` b", "``a` b"),
        ("a <!-- b --> c", "a  c"),
        ("a <!-- b", "a <!-- b"),
        ('[a](b "c (d) e")', "a"),
        ("[a](<b c> 'd')", "a"),
        ("[a](b(c)d)", "a"),
        ("[a](b c)", "[a](b c)"),
        ("*a _b* c_", "a _b c_"),
    ],
)
def test_markup_ends_where_it_does_in_commonmark(written, drawn):
    assert render_markdown(written).text == f"{drawn}\n"


def test_a_paragraph_of_any_length_has_its_markup():
    assert "**" not in render_markdown("some **bold** words " * 5_000).text


@pytest.mark.parametrize("written", ["# Rain ##", "# Rain #\t", "Rain   \n==="])
def test_a_heading_ends_with_its_words(written):
    assert render_markdown(written).text.startswith("Rain\n")


def test_a_paragraph_of_a_quotation_goes_on_without_a_sign_for_any_number_of_lines():
    rendering = render_markdown("> one\n" + "more\n" * 100 + "\nAfter.\n")
    assert rendering.text == "one" + " more" * 100 + "\n\nAfter.\n"
