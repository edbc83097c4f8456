"""A number or an address is that of whom the question names."""

import pytest

from index import Document, Hit, Passage, Span
from qa.answering.contacts import favour_named
from qa.answering.models import load_models
from qa.answering.pipeline import answer_question
from qa.reader.reading import ScoredSpan

TEXT = (
    "The plumber is Joe Marsh, +44 20 7946 0018, and he comes within a day. The electrician can be "
    "reached at (020) 7946 0999 ext. 12."
)


def scored(*pairs):
    return [
        ScoredSpan(Span(TEXT.index(words), TEXT.index(words) + len(words)), score)
        for words, score in pairs
    ]


def texts(spans):
    return [each.span.of(TEXT) for each in spans]


def test_the_number_in_the_sentence_that_names_the_person_comes_first():
    spans = scored(("(020) 7946 0999", 1.6), ("+44 20 7946 0018", 0.9))
    favoured = favour_named("What is the plumber's phone number?", TEXT, spans)
    assert texts(favoured) == ["+44 20 7946 0018", "(020) 7946 0999"]
    assert favoured[0].score == pytest.approx(1.6)
    assert favoured[1].score == pytest.approx(-0.2)


@pytest.mark.parametrize(
    "question",
    [
        "What is the electrician's phone number?",
        "What is the phone number?",
        "Who comes to the plumber?",
    ],
)
def test_otherwise_the_order_stays(question):
    spans = scored(("(020) 7946 0999", 1.6), ("+44 20 7946 0018", 0.9))
    assert texts(favour_named(question, TEXT, spans)) == texts(spans)


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("What is the plumber's phone number?", "+44 20 7946 0018"),
        ("What is the phone number of the electrician?", "(020) 7946 0999"),
    ],
)
def test_the_number_quoted_is_that_of_the_person_asked_for(question, number):
    passage = Passage(1, Span(0, len(TEXT)), TEXT)
    hits = [Hit(passage, Document(1, "/house.md", "House"), 0.9)]
    [best, *_] = answer_question(question, hits, load_models(lambda: None), 1).answers
    assert best.text == number
