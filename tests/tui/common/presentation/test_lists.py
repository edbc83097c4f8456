"""A list as it is drawn: what leads it in, its members, and the marks before them."""

from dataclasses import replace

import pytest

from index import Document, Hit, Passage, Span
from tests.tui.conftest import REPLIES, WHEN
from tui.common.presentation.lists import find_lead_in, find_mark

COLON = "The tenant must not:\n- keep a dog,\n- smoke inside.\n\nRent is due on the first."
BARE = "4 Storm damage to boats.\n5 Storm damage to fences."
TEXT = "Steps:\n1. Open the valve.\n12) Wait.\n- Rest"


def lead_in(text, quoted, *headings, form="verdict", columns=()):
    passage = Passage(1, Span(100, 100 + len(text)), text, headings, columns)
    span = Span(100 + text.index(quoted), 100 + text.index(quoted) + len(quoted))
    answer = replace(
        REPLIES[WHEN].answers[0],
        hit=Hit(passage, Document(1, "/a.md", None), 0.5),
        form=form, text=quoted, span=span, spans=(span,), sentence=span, sentence_text=quoted,
    )  # fmt: skip
    return find_lead_in(answer)


def test_the_line_before_the_list_leads_in():
    assert lead_in(COLON, "smoke inside.", "Rules") == "The tenant must not"


def test_else_the_heading_does():
    assert lead_in(BARE, "Storm damage to fences.", "Policy", "What is not covered") == (
        "What is not covered"
    )
    assert lead_in(BARE, "5 Storm damage to fences.", "3.1 Not covered") == "Not covered"
    assert lead_in(BARE, "Storm damage to fences.") is None


def test_what_is_no_item_is_not_led_in():
    assert lead_in(COLON, "Rent is due on the first.", "Rules") is None
    assert lead_in("- a\tb", "a", "Rules", columns=("x", "y")) is None


@pytest.mark.parametrize("form", ["list", "sentences"])
def test_lists_and_sentences_are_shown_as_they_are(form):
    assert lead_in(COLON, "smoke inside.", "Rules", form=form) is None


def test_a_numbered_member_keeps_its_number_and_others_get_a_bullet():
    passage = Passage(1, Span(100, 100 + len(TEXT)), TEXT)
    hit = Hit(passage, Document(1, "/a.md", None), 0.5)
    answer = replace(REPLIES[WHEN].answers[0], hit=hit)
    marks = []
    for words in ("Open the valve.", "Wait.", "Rest"):
        start = 100 + TEXT.index(words)
        marks.append(find_mark(answer, Span(start, start + len(words))))
    assert marks == ["1. ", "12. ", "• "]
