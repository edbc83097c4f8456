"""Text as it is: rows that go on hang below the words of their line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.timing import takes_at_most
from tests.tui.source.rendering.conftest import wrap_rows
from tui.source.drawing.wrapping import MeasuredText
from tui.source.rendering.documents import render_plain


@pytest.mark.parametrize(
    ("line", "hang"),
    [
        ("no item at all", 0),
        ("- an item", 2),
        ("  * in a list", 4),
        ("12. a step", 4),
        ("(a) a letter", 4),
        ("• [ ] to be done", 6),
        ("\tafter a tab", 4),
        ("> > of a letter", 4),
        (": a description", 2),
        ("-an option", 0),
        ("1998. a year", 0),
        (" " * 40 + "far in", 24),
    ],
)
def test_further_rows_hang_below_the_words(line, hang):
    words = line + " that goes on and on and on and on and on"
    first, second, *_ = wrap_rows(render_plain(words), 44)
    assert words.expandtabs(4).startswith(first)
    assert len(second) - len(second.lstrip()) == hang


@given(st.text("a -*1.>\t\n\r\u2028日", max_size=60))
def test_every_line_is_drawn_as_it_is(text):
    rendering = render_plain(text)
    measured = MeasuredText.measure(rendering)
    assert rendering.text == text
    assert rendering.line_formats is not None
    assert len(rendering.line_formats) == len(measured.lines)
    measured.wrap(12)


def test_a_long_text_takes_little_time():
    text = "  - an item of a list\n" * 200_000
    with takes_at_most(2.0):
        render_plain(text)
