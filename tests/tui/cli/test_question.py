"""How a question comes to `ask` and `search`: quoted, in words, or by standard input."""

import io
import json
import re

import pytest

from tests.support.command_line import index_notes, run_command, run_process

pytestmark = pytest.mark.usefixtures("own_folders")


@pytest.mark.parametrize("command", ["ask", "search"])
def test_help_shows_one_question(capsys, command):
    code, out, _ = run_command(capsys, command, "--help")
    usage, arguments, _ = re.split("positional arguments:|options:", out)
    assert (code, usage.count("QUESTION"), arguments.count("QUESTION")) == (0, 1, 1)


@pytest.mark.parametrize("arguments", [["ask"], ["ask", "-"], ["search"], ["search", "-"]])
def test_a_question_may_come_by_standard_input(capsys, notes, monkeypatch, arguments):
    index_notes(capsys, notes)
    monkeypatch.setattr("sys.stdin", io.StringIO("Who installed the boiler?\n"))
    code, out, _ = run_command(capsys, *arguments, "--index", "i", "--json")
    assert (code, json.loads(out)["question"]) == (0, "Who installed the boiler?")


def test_bytes_that_are_no_text_are_still_a_question(notes, capsys):
    index_notes(capsys, notes)
    done = run_process("search", "--json", "--index", "i", input=b"the boil\xffer, please\n")
    assert done.returncode == 0
    assert json.loads(done.stdout)["question"] == "the boil\ufffder, please"


@pytest.mark.parametrize(
    ("text", "message"),
    [("", "the question is empty"), ("word " * 10_000, "standard input is longer than a question")],
)
def test_standard_input_that_holds_no_question_is_said(capsys, monkeypatch, text, message):
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    code, out, err = run_command(capsys, "ask")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert message in err


@pytest.mark.parametrize("command", ["ask", "search"])
def test_a_question_needs_no_quotes(capsys, notes, command):
    index_notes(capsys, notes)
    words = ("Who", "installed", "the", "boiler?")
    for arguments in (
        ("--index", "i", "--json", *words, "-k", "2"),
        ("-k", "2", "--json", "--index", "i", "--", *words),
    ):
        code, out, _ = run_command(capsys, command, *arguments)
        assert code == 0
        assert json.loads(out)["question"] == "Who installed the boiler?"
