"""Passages that do not answer: like those that do, or made so that they answer no longer."""

import random
from dataclasses import replace

from index import Span
from qa.training.data_files import QuestionRow
from qa.training.negatives import (
    edit_question,
    find_hard_negatives,
    make_rows,
    remove_answer_sentence,
)

CONTEXTS = [
    "The museum opened in 1991. Odile Marchetti gave it 640 umbrellas.",
    "The museum of Port Averil opened late on Thursdays, and its café never opened.",
    "When the museum's theatre opened in 1991, the mayor spoke for two hours.",
    "Granite is a coarse rock of quartz, feldspar and mica.",
]
TEXT = (
    "The museum opened in 1991. It stands on Pilot Quay in Port Averil. "
    "Odile Marchetti gave it 640 umbrellas."
)


def test_the_nearest_context_that_lacks_the_answer_comes_first():
    start = CONTEXTS[0].index("1991")
    asked = QuestionRow("When was the museum opened?", CONTEXTS[0], (Span(start, start + 4),))
    others = [QuestionRow("What?", context) for context in CONTEXTS[1:]]
    found = find_hard_negatives([asked, *others], depth=4)
    assert [each.context for each in found[0]] == [CONTEXTS[1], CONTEXTS[3]]
    assert len(found) == 4


def row(question, answer, text=TEXT):
    start = text.index(answer)
    return QuestionRow(question, text, (Span(start, start + len(answer)),), title="Museum")


def edited(asked):
    return edit_question(asked, {"Museum": [TEXT]}, random.Random(3))


def test_a_hole_leaves_the_topic_without_the_fact():
    hole = remove_answer_sentence(row("When did the museum open?", "1991"))
    assert hole.context == (
        "It stands on Pilot Quay in Port Averil. Odile Marchetti gave it 640 umbrellas."
    )
    assert hole.answers == ()


def test_no_hole_where_the_answer_stands_elsewhere_too():
    text = "It opened in 1991. The year 1991 was wet. Rain fell."
    assert remove_answer_sentence(row("When?", "1991", text)) is None


def test_an_edited_year_is_not_in_the_paragraph():
    asked = row("What happened in 1991?", "The museum opened")
    made = edited(asked)
    assert made == replace(asked, question=made.question, answers=())
    assert made.question != asked.question
    assert made.question.removeprefix("What happened in ").rstrip("?") not in TEXT


def test_an_opposite_is_swapped_in():
    asked = row("Which umbrella was the first?", "640 umbrellas")
    assert edited(asked).question == "Which umbrella was the last?"


def test_nothing_is_made_where_nothing_can_be_swapped():
    assert edited(row("How many umbrellas?", "640")) is None


def test_as_many_are_made_as_can_be():
    rows = [row("When did the museum open?", "1991"), row("When?", "1991", "Only in 1991.")]
    assert len(make_rows(rows, 5, random.Random(1), remove_answer_sentence)) == 1
