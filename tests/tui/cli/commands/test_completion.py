"""The Tab key in a shell."""

import errno
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command_line import run_command
from tui.cli.main import main

pytestmark = pytest.mark.usefixtures("own_folders")


def complete(line: str, tmp_path: Path) -> set[str]:
    """What a shell would offer at the end of a line."""
    answer = tmp_path / "completions"
    environment = {
        **os.environ,
        "_ARGCOMPLETE": "1",
        "COMP_LINE": line,
        "COMP_POINT": str(len(line)),
        "_ARGCOMPLETE_STDOUT_FILENAME": str(answer),
    }
    command = [sys.executable, "-P", "-m", "tui"]
    subprocess.run(command, env=environment, check=True, timeout=60, cwd=tmp_path)
    return set(answer.read_text().replace("\v", " ").split())


def test_commands_options_and_values_are_completed(tmp_path):
    assert complete("quoteback sea", tmp_path) == {"search"}
    assert complete("quoteback search --mode ", tmp_path) == {"hybrid", "dense", "bm25"}
    assert "--history" in complete("quoteback ask --his", tmp_path)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_each_shell_is_printed(capsys, shell):
    code, out, err = run_command(capsys, "completion", shell)
    assert (code, err) == (0, "")
    assert "quoteback" in out


@pytest.mark.parametrize(
    ("shell", "place"),
    [
        ("bash", "data/bash-completion/completions/quoteback"),
        ("zsh", "data/zsh/site-functions/_quoteback"),
        ("fish", "config/fish/completions/quoteback.fish"),
    ],
)
def test_it_is_put_where_the_shell_looks_for_it(capsys, tmp_path, monkeypatch, shell, place):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("ZDOTDIR", str(tmp_path))
    code, out, _ = run_command(capsys, "completion", shell, "--install")
    assert code == 0
    assert str(tmp_path / place) in out
    assert "quoteback" in (tmp_path / place).read_text()


def test_zsh_is_told_once_and_keeps_what_it_had(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("ZDOTDIR", str(tmp_path))
    (tmp_path / ".zshrc").write_text("export MINE=1\n")
    for _ in range(2):
        run_command(capsys, "completion", "zsh", "--install")
    lines = (tmp_path / ".zshrc").read_text().splitlines()
    assert lines[0] == "export MINE=1"
    assert sum(line.startswith("source ") for line in lines) == 1


def test_the_line_for_zsh_quotes_the_path(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "a $HOME's `folder`"))
    monkeypatch.setenv("ZDOTDIR", str(tmp_path))
    for _ in range(2):
        run_command(capsys, "completion", "zsh", "--install")
    lines = (tmp_path / ".zshrc").read_text().splitlines()
    [line] = [line for line in lines if line.startswith("source ")]
    script = tmp_path / "a $HOME's `folder`/zsh/site-functions/_quoteback"
    assert shlex.split(line) == ["source", str(script)]


def test_the_file_of_zsh_that_cannot_be_written_is_named(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("ZDOTDIR", str(tmp_path / "nowhere"))
    code, _, err = run_command(capsys, "completion", "zsh", "--install")
    assert code == 1
    assert err.startswith(f"quoteback: {tmp_path}/nowhere/.zshrc cannot be written")


def test_another_shell_is_refused_with_a_suggestion(capsys):
    code, _, err = run_command(capsys, "completion", "fihs")
    assert code == 2
    assert "there is no 'fihs': did you mean fish?" in err


def test_a_full_disk_costs_no_line_of_the_shells_file(capsys, tmp_path, monkeypatch):
    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    for name in ("XDG_DATA_HOME", "ZDOTDIR"):
        monkeypatch.setenv(name, str(tmp_path))
    (tmp_path / ".zshrc").write_bytes(b"export NAME=\xe9\n")
    monkeypatch.setattr("os.fsync", full)
    assert main(["completion", "zsh", "--install"]) == 1
    assert "make room on its disk" in capsys.readouterr().err
    assert (tmp_path / ".zshrc").read_bytes() == b"export NAME=\xe9\n"
    monkeypatch.undo()
    for name in ("XDG_DATA_HOME", "ZDOTDIR"):
        monkeypatch.setenv(name, str(tmp_path))
    assert main(["completion", "zsh", "--install"]) == 0
    assert (tmp_path / ".zshrc").read_bytes().startswith(b"export NAME=\xe9\n\n# Completion")
