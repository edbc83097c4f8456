"""The command `questions check`, as a person and as a script use it."""

import json

import pytest

from tests.support.command_line import run_command

pytestmark = pytest.mark.usefixtures("own_folders")


def test_a_question_set_is_checked_line_by_line(capsys, indexed, questions):
    assert run_command(capsys, "questions", "check", questions, "--index", indexed)[:2] == (
        0,
        "4 questions: 3 with an answer, 1 without an answer, 3 with a document\n",
    )
    questions.write_text('{"id": "a", "question": "Who?", "answers": ["Ann"]}\nnonsense\n')
    code, out, _ = run_command(capsys, "questions", "check", questions, "--index", indexed)
    assert code == 1
    assert out.splitlines()[0].startswith("warning: line 1: the answer 'Ann'")
    assert out.splitlines()[1].startswith("error: line 2: is not valid JSON")


def test_what_is_wrong_with_a_question_set_is_json_where_asked_for(capsys, indexed, questions):
    questions.write_text('{"id": "a", "question": "Who?", "answers": ["Ann"]}\nnonsense\n')
    code, out, _ = run_command(
        capsys, "questions", "check", questions, "--index", indexed, "--json"
    )
    found = json.loads(out)
    assert (code, found["sound"], found["questions"], found["answerable"]) == (1, False, 1, 1)
    assert [(one["where"], one["fatal"]) for one in found["problems"]] == [
        ("line 1", False),
        ("line 2", True),
    ]


def test_a_question_set_is_checked_against_ones_own_index_where_none_is_named(
    capsys, tmp_path, indexed, questions, monkeypatch
):
    code, _, err = run_command(capsys, "questions", "check", questions)
    assert (code, "documents and answers are not looked for" in err) == (0, True)
    monkeypatch.setenv("QUOTEBACK_INDEX", str(indexed))
    questions.write_text('{"id": "a", "question": "Who?", "answers": ["Ann"]}\n')
    assert run_command(capsys, "questions", "check", questions) == (
        0,
        "warning: line 1: the answer 'Ann' does not stand in any document\n"
        "1 question: 1 with an answer, 0 without an answer, 0 with a document\n",
        "",
    )
