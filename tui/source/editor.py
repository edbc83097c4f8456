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
# How programs are told the line to open at; the others get the file alone.
_PLUS = {
    *("vi", "vim", "nvim", "view", "gvim", "nano", "emacs", "emacsclient", "micro", "kak"),
    *("joe", "jed", "ne", "mg", "gedit", "kate", *_PAGERS),
}
_GOTO = {"code", "code-insiders", "codium", "cursor"}
_COLON = {"hx", "helix", "subl", "zed"}


class NoEditor(QuotebackError):
    """There is no program that could show the file."""


def find_editor(environment: Mapping[str, str]) -> list[str]:
    """The editor of `$VISUAL` or `$EDITOR`, else a pager; as arguments, never by a shell.

    Raises:
        NoEditor: none is named and no pager is installed, or the name cannot be read.
    """
    return _command(environment, ("VISUAL", "EDITOR", "PAGER"))


def find_pager(environment: Mapping[str, str]) -> list[str]:
    """The pager of `$PAGER`, else one that is installed, else the editor.

    Raises:
        NoEditor: as above.
    """
    return _command(environment, ("PAGER",))


def command_at_line(command: list[str], path: Path, line: int) -> list[str]:
    """The command that opens a file at a line (from 1)."""
    program = Path(command[0]).name
    if program in _PLUS:
        return [*command, f"+{line}", str(path)]
    if program in _GOTO:
        return [*command, "--goto", f"{path}:{line}"]
    if program in _COLON:
        return [*command, f"{path}:{line}"]
    return [*command, str(path)]


def open_in_editor(path: str, text: str, line: int) -> None:
    """Open a document at a line, and wait until it is closed.

    The file itself, in the editor, where it holds just this text. Else (a PDF, a page of
    HTML, a file that has changed since) a copy of the text, in the pager.

    Raises:
        NoEditor: no program can be started that shows it.
    """
    if _holds(path, text):
        _run(command_at_line(find_editor(os.environ), Path(path), line))
        return
    with _copy(path, text) as copied:
        _run(command_at_line(find_pager(os.environ), copied, line))


def _command(environment: Mapping[str, str], names: tuple[str, ...]) -> list[str]:
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


def _holds(path: str, text: str) -> bool:
    try:
        data = Path(path).read_bytes()
        return data.decode("utf-8-sig") == text
    except (OSError, ValueError):
        return False


@contextmanager
def _copy(path: str, text: str) -> Iterator[Path]:
    """The text in a file of its own; control characters as they are drawn."""
    with tempfile.TemporaryDirectory(prefix="quoteback-") as folder:
        name = "".join(c if c.isalnum() or c in "-_ " else "_" for c in Path(path).name)[:80]
        copied = Path(folder, f"{name or 'document'}.txt")
        copied.write_text(visible(text), encoding="utf-8", newline="")
        copied.chmod(0o400)
        yield copied


def _run(command: list[str]) -> None:
    try:
        subprocess.run(command, check=False)
    except OSError as error:
        raise NoEditor(f"{command[0]} cannot be started: {error.strerror}") from error
