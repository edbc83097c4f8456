"""A question is answered from passages found for it, or for it after the question before it."""

from pathlib import Path

import pytest

from index import Content, Index, Retriever
from qa.answering.models import AnsweringModels
from qa.answering.pipeline import answer_question
from qa.answering.retrieving import Context, correct_question, merge_context, retrieve
from qa.conversation import ResolvedQuestion
from tests.qa.answering.scripted_models import CALIBRATION, ScriptedReader, hit, reading

HALL = "Between 60 and 28 days before the date half of the hire is paid back."
INSURANCE = "You may cancel within 14 days and get everything back."
WHAT_IF = "What happens if we cancel?"
HIRE = "What does the hall cost?"


class ContextReranker:
    """Scores passages by a word in them, otherwise where the hall was talked of before."""

    def __init__(self, alone, in_context):
        self.alone, self.in_context = alone, in_context

    def score(self, question, passages, _cancelled=None):
        scores = self.in_context if HIRE in question else self.alone
        return [scores[passage.text] for passage in passages]


def hits_read(alone, in_context, context=True):
    insurance, hall = hit(1, INSURANCE, score=0.9), hit(2, HALL, score=0.8)
    readings = [reading(INSURANCE, ("14 days", 0.0)), reading(HALL, ("half", 0.0))]
    models = AnsweringModels(
        ScriptedReader([insurance, hall], readings), CALIBRATION, ContextReranker(alone, in_context)
    )
    both = Context(f"{HIRE} {WHAT_IF}", (hall,)) if context else None
    found = [insurance, hit(3, INSURANCE, score=0.1)]
    answering = answer_question(WHAT_IF, found, models, 2, context=both)
    return [each.passage.id for each in answering.hits]


def test_what_the_context_finds_comes_first_where_nothing_else_answers():
    alone = {INSURANCE: -1.0, HALL: -4.0}
    assert hits_read(alone, {INSURANCE: -9.0, HALL: 3.0})[0] == 2


def test_the_context_is_not_looked_at_where_a_passage_answers_by_itself():
    assert 2 not in hits_read({INSURANCE: 1.0}, {})


def test_a_passage_that_only_fits_the_question_before_does_not_win():
    alone = {INSURANCE: -0.5, HALL: -11.0}
    assert hits_read(alone, {INSURANCE: -2.0, HALL: 4.0})[0] == 1


def test_without_a_question_before_there_is_no_context():
    assert 2 not in hits_read({INSURANCE: -1.0}, {}, context=False)


@pytest.mark.parametrize("count", [1, 2, 6, 16])
def test_as_many_hits_as_before_each_once_and_best_first(count):
    hits = [hit(number, f"a{number}", score=1 - number / 50) for number in range(count)]
    others = tuple(hit(number, f"a{number}", score=0.7) for number in range(count // 2, 40))
    merged = merge_context(hits, Context("", others))
    assert len(merged) == len({each.passage.id for each in merged}) == count
    assert merged == sorted(merged, key=lambda each: (-each.score, each.passage.id))
    assert hits[0] in merged


def test_where_the_context_finds_few_the_questions_own_stay():
    hits = [hit(number, f"a{number}", score=1 - number / 50) for number in range(10)]
    merged = merge_context(hits, Context("", (hits[0], hit(40, "b", score=0.7))))
    assert {each.passage.id for each in merged} == {*range(9), 40}
    assert merge_context([], Context("", (hits[3],))) == [hits[3]]


def test_each_question_gets_its_own_context(tmp_path: Path, encoder):
    texts = {"hall": HALL, "insurance": INSURANCE, "oven": "The oven takes an hour at 220 °C."}
    with Index.open(tmp_path / "index", create=True, encoder=encoder) as index:
        index.add_texts((name, Content(text)) for name, text in texts.items())
        questions = [
            ResolvedQuestion("How hot is the oven?"),
            ResolvedQuestion("And if we cancel?", "What does the hire of the hall cost?"),
            ResolvedQuestion("How long?", "How hot is the oven?"),
        ]
        retriever = Retriever(index)
        first, second, third = retrieve(retriever, questions, 2)
        assert first.context is None
        assert [h.passage.id for h in first.hits] == [
            h.passage.id for h in retriever.search("How hot is the oven?", 2)
        ]
        assert second.context is not None
        assert second.context.question == "What does the hire of the hall cost? And if we cancel?"
        assert second.context.hits[0].passage.text == HALL
        assert third.context is not None
        assert third.context.hits[0].document.path.endswith("oven")


def test_misspelt_words_are_corrected_but_not_those_of_another_language(tmp_path):
    (tmp_path / "shop.md").write_text("Guests want beginners' lessons in the garden of the museum.")
    with Index.open(tmp_path / "index", create=True) as index:
        index.add([tmp_path / "shop.md"])
        retriever = Retriever(index)
        misspelt = correct_question(retriever, ResolvedQuestion("Where is the musuem?"))
        german = correct_question(retriever, ResolvedQuestion("Wann und wo beginnt das Fest?"))
    assert misspelt.text == "Where is the museum?"
    assert german.text == "Wann und wo beginnt das Fest?"
