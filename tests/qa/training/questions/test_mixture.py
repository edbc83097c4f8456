"""A mixture of sources becomes questions, each with passages that answer and others."""

import gzip
import json
import random
from dataclasses import replace

import pytest

from index import Span
from qa.training.questions.mixture import (
    Mixture,
    Source,
    edit_question,
    find_hard_negatives,
    make_rows,
    make_training_questions,
    remove_answer_sentence,
)
from qa.training.questions.rows import QuestionRow, load_rows

MUSEUM = (
    "The museum opened in 1991. It stands on Pilot Quay in Port Averil. "
    "Odile Marchetti gave it 640 umbrellas, and the town painted the museum green."
)
FERRY = "The ferry across the Tamble closed in 1956. A bridge was built in Port Averil."


def data_row(question, context, *answers, **more):
    starts = [{"text": each, "answer_start": context.index(each)} for each in answers]
    return {"question": question, "context": context, "answers": starts, "title": "Port_A", **more}


ROWS = [
    data_row("When was the museum opened?", MUSEUM, "1991"),
    data_row("When did the ferry close?", FERRY, "1956"),
    data_row("Who sank the ferry?", FERRY),
    data_row("Which dates are told?", FERRY, "1956", match="all"),
]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "qa").mkdir()
    with gzip.open(tmp_path / "qa" / "port.jsonl.gz", "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in ROWS)
    return tmp_path


def mixture(**more):
    settings = {"base": "port", "base_negatives": 0, "holes": 0, "edits": 0, **more}
    source = settings.pop("source", Source(rows=10, mined=True))
    return Mixture({"port": source}, **settings)


def test_rows_are_read_with_their_spans(folder):
    rows = load_rows(folder, "port")
    assert [row.answer_texts for row in rows] == [["1991"], ["1956"], [], ["1956"]]
    assert [row.requires_all for row in rows] == [False, False, False, True]
    assert rows[0].title == "Port A"


def test_the_same_seed_gives_the_same_questions(folder):
    settings = mixture(base_negatives=2, holes=1, edits=1)
    first = make_training_questions(folder, settings, seed=5)
    assert first == make_training_questions(folder, settings, seed=5)
    assert first != make_training_questions(folder, settings, seed=6)


def test_a_question_without_an_answer_has_one_passage_and_no_trust_in_the_reranker(folder):
    found = make_training_questions(folder, mixture(), seed=1)
    [unanswerable] = [each for each in found if "sank" in each.question]
    [passage] = unanswerable.passages
    assert not passage.answers_question
    assert not unanswerable.trusts_reranker


def test_mined_passages_lack_the_answer_and_come_after_the_one_that_has_it(folder):
    found = make_training_questions(folder, mixture(base_negatives=10), seed=1)
    several = [each for each in found if len(each.passages) > 1]
    assert several
    for question in several:
        first, *others = question.passages
        assert first.answers_question
        assert not any(other.answers_question for other in others)
        assert all(other.text in (MUSEUM, FERRY) and other.text != first.text for other in others)


def test_holes_and_edits_count_as_unanswerable(folder):
    plain = make_training_questions(folder, mixture(), seed=1)
    more = make_training_questions(folder, mixture(holes=1, edits=1), seed=1)
    made = more[len(plain) :]
    assert len(made) == 2
    assert not any(passage.answers_question for each in made for passage in each.passages)
    assert sorted(each.weight for each in made) == [0.5, 1.0]


def test_of_a_source_only_what_is_wanted_is_taken(folder):
    assert len(make_training_questions(folder, mixture(source=Source(rows=2)), seed=1)) == 2


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
