"""The threshold that `eval` fits and keeps."""

import json
import shutil
from pathlib import Path

import pytest

from index import CannotWrite, Index
from index.engines.local.engine import LocalEngine
from qa.evaluation.measuring.asking import Asker
from tests.support.command_line import run_command, run_eval, run_refused
from tui.locations import settings_file


def refuse_questions(monkeypatch):
    """End the test if any question is asked."""

    def never(*_):
        raise AssertionError("a question was asked")

    monkeypatch.setattr(Asker, "ask", never)


@pytest.fixture(scope="module")
def made_stations(tmp_path_factory, encoder):
    """A folder with a question set that is large enough to fit a threshold to, and its index."""
    folder = tmp_path_factory.mktemp("stations")
    notes = folder / "numbers.txt"
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
    (folder / "questions.jsonl").write_text("\n".join(map(json.dumps, rows)))
    with Index.open(folder / "i", create=True) as index:
        index.add([notes])
    return folder


@pytest.fixture
def stations(made_stations, tmp_path):
    """A copy of that question set; that of its index is at `i`."""
    shutil.copytree(made_stations / "i", tmp_path / "i")
    return Path(shutil.copy(made_stations / "questions.jsonl", tmp_path))


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
        patched.setattr("tui.cli.commands.eval.output.print_evaluations", unread)
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


def test_a_promise_is_kept_in_the_index_and_said_wherever_it_holds(capsys, tmp_path, stations):
    fit = ("--fit-threshold", "--at-most", "20%", "--cache", "c")
    out = run_eval(capsys, stations, "--index", "i", *fit, "--json", "figures.json")
    with Index.open(tmp_path / "i") as index:
        threshold, promise = index.threshold, index.promise
    said = (
        f"at most 20 % of the answers shown are wrong, with 95 % confidence (fitted to 40 "
        f"questions: {promise.shown} were answered, {promise.wrong} wrongly)"
    )
    assert f"The threshold {threshold:.2f} is kept in the index." in out
    assert f"Promised for questions like yours: {said}." in out
    assert f"promised   {said}\n" in run_command(capsys, "status", "--index", "i")[1]
    record = {"risk": "shown", "at_most": 0.2, "threshold": threshold, "questions": 40}
    record |= {"shown": promise.shown, "wrong": promise.wrong}
    assert json.loads((tmp_path / "figures.json").read_text())["promise"] == record
    assert (
        json.loads(run_command(capsys, "status", "--index", "i", "--json")[1])["promise"] == record
    )
    ask = ("ask", "When was Station 7 built?", "--index", "i", "--json")
    assert json.loads(run_command(capsys, *ask)[1])["promise"] == record
    assert json.loads(run_command(capsys, *ask, "--threshold", "0.01")[1])["promise"] is None
    # Another threshold is promised nothing.
    run_eval(capsys, stations, "--index", "i", "--fit-threshold", "--cache", "c")
    assert "promised" not in run_command(capsys, "status", "--index", "i")[1]


def test_what_cannot_be_promised_changes_nothing_and_leaves_the_figures(capsys, tmp_path, stations):
    rows = [json.loads(line) for line in stations.read_text().splitlines()]
    wrong = [{**row, "answers": ["in winter"]} if row["answers"] else row for row in rows]
    stations.write_text("\n".join(map(json.dumps, wrong)))
    fit = ("--fit-threshold", "--at-most", "20%", "--json", "figures.json")
    code, out, err = run_command(capsys, "eval", stations, "--index", "i", *fit)
    assert code == 1
    assert "exact_match" in out
    assert "quoteback: At most 20% wrong cannot be promised with these 40 questions: of the " in err
    assert json.loads((tmp_path / "figures.json").read_text())["promise"] is None
    with Index.open(tmp_path / "i") as index:
        assert index.threshold is index.promise is None


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("--fit-threshold", "--at-most", "5%"), 1, "40 questions: 59 without an error would do."),
        (("--fit-threshold", "--at-most", "0.1%"), 1, ": 2995 without an error would do."),
        (("--fit-threshold", "--at-most", "0"), 2, "--at-most: must be from 0.001% to less than"),
        (("--fit-threshold", "--at-most", "1e-320"), 2, "from 0.001%"),
        (("--fit-threshold", "--at-most", "200%"), 2, "less than 100%, as in 5%"),
        (("--fit-threshold", "--at-most", "5"), 2, "less than 100%, as in 5%"),
        (("--fit-threshold", "--at-most", "nan%"), 2, "less than 100%, as in 5%"),
        (("--fit-threshold", "--at-most", "%"), 2, "less than 100%, as in 5%"),
        (("--at-most", "5%"), 2, "give --fit-threshold, too"),
        (("--fit-threshold", "--risk", "answered"), 2, "give --at-most, too"),
        (
            ("--fit-threshold", "--at-most", "20%", "--risk", "all"),
            2,
            "choose from shown, answered",
        ),
    ],
)
def test_what_is_asked_of_a_promise_in_vain_is_told_before_any_question(
    capsys, tmp_path, stations, options, code, said, monkeypatch
):
    refuse_questions(monkeypatch)
    refused = run_refused(capsys, "eval", stations, "--index", "i", *options)
    assert (refused[0], said in refused[1]) == (code, True), refused
    with Index.open(tmp_path / "i") as index:
        assert index.threshold is index.promise is None


def test_an_index_that_cannot_be_written_is_told_before_any_question(capsys, stations, monkeypatch):
    def refuse(*_):
        raise CannotWrite("i cannot be written to (attempt to write a readonly database)")

    refuse_questions(monkeypatch)
    # A superuser may write whatever the permissions say.
    monkeypatch.setattr(LocalEngine, "set_setting", refuse)
    fit = ("--fit-threshold", "--at-most", "20%")
    code, said = run_refused(capsys, "eval", stations, "--index", "i", *fit)
    assert (code, said) == (1, "i cannot be written to (attempt to write a readonly database)")


def test_too_few_questions_for_a_threshold_are_told_before_any_is_asked(
    capsys, indexed, questions, monkeypatch
):
    refuse_questions(monkeypatch)
    code, line = run_refused(capsys, "eval", questions, "--index", indexed, "--fit-threshold")
    assert code == 1
    assert line.startswith("too few questions to fit a threshold: 3 answerable and 1 unanswerable")
    with Index.open(indexed) as index:
        assert index.threshold is None
