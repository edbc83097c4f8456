"""Explanations in words, figures and bars."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from index import Document, Hit, Passage, Promise, Span
from qa import Answer, ConsideredPassage, Reply
from qa.answering.calibration import ConfidenceFeatures
from tui.conversation.explanation import (
    REASONS,
    Explanation,
    describe_scores,
    draw_bar,
    draw_factors,
    draw_timings,
    format_ordinal,
)

NOTES = Document(1, "/library/notes.md", None)
TEXT = "It opened in May 1998.\n\nIt closes in June.\n\nNothing here.\n\nFar away."


def hit(number: int, words: str, score: float, **scores: float) -> Hit:
    start = TEXT.index(words)
    passage = Passage(number, Span(start, start + len(words)), words)
    return Hit(passage, NOTES, score, scores)


def span(words: str) -> Span:
    return Span(TEXT.index(words), TEXT.index(words) + len(words))


OPENED = hit(1, "It opened in May 1998.", 0.9, bm25=12.0, dense=0.8)
CLOSES = hit(2, "It closes in June.", 0.7, bm25=3.0, dense=0.6)
EMPTY = hit(3, "Nothing here.", 0.5, bm25=1.0, dense=0.4)
FAR = hit(4, "Far away.", 0.2, dense=0.3)


def answer(found: Hit, words: str, confidence: float, **factors: float) -> Answer:
    at = span(words)
    return Answer(
        words, at, (at,), found.passage.span, found.passage.text, NOTES,
        None, None, confidence, confidence, False, found, factors,
    )  # fmt: skip


def rank(passage: ConsideredPassage) -> ConsideredPassage:
    scores = {**passage.hit.scores, "reranker": 0.5}
    return replace(passage, hit=replace(passage.hit, scores=scores))


BEST = answer(OPENED, "May 1998", 0.88, intercept=-1.0, margin=3.0)
REPLY = Reply(
    "When did it open?",
    "When did it open?",
    True,
    (BEST, answer(CLOSES, "June", 0.1)),
    (OPENED, CLOSES, EMPTY),
    0.18,
    {"load": 0.0, "retrieve": 20.0, "read": 80.0, "total": 100.0},
    (
        ConsideredPassage(OPENED, 4.0, span("May 1998"), 2.0),
        ConsideredPassage(CLOSES, -1.0, span("June"), -1.5),
        ConsideredPassage(EMPTY, -6.0),
        ConsideredPassage(FAR),
    ),
)
EXPLAINED = Explanation(REPLY, BEST)


def test_the_summary_names_the_answer_its_confidence_and_what_is_asked_of_it():
    summary = EXPLAINED.describe_answer().plain
    assert summary.split("\n") == [
        "When did it open?",
        "May 1998",
        "It opened in May 1998.",
        "━━━━━━━━━╌ sure 88%",
    ]
    assert "From 18% on it is shown as an answer." in EXPLAINED.describe_threshold()


def test_what_is_promised_of_answers_that_are_shown_is_said():
    reply = replace(REPLY, promise=Promise("shown", 0.05, 0.18, 240, 130, 1, ""))
    assert (
        Explanation(reply, BEST)
        .describe_threshold()
        .endswith(
            "Promised: at most 5 % of the answers shown are wrong, with 95 % confidence (fitted to 240 "
            "questions: 130 were answered, 1 wrongly)."
        )
    )
    about_all = replace(reply, promise=replace(reply.promise, risk="answered", at_most=0.125))
    said = "at most 12.5 % of the questions get a wrong answer"
    assert said in Explanation(about_all, BEST).describe_threshold()
    assert "Promised" not in EXPLAINED.describe_threshold()


def test_of_a_candidate_too_little_sure_it_is_said_what_is_missing():
    candidate = REPLY.answers[1]
    explained = Explanation(replace(REPLY, answered=False), candidate)
    assert "too little to be shown as an answer, which takes 18%" in explained.describe_threshold()


def test_what_was_searched_and_what_came_first_is_said_in_words():
    assert EXPLAINED.describe_search() == (
        "The search found 4 passages by words and by meaning. The best of them were ranked by how "
        "well they answer, and 3 were read."
    )
    assert EXPLAINED.list_first_passages() == [
        "1. notes.md: many of your words, close in meaning",
        "2. notes.md: some of your words, less close in meaning",
        "3. notes.md: some of your words, less close in meaning",
    ]


def test_of_passages_that_were_all_ranked_it_is_said():
    ranked = Explanation(replace(REPLY, considered=tuple(map(rank, REPLY.considered))), BEST)
    assert ranked.describe_search().endswith(
        "All of them were ranked by how well they answer, and the best 3 were read."
    )
    assert ranked.describe_passage(3) == "Not read: 4th in the search, but others rank higher."


def test_what_decided_the_confidence_is_said_in_words():
    factors = {"intercept": -1.0, "margin": 3.0, "length": 0.01, "lead": -2.0}
    explained = Explanation(REPLY, replace(BEST, factors=factors))
    assert explained.describe_confidence() == (
        "For it: an answer stands out there. Against it: another document comes close."
    )


def test_a_better_answer_is_not_denied_by_the_documents():
    factors = {"lead": 2.0, "ahead": 1.0, "order": -1.0, "length": 0.5}
    explained = Explanation(REPLY, replace(BEST, factors=factors))
    assert explained.describe_confidence() == (
        "For it: the question says much. Against it: another answer is better."
    )


OPPOSITES = [
    *((reason.for_it, reason.against) for reason in REASONS if reason.for_it and reason.against),
    ("no other document comes close", "another answer is better"),
]
FACTORS = sorted({name for reason in REASONS for name in reason.parts} | {"intercept"})


@given(st.dictionaries(st.sampled_from(FACTORS), st.floats(-9, 9)), st.floats(0, 1))
def test_no_two_sentences_of_an_explanation_contradict_each_other(factors, confidence):
    best = replace(BEST, factors=factors, confidence=confidence)
    explained = Explanation(replace(REPLY, answers=(best,)), best)
    said = explained.describe_confidence()
    clauses = said.removesuffix(".").replace(". Against it: ", ", and ").replace("For it: ", "")
    clauses = clauses.removeprefix("Against it: ").split(", and ")
    for one, other in OPPOSITES:
        assert not {one, other} <= set(clauses), said
    # Only where it is shown it is said from when on.
    shown = "it is shown as an answer" in explained.describe_threshold()
    assert shown == (confidence >= REPLY.threshold)


def test_every_part_of_a_confidence_is_in_one_reason():
    parts = [name for reason in REASONS for name in reason.parts]
    assert len(parts) == len(set(parts))
    assert {field.name for field in fields(ConfidenceFeatures)} | {"order"} == set(parts)


def test_what_is_off_the_topic_is_not_said_to_be_shown():
    explained = Explanation(replace(REPLY, answered=False, off_topic=True), BEST)
    assert "something else" in explained.describe_threshold()


def test_of_another_answer_it_is_not_said_that_it_would_have_been_the_best():
    other = replace(REPLY.answers[1], confidence=0.5)
    explained = Explanation(replace(REPLY, answers=(BEST, other)), other)
    assert explained.describe_threshold() == "It is listed below the best answer."


def test_the_factors_add_up_to_the_confidence():
    factors = draw_factors(BEST).plain
    assert "to begin with              -1.00 ███▍" in factors
    assert "where it stands, alone     +3.00 ██████████" in factors
    assert "together                   +2.00  = 88%" in factors


def test_every_step_has_its_time():
    times = draw_timings(REPLY.timings_ms).plain
    assert "searching              20 ms █▋" in times
    assert "reading                80 ms ██████▍" in times


@pytest.mark.parametrize(
    ("rank", "expected"),
    [
        (0, ["The answer is quoted from here."]),
        (1, ["Read, but “June” is less likely the answer."]),
        (2, ["Read, but there is nothing in it to quote."]),
        (3, ["Not read: 4th in the search, after others that fit the question better."]),
    ],
)
def test_every_passage_has_its_reason(rank, expected):
    reason = EXPLAINED.describe_passage(rank)
    assert all(part in reason for part in expected), reason


@pytest.mark.parametrize(
    ("rank", "expected"),
    [
        (0, ["“May 1998” (+2.0 in log odds)"]),
        (1, ["“June” (-1.5 in log odds; the answer’s: +2.0)", "It is listed with 10%."]),
        (2, ["-6.0"]),
        (3, ["Its words match not at all; in meaning it is near 0.30 (the first: 0.80)"]),
    ],
)
def test_every_passage_has_its_figures(rank, expected):
    reason = describe_scores(REPLY, BEST, REPLY.considered[rank])
    assert all(part in reason for part in expected), reason


def test_a_passage_that_is_likelier_by_itself_says_what_else_counts():
    stronger = replace(REPLY.considered[1], log_odds=2.5)
    reply = replace(REPLY, considered=(REPLY.considered[0], stronger))
    assert "Other passages speak for the answer, too." in describe_scores(reply, BEST, stronger)


def test_without_an_answer_it_says_so():
    empty = Explanation(replace(REPLY, answers=(), answered=False), None)
    assert "Nothing was found" in empty.describe_answer().plain
    assert draw_factors(None).plain == ""
    assert empty.describe_confidence() == empty.describe_threshold() == ""
    assert "Read, but" in empty.describe_passage(0)


def test_what_a_document_says_is_drawn_as_text():
    words = "It opened in May 1998."
    hostile = replace(OPENED.passage, text="It \x1b[31m[b]n[/b]\u202e May 1998"[: len(words)])
    reply = replace(
        REPLY,
        considered=(
            ConsideredPassage(replace(OPENED, passage=hostile), 1.0, OPENED.passage.span, 1.0),
        ),
    )
    reason = Explanation(reply, None).describe_passage(0)
    assert "␛[31m[b]n[/b]" in reason
    assert "\x1b" not in reason


@given(st.floats(-1, 2), st.integers(1, 20))
def test_a_bar_takes_the_room_it_is_given(share, cells):
    assert cell_len(draw_bar(share, cells)) == cells


def test_a_bar_grows_with_its_share():
    assert [draw_bar(share, 2) for share in (0, 0.25, 0.5, 1)] == ["  ", "▌ ", "█ ", "██"]


def test_numbers_in_a_row():
    assert [format_ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 112)] == [
        *("1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "112th")
    ]
