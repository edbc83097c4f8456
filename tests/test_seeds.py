"""The sample documents and questions: enough of every kind, every answer an exact span."""

from collections import Counter
from pathlib import Path

import pytest

from index import Index
from index.loaders import is_supported, load_file
from qa import sample_folder, sample_questions
from tests.support.encoders import WordEncoder

QUESTIONS = sample_questions()
DOCUMENTS = {
    path.name: load_file(path)
    for path in sample_folder().iterdir()
    if is_supported(path) and path.name not in (".ignore", "questions.jsonl")
}


def test_there_are_documents_of_every_basic_format_with_many_paragraphs():
    assert len(DOCUMENTS) >= 6
    assert {Path(name).suffix for name in DOCUMENTS} == {".md", ".txt", ".html"}
    paragraphs = sum(
        len(content.paragraphs)
        if content.paragraphs is not None
        else content.text.count("\n\n") + 1
        for content in DOCUMENTS.values()
    )
    assert paragraphs >= 60


def test_the_documents_are_indexed_without_the_questions_which_give_answers_away(tmp_path):
    with Index.open(tmp_path / "i", create=True, encoder=WordEncoder()) as index:
        index.add([sample_folder()])
        assert {Path(document.path).name for document in index.documents()} == set(DOCUMENTS)


def test_there_are_enough_questions_of_every_kind():
    assert len(QUESTIONS) >= 60
    assert sum(not q.answers for q in QUESTIONS) >= 12
    assert sum(bool(q.history) for q in QUESTIONS) >= 8
    lists = sum(q.match == "all" for q in QUESTIONS)
    reasons = sum(
        q.question.lower().startswith(("why", "how come", "for what reason")) for q in QUESTIONS
    )
    assert lists + reasons >= 8


def test_ids_are_unique_and_questions_not_empty():
    assert max(Counter(q.id for q in QUESTIONS).values()) == 1
    assert all(q.question.strip() for q in QUESTIONS)


@pytest.mark.parametrize("question", [q for q in QUESTIONS if q.answers], ids=lambda q: q.id)
def test_every_answer_is_an_exact_span_of_its_document(question):
    content = DOCUMENTS[question.document]
    for answer in question.answers:
        assert answer in content.text


def test_unanswerable_questions_name_no_document():
    assert all(q.document is None for q in QUESTIONS if not q.answers)
