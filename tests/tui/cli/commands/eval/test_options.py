"""The options of `eval`."""

import pytest

from tests.support.command_line import run_command, run_refused
from tui.cli.commands.eval.options import list_configurations
from tui.cli.main import build_parser


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
