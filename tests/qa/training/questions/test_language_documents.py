"""Documents in many languages become rows to train with, and trials to fit confidence to."""

import gzip
import json
import random

import pytest

from index import Index, Span
from qa.training.questions.language_documents import (
    LanguageDocument,
    load_language_documents,
    make_language_questions,
)
from qa.training.questions.rows import QuestionRow
from qa.training.questions.trials import ask_language_documents
from tests.support.encoders import WordEncoder

ROWS = [
    {
        "language": "de",
        "title": "Satzung",
        "paragraphs": ["Der Beitrag ist 40 Euro. Kinder zahlen nichts.", "Der Beitrag ist fällig."],
        "questions": [
            {
                "kind": "fact",
                "question": "Wie viel Euro ist der Beitrag?",
                "paragraph": 0,
                "answer": "40 Euro",
                "sentence": "Der Beitrag ist 40 Euro.",
            },
            {
                "kind": "list",
                "question": "Was ist mit dem Geld?",
                "paragraph": 1,
                "answer": ["Beitrag", "fällig"],
                "sentence": "Der Beitrag ist fällig.",
            },
            {
                "kind": "fact",
                "question": "Wer ist Kassenwart?",
                "paragraph": None,
                "answer": None,
                "sentence": None,
            },
        ],
    },
    {"language": "fr", "title": "Notes", "paragraphs": ["Il pleut."], "questions": []},
]


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "documents.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in ROWS)
    return path


def test_the_context_of_a_question_is_its_whole_document(path):
    german, french = load_language_documents(path)
    fact, several, missing = german.rows
    assert fact.context == german.text == "\n\n".join(ROWS[0]["paragraphs"])
    assert fact.answer_texts == ["40 Euro"]
    assert [span.of(fact.context) for span in fact.evidence] == ["Der Beitrag ist 40 Euro."]
    # Of words that stand in two paragraphs, those of the one that answers.
    assert several.answers[0].start > len(ROWS[0]["paragraphs"][0])
    assert several.requires_all
    assert not fact.requires_all
    assert missing.answers == missing.evidence == ()
    assert {row.language for row in german.rows} == {"de"}
    assert french.rows == ()


def test_some_documents_are_held_out_and_always_the_same(path):
    for document in load_language_documents(path):
        again = next(d for d in load_language_documents(path) if d.title == document.title)
        assert document.is_held_out is again.is_held_out


def test_an_answer_that_is_not_in_its_paragraph_is_an_error(path):
    wrong = json.loads(json.dumps(ROWS[0]))
    wrong["questions"][0]["answer"] = "50 Euro"
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        lines.write(json.dumps(wrong) + "\n")
    with pytest.raises(ValueError, match="substring"):
        load_language_documents(path)


def test_questions_are_asked_of_an_index_of_all_documents(path, tmp_path, monkeypatch):
    documents = load_language_documents(path)
    monkeypatch.setattr(LanguageDocument, "is_held_out", property(lambda each: each.rows != ()))
    with Index.open(tmp_path / "index", create=True, encoder=WordEncoder()) as index:
        fact, several, missing = ask_language_documents(index, documents, "de")
    assert fact.answers == ("40 Euro",)
    assert fact.documents == {"Satzung"}
    assert "40 Euro" in fact.hits[0].passage.text
    assert several.match == "all"
    assert missing.answers == ()


def test_questions_come_with_passages_of_their_own_document_and_of_others(monkeypatch):
    monkeypatch.setattr(LanguageDocument, "is_held_out", property(lambda each: each.title == "Aus"))
    texts = {
        "Satzung": "Der Beitrag ist 40 Euro im Jahr.\n\nDer Vorstand tagt montags im Ruderhaus.",
        "Freibad": "Der Eintritt ist 5 Euro am Tag.\n\nGebadet wird bis acht Uhr abends.",
        "Aus": "Der Beitrag ist hier ohne Belang.",
    }
    documents = [
        LanguageDocument(
            "de",
            title,
            text,
            (
                QuestionRow(
                    f"Wie hoch ist der Beitrag für {title}?",
                    text,
                    evidence=(Span(0, text.index(".") + 1),),
                    title=title,
                    language="de",
                ),
            ),
        )
        for title, text in texts.items()
    ]
    statutes, pool = make_language_questions(documents, random.Random(3))
    assert statutes.passages[0].text.startswith("Der Beitrag ist 40 Euro")
    assert [passage.answers_question for passage in statutes.passages] == [True] + [False] * (
        len(statutes.passages) - 1
    )
    assert any("5 Euro" in passage.text for passage in statutes.passages)
    assert any("40 Euro" in passage.text for passage in pool.passages[1:])
