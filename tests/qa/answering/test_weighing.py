"""How every passage fared: all that were found, in the retriever's order."""

from __future__ import annotations

import pytest
from qa.answering.weighing import weighed

from index import Document, Hit, Index, Passage, Retriever, Span
from qa import Assistant
from qa.answering.calibration import Calibration, sigmoid
from qa.reader.reading import Reading, ScoredSpan

CALIBRATION = Calibration("a reader", 2.0, 1.0, 0.5, 1.0, 0.0, {"margin": 1.0}, 0.5)
NOTES = Document(1, "/notes.md", None)


def hit(number: int, at: int, text: str, score: float) -> Hit:
    return Hit(Passage(number, Span(at, at + len(text)), text), NOTES, score)


FIRST = hit(1, 10, "It opened in May.", 0.9)
SECOND = hit(2, 40, "It closed in June.", 0.9)
UNREAD = hit(3, 80, "Far away.", 0.2)


def test_what_was_read_has_the_readers_word_and_the_others_none():
    readings = [Reading((ScoredSpan(Span(13, 16), 3.0),), 1.5), Reading((), -4.0)]
    first, second, unread = weighed([FIRST, SECOND, UNREAD], readings, CALIBRATION)
    assert (first.hit, first.relevance, first.span) == (FIRST, 1.5, Span(23, 26))
    assert (second.hit, second.relevance, second.span, second.log_odds) == (
        SECOND,
        -4.0,
        None,
        None,
    )
    assert (unread.hit, unread.relevance, unread.span) == (UNREAD)


def test_the_log_odds_are_those_that_answers_are_made_of():
    readings = [Reading((ScoredSpan(Span(13, 16), 3.0),), 1.5)]
    (first,) = weighed([FIRST], readings, CALIBRATION)
    assert first.log_odds == pytest.approx(CALIBRATION.log_odds(3.0, 0.0))


def test_nothing_found_is_nothing_weighed():
    assert weighed([], [], CALIBRATION) == ()


@pytest.fixture(scope="module")
def reply(tmp_path_factory, encoder):
    folder = tmp_path_factory.mktemp("weighing")
    paragraphs = [
        f"The lighthouse of Cape {name} was lit in {year}; its keeper wrote a diary every night, "
        f"in which he noted the wind, the ships that passed and what he had for supper."
        for year, name in enumerate(
            "Anvil Beacon Cedar Dunes Ember Falcon Gull Heron Ivy Jet".split(), 1850
        )
    ]
    (folder / "notes.txt").write_text("\n\n".join(paragraphs))
    with Index.open(folder / "index", create=True, encoder=encoder) as index:
        index.add([folder / "notes.txt"])
        yield Assistant(Retriever(index)).ask("When was the lighthouse of Cape Falcon lit?")


def test_a_reply_weighs_more_passages_than_were_read(reply):
    read = [passage for passage in reply.weighed if passage.relevance is not None]
    assert len(reply.hits) == len(read) < len(reply.weighed)
    assert {passage.hit.passage.id for passage in read} == {h.passage.id for h in reply.hits}
    scores = [passage.hit.score for passage in reply.weighed]
    assert scores == sorted(scores, reverse=True)


def test_the_factors_of_an_answer_are_its_confidence(reply):
    for answer in reply.answers:
        assert sigmoid(sum(answer.factors.values())) == pytest.approx(answer.confidence)


def test_the_best_span_of_a_passage_lies_in_it(reply):
    for passage in reply.weighed:
        if passage.span is not None:
            whole = passage.hit.passage.span
            assert whole.start <= passage.span.start < passage.span.end <= whole.end


def test_its_sentence_is_the_one_that_holds_it_in_the_document():
    text = "It was cold. It opened in May. Then it rained."
    opened = hit(4, 30, text, 0.9)
    at = text.index("May")
    (first,) = weighed([opened], [Reading((ScoredSpan(Span(at, at + 3), 3.0),), 1.5)], CALIBRATION)
    assert first.sentence is not None
    assert Span(first.sentence.start - 30, first.sentence.end - 30).of(text) == "It opened in May."
    assert weighed([opened], [], CALIBRATION)[0].sentence is None
