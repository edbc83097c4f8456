"""Retrieval figures are trec_eval's own, whatever the ties and the gaps in the labels."""

from __future__ import annotations

import io
import itertools
import json
from urllib.parse import unquote

import numpy as np
import pytest
import pytrec_eval
from hypothesis import given, settings
from hypothesis import strategies as st

from index import Retriever
from qa.evaluation import (
    Question,
    QuestionSet,
    UnknownMeasure,
    evaluate,
    find_measure,
    open_corpus,
    write_predictions,
    write_qrels,
    write_run,
)
from qa.evaluation.measuring.retrieval import (
    MEASURES,
    encode_name,
    make_descending,
    recall_at,
    score_rankings,
)

TREC = {
    "nDCG@10": "ndcg_cut_10",
    "R@1": "recall_1",
    "R@5": "recall_5",
    "R@10": "recall_10",
    "R@100": "recall_100",
    "AP": "map",
}
DOCUMENTS = [f"d{number}" for number in range(12)]


def judged_by_trec_eval(qrels, rankings):
    """question → measure → value, straight from trec_eval; RR@10 from the reciprocal rank."""
    run = {
        question: {name: float(len(ranking) - place) for place, name in enumerate(ranking)}
        for question, ranking in rankings.items()
    }
    wanted = {*TREC.values(), "recip_rank"}
    found = pytrec_eval.RelevanceEvaluator(qrels, wanted).evaluate(run)
    return {
        question: {
            **{ours: found[question][theirs] for ours, theirs in TREC.items()},
            "RR@10": found[question]["recip_rank"]
            if found[question]["recip_rank"] >= 0.1 - 1e-9
            else 0.0,
        }
        if question in found
        else dict.fromkeys([*TREC, "RR@10"], 0.0)
        for question in qrels
    }


graded = st.dictionaries(st.sampled_from(DOCUMENTS), st.integers(0, 3), min_size=1, max_size=8)
ranked = st.lists(st.sampled_from(DOCUMENTS), unique=True, max_size=12)


@settings(max_examples=100)
@given(st.lists(st.tuples(graded, ranked | st.none()), min_size=1, max_size=5))
def test_figures_equal_trec_evals(topics):
    """With grades, unjudged documents, topics without results and without a relevant document."""
    qrels = {f"q{number}": grades for number, (grades, _) in enumerate(topics)}
    rankings = {
        f"q{number}": found for number, (_, found) in enumerate(topics) if found is not None
    }
    ours = score_rankings(MEASURES, qrels, rankings)
    theirs = judged_by_trec_eval(qrels, rankings)
    assert ours.keys() == qrels.keys()
    for question in qrels:
        assert ours[question] == pytest.approx(theirs[question], abs=1e-6)


def test_a_topic_without_results_scores_0_everywhere():
    assert score_rankings(["nDCG@10", "AP"], {"q": {"d": 1}}, {}) == {
        "q": {"nDCG@10": 0.0, "AP": 0.0}
    }


def test_any_measure_goes_by_its_usual_name():
    found = score_rankings(["P@5", "Success@1", "MRR@10"], {"q": {"d": 1}}, {"q": ["x", "d"]})
    assert found == {"q": {"P@5": 0.2, "Success@1": 0.0, "MRR@10": 0.5}}


def test_a_measure_that_goes_by_two_names_is_given_by_both():
    found = score_rankings(["AP", "MAP", "RR@10", "MRR@10"], {"q": {"d": 1}}, {"q": ["x", "d"]})
    assert found == {"q": {"AP": 0.5, "MAP": 0.5, "RR@10": 0.5, "MRR@10": 0.5}}


@pytest.mark.parametrize(
    "name", ["", "nDCG@", "nDCG@-3", "IPrec@2", "bogus@10", "R", "INST", "nDCG@10; x", "__import__"]
)
def test_a_measure_that_there_is_not_is_named(name):
    with pytest.raises(UnknownMeasure, match="no measure"):
        find_measure(name)


@pytest.mark.parametrize("name", ["P@0", "nDCG@0", "ERR@0", "R@1000001", "P@99999999999999999999"])
def test_a_depth_at_which_trec_eval_ends_the_process_is_refused(name):
    with pytest.raises(UnknownMeasure, match="its depth must lie in 1 to 1,000,000"):
        find_measure(name)


def test_what_only_counts_is_no_score():
    with pytest.raises(UnknownMeasure, match="NumRet counts"):
        find_measure("NumRet")


def test_what_is_to_be_installed_for_a_measure_is_said():
    with pytest.raises(UnknownMeasure, match="cannot be computed here: pip install ir-measures"):
        find_measure("alpha_nDCG@10")


def test_names_of_questions_and_documents_may_be_anything():
    names = ["a b", "a\tb\n", "\ud800", "", "1", "q1"]
    qrels = {question: dict.fromkeys(names[:3], 1) for question in names}
    found = score_rankings(["P@3", "nDCG@3", "Judged@3"], qrels, dict.fromkeys(names, names))
    for question in names:
        assert found[question] == {"P@3": 1.0, "nDCG@3": 1.0, "Judged@3": 1.0}


def test_recall_at_several_depths():
    assert recall_at([1, 2, 10], {"a": 1, "b": 2, "c": 0}, ["a", "c", "b"]) == [0.5, 0.5, 1.0]


def corpora(name):
    """Three small sets: graded labels, twins that tie, topics that nothing answers."""
    topics = ["copper pipes", "pear trees", "slate roofs", "old windows", "lake storms"]
    texts = [
        f"Of {topic} there is much to say, and this is note {number} on it, written in a year "
        f"of which nobody knows much else."
        for number in range(4)
        for topic in topics
    ]
    grades = {"graded": [3, 2, 0, 1], "twins": [1, 0, 0, 1], "missing": [1, 1, 1, 1]}[name]
    if name == "twins":
        texts = [texts[number % 5] for number in range(20)]
    queries = [{"_id": f"q{at}", "text": topic} for at, topic in enumerate(topics)]
    if name == "missing":
        queries[0]["text"] = "zzyzx"
    judgements = [
        (f"q{at}", f"d{number * 5 + at}", grade)
        for at in range(5)
        for number, grade in enumerate(grades)
    ]
    if name == "missing":
        judgements.append(("q1", "nowhere", 1))
    return [{"_id": f"d{n}", "text": text} for n, text in enumerate(texts)], queries, judgements


@pytest.mark.parametrize("name", ["graded", "twins", "missing"])
@pytest.mark.parametrize("mode", ["bm25", "dense", "hybrid"])
def test_a_run_that_is_written_gives_trec_eval_the_same_figures(
    tmp_path, beir, encoder, name, mode
):
    questions = QuestionSet.load(beir(*corpora(name)))
    opened = open_corpus(questions.corpus, tmp_path / "index")
    with opened.index as index:
        evaluation = evaluate(questions, Retriever(index), mode=mode, k=15)
    stream = io.StringIO()
    write_run(
        stream,
        [(r.id, [(one.document, one.score) for one in r.ranking]) for r in evaluation.questions],
    )
    run = pytrec_eval.parse_run(stream.getvalue().splitlines())
    qrels = {question.id: dict(question.relevant) for question in questions.questions}
    wanted = {*TREC.values()}
    theirs = pytrec_eval.RelevanceEvaluator(qrels, wanted).evaluate(run)
    for ours, name_of_theirs in TREC.items():
        mean = sum(theirs.get(q, {}).get(name_of_theirs, 0.0) for q in qrels) / len(qrels)
        assert evaluation.retrieval[ours].value == pytest.approx(mean, abs=1e-6)
    json.dumps(evaluation.to_dict(), allow_nan=False)


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
