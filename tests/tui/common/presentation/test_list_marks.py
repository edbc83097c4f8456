"""The mark before a member of a list."""

from __future__ import annotations

from dataclasses import replace

from index import Document, Hit, Passage, Span
from tests.tui.conftest import REPLIES, WHEN
from tui.common.presentation.list_marks import find_mark

TEXT = "Steps:\n1. Open the valve.\n12) Wait.\n- Rest"


def test_a_numbered_member_keeps_its_number_and_others_get_a_bullet():
    passage = Passage(1, Span(100, 100 + len(TEXT)), TEXT)
    hit = Hit(passage, Document(1, "/a.md", None), 0.5)
    answer = replace(REPLIES[WHEN].answers[0], hit=hit)
    marks = []
    for words in ("Open the valve.", "Wait.", "Rest"):
        start = 100 + TEXT.index(words)
        marks.append(find_mark(answer, Span(start, start + len(words))))
    assert marks == ["1. ", "12. ", "• "]
