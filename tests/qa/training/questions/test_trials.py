"""Questions asked for the calibration: what counts as right, and of which documents."""

import json

import pytest

from index import Document, Hit, Index, Passage, Retriever, Span
from qa.answering.answers import Answer
from qa.training.questions.trials import Trial, ask_documents, ask_written, is_right
from qa.training.questions.written import WrittenQuestion, take_fingerprint

NOTES = Document(1, "/notes.md", None)


def hit_of(text, number=1, score=0.5):
    return Hit(Passage(number, Span(0, len(text)), text), NOTES, score)


def answer_of(text, *parts):
    spans = tuple(Span(text.index(part), text.index(part) + len(part)) for part in parts)
    whole = Span(0, len(text))
    return Answer(
        parts[0], spans[0], spans, whole, text, NOTES, None, None, 0.5, 0.5, False, hit_of(text)
    )


def trial_of(answers, match="any", documents=frozenset({NOTES.path})):
    return Trial("a", "When?", (), tuple(answers), match, documents)


OPENED = "The museum opened on 4 May 1998 with a concert."


@pytest.mark.parametrize(
    ("quoted", "answers", "right"),
    [
        ("on 4 May 1998", ["4 May 1998"], True),
        ("May 1998", ["4 May 1998"], False),
        ("opened on 4 May 1998 with a concert", ["4 May 1998"], True),
        ("museum opened", ["museum"], True),
        ("concert", [], False),
    ],
    ids=["more words", "another number", "a whole clause", "half of the words", "none is there"],
)
def test_what_is_quoted_is_right_where_it_holds_the_answer(quoted, answers, right):
    assert is_right(answer_of(OPENED, quoted), trial_of(answers)) is right


def test_another_document_is_never_right():
    trial = trial_of(["4 May 1998"], documents=frozenset({"/other.md"}))
    assert not is_right(answer_of(OPENED, "4 May 1998"), trial)


def test_of_a_list_most_members_must_be_there():
    text = "Bring moss, a dish and a pipette."
    trial = trial_of(["moss", "a dish", "a pipette"], match="all")
    assert is_right(answer_of(text, "moss", "a dish", "a pipette"), trial)
    assert not is_right(answer_of(text, "Bring"), trial)


def test_a_question_on_documents_may_be_answered_from_each_that_is_named(tmp_path, encoder):
    documents = {"a.txt": "Rent is £700.", "b.txt": "The rent: £700.", "c.txt": "Rain, £700."}
    folder = tmp_path / "documents"
    folder.mkdir()
    for name, text in documents.items():
        (folder / name).write_text(text)
    rows = [
        {"id": "1", "question": "How much is rent?", "answers": ["£700"], "document": "a.txt",
         "also": ["b.txt"]},
        {"id": "2", "question": "How much is rain?", "answers": ["£700"], "document": "c.txt"},
        {"id": "3", "question": "How much is hail?", "answers": [], "document": "a.txt"},
    ]  # fmt: skip
    questions = tmp_path / "questions.jsonl"
    questions.write_text("".join(json.dumps(row) + "\n" for row in rows))
    with Index.open(tmp_path / "i", create=True, encoder=encoder) as index:
        index.add([folder])
        trials = list(ask_documents(Retriever(index), questions, folder))
    named = [{path.rsplit("/", 1)[-1] for path in trial.documents} for trial in trials]
    assert named[:2] == [{"a.txt", "b.txt"}, {"c.txt"}]
    assert [trial.answers for trial in trials] == [("£700",), ("£700",), ()]
    assert all(trial.hits for trial in trials)


def test_a_written_question_is_answered_by_its_own_document_and_belongs_to_its_source(
    tmp_path, encoder
):
    folder = tmp_path / "documents"
    for name in ("a/one.txt", "a/two.txt"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("Rent is £700. It is due on Monday.")
    evidence = (take_fingerprint("Rent is £700."),)
    asked = [
        WrittenQuestion("a/one.txt", "How much is rent?", "fact", evidence, ("£700",)),
        WrittenQuestion("a/one.txt", "How much is rent?", "howto", evidence),
        WrittenQuestion("a/one.txt", "Who owns it?", "none"),
        WrittenQuestion("a/gone.txt", "How much?", "fact", evidence),
    ]
    with Index.open(tmp_path / "i", create=True, encoder=encoder) as index:
        index.add([folder])
        trials = list(ask_written(index, asked, folder))
    assert [trial.answers for trial in trials] == [("£700",), ("Rent is £700.",), ()]
    assert {trial.documents for trial in trials} == {frozenset({str(folder / "a/one.txt")})}
    assert all(trial.part == "a" and trial.hits for trial in trials)
