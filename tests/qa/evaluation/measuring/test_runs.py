"""Runs and qrels are files that trec_eval reads, and reproduce the order that was found."""

import io
import itertools
import json
from urllib.parse import unquote

import numpy as np
import pytrec_eval
from hypothesis import given
from hypothesis import strategies as st

from index import Retriever
from qa.evaluation import Question, QuestionSet, evaluate, write_predictions, write_qrels, write_run
from qa.evaluation.measuring.runs import encode_name, make_descending


@given(st.lists(st.floats(0, 1, width=32), max_size=60))
def test_scores_fall_in_single_precision_and_stay_in_0_to_1(scores):
    found = make_descending(sorted(scores, reverse=True))
    assert len(found) == len(scores)
    singles = [np.float32(f"{score:.9g}") for score in found]
    assert all(above > below for above, below in itertools.pairwise(singles))
    assert all(0 <= score <= 1 for score in singles)


def test_scores_that_differ_are_kept():
    assert make_descending([0.75, 0.5, 0.25]) == [0.75, 0.5, 0.25]


@given(st.text(min_size=1))
def test_a_name_is_one_field_and_can_be_told_again(name):
    field = encode_name(name.encode("utf-8", "replace").decode())
    assert field.isascii()
    assert field.split() == [field]
    assert unquote(field) == name.encode("utf-8", "replace").decode()


def test_plain_names_are_left_as_they_are():
    assert encode_name("MED-10") == "MED-10"
    assert encode_name("Super_Bowl_50/3") == "Super_Bowl_50/3"
    assert encode_name("/my notes/100%.md") == "/my%20notes/100%25.md"


def test_a_run_names_question_document_rank_and_score():
    stream = io.StringIO()
    write_run(stream, [("q 1", [("b", 0.5), ("a", 0.5)]), ("q2", [])])
    first, second = (line.split(" ") for line in stream.getvalue().splitlines())
    assert first == ["q%201", "Q0", "b", "1", "0.5", "quoteback"]
    assert second[:4] == ["q%201", "Q0", "a", "2"]
    assert float(second[4]) < 0.5


def test_trec_eval_reads_what_is_written():
    run, qrels = io.StringIO(), io.StringIO()
    write_run(run, [("q", [("z", 0.5), ("a", 0.5)])])
    write_qrels(qrels, {"q": {"z": 1, "a": 0}})
    evaluator = pytrec_eval.RelevanceEvaluator(
        pytrec_eval.parse_qrel(qrels.getvalue().splitlines()), {"recip_rank"}
    )
    found = evaluator.evaluate(pytrec_eval.parse_run(run.getvalue().splitlines()))
    assert found == {"q": {"recip_rank": 1.0}}


def test_a_prediction_is_empty_where_it_abstains_and_the_best_is_still_there(notes, assistant):
    questions = QuestionSet(
        "x",
        (
            Question("when", "When was the boiler installed?", ("March 2019",)),
            Question("none", "Who won the football world cup in 2018?", ()),
        ),
    )
    evaluation = evaluate(questions, Retriever(notes), assistant=assistant)
    stream = io.StringIO()
    write_predictions(stream, evaluation)
    when, none = (json.loads(line) for line in stream.getvalue().splitlines())
    assert when["prediction"] == when["best"] == "March 2019"
    assert none["prediction"] == ""
    assert none["best"]
    assert none["confidence"] < when["confidence"]
    for row in (when, none):
        assert notes.text(row["document"])[row["start"] : row["end"]] == row["best"]
        assert row["spans"][0] == {"start": row["start"], "end": row["end"]}


def test_where_nothing_was_found_places_are_null(notes, assistant):
    questions = QuestionSet("x", (Question("q", "zzyzx", ("x",)),))
    evaluation = evaluate(questions, Retriever(notes), assistant=assistant, mode="bm25")
    stream = io.StringIO()
    write_predictions(stream, evaluation)
    assert json.loads(stream.getvalue()) == {
        "id": "q",
        "prediction": "",
        "best": "",
        "confidence": 0.0,
        "document": None,
        "start": None,
        "end": None,
        "spans": [],
    }
