"""The command line as a whole: what all commands share, and wrong use."""

import io
import json
from pathlib import Path

import pytest

from tests.support.command_line import index_notes, run_command
from tui.__main__ import main as start

pytestmark = pytest.mark.usefixtures("own_folders")


def test_an_index_named_before_the_command_is_used(capsys, notes):
    index_notes(capsys, notes)
    code, out, _ = run_command(capsys, "--index", "i", "status", "--json")
    assert code == 0
    assert json.loads(out)["documents"] == 2


WRONG_USE = [
    (["index", "nowhere"], "nowhere: no such file or folder"),
    (["index", "/dev/null"], "/dev/null: neither a file nor a folder"),
    (["index", ""], "PATH: must not be empty"),
    (["index", "notes", ""], "PATH: must not be empty"),
    (["remove", ""], "PATH: must not be empty"),
    (["text", ""], "FILE: must not be empty"),
    (["ask", "why?", "--index", ""], "--index: must not be empty"),
    (["index", "notes", "--model", ""], "--model: must not be empty"),
    (["index", "notes", "--include", ""], "--include: must not be empty"),
    (["search", "why?", "--path", ""], "--path: must not be empty"),
    (["ask"], "there is no question: give one in quotes, or - for standard input"),
    (["ask", "  "], "the question is empty"),
    (["ask", "?"], "no word in the question"),
    (["search", "...", "!"], "no word in the question"),
    (["ask", "why", "now", "--history", "When?"], "with --history, put every question in quotes"),
    (["ask", "who", "-k", "3", "did", "it"], "did it: put what belongs together in quotes"),
    (["ask", "why?", "--inedx", "i"], "no option --inedx: did you mean --index?"),
    (["ask", "why?", "--\x1b[31m"], "no option --␛[31m (see quoteback ask --help)"),
    (["ask", "why?", "--index", "nowhere"], "is not an index"),
    (["ask", "why?", "--index", "notes"], "is not an index"),
    (["--index", "nowhere"], "is not an index"),
    (["--index", "notes"], "is not an index"),
    (["index", "notes", "--index", "notes"], "exists and is not an index"),
    (["ask", "why?", "--threshold", "7"], "between 0 and 1"),
    (["ask", "why?", "--threshold", "nan"], "between 0 and 1"),
    (["ask", "why?", "--since", "yesterday"], "must be a date such as"),
    *(
        ([*command, "--since", "2026-02-01", "--until", "2026-01-31"], "--since is after --until")
        for command in (["ask", "why?"], ["search", "why?"])
    ),
    (["search", "why?", "-k", "0"], "at least 1"),
    (["text", "nowhere.md"], "no such file"),
    (["text", "notes"], "notes: a folder"),
    (["text", "/dev/null"], "/dev/null: not a regular file"),
    (["text", "https://example.org/"], "https://example.org/: a web address, not a file"),
    (["status", "--index", "nowhere"], "is not an index"),
    (["search", "why?", "--mode", "hybird"], "no 'hybird': did you mean hybrid?"),
    (["aks", "who"], "no command 'aks': did you mean ask? (see quoteback --help)"),
    (["nonsense"], "no command 'nonsense': choose from index, ask, "),
    (["when did it open?"], "that is no command; to ask: quoteback ask 'when did it open?'"),
    *(
        (line, f"to ask: quoteback ask 'when did it open?'{options}\n")
        for line, options in (
            (["when", "did", "it", "open?"], ""),
            (["when did\nit open?"], ""),
            (["--", "when did it open?"], ""),
            (["when did it open?", "--index", "my i"], " --index 'my i'"),
            (["--index", "my i", "when did it open?"], " --index 'my i'"),
            (["--index", "when", "when did it open?"], " --index when"),
            (["--index", "i", "--", "when", "did", "it", "open?"], " --index i"),
            (["when", "did", "it", "open?", "--json"], " --json"),
            (
                ["when did it open?", "--index", "postgresql://ann:s3cret@db.example.org/docs"],
                " --index postgresql://ann@db.example.org/docs",
            ),
        )
    ),
    (["was it -5 degrees"], "to ask: quoteback ask 'was it -5 degrees'\n"),
    (["was it", "-5", "degrees"], "to ask: quoteback ask 'was it -5 degrees'\n"),
    (["settings", "path", "--json"], "--json goes with `print` alone"),
    (["questions", "chek"], "did you mean check? (see quoteback questions --help)"),
]


class Keyboard(io.StringIO):
    """Standard input where a person sits, and types nothing."""

    def isatty(self):
        return True


@pytest.mark.parametrize(("arguments", "message"), WRONG_USE)
def test_wrong_use_ends_in_a_clear_line_and_exit_code_2(
    capsys, notes, monkeypatch, arguments, message
):
    monkeypatch.setattr("sys.stdin", Keyboard())
    code, out, err = run_command(capsys, *arguments)
    assert code == 2
    assert out == ""
    assert message in err
    assert err.startswith("quoteback: ")
    assert err.count("\n") == 1


def test_windows_is_told_where_it_runs(capsys, monkeypatch):
    monkeypatch.setattr("sys.platform", "win32")
    assert start() == 1
    assert capsys.readouterr() == (
        "",
        "quoteback: it runs on Linux and macOS, on Windows within WSL\n",
    )


def test_help_has_an_example_and_says_where_the_index_lies(capsys, tmp_path):
    code, out, _ = run_command(capsys, "--help")
    assert code == 0
    assert "quoteback index ~/notes" in out
    assert f"The index lies in {tmp_path}/data/quoteback/index" in out
    _, out, _ = run_command(capsys, "search", "--help")
    assert "example: quoteback search " in out


@pytest.mark.parametrize("path", ["", "/dev/null"])
def test_what_is_neither_a_file_nor_a_folder_leaves_no_index(capsys, notes, path):
    run_command(capsys, "index", path, "--index", "i")
    assert not Path("i").exists()


@pytest.fixture
def no_home(monkeypatch):
    """A user of whom the system knows no home folder."""
    monkeypatch.setattr("os.path.expanduser", lambda path: path)
    for name in ("QUOTEBACK_INDEX", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)


def test_without_a_home_folder_what_needs_none_works(capsys, notes, no_home):
    code, out, err = run_command(capsys, "text", "notes/boiler.md")
    assert (code, err) == (0, "")
    assert "boiler" in out.lower()
    code, out, _ = run_command(capsys, "--help")
    assert code == 0
    assert "The index lies in your home folder" in out


def test_without_a_home_folder_what_needs_one_says_what_to_set(capsys, no_home):
    code, _, err = run_command(capsys, "status")
    assert code == 1
    assert err == "quoteback: you have no home folder: set $HOME, or $XDG_DATA_HOME\n"


@pytest.mark.parametrize(
    ("shell", "variable"),
    [("bash", "XDG_DATA_HOME"), ("zsh", "XDG_DATA_HOME"), ("fish", "XDG_CONFIG_HOME")],
)
def test_without_a_home_folder_completion_says_what_to_set(capsys, no_home, shell, variable):
    code, _, err = run_command(capsys, "completion", shell, "--install")
    assert code == 1
    assert err == f"quoteback: you have no home folder: set $HOME, or ${variable}\n"
