"""Which answers are shown, and how a list is: what leads it in, its members, and their marks."""

from dataclasses import replace

import pytest

from index import Document, Hit, Passage, Span
from tests.support.loading import read_passage
from tests.tui.conftest import REPLIES, WHEN
from tui.common.presentation.answers import find_lead_in, find_mark, list_other_answers

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
    passage = read_passage("/a.md", TEXT, 100)
    hit = Hit(passage, Document(1, "/a.md", None), 0.5)
    answer = replace(REPLIES[WHEN].answers[0], hit=hit)
    marks = []
    for words in ("Open the valve.", "Wait.", "Rest"):
        start = 100 + TEXT.index(words)
        marks.append(find_mark(answer, Span(start, start + len(words))))
    assert marks == ["1. ", "12. ", "• "]


def test_a_member_that_is_a_task_keeps_its_box():
    text = "- [ ] a bucket\n- [x] a broom\n- a mop"
    hit = Hit(read_passage("/a.md", text, 100), Document(1, "/a.md", None), 0.5)
    answer = replace(REPLIES[WHEN].answers[0], hit=hit)
    starts = [100 + text.index(words) for words in ("a bucket", "a broom", "a mop")]
    assert [find_mark(answer, Span(start, start + 5)) for start in starts] == ["☐ ", "☑ ", "• "]


# Other answers

REPLY = REPLIES[WHEN]


def others(*confidences: float, **changes) -> list[str]:
    answers = [
        replace(answer, confidence=confidence, **changes)
        for answer, confidence in zip(REPLY.answers, confidences, strict=True)
    ]
    return [answer.text for answer in list_other_answers(replace(REPLY, answers=tuple(answers)))]


def test_those_nearly_as_likely_as_the_best_are_shown_in_order():
    assert others(0.9, 0.8, 0.64) == ["March to October", "1911"]
    assert others(0.9, 0.64, 0.5) == ["March to October"]
    assert others(0.9, 0.1, 0.1) == []


def test_the_same_words_again_say_nothing_new():
    assert others(0.9, 0.9, 0.9, text="4 May  1998") == []


def test_a_sentence_that_is_shown_already_is_not_quoted_again():
    evidence = REPLY.answers[1].evidence
    assert others(0.9, 0.9, 0.9, evidence=evidence) == []
    first, second, third = (replace(each, evidence=evidence) for each in REPLY.answers)
    elsewhere = replace(second.document, id=99, path="/elsewhere.md")
    second = replace(second, document=elsewhere)
    assert list_other_answers(replace(REPLY, answers=(first, second, third))) == [second]


def test_what_is_hardly_possible_is_not_shown_though_the_best_is_no_better():
    assert others(0.26, 0.25, 0.24) == ["March to October"]
    assert others(0.24, 0.23, 0.22) == []


def test_without_answers_there_are_no_others():
    assert list_other_answers(replace(REPLY, answers=())) == []
