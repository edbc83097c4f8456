"""Org as a person would read it."""

from __future__ import annotations

import pytest

from tests.tui.source.rendering.conftest import ViewApp, draw, read_rows

ARTICLE = """#+TITLE: The Rain Museum
#+AUTHOR: Ilse Marrin
#+STARTUP: overview
# A comment

It opened on *4 May 1998* in a
/disused/ [[https://mill.example][mill]] on the =Orrin=.

* TODO What to see                  :rain:
  :PROPERTIES:
  :CUSTOM_ID: see
  :END:

  - a brass pluviometer
    - from 1890
  - [X] a bucket
  - hygrometer :: measures
    air
  3. Pay
** Code
#+BEGIN_SRC python :results output
  def rain():
      return "wet"
#+END_SRC
#+begin_warning
Dogs are welcome.
#+end_warning
: fixed

| Who    | Price |
|--------+-------|
| Adults | *7*   |
#+TBLFM: $2=7
"""


def render(text: str):
    rendering = draw(text, ".org")
    assert rendering is not None
    return rendering


async def test_a_document_reads_as_a_page():
    app = ViewApp()
    async with app.run_test(size=(60, 60)) as pilot:
        app.show(render(ARTICLE))
        await pilot.pause()
        drawn = "\n".join(read_rows(app.view))
    for row in (
        "The Rain Museum",
        "AUTHOR: Ilse Marrin",
        "It opened on 4 May 1998 in a disused mill on the Orrin.",
        "TODO What to see",
        "• a brass pluviometer",
        "  ◦ from 1890",
        "☑ a bucket",
        "• hygrometer",
        "  measures air",
        "3. Pay",
        "Code",
        "  def rain():",
        "▌ Warning",
        "▌ Dogs are welcome.",
        "  fixed",
        "Who    │ Price",
        "Adults │ 7",
    ):
        assert row in drawn.split("\n"), row
    for markup in ("*", "#", ":", "[[", "comment", "overview", "PROPERTIES", "https", "|"):
        assert markup not in drawn.replace("AUTHOR:", "").replace("rain():", "")
    assert [block.language for block in render(ARTICLE).code] == ["python"]


@pytest.mark.parametrize(
    ("written", "drawn"),
    [
        ("a *b* /c/ =d= ~e~ +f+ _g_", "a b c d e f g"),
        ("/usr/bin and a/b/c, 2*3*4, x = y = z", "/usr/bin and a/b/c, 2*3*4, x = y = z"),
        ("[[a.org]] [[b][c]] [fn:1] <<here>>", "a.org c [fn:1] "),
        ("[[https://a.b][file:https://a.b/badge.svg]] rain", " rain"),
        ("an unclosed *bold and [[link", "an unclosed *bold and [[link"),
        (":a:\nrain", ":a:\nrain".replace("\n", " ")),
        ("#+begin_src\nrain", "rain"),
        ("#+begin_comment\na\n#+end_comment\nb", "b"),
        ("* a\n** b", "a\n\n\nb"),
        ("1. [@3] a\n2) b", "1. a\n2) b"),
    ],
)
def test_markup_is_hidden(written, drawn):
    assert render(written).text.rstrip("\n") == drawn


def test_headings_have_levels():
    rendering = render("#+title: a\n\n* b\n** c\n")
    styles = [
        rendering.formats[number].style
        for line, number in zip(
            rendering.text.split("\n"), rendering.line_formats.tolist(), strict=False
        )
        if line
    ]
    assert styles == ["", "heading-1", "heading-2"]
