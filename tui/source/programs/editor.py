"""Opening a document in the person's editor or pager, at a line."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from index import QuotebackError
from qa import visible

_PAGERS = ("less", "more", "most")
# How each program takes the line to open at. Other programs get the file alone.
_PLUS = {
    *("vi", "vim", "nvim", "view", "gvim", "nano", "emacs", "emacsclient", "micro", "kak"),
    *("joe", "jed", "ne", "mg", "gedit", "kate", *_PAGERS),
}
_GOTO = {"code", "code-insiders", "codium", "cursor"}
_COLON = {"hx", "helix", "subl", "zed"}


class NoEditor(QuotebackError):
    """No program was found that can show the file."""


def find_editor(environment: Mapping[str, str]) -> list[str]:
    """The command of `$VISUAL` or `$EDITOR`, else of a pager. It is run without a shell.

    Raises:
        NoEditor: no editor is named and no pager is installed, or the variable cannot be parsed.
    """
    return _find_command(environment, ("VISUAL", "EDITOR", "PAGER"))


def find_pager(environment: Mapping[str, str]) -> list[str]:
    """The command of `$PAGER`, else of a pager that is installed.

    Raises:
        NoEditor: no pager is named or installed, or the variable cannot be parsed.
    """
    return _find_command(environment, ("PAGER",))


def command_at_line(command: list[str], path: Path, line: int) -> list[str]:
    """The command that opens a file at a line, counted from 1."""
    program = Path(command[0]).name
    if program in _PLUS:
        return [*command, f"+{line}", str(path)]
    if program in _GOTO:
        return [*command, "--goto", f"{path}:{line}"]
    if program in _COLON:
        return [*command, f"{path}:{line}"]
    return [*command, str(path)]


def open_in_editor(path: str, text: str, line: int) -> None:
    """Open a document at a line, and wait until the program ends.

    A file that holds exactly this text opens in the editor. Of any other (a PDF, an HTML
    page, a file that has changed), a copy of the text opens in the pager.

    Raises:
        NoEditor: no program was found, or it cannot be started.
    """
    if _file_equals(path, text):
        _run_command(command_at_line(find_editor(os.environ), Path(path), line))
        return
    with _write_copy(path, text) as copied:
        _run_command(command_at_line(find_pager(os.environ), copied, line))


def _find_command(environment: Mapping[str, str], names: tuple[str, ...]) -> list[str]:
    for name in names:
        try:
            command = shlex.split(environment.get(name, ""))
        except ValueError as error:
            raise NoEditor(f"${name} cannot be read: {error}") from error
        if command:
            return command
    for pager in _PAGERS:
        if shutil.which(pager):
            return [pager]
    raise NoEditor("no editor found: set $EDITOR to the command that opens your files")


def _file_equals(path: str, text: str) -> bool:
    try:
        data = Path(path).read_bytes()
        return data.decode("utf-8-sig") == text
    except (OSError, ValueError):
        return False


@contextmanager
def _write_copy(path: str, text: str) -> Iterator[Path]:
    """Write the text to a temporary file, with control characters made visible."""
    with tempfile.TemporaryDirectory(prefix="quoteback-") as folder:
        name = "".join(c if c.isalnum() or c in "-_ " else "_" for c in Path(path).name)[:80]
        copied = Path(folder, f"{name or 'document'}.txt")
        copied.write_text(visible(text), encoding="utf-8", newline="")
        copied.chmod(0o400)
        yield copied


def _run_command(command: list[str]) -> None:
    try:
        subprocess.run(command, check=False)
    except OSError as error:
        raise NoEditor(f"{command[0]} cannot be started: {error.strerror}") from error
