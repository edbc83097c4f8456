"""Answers judged by a person: a question set that evaluations read."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from qa.evaluation import QuestionSet
from tests.tui.conftest import REPLIES, TEXTS, WHEN, WHICH
from tui.conversation.judgements import (
    Judgement,
    JudgementFile,
    JudgementsError,
    RightAnswer,
    judgement_file_of,
    locate_words,
    make_judgement_id,
    make_right_answer,
)

RIGHT = Judgement(
    WHEN, (), "right", RightAnswer(("4 May 1998",), document="/library/rain-museum.md")
)
WRONG = Judgement(WHEN, (), "wrong", None, ("March to October",))


@pytest.fixture
def judgements(tmp_path) -> JudgementFile:
    return JudgementFile(tmp_path / "data" / "index.questions.jsonl")


def rows(judgements: JudgementFile) -> list[dict]:
    lines = judgements.path.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_it_is_kept_beside_its_index():
    assert str(judgement_file_of(Path("/data/index"))) == "/data/index.questions.jsonl"


def test_a_right_answer_is_gold_in_the_question_set(judgements):
    assert judgements.save(RIGHT) == 1
    [question] = QuestionSet.load(judgements.path).questions
    assert question.text == WHEN
    assert question.answers == ("4 May 1998",)
    assert question.document == "/library/rain-museum.md"
    assert question.match == "any"


def test_members_of_a_list_are_all_wanted(judgements):
    judgements.save(Judgement(WHICH, (), "right", make_right_answer(REPLIES[WHICH].answers[0])))
    [question] = QuestionSet.load(judgements.path).questions
    assert question.match == "all"
    assert question.answers == (
        "a brass pluviometer",
        "a tipping bucket",
        "a chart recorder from 1911",
    )


def test_a_wrong_answer_never_becomes_gold(judgements):
    judgements.save(WRONG)
    [question] = QuestionSet.load(judgements.path).questions
    assert question.answers is None
    assert rows(judgements)[0]["wrong"] == ["March to October"]


def test_a_wrong_answer_with_the_right_one_beside_it(judgements):
    judgements.save(replace(WRONG, right=RIGHT.right))
    [question] = QuestionSet.load(judgements.path).questions
    assert question.answers == ("4 May 1998",)


def test_what_the_documents_do_not_hold_is_unanswerable(judgements):
    judgements.save(Judgement("Who?", (), "missing", RightAnswer(())))
    [question] = QuestionSet.load(judgements.path).questions
    assert question.answers == ()
    assert question.kind == "unanswerable"


def test_a_follow_up_comes_with_the_questions_before_it(judgements):
    judgements.save(replace(RIGHT, question="And when?", history=(WHICH, WHEN)))
    [question] = QuestionSet.load(judgements.path).questions
    assert question.history == (WHICH, WHEN)


def test_a_second_judgement_takes_the_place_of_the_first(judgements):
    judgements.save(RIGHT)
    judgements.save(replace(RIGHT, question="Another"))
    assert judgements.save(WRONG) == 2
    first, _ = QuestionSet.load(judgements.path).questions
    assert first.text == WHEN
    assert first.answers is None


def test_a_second_right_answer_joins_the_first(judgements):
    judgements.save(RIGHT)
    judgements.save(
        replace(RIGHT, right=RightAnswer(("May 1998",), document="/library/rain-museum.md"))
    )
    assert rows(judgements)[0]["answers"] == ["4 May 1998", "May 1998"]


def test_two_right_answers_are_from_one_document_whatever_its_name(judgements):
    for text in ("4 May 1998", "May 1998"):
        judgements.save(replace(RIGHT, right=RightAnswer((text,), document="/library/\udcff.md")))
    assert rows(judgements)[0]["answers"] == ["4 May 1998", "May 1998"]
    assert rows(judgements)[0]["document"] == "/library/\ufffd.md"


def test_right_answers_from_two_documents_name_neither(judgements):
    judgements.save(RIGHT)
    judgements.save(replace(RIGHT, right=RightAnswer(("in May",), document="/library/other.md")))
    assert rows(judgements)[0]["answers"] == ["4 May 1998", "in May"]
    assert "document" not in rows(judgements)[0]


def test_what_is_marked_wrong_after_it_was_marked_right_is_gold_no_longer(judgements):
    judgements.save(RIGHT)
    judgements.save(replace(WRONG, wrong=("4 May 1998",)))
    assert rows(judgements)[0]["answers"] is None
    assert rows(judgements)[0]["wrong"] == ["4 May 1998"]


def test_what_is_marked_right_after_it_was_marked_wrong_is_wrong_no_longer(judgements):
    judgements.save(replace(WRONG, wrong=("4 May 1998",)))
    judgements.save(RIGHT)
    assert rows(judgements)[0]["answers"] == ["4 May 1998"]
    assert "wrong" not in rows(judgements)[0]


def test_a_judgement_is_taken_back(judgements):
    judgements.save(RIGHT)
    judgements.save(replace(RIGHT, question="Another"))
    assert judgements.remove(RIGHT) == 1
    assert [row["question"] for row in rows(judgements)] == ["Another"]


def test_lines_of_a_person_stay_as_they_are_even_bad_ones(judgements):
    judgements.path.parent.mkdir()
    mine = '{"id": 1,   "question": "Mine?", "answers": ["é\u2028"]}\nnot JSON\n'
    judgements.path.write_text(mine, encoding="utf-8")
    judgements.save(RIGHT)
    judgements.save(WRONG)
    assert judgements.path.read_text(encoding="utf-8").startswith(mine)
    judgements.remove(RIGHT)
    assert judgements.path.read_text(encoding="utf-8") == mine


def test_a_last_line_without_an_end_gets_one(judgements):
    judgements.path.parent.mkdir()
    judgements.path.write_text('{"id": 1, "question": "Mine?", "answers": []}')
    judgements.save(RIGHT)
    assert len(QuestionSet.load(judgements.path).questions) == 2


def test_a_crash_while_writing_leaves_what_was_there(judgements, monkeypatch):
    judgements.save(RIGHT)
    before = judgements.path.read_bytes()

    def crash(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", crash)
    with pytest.raises(JudgementsError, match="cannot be written \\(No space left"):
        judgements.save(replace(RIGHT, question="Another"))
    assert judgements.path.read_bytes() == before
    assert [p.name for p in judgements.path.parent.iterdir() if p.suffix == ".jsonl"] == [
        judgements.path.name
    ]


def test_a_place_that_cannot_be_written_is_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(JudgementsError, match="cannot be written"):
        JudgementFile(tmp_path / "file" / "q.jsonl").save(RIGHT)


def test_what_was_judged_is_known_again(judgements):
    assert judgements.read() == {}
    judgements.save(RIGHT)
    followed = Judgement("And now?", (WHEN,), "missing", RightAnswer(()))
    judgements.save(followed)
    judgements.save(replace(WRONG, question="What?"))
    assert judgements.read() == {
        make_judgement_id(WHEN, ()): RIGHT,
        followed.id: followed,
        make_judgement_id("What?", ()): replace(WRONG, question="What?"),
    }


def test_questions_that_only_begin_alike_or_follow_others_have_ids_of_their_own():
    ids = {
        make_judgement_id("x" * 50 + "a", ()),
        make_judgement_id("x" * 50 + "b", ()),
        make_judgement_id("x" * 50 + "b", ("before",)),
        make_judgement_id("?", ()),
        make_judgement_id("谁？", ()),
    }
    assert len(ids) == 5
    assert all(identity and not identity.startswith("-") for identity in ids)


def test_text_that_is_not_well_formed_is_kept_too(judgements):
    judgements.save(replace(RIGHT, question="What is \udcff?"))
    assert len(QuestionSet.load(judgements.path).questions) == 1


def test_typed_words_are_found_as_the_documents_write_them():
    reply = REPLIES[WHEN]
    assert locate_words("4 may\n1998", reply, TEXTS.__getitem__) == (
        "/library/rain-museum.md",
        "4 May 1998",
    )
    assert locate_words("every THREE months", reply, TEXTS.__getitem__) == (
        "/library/manual.txt",
        "every three months",
    )
    assert locate_words("5 May 1998", reply, TEXTS.__getitem__) is None


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (RIGHT, True),
        (replace(RIGHT, right=RightAnswer(("another",))), False),
        (replace(RIGHT, right=RightAnswer(())), False),
        (WRONG, False),
    ],
)
def test_the_same_said_again_is_known(other, same):
    assert RIGHT.includes(other) == same
    assert WRONG.includes(replace(WRONG, wrong=("x",)))


def test_a_file_that_is_far_too_large_is_not_read(judgements):
    judgements.path.parent.mkdir(parents=True, exist_ok=True)
    judgements.path.touch()
    os.truncate(judgements.path, 2**40)
    assert judgements.read() == {}
    with pytest.raises(JudgementsError, match="larger than"):
        judgements.save(RIGHT)
    assert judgements.path.stat().st_size == 2**40
