"""Models whose readings and scores are given, and the passages that they are asked about."""

from index import Document, Hit, Span
from index.text import split_sentences
from qa.answering.calibration import Calibration
from qa.answering.models import AnsweringModels
from qa.answering.pipeline import answer_question
from qa.reader.reading import Reading, ScoredSpan
from tests.support.passages import make_passage

CALIBRATION = Calibration(
    reader="test",
    scale=1.0,
    shift=0.0,
    retrieval=0.0,
    relevance=1.0,
    evidence_gap=1.0,
    weights={"odds": 1.0},
)


class ScriptedReader:
    """Gives the readings it was made with, by the passage's text."""

    def __init__(self, hits, readings):
        self.readings = {h.passage.text: r for h, r in zip(hits, readings, strict=True)}

    def read(self, _question, passages, _cancelled=None):
        return [self.readings[passage.text] for passage in passages]


class ScriptedReranker:
    """Scores a passage by the first of some words that is in it, else -5."""

    def __init__(self, **scores):
        self.scores = scores

    def score(self, _question, passages, _cancelled=None):
        return [
            next((s for word, s in self.scores.items() if word in passage.text), -5.0)
            for passage in passages
        ]


def answering(question, hits, readings, calibration=CALIBRATION, reranker=None):
    models = AnsweringModels(ScriptedReader(hits, readings), calibration, reranker)
    return answer_question(question, hits, models, k=max(1, len(hits)))


def answers_of(question, hits, readings, calibration=CALIBRATION):
    return list(answering(question, hits, readings, calibration).answers)


def hit(number, text, score=0.5, start=100, dense=0.5):
    document = Document(number, f"/d{number}.txt", None)
    passage = make_passage(text, number, start=start)
    return Hit(passage, document, score, {} if dense is None else {"dense": dense})


def reading(text, *scored, sentences=()):
    spans = [
        ScoredSpan(Span(text.index(words), text.index(words) + len(words)), score)
        for words, score in scored
    ]
    located = [
        ScoredSpan(Span(*ends), score)
        for ends, score in zip(split_sentences(text), sentences, strict=False)
    ]
    return Reading(tuple(spans), max((s for _, s in scored), default=-5.0), tuple(located))


WHEN = "When was it?"
OPENED = "The museum opened in 1991 on Pilot Quay."
AGAIN = "It was 1991 when the doors opened."
CLOSED = "The ferry closed in 1956."
