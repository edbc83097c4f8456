"""The options of `eval`, and what it refuses, in one line and before anything is asked."""

import gzip
import json
from pathlib import Path

import pytest

from index.locations import read_location
from qa.service import token_file
from tests.support.command_line import run_command, run_refused
from tui.cli.commands.eval.options import list_configurations
from tui.cli.main import build_parser
from tui.conversation.judgements import judgement_file_of
from tui.locations import settings_file


@pytest.mark.parametrize(
    "options",
    [
        ("--fail-under", "f1"),
        ("--fail-under", "f1=2"),
        ("--fail-under", "f1=nan"),
        ("-k", "0"),
        ("--mode", "magic"),
    ],
)
def test_wrong_use_is_told_by_the_parser(capsys, questions, options):
    assert run_command(capsys, "eval", questions, *options)[0] == 2


def test_ones_own_index_is_measured_with_one_model(capsys, questions):
    code, line = run_refused(capsys, "eval", questions, "--model", "one", "--model", "two")
    assert (code, line) == (2, "an index has one model: compare several by --json and --compare")


@pytest.mark.parametrize(
    ("models", "names"),
    [
        (["a/x", "a/y"], ["bm25 x", "bm25 y"]),
        (["a/x", "b/x"], ["bm25 a/x", "bm25 b/x"]),
        (["a/x"], ["bm25"]),
    ],
)
def test_models_are_told_apart_by_as_little_as_it_takes(models, names):
    given = [word for model in models for word in ("--model", model)]
    parsed = build_parser().parse_args(["eval", "q", "--mode", "bm25", *given])
    assert [one.name for one in list_configurations(parsed, "hybrid")] == names


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (("--report", "no/such/r.html"), "--report no/such/r.html: there is no folder no/such"),
        (("--json", "."), "--json . is a folder: name a file"),
        (("--report", "/proc/r.html"), "--report /proc/r.html cannot be written"),
        (("--json", "questions.jsonl"), "--json questions.jsonl is the question set"),
        (("--json", "o", "--run", "./o"), "--run ./o is the file of --json"),
        (("--max-drop", "0.1"), "--max-drop needs --compare"),
        (("--fail-under", "bogus@3=1"), "no measure 'bogus@3'"),
        (("--measure", "P@0"), "P@0: its depth must lie in 1 to"),
        (("--measure", "bogus"), "no measure 'bogus'"),
        (("--setting", "reading", "--mode", "dense"), "--mode is about searching"),
        (("--setting", "reading", "--measure", "P@5"), "--measure: no documents are labelled"),
        (("--setting", "reading", "--qrels", "o"), "--qrels: no documents are labelled here"),
        (("--setting", "reading", "--fail-under", "R@1=1"), "--fail-under R@1: nothing is lab"),
        (("--fail-under", "f11=.5"), "or Success@10; of answers: exact_match, f1, "),
        (("--report", "r.pdf"), "--report r.pdf: a report is HTML: name a file that ends in .html"),
        (
            ("--json", "o.json.gz"),
            "--json o.json.gz is written unpacked: name a file that does not end",
        ),
        (
            ("--cache", "c.gz"),
            "--cache c.gz is written unpacked: name a file that does not end in .gz",
        ),
        (("--compare", "cut.gz"), "cut.gz cannot be unzipped: it is cut short or damaged"),
        (("--compare", "gone.json"), "gone.json: no such file"),
        (("--compare", "diary.txt"), "diary.txt is not an evaluation"),
        (("--compare", "other.json"), "--compare other.json is of another question set: none of"),
        (("--measure", "f1"), "--measure f1: it is always among the figures where answers are"),
        (("--cache", "questions.jsonl"), "--cache questions.jsonl is the question set"),
        (("--cache", "diary.txt"), "diary.txt is not a cache of evaluations"),
        (("--index", "gone"), "gone is not an index"),
        (("--model", "no/such/model"), "no/such/model is not the model of "),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line_before_anything_is_asked(
    capsys, tmp_path, indexed, questions, options, problem
):
    (tmp_path / "diary.txt").write_text("Dear diary")
    asked = {"id": "when", "question": "Another?", "prediction": "", "scores": {"f1": 1.0}}
    (tmp_path / "other.json").write_text(json.dumps({"per_question": [asked]}))
    (tmp_path / "cut.gz").write_bytes(gzip.compress(b"{}")[:-9])
    before = questions.read_bytes()
    code, line = run_refused(capsys, "eval", questions, "--index", indexed, *options)
    assert code in (1, 2)
    assert problem in line
    assert questions.read_bytes() == before


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (("--run", "questions.jsonl"), "--run questions.bm25.jsonl is the question set"),
        (("--predictions", "questions.jsonl"), "--predictions questions.bm25.jsonl is the quest"),
        (
            ("--json", "o.dense.txt", "--run", "o.txt"),
            "--run o.dense.txt is the file of --json",
        ),
        (
            ("--cache", "o.bm25.txt", "--predictions", "o.txt"),
            "--cache o.bm25.txt is the file of --predictions",
        ),
        (("--run", "/proc/o.txt"), "--run /proc/o.txt cannot be written"),
        (("--run", "."), "--run . is a folder: name a file"),
    ],
)
def test_the_files_of_several_modes_replace_no_other_file(
    capsys, tmp_path, indexed, questions, options, problem
):
    own = questions.rename(tmp_path / "questions.bm25.jsonl")
    before = own.read_bytes()
    modes = ("--mode", "bm25", "--mode", "dense")
    code, line = run_refused(capsys, "eval", own, "--index", indexed, *modes, *options)
    assert code == 2
    assert line.startswith(problem)
    assert own.read_bytes() == before
    assert [each.name for each in tmp_path.glob("o.*")] == []


@pytest.mark.parametrize("option", ["json", "run", "qrels", "predictions", "report", "cache"])
def test_no_file_of_a_question_set_in_a_folder_is_written_over(capsys, tmp_path, beir, option):
    (beir / "qrels" / "train.tsv").write_text("q1\tboiler\t1\n")
    (tmp_path / "link.html").symlink_to(beir / "queries.jsonl")
    before = {file: file.read_bytes() for file in beir.rglob("*.*")}
    # Beside packed ones, and for want of test.tsv, others would be read.
    new = ["qrels/dev.tsv", "qrels/a.tsv", "qrels.tsv"]
    files = [*before, *(beir / name for name in new), tmp_path / "link.html"]
    for file in files:
        code, line = run_refused(capsys, "eval", beir, f"--{option}", file)
        assert (code, line) == (
            2,
            f"--{option} {file} is a file of the question set: name another file",
        )
    assert {file: file.read_bytes() for file in beir.rglob("*.*")} == before


def test_what_is_not_there_is_wrong_use(capsys, indexed, questions):
    for options in (("--compare", "gone.json"), ("--index", "gone"), ("--model", "gone")):
        assert run_refused(capsys, "eval", questions, "--index", indexed, *options)[0] == 2


def test_a_set_without_documents_has_no_measures_of_retrieval(capsys, indexed, questions):
    questions.write_text('{"id": "a", "question": "When was it installed?", "answers": ["2019"]}')
    for options in (("--measure", "P@5"), ("--qrels", "o"), ("--fail-under", "R@1=1")):
        code, line = run_refused(capsys, "eval", questions, "--index", indexed, *options)
        assert (code, "labelled" in line) == (2, True)


def test_a_set_without_answers_has_no_predictions(capsys, beir):
    code, line = run_refused(capsys, "eval", beir, "--predictions", "p.jsonl")
    assert (code, "has no answers" in line) == (2, True)
    code, line = run_refused(capsys, "eval", beir, "--fail-under", "f1=0.5")
    assert (code, "has no answers" in line) == (2, True)


def test_a_bad_set_is_refused_with_its_line(capsys, tmp_path, questions):
    questions.write_text('{"id": "a"}\n')
    code, line = run_refused(capsys, "eval", questions)
    assert code == 1
    assert "questions.jsonl: line 1: " in line
    assert run_refused(capsys, "eval", "gone.jsonl") == (2, "gone.jsonl: no such file or folder")


@pytest.mark.parametrize("option", ["json", "run", "qrels", "predictions", "report", "cache"])
def test_no_file_that_the_program_keeps_is_written_over(
    capsys, tmp_path, monkeypatch, indexed, questions, option
):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    files = [
        Path(indexed, "index.sqlite"),
        Path(indexed, "vectors", "new"),
        settings_file(),
        token_file(),
        judgement_file_of(Path(indexed)),
        judgement_file_of(read_location("postgresql://localhost/notes")),
    ]
    for file in (settings_file(), token_file()):
        file.parent.mkdir(parents=True, exist_ok=True)
    for file in files:
        before = file.read_bytes() if file.exists() else None
        code, line = run_refused(capsys, "eval", questions, "--index", indexed, f"--{option}", file)
        assert code == 2
        assert f"--{option} {file} is part of the " in line
        assert (file.read_bytes() if file.exists() else None) == before
