"""Where a question was lost: each stage follows from what was there, found, read and answered."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Span
from qa.evaluation import Stage
from qa.evaluation.measuring.stages import (
    absent,
    holds,
    spans_of,
    stage_of_answer,
    stage_of_document,
)

WON = {
    "answerable": True,
    "answered": True,
    "right": True,
    "read": True,
    "retrieved": True,
    "present": True,
}


@pytest.mark.parametrize(
    ("changes", "stage"),
    [
        ({}, None),
        ({"answered": False}, Stage.ABSTAINED),
        ({"right": False}, Stage.OTHER_SPAN),
        ({"right": False, "answered": False}, Stage.OTHER_SPAN),
        ({"right": False, "read": False}, Stage.NOT_READ),
        ({"right": False, "read": False, "retrieved": False}, Stage.NOT_RETRIEVED),
        (
            {"right": False, "read": False, "retrieved": False, "present": False},
            Stage.ABSENT,
        ),
        ({"answerable": False, "right": False}, Stage.FALSE_ANSWER),
        ({"answerable": False, "right": False, "answered": False}, None),
    ],
)
def test_an_answer_is_lost_at_the_first_stage_that_failed(changes, stage):
    assert stage_of_answer(**{**WON, **changes}) is stage


@pytest.mark.parametrize(
    ("rank", "present", "stage"),
    [
        (1, True, None),
        (8, True, None),
        (9, True, Stage.NOT_READ),
        (None, True, Stage.NOT_RETRIEVED),
        (None, False, Stage.ABSENT),
    ],
)
def test_a_document_is_lost_by_its_rank(rank, present, stage):
    assert stage_of_document(rank, 8, present) is stage


def test_an_answer_is_found_without_regard_to_case_and_line_breaks():
    assert holds("… by Hanna\n   VOSS.", ["hanna voss"])
    assert not holds("… by Hanna.", ["hanna voss", "Kern"])


def test_an_answer_is_no_part_of_a_word():
    assert not holds("Hanna, born in 1804", ["Ann", "4", "180"])
    assert holds("(Ann), aged 4.", ["ann"])
    assert holds("1908年に小豆島で", ["小豆島"])


@given(st.text("ab ", max_size=30), st.lists(st.text("ab", min_size=1, max_size=3), max_size=4))
def test_spans_quote_answers_and_never_overlap(text, answers):
    found = spans_of(text, answers)
    assert all(span.of(text) in answers for span in found)
    assert all(one.end <= other.start for one, other in itertools.pairwise(found))
    assert bool(found) == any(answer in text.split() for answer in answers)


def test_the_longest_answer_is_marked():
    assert spans_of("in March 2019", ["2019", "March 2019"]) == (Span(3, 13),)


def test_an_answer_is_looked_for_in_the_documents_named_or_in_all(notes):
    wanted = {
        "there": (["march 2019"], None),
        "elsewhere": (["March 2019"], ["garden.md"]),
        "nowhere": (["Atlantis"], None),
        "unknown": (["March 2019"], ["gone.md"]),
    }
    assert absent(notes, wanted) == {"elsewhere", "nowhere", "unknown"}
