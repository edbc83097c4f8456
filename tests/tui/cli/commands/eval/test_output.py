"""The files that `eval` writes: reports, runs, figures."""

import errno
import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest

from qa.evaluation.measuring.results import Estimate, Evaluation, Latency
from tests.support.command_line import run_eval, run_refused
from tui.cli.commands.eval.output import print_evaluations


def test_a_report_is_written_for_the_first_mode_with_the_others_compared(
    capsys, tmp_path, indexed, questions
):
    run_eval(
        capsys,
        questions,
        "--index",
        indexed,
        "--mode",
        "bm25",
        "--mode",
        "dense",
        "--report",
        "r.html",
    )
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert "bm25" in page
    assert "dense" in page


@pytest.mark.parametrize("option", ["--json", "--run", "--report"])
def test_a_file_that_the_disk_has_no_room_for_is_named(capsys, indexed, questions, option):
    code, line = run_refused(capsys, "eval", questions, "--index", indexed, option, "/dev/full")
    assert code == 1
    assert line.startswith("/dev/full cannot be written (No space left on device)")


@pytest.mark.parametrize("option", ["--run", "--predictions", "--qrels", "--report"])
def test_a_disk_without_room_costs_no_earlier_file(
    capsys, tmp_path, monkeypatch, indexed, questions, option
):
    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    (tmp_path / "kept.html").write_text("of an earlier run")
    monkeypatch.setattr("os.fsync", full)
    code, line = run_refused(capsys, "eval", questions, "--index", indexed, option, "kept.html")
    assert code == 1
    assert line.startswith("kept.html cannot be written (No space left on device)")
    assert (tmp_path / "kept.html").read_text() == "of an earlier run"
    assert not list(tmp_path.glob(".kept*"))


def test_a_file_that_is_written_again_keeps_its_permissions_and_its_link(
    capsys, tmp_path, indexed, questions
):
    run_eval(capsys, questions, "--index", indexed, "--json", "o.json")
    # It holds text of the documents.
    assert (tmp_path / "o.json").stat().st_mode & 0o777 == 0o600
    (tmp_path / "o.json").chmod(0o640)
    (tmp_path / "link").symlink_to("o.json")
    run_eval(capsys, questions, "--index", indexed, "--json", "link")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "o.json").stat().st_mode & 0o777 == 0o640


def test_what_is_written_to_an_open_file_goes_on_from_there(tmp_path, indexed, questions):
    command = [sys.executable, "-m", "tui", "eval", questions, "--index", indexed, "--mode", "bm25"]
    with (tmp_path / "all").open("w") as file:
        done = subprocess.run(
            [*command, "--qrels", "/dev/stdout"],
            stdout=file,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 0
    assert "nDCG@10" in (tmp_path / "all").read_text()


def test_an_earlier_run_may_be_written_over_by_the_one_compared_with_it(
    capsys, tmp_path, indexed, questions
):
    run_eval(capsys, questions, "--index", indexed, "--json", "o.json")
    run_eval(capsys, questions, "--index", indexed, "--json", "o.json", "--compare", "o.json")
    assert json.loads((tmp_path / "o.json").read_text())["comparison"]["changed"] == []


def test_what_an_index_or_a_configuration_is_called_steers_no_terminal(capsys):
    evil = "evil\x1b]0;owned\x07\x1b[31mred"
    measured = {"nDCG@10": Estimate(0.5, None, None, 1)}
    latency = Latency(1.0, 1.0, 1.0)
    one = Evaluation(evil, evil, {"model": evil}, (), measured, latency=latency)
    print_evaluations([one, replace(one, name=f"other {evil}")], None)
    out = capsys.readouterr().out
    assert "evil" in out
    assert "\x1b" not in out
