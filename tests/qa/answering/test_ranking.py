"""Which passages are reranked and read, and in which order."""

from dataclasses import replace

import pytest

from qa.answering.models import AnsweringModels
from qa.answering.pipeline import answer_question
from qa.answering.ranking import rank_hits
from tests.qa.answering.scripted_models import (
    CALIBRATION,
    CLOSED,
    OPENED,
    WHEN,
    ScriptedReader,
    ScriptedReranker,
    answering,
    hit,
    reading,
)


def test_passages_come_in_the_order_of_all_scores_together():
    hits = [hit(1, OPENED), hit(2, CLOSED)]
    readings = [reading(OPENED, ("1991", -1.0)), reading(CLOSED, ("1956", 2.0))]
    ordered = answering(WHEN, hits, readings).hits
    assert [h.passage.id for h in ordered] == [2, 1]
    assert ordered[0].scores["reader"] == 2.0
    assert ordered[0].scores["dense"] == 0.5
    assert all(0 <= h.score <= 1 for h in ordered)


def test_the_reranker_orders_passages_and_its_score_is_shown():
    hits = [hit(1, CLOSED, score=0.6), hit(2, OPENED, score=0.5)]
    readings = [reading(CLOSED, ("1956", 1.0)), reading(OPENED, ("1991", 1.0))]
    reply = answering(WHEN, hits, readings, reranker=ScriptedReranker(museum=6.0))
    assert [h.passage.id for h in reply.hits] == [2, 1]
    assert reply.hits[0].scores["reranker"] == 6.0
    assert [c.hit.passage.id for c in reply.considered] == [1, 2]


@pytest.mark.parametrize(("best", "reranked"), [(9.0, 6), (6.5, 16)])
def test_passages_that_could_not_overtake_the_best_are_not_reranked(best, reranked):
    texts = ["The museum opened.", *(f"Ferry {number} closed." for number in range(19))]
    hits = [hit(number, text) for number, text in enumerate(texts, 1)]
    models = AnsweringModels(ScriptedReader([], []), CALIBRATION, ScriptedReranker(museum=best))
    order = rank_hits(WHEN, hits, models)
    assert [each.hit.passage.id for each in order] == list(range(1, 21))
    assert sum("reranker" in each.hit.scores for each in order) == reranked


def test_as_many_passages_are_reranked_as_are_asked_for():
    texts = ["The museum opened.", *(f"Ferry {number} closed." for number in range(19))]
    hits = [hit(number, text) for number, text in enumerate(texts, 1)]
    models = AnsweringModels(ScriptedReader([], []), CALIBRATION, ScriptedReranker(museum=9.0))
    order = rank_hits(WHEN, hits, models, at_least=11)
    assert ["reranker" in each.hit.scores for each in order] == [True] * 11 + [False] * 9


def test_a_passage_that_may_overtake_the_best_is_reranked():
    texts = [*(f"Ferry {number} closed." for number in range(14)), "The museum opened."]
    hits = [hit(number, text) for number, text in enumerate(texts, 1)]
    models = AnsweringModels(ScriptedReader([], []), CALIBRATION, ScriptedReranker(museum=9.0))
    assert rank_hits(WHEN, hits, models)[0].hit.passage.id == 15


def test_a_reader_that_ranks_reads_each_passage_once():
    texts = ["The museum opened.", *(f"Ferry {number} closed." for number in range(19))]
    hits = [hit(number, text) for number, text in enumerate(texts, 1)]
    readings = [replace(reading(text, (text, 1.0)), ranking=-5.0) for text in texts]
    readings[3] = replace(readings[3], ranking=9.0)
    read = []

    class Ranking(ScriptedReader):
        ranks_passages = True

        def read(self, question, passages, cancelled=None):
            read.extend(passage.text for passage in passages)
            return super().read(question, passages)

    models = AnsweringModels(Ranking(hits, readings), CALIBRATION)
    reply = answer_question(WHEN, hits, models, k=12)
    assert read == texts[:6]
    assert reply.hits[0].passage.id == 4
    assert reply.hits[0].scores["reranker"] == 9.0


def test_only_passages_that_were_reranked_are_read():
    texts = ["The museum opened.", *(f"Ferry {number} closed." for number in range(19))]
    hits = [hit(number, text) for number, text in enumerate(texts, 1)]
    readings = [reading(text, (text, 1.0)) for text in texts]
    clear = answering(WHEN, hits, readings, reranker=ScriptedReranker(museum=7.5))
    assert [h.passage.id for h in clear.hits] == [1, 2, 3]
    close = answering(WHEN, hits, readings, reranker=ScriptedReranker(museum=7.5, Ferry=7.0))
    assert [h.passage.id for h in close.hits] == [1, 2, 3, 4, 5, 6]


def test_passages_far_behind_the_best_are_not_read():
    texts = ["The museum opened.", *(f"Ferry {number} closed." for number in range(6))]
    hits = [hit(number, text) for number, text in enumerate(texts, 1)]
    readings = [reading(text, (text, 1.0)) for text in texts]
    far = answering(WHEN, hits, readings, reranker=ScriptedReranker(museum=9.0))
    assert [h.passage.id for h in far.hits] == [1, 2, 3]
    assert [h.passage.id for h in far.ranked] == [1, 2, 3, 4, 5, 6, 7]
    near = answering(WHEN, hits, readings, reranker=ScriptedReranker(museum=2.0))
    assert len(near.hits) == len(hits)
    alone = answering(WHEN, hits, readings)
    assert len(alone.hits) == len(hits)
