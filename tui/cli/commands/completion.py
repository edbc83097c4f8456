"""The command `completion`: what a shell needs to complete the commands of this program."""

from __future__ import annotations

import argparse
import os
import shlex
from pathlib import Path

from index import CannotWrite
from index.locations import home_folder
from tui.common.files import atomic_write, explain_unwritten

SHELLS = ("bash", "zsh", "fish")


def add_completion_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "shell", choices=SHELLS, metavar="SHELL", help=f"one of {', '.join(SHELLS)}"
    )
    parser.add_argument(
        "--install",
        action="store_true",
        help="write the script to where the shell looks for it, instead of printing it",
    )


def run_completion(options: argparse.Namespace) -> int:
    from argcomplete.shell_integration import shellcode

    script = shellcode(["quoteback"], shell=options.shell)
    if not options.install:
        print(script)
        return 0
    path = find_script_path(options.shell)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_write(path) as file:
            file.write(script)
    except OSError as error:
        raise CannotWrite(explain_unwritten(path, error)) from error
    if options.shell == "zsh":
        _source_from_zshrc(path)
    print(f"Written to {path}. It works in shells that you open from now on.")
    return 0


def find_script_path(shell: str) -> Path:
    """Where a shell looks for the completion of a command; zsh is told in its `.zshrc`."""
    variable, usual, path = {
        "bash": ("XDG_DATA_HOME", ".local/share", "bash-completion/completions/quoteback"),
        "zsh": ("XDG_DATA_HOME", ".local/share", "zsh/site-functions/_quoteback"),
        "fish": ("XDG_CONFIG_HOME", ".config", "fish/completions/quoteback.fish"),
    }[shell]
    return _find_folder(variable, usual) / path


def _find_folder(variable: str, usual: str = "") -> Path:
    """A folder that a variable of the environment names, else the usual one below home."""
    return Path(os.environ.get(variable) or home_folder(variable) / usual)


def _source_from_zshrc(script: Path) -> None:
    """Add a line to `.zshrc` that reads the script, unless it has one."""
    file = _find_folder("ZDOTDIR") / ".zshrc"
    quoted = shlex.quote(str(script))
    lines = (
        "",
        "# Completion of quoteback.",
        "autoload -Uz compinit && compinit",
        f"source {quoted}",
    )
    try:
        text = file.read_text(encoding="utf-8", errors="surrogateescape") if file.exists() else ""
        if str(script) in text or quoted in text:
            return
        with atomic_write(file, errors="surrogateescape") as whole:
            whole.write(text + "\n".join(lines) + "\n")
    except OSError as error:
        raise CannotWrite(explain_unwritten(file, error)) from error
