"""An evaluation end to end, with the real models, on three short notes."""

import json
import math
from dataclasses import replace

import pytest

from index import Content, Index, Progress, Retriever
from qa import Assistant
from qa.evaluation import (
    BadQuestionSet,
    Question,
    QuestionSet,
    Stage,
    UnknownMeasure,
    compare,
    evaluate,
    open_corpus,
)
from qa.squad import exact_match, f1

QUESTIONS = (
    Question(
        "when",
        "When was the boiler installed?",
        ("March 2019",),
        ("The boiler in the cellar",),
        document="boiler.md",
    ),
    Question("who", "Who installed the boiler?", ("Hanna Voss",), document="boiler.md"),
    Question("tree", "In which year was the pear tree planted?", ("2004",), document="garden.md"),
    Question(
        "and",
        "And how often does it bear fruit?",
        ("every second year",),
        history=("When was the pear tree planted?",),
        document="garden.md",
    ),
    Question(
        "list",
        "What grows beside the pear tree?",
        ("gooseberries", "rhubarb", "mint"),
        match="all",
        document="garden.md",
    ),
    Question("lost", "Who painted the ceiling?", ("Michelangelo",), document="chapel.md"),
    Question("absent", "What is the cat called?", ("Mimi",)),
    Question("none", "What did the boiler cost?", ()),
)
SET = QuestionSet("notes", QUESTIONS)


@pytest.fixture(scope="module")
def evaluation(notes, assistant):
    return evaluate(SET, Retriever(notes), assistant=assistant, k=10)


def numbers(value):
    """All numbers in a JSON value."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [number for inner in value for number in numbers(inner)]
    return [value] if isinstance(value, float | int) and not isinstance(value, bool) else []


def result(evaluation, number):
    return next(one for one in evaluation.questions if one.id == number)


def test_every_question_has_its_result_in_order(evaluation):
    assert [one.id for one in evaluation.questions] == [one.id for one in QUESTIONS]


def test_answers_are_what_the_assistant_answers(evaluation, assistant):
    for question, one in zip(QUESTIONS, evaluation.questions, strict=True):
        reply = assistant.ask(question.text, question.history)
        best = reply.answers[0]
        assert (one.best, one.confidence, one.spans) == (best.text, best.confidence, best.spans)
        assert one.document == best.document.path
        assert one.prediction == (best.text if reply.answered else "")


def test_spans_quote_their_documents(evaluation, notes):
    for one in evaluation.questions:
        assert one.spans[0].of(notes.text(one.document)) == one.best
        for shown in one.passages:
            text = notes.text(shown.document)
            assert text[shown.start :].startswith(shown.text)
            assert all(0 <= s.start < s.end <= len(shown.text) for s in shown.predicted)
            assert all(s.of(shown.text) in one.answers for s in shown.gold)


def test_figures_are_means_by_the_official_rules(evaluation):
    single = [one for one in evaluation.questions if one.match == "any"]
    for one in single:
        assert one.scores["exact_match"] == exact_match(one.prediction, one.answers)
        assert one.scores["f1"] == pytest.approx(f1(one.prediction, one.answers))
        if one.answers:
            assert one.scores["best_exact_match"] == exact_match(one.best, one.answers)
    for name in ("exact_match", "f1", "best_exact_match", "best_f1"):
        values = [one.scores[name] for one in evaluation.questions if name in one.scores]
        estimate = evaluation.answers[name]
        assert estimate.value == pytest.approx(sum(values) / len(values))
        assert estimate.low <= estimate.value <= estimate.high
        assert estimate.questions == len(values)
    assert evaluation.answers["best_f1"].questions == 7
    assert result(evaluation, "when").scores["exact_match"] == 1.0


def test_highlighted_words_are_compared_with_the_labelled_evidence(evaluation, assistant):
    with_evidence = [one for one in evaluation.questions if "evidence_f1" in one.scores]
    assert [one.id for one in with_evidence] == ["when"]
    best = assistant.ask(QUESTIONS[0].text).answers[0]
    shown = " ".join(map(best.hit.passage.quote, best.evidence))
    score = f1(shown, QUESTIONS[0].evidence)
    assert 0 < score < 1
    assert evaluation.answers["evidence_f1"].value == pytest.approx(score)


def test_a_document_that_is_named_is_a_label_of_retrieval(evaluation):
    assert evaluation.retrieval["R@1"].questions == 6
    assert result(evaluation, "when").scores["R@1"] == 1.0
    assert result(evaluation, "lost").scores["R@10"] == 0.0
    assert "R@1" not in result(evaluation, "absent").scores
    assert "R@1" not in result(evaluation, "none").scores


def test_it_is_said_where_questions_are_lost(evaluation):
    assert result(evaluation, "when").stage is None
    assert result(evaluation, "lost").stage is Stage.ABSENT
    assert result(evaluation, "absent").stage is Stage.ABSENT
    lost = [one for one in evaluation.questions if one.stage is not None]
    assert sum(evaluation.stages.values()) == len(lost)
    assert list(evaluation.stages) == list(Stage)


def test_a_document_that_is_not_indexed_is_noted(evaluation):
    assert any("1 question with a document that is not in" in note for note in evaluation.notes)


def test_a_file_as_line_is_named_in_notes(notes, assistant):
    questions = QuestionSet("x", (replace(QUESTIONS[5], where="line 7"), QUESTIONS[0]))
    found = evaluate(questions, Retriever(notes), assistant=assistant)
    assert any("chapel.md (line 7)" in note for note in found.notes)


def test_all_numbers_are_numbers_and_the_contract_is_kept(evaluation):
    whole = json.loads(json.dumps(evaluation.to_dict(), allow_nan=False))
    assert whole["questions"] == len(QUESTIONS)
    assert set(whole["retrieval"]) == {"nDCG@10", "RR@10", "R@1", "R@5", "R@10", "R@100", "AP"}
    assert set(whole["answers"]) == {
        "exact_match",
        "f1",
        "best_exact_match",
        "best_f1",
        "evidence_f1",
        "answered",
    }
    assert {"auroc", "ece", "aurc"} <= set(whole["abstention"])
    assert set(whole["latency_ms"]) == {"p50", "p95"}
    assert whole["config"]["mode"] == "hybrid"
    scores = numbers([whole["retrieval"], whole["answers"], whole["abstention"]])
    assert all(0 <= number <= 1 for number in scores)
    assert all(math.isfinite(number) for number in numbers(whole))


def test_kinds_cover_all_questions(evaluation):
    assert sum(kind.questions for kind in evaluation.kinds) == len(QUESTIONS)
    assert {"list", "follow-up", "unanswerable", "who", "when"} <= {
        k.kind for k in evaluation.kinds
    }


def test_recall_by_depth_never_falls_and_ends_at_k(evaluation):
    points = evaluation.recall_by_depth
    assert [point.depth for point in points] == [1, 2, 3, 4, 5, 7, 10]
    recalls = [point.recall for point in points]
    assert recalls == sorted(recalls)
    assert recalls[0] == pytest.approx(evaluation.retrieval["R@1"].value)


@pytest.mark.parametrize("mode", ["dense", "bm25", "reranked"])
def test_every_mode_ranks_documents_once_and_by_falling_scores(notes, assistant, mode):
    found = evaluate(SET, Retriever(notes), assistant=assistant, mode=mode, k=2)
    for one in found.questions:
        names = [ranked.document for ranked in one.ranking]
        assert len(names) == len(set(names)) <= 2
    assert found.name == mode


def test_in_the_reading_setting_each_question_is_given_its_document(notes, assistant):
    found = evaluate(SET, Retriever(notes), assistant=assistant, setting="reading")
    assert [one.id for one in found.questions] == ["when", "who", "tree", "and", "list"]
    assert found.retrieval == {}
    for one in found.questions:
        assert one.ranking == ()
        assert one.spans[0].of(notes.text(one.document)) == one.best
    assert result(found, "when").best == "March 2019"
    assert any("3 questions without answers or a document" in note for note in found.notes)


def test_without_answers_nothing_is_read(notes):
    questions = QuestionSet("x", (Question("q", "pear tree", relevant={"garden.md": 2}),))
    found = evaluate(questions, Retriever(notes), measures=["P@1"])
    assert (found.answers, found.abstention) == ({}, {})
    assert found.retrieval["P@1"].value == 1.0
    assert set(found.to_dict()) & {"answers", "abstention"} == set()
    assert found.questions[0].best == ""


def test_a_depth_less_than_that_of_the_usual_measures_is_noted(notes):
    questions = QuestionSet("x", (Question("q", "pear tree", relevant={"garden.md": 2}),))
    shallow = evaluate(questions, Retriever(notes), k=1).notes
    said = "only 1 document ranked for each question: measures that look deeper, such as R@100"
    assert any(note.startswith(said) for note in shallow)
    assert not any("ranked" in note for note in evaluate(questions, Retriever(notes)).notes)


def test_one_question_gets_no_interval(notes):
    questions = QuestionSet("x", (Question("q", "pear tree", relevant={"garden.md": 1}),))
    found = evaluate(questions, Retriever(notes))
    assert found.retrieval["AP"].low is None
    assert any("one question" in note for note in found.notes)
    differences = compare(found, found).differences
    assert all(d.p is None and d.low is None and not d.significant for d in differences)


def test_odd_questions_are_asked_like_any_other(notes, assistant):
    questions = QuestionSet(
        "x",
        tuple(
            Question(f"q{at}", text, ("x",))
            for at, text in enumerate(["?", "word " * 2000, "\ud800", "小豆島", "of the and"])
        ),
    )
    found = evaluate(questions, Retriever(notes), assistant=assistant)
    json.dumps(found.to_dict(), allow_nan=False)
    assert found.answers["exact_match"].value == 0.0


def test_an_interrupted_run_goes_on_from_its_cache(tmp_path, notes, assistant, evaluation):
    cache = tmp_path / "cache"
    asked = []

    def stop(step: Progress):
        asked.append(step.done)
        if step.done == 3:
            raise KeyboardInterrupt

    retriever = Retriever(notes)
    with pytest.raises(KeyboardInterrupt):
        evaluate(SET, retriever, assistant=assistant, k=10, cache=cache, progress=stop)
    asked.clear()
    found = evaluate(
        SET,
        retriever,
        assistant=assistant,
        k=10,
        cache=cache,
        progress=lambda s: asked.append(s.done),
    )
    assert asked == [0, 4, 5, 6, 7, 8]
    assert [one.scores for one in found.questions] == [one.scores for one in evaluation.questions]
    assert [one.spans for one in found.questions] == [one.spans for one in evaluation.questions]


def test_as_many_passages_are_read_as_is_said(notes, assistant, evaluation):
    one = evaluate(SET, Retriever(notes), assistant=assistant, k=10, passages_read=1)
    assert (evaluation.config["passages_read"], one.config["passages_read"]) == (12, 1)
    for question, found in zip(QUESTIONS, one.questions, strict=True):
        best = assistant.ask(question.text, question.history, k=1).answers[0]
        assert (found.best, found.confidence) == (best.text, best.confidence)


def test_a_cache_is_of_no_use_with_another_reranker(tmp_path, notes, assistant):
    class Backwards:
        def score(self, question, passages, cancelled=lambda: False):
            return [float(-at) for at in range(len(passages))]

    cache, asked = tmp_path / "cache", []
    questions = QuestionSet("x", QUESTIONS[:1])
    evaluate(questions, Retriever(notes), assistant=assistant, cache=cache)
    other = Assistant(Retriever(notes), reranker=Backwards())
    evaluate(questions, Retriever(notes), assistant=other, cache=cache, progress=asked.append)
    assert [step.done for step in asked if step.stage == "asking"] == [0, 1]


def test_a_cache_is_of_no_use_to_another_configuration_or_question(tmp_path, notes, assistant):
    cache, asked = tmp_path / "cache", []

    def count(step: Progress):
        asked.append(step.done)

    retriever = Retriever(notes)
    questions = QuestionSet("x", QUESTIONS[:2])
    evaluate(questions, retriever, assistant=assistant, cache=cache)
    evaluate(questions, retriever, assistant=assistant, cache=cache, progress=count)
    assert asked == [0]
    evaluate(questions, retriever, assistant=assistant, cache=cache, mode="bm25", progress=count)
    assert asked == [0, 0, 1, 2]
    other = QuestionSet("x", (replace(QUESTIONS[0], text="When was it made?"), QUESTIONS[1]))
    evaluate(other, retriever, assistant=assistant, cache=cache, progress=count)
    assert asked == [0, 0, 1, 2, 0, 2]


def test_what_cannot_be_asked_is_said(tmp_path, notes, encoder):
    retriever = Retriever(notes)
    with pytest.raises(UnknownMeasure, match="bogus"):
        evaluate(SET, retriever, measures=["bogus"])
    with pytest.raises(ValueError, match="no mode"):
        evaluate(SET, retriever, mode="magic")
    with pytest.raises(ValueError, match="passages_read must be at least 1"):
        evaluate(SET, retriever, passages_read=0)
    with pytest.raises(BadQuestionSet, match="a document that is in the index"):
        evaluate(QuestionSet("x", QUESTIONS[5:]), retriever, setting="reading")
    with (
        Index.open(tmp_path / "empty", create=True, encoder=encoder) as empty,
        pytest.raises(BadQuestionSet, match="the index is empty"),
    ):
        evaluate(SET, Retriever(empty))


def test_judgements_that_all_point_nowhere_are_refused(tmp_path, beir, encoder):
    folder = beir(
        [{"_id": "d1", "text": "One."}], [{"_id": "q1", "text": "one?"}], [("q1", "D1", 1)]
    )
    questions = QuestionSet.load(folder)
    with (
        open_corpus(questions.corpus, tmp_path / "i").index as index,
        pytest.raises(BadQuestionSet, match="no document that is judged relevant is in its corpus"),
    ):
        evaluate(questions, Retriever(index))


def test_a_document_counts_at_its_best_passage(tmp_path, encoder):
    long = "\n\n".join(
        f"Paragraph {n} tells of the {word} that stood in the old garden behind the house by the "
        f"lake, and of nothing else at all, at some length."
        for n, word in enumerate(["plum tree", "apple tree", "walnut tree", "stone bench"])
    )
    with Index.open(tmp_path / "i", create=True, encoder=encoder) as index:
        index.add_texts([("long", Content(long)), ("short", Content("A stone bench is hard."))])
        questions = QuestionSet("x", (Question("q", "the walnut tree", relevant={"long": 1}),))
        found = evaluate(questions, Retriever(index), k=2)
    (one,) = found.questions
    assert [ranked.document for ranked in one.ranking] == ["long", "short"]
    assert one.ranking[0].grade == 1
    assert one.ranking[1].grade is None


def test_it_is_said_what_of_the_index_is_out_of_step(tmp_path, encoder):
    path = tmp_path / "note.txt"
    path.write_text("The old walnut tree stood behind the house by the lake for many years.")
    with Index.open(tmp_path / "i", create=True, encoder=encoder) as index:
        index.add([path])
        questions = QuestionSet("x", (Question("q", "walnut", relevant={str(path): 1}),))
        assert not any("changed" in n for n in evaluate(questions, Retriever(index)).notes)
        path.write_text("The old walnut tree was felled.")
        notes = evaluate(questions, Retriever(index)).notes
    assert "documents that have changed or gone since they were indexed: 1" in notes
