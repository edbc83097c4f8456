"""A mixture of sources becomes questions, each with passages that answer and others."""

import gzip
import json

import pytest

from qa.training.data_files import load_rows
from qa.training.mixture import Mixture, Source, make_training_questions

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
