"""The threshold that `eval` fits and keeps."""

import json

import pytest

from index import Index
from tests.support.command_line import run_command, run_eval, run_refused
from tui.locations import settings_file


@pytest.fixture
def stations(tmp_path, encoder):
    """A question set that is large enough to fit a threshold to; its index is at `i`."""
    notes = tmp_path / "numbers.txt"
    names = [f"Station {number}" for number in range(20)]
    notes.write_text(
        "\n\n".join(f"{name} was built in {1900 + at}." for at, name in enumerate(names))
    )
    rows = [
        {"id": f"a{at}", "question": f"When was {name} built?", "answers": [str(1900 + at)]}
        for at, name in enumerate(names)
    ] + [
        {"id": f"b{at}", "question": f"Who is the captain of ship number {at}?", "answers": []}
        for at in range(20)
    ]
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    with Index.open(tmp_path / "i", create=True) as index:
        index.add([notes])
    return path


def test_a_threshold_is_fitted_and_kept_in_the_index(capsys, tmp_path, stations, monkeypatch):
    out = run_eval(capsys, stations, "--index", "i", "--fit-threshold", "--cache", "c")
    assert "is kept in the index" in out
    with Index.open(tmp_path / "i") as index:
        threshold = index.threshold
        assert 0 < threshold < 1
        index.set_threshold(0.99)

    def unread(*_):
        raise RuntimeError("nobody reads this")

    # It is kept whether or not anybody reads what is said.
    with monkeypatch.context() as patched, pytest.raises(RuntimeError, match="nobody reads"):
        patched.setattr("tui.cli.commands.eval.printed_tables.print_evaluations", unread)
        run_command(capsys, "eval", stations, "--index", "i", "--fit-threshold", "--cache", "c")
    with Index.open(tmp_path / "i") as index:
        assert index.threshold == threshold


def test_a_threshold_of_the_settings_is_said_to_go_before_the_fitted_one(
    capsys, tmp_path, stations, monkeypatch
):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    settings_file().parent.mkdir(parents=True)
    settings_file().write_text("threshold = 0.99\n")
    code, out, err = run_command(capsys, "eval", stations, "--index", "i", "--fit-threshold")
    assert code == 0
    assert (
        f"quoteback: the fitted threshold is kept in the index, but that of {settings_file()} goes "
        "first: take it out to use the fitted one\n"
    ) in err
    with Index.open(tmp_path / "i") as index:
        assert f"The threshold {index.threshold:.2f} is kept in the index." in out


def test_too_few_questions_for_a_threshold_are_told_before_any_is_asked(
    capsys, indexed, questions, monkeypatch
):
    from qa.evaluation.measuring.asking import Asker

    def never(*_):
        raise AssertionError("a question was asked")

    monkeypatch.setattr(Asker, "ask", never)
    code, line = run_refused(capsys, "eval", questions, "--index", indexed, "--fit-threshold")
    assert code == 1
    assert line.startswith("too few questions to fit a threshold: 3 answerable and 1 unanswerable")
    with Index.open(indexed) as index:
        assert index.threshold is None
