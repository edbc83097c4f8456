"""Which other answers are shown below the best one."""

from __future__ import annotations

from dataclasses import replace

from tests.tui.conftest import REPLIES, WHEN
from tui.common.presentation.other_answers import list_other_answers

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
