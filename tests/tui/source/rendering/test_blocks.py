"""What is drawn of any document in some markup is what it has, at its place, and in short time."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import Span
from index.loaders.markup.restructuredtext.directives import NOTES, VERSIONS
from qa import visible
from tests.support.timing import takes_at_most
from tests.tui.source.rendering.conftest import (
    ViewApp,
    check_pieces,
    draw,
    expect_drawn,
    read,
    read_highlighted,
)
from tui.source.wrapping import MeasuredText

WORD = st.sampled_from(
    "museum rain 日本語 אבג e\u0301te\u0301 👩\u200d💻 a_b_c 2*3 x\u202ey z\x1b[31m [b] \\* ` :: | "
    "*a* **b** _c_ ``d`` `e`_ =f= ~g~ /h/ [[i][j]] <<k>> :l:`m` n_ #o# +p+ {empty} $q$ \\emph{r} "
    "%s \\s \\{ } link:t[u] [1]_ 日本 | +".split(" ")
)
WORDS = st.lists(WORD, min_size=1, max_size=7).map(" ".join)
START = st.sampled_from(
    "|- |* |** |1. |#. |. |.. |:a: |  |    |\t|= |== |+ |: |> || |- [x] |a:: |NOTE: |-v  |"
    ".. note:: |.. code-block:: c|.. [1] |.. _x: |.. image:: |.. list-table:: |   * - |     - |"
    "   :alt: |>>> |#+TITLE: |#+begin_src |#+begin_quote |#+end_src|#+end_quote|:END:|:A:|* TODO |"
    "# |[fn:1] |[source,c]|[NOTE]|.T|// |<1> |include::|image::|[cols=2]|\\item |\\section{|% |"
    "\\begin{itemize}|\\begin{verbatim}|\\end{verbatim}|\\begin{document}".split("|")
)
WHOLE = st.sampled_from(
    "====|----|~~~~|=|-|== ==|===  ===|+---+---+|+===+===+|||a|b||||===|--|____|****|....|////|"
    "'''|+|::|..|__|-----|\\[|".split("|")
)
# White space that is a control character is drawn as something else.
ANY = st.text(st.characters(exclude_characters="\v\f\x1c\x1d\x1e\x1f\x85"), max_size=20)
LINE = st.one_of(st.builds("{}{}".format, START, WORDS), WORDS, WHOLE, st.just(""))
DOCUMENT = st.builds(
    lambda lines, end: end.join(lines),
    st.lists(st.one_of(LINE, LINE, LINE, ANY), min_size=1, max_size=14),
    st.sampled_from(["\n", "\n", "\r\n", "\r"]),
)
# What is shown in place of the names of notes and versions.
NAMES = "".join([*NOTES.values(), *VERSIONS.values()])
SUFFIXES = [".rst", ".org", ".adoc"]


@pytest.mark.slow
@pytest.mark.parametrize("suffix", SUFFIXES)
@settings(max_examples=250, deadline=None)
@given(text=DOCUMENT)
def test_what_is_drawn_is_what_the_document_has_in_its_order(suffix, text):
    rendering = draw(text, suffix)
    # Of words in another encoding the text is another one.
    if rendering is not None and read(text, suffix).text == text:
        check_pieces(text, rendering, " •◦▪☐☑.()#0123456789" + NAMES + text)
        MeasuredText.measure(rendering).wrap(20)


@pytest.mark.parametrize("suffix", SUFFIXES)
async def test_the_highlight_is_exactly_what_is_drawn_of_the_span(suffix):
    app = ViewApp()
    async with app.run_test(size=(48, 14)) as pilot:
        await pilot.pause()

        @settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
        @given(DOCUMENT, st.data())
        def check(text: str, data: st.DataObject) -> None:
            a, b = sorted(data.draw(st.tuples(*[st.integers(0, len(text))] * 2)))
            rendering = draw(text, suffix)
            if rendering is None or not rendering.text or read(text, suffix).text != text:
                return
            app.show(rendering, Span(a, b))
            # Cells of a table that are wrapped beside each other are read in another order.
            drawn = "".join(visible(expect_drawn(rendering, Span(a, b))).split())
            highlighted = "".join(read_highlighted(app.view).split())
            assert Counter(highlighted) == Counter(drawn)
            if not rendering.tables:
                assert highlighted == drawn

        check()


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize(
    "sign",
    [
        *("`", "``", "*", "**a", "_a ", "[[", "<<a,", "|", "::\n\n", "- a\n", "* a\n", "=\n", "\\"),
        *("== ==\na\n", "+-+\n|a|\n", "#+begin_src\n", ":a:\n", "----\na\n", "====\n", "a::\n"),
        *(" ", "\t", "\n", ".. note::\n", "link:", "http://a", "* a ", "\\a{", "$", "\\begin{a}\n"),
    ],
)
def test_markup_without_end_costs_little_time(suffix, sign):
    with takes_at_most(3):
        draw(sign * (30_000 // len(sign)), suffix)


def test_what_is_below_what_is_below_costs_little_time():
    text = "".join(f"{'   ' * depth}.. note::\n\n" for depth in range(400)) + " " * 1_200 + "rain"
    rendering = draw(text, ".rst")
    assert rendering is not None
    assert "rain" in rendering.text
    assert max(len(form.rest) for form in rendering.formats) <= 42


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_text_that_is_too_long_is_drawn_as_it_is(suffix):
    assert draw("rain " * 1_200_001, suffix) is None
