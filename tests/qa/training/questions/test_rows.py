"""Contexts of the training data become passages like those of an index, with labels."""

import random

import pytest

from index import Span
from qa.training.questions.rows import QuestionRow, cut_context

STORY = (
    "The museum opened in 1991. It stands on Pilot Quay in Port Averil. "
    "Odile Marchetti gave it 640 umbrellas. Nobody knows where she had bought them all. "
) * 4 + "In 1999 a storm took the roof, because the nails were too short."
TABLE = "Towns of the bay\nTown | Inhabitants\nPort Averil | 8,120\nTamble | 940\n\nBoth have a harbour."


def span(text, words):
    start = text.index(words)
    return Span(start, start + len(words))


def row(context, *answers, evidence=(), title=""):
    return QuestionRow(
        "What?",
        context,
        tuple(span(context, each) for each in answers),
        tuple(span(context, each) for each in evidence),
        title,
    )


def cuttings(each):
    """A context cut in many ways: lengths and titles are drawn at random."""
    for seed in range(20):
        yield cut_context(each, random.Random(seed))


def test_every_label_is_the_text_it_labels():
    asked = row(STORY, "1999", evidence=["In 1999 a storm took the roof"])
    for passages in cuttings(asked):
        assert [p.answers[0].of(p.text) for p in passages if p.answers] == ["1999"]
        for passage in passages:
            assert passage.text in STORY
            assert " ".join(each.of(passage.text) for each in passage.sentences) == passage.text


def test_the_sentences_of_the_evidence_answer():
    asked = row(STORY, "1999", evidence=["In 1999 a storm took the roof"])
    for passages in cuttings(asked):
        marked = [
            sentence.of(passage.text)
            for passage in passages
            for sentence, label in zip(passage.sentences, passage.is_evidence, strict=True)
            if label
        ]
        assert marked == ["In 1999 a storm took the roof, because the nails were too short."]


def test_without_evidence_the_sentence_of_the_answer_is_it():
    for passages in cuttings(row(STORY, "because the nails were too short")):
        assert sum(sum(passage.is_evidence) for passage in passages) == 1


def test_whole_sentences_as_answer_are_a_region_and_no_span():
    answer = STORY[STORY.index("In 1999") :] + ""
    reason = "Nobody knows where she had bought them all. " + "Nobody knew. " * 8 + answer
    for passages in cuttings(row(STORY + reason, reason, evidence=[reason])):
        assert not any(passage.answers for passage in passages)
        assert any(passage.regions for passage in passages)


def test_a_title_stands_above_most_passages_and_is_not_part_of_them():
    above = [
        passage.above for each in cuttings(row(STORY, "1999", title="Rain")) for passage in each
    ]
    assert set(above) == {"", "Rain"}
    assert above.count("Rain") > above.count("")


def test_a_row_of_a_table_is_a_passage_that_names_its_columns():
    for passages in cuttings(row(TABLE, "940")):
        [passage] = [each for each in passages if each.answers_question]
        assert passage.text == "Town: Tamble; Inhabitants: 940; "
        assert [answer.of(passage.text) for answer in passage.answers] == ["940"]
        assert passage.above == "Towns of the bay"


def test_a_whole_row_as_evidence_is_a_region():
    for passages in cuttings(row(TABLE, "Tamble | 940", evidence=["Tamble | 940"])):
        [passage] = [each for each in passages if each.answers_question]
        assert not passage.answers
        assert passage.regions == passage.sentences == (Span(0, len(passage.text)),)


@pytest.mark.parametrize("context", ["", "  \n ", "|"])
def test_a_context_without_words_gives_nothing_to_learn(context):
    for passages in cuttings(QuestionRow("What?", context)):
        assert not any(passage.answers_question for passage in passages)
