"""Questions made unanswerable."""

import random
from dataclasses import replace

from index import Span
from qa.training.data_files import QuestionRow
from qa.training.negatives import edit_question, make_rows, remove_answer_sentence

TEXT = (
    "The museum opened in 1991. It stands on Pilot Quay in Port Averil. "
    "Odile Marchetti gave it 640 umbrellas."
)


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
