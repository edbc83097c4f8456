"""Documents in many languages become rows to train with, and trials to fit confidence to."""

import gzip
import json

import pytest

from index import Index
from qa.training.questions.asked_documents import (
    AskedDocument,
    add_asked_documents,
    load_asked_documents,
    locate_document_questions,
)
from qa.training.questions.trials import ask_asked_documents
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
    {
        "language": "fr",
        "title": "Tarifs",
        "paragraphs": ["Il pleut.", "lieu | prix\nbassin | 5 euros\nsauna | 9 euros"],
        "questions": [
            {
                "kind": "table",
                "question": "Combien pour nager ?",
                "paragraph": 1,
                "answer": "5 euros",
                "sentence": "bassin | 5 euros",
            }
        ],
    },
]


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "documents.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in ROWS)
    return path


def test_the_context_of_a_question_is_its_whole_document(path):
    german, french = load_asked_documents(path)
    fact, several, missing = german.rows
    assert fact.context == german.text == "\n\n".join(["# Satzung", *ROWS[0]["paragraphs"]])
    assert fact.answer_texts == ["40 Euro"]
    assert [span.of(fact.context) for span in fact.evidence] == ["Der Beitrag ist 40 Euro."]
    # Of words that stand in two paragraphs, those of the one that answers.
    assert several.answers[0].start > len(ROWS[0]["paragraphs"][0])
    assert several.requires_all
    assert not fact.requires_all
    assert missing.answers == missing.evidence == ()
    assert {row.language for row in german.rows} == {"de"}
    assert [row.answer_texts for row in french.rows] == [["5 euros"]]


def test_some_documents_are_held_out_and_always_the_same(path):
    for document in load_asked_documents(path):
        again = next(d for d in load_asked_documents(path) if d.title == document.title)
        assert document.is_held_out is again.is_held_out


def test_an_answer_that_is_not_in_its_paragraph_is_an_error(path):
    wrong = json.loads(json.dumps(ROWS[0]))
    wrong["questions"][0]["answer"] = "50 Euro"
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        lines.write(json.dumps(wrong) + "\n")
    with pytest.raises(ValueError, match="substring"):
        load_asked_documents(path)


def test_questions_are_asked_of_an_index_of_all_documents(path, tmp_path, monkeypatch):
    documents = load_asked_documents(path)
    monkeypatch.setattr(AskedDocument, "is_held_out", property(lambda each: each.language == "de"))
    with Index.open(tmp_path / "index", create=True, encoder=WordEncoder()) as index:
        fact, several, missing = ask_asked_documents(index, documents, "de")
    assert fact.answers == ("40 Euro",)
    assert fact.documents == {"Satzung"}
    assert "40 Euro" in fact.hits[0].passage.text
    assert several.match == "all"
    assert missing.answers == ()


def test_a_document_is_a_page_with_a_title_and_tables(path, tmp_path):
    documents = load_asked_documents(path)
    with Index.open(tmp_path / "index", create=True, encoder=WordEncoder()) as index:
        add_asked_documents(index, documents)
        assert {document.title for document in index.documents()} == {"Satzung", "Tarifs"}
        rows = [each for each in index.passages("Tarifs") if each.columns]
        located = {each.row.question: each for each in locate_document_questions(documents, index)}
    assert [row.text for row in rows] == ["bassin | 5 euros", "sauna | 9 euros"]
    assert rows[0].columns == ("lieu", "prix")
    swimming = located["Combien pour nager ?"]
    assert [each.text for each in swimming.answering] == ["bassin | 5 euros"]
    assert "sauna | 9 euros" in [each.text for each in swimming.others]
    assert located["Wer ist Kassenwart?"].answering == ()
