"""Predictions are a JSON line a question, and quote their documents."""

import io
import json

from index import Retriever
from qa.evaluation import Question, QuestionSet, evaluate, write_predictions


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
