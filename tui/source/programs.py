"""Other programs that open a document: the editor or pager at a line, a viewer at a page."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from index import QuotebackError, find_format
from index.filesystem import find_file, is_address
from qa import visible

_PAGERS = ("less", "more", "most")
# How each program takes the line to open at. Other programs get the file alone.
_PLUS = {
    *"vi vim nvim view gvim nano emacs emacsclient micro kak joe jed ne mg gedit kate".split(),
    *_PAGERS,
}
_GOTO = {"code", "code-insiders", "codium", "cursor"}
_COLON = {"hx", "helix", "subl", "zed"}
# How viewers of PDF take the page to open at.
_PAGE_OPTIONS = {
    "evince": "--page-index={}",
    "atril": "--page-index={}",
    "xreader": "--page-index={}",
    "okular": "--page={}",
    "zathura": "--page={}",
}
# Seconds to wait for an answer about the person's choice, and for the opener to fail.
_ASK, _FAIL = 2, 1.5


class NoEditor(QuotebackError):
    """No program was found that can show the file."""


def find_editor(
    environment: Mapping[str, str], names: Sequence[str] = ("VISUAL", "EDITOR", "PAGER")
) -> list[str]:
    """The command of the first variable that names one, else of a pager. It is run without a shell.

    Raises:
        NoEditor: none is named and no pager is installed, or a variable cannot be parsed.
    """
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
        _run_command(command_at_line(find_editor(os.environ, ["PAGER"]), copied, line))


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


class NoViewer(QuotebackError):
    """The original cannot be opened."""


def find_viewer(
    path: str, page: int | None, environment: Mapping[str, str], platform: str = sys.platform
) -> list[str]:
    """The command that opens a file. It is run without a shell.

    Args:
        path: absolute path of the file.
        page: the page to open at, from 1, where the file has pages.

    Raises:
        NoViewer: the file is no document, or nothing here can open it.
    """
    form = find_format(path)
    # A system may run what it takes for a program or a script.
    is_viewed = form is not None and Path(path).suffix.lower() in form.viewed
    if not is_address(path) and not is_viewed:
        raise NoViewer("this kind of file opens in the editor only")
    if platform == "darwin":
        return ["open", path]
    if not (environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")):
        raise NoViewer("there is no desktop here to open it on")
    opener = shutil.which("xdg-open", path=environment.get("PATH"))
    if form and form.has_pages and (page is not None or opener is None):
        viewer = _find_pdf_viewer(environment)
        if viewer is not None:
            at_page = [] if page is None else [_PAGE_OPTIONS[Path(viewer).name].format(page)]
            return [viewer, *at_page, path]
    if opener is not None:
        return [opener, path]
    raise NoViewer("no viewer found: install xdg-open (package xdg-utils)")


def _find_pdf_viewer(environment: Mapping[str, str]) -> str | None:
    """The person's viewer of PDF if it can open a page; None if it cannot, or is not known."""
    search = environment.get("PATH")
    chosen = ""
    if query_tool := shutil.which("xdg-mime", path=search):
        command = [query_tool, "query", "default", "application/pdf"]
        with suppress(OSError, subprocess.SubprocessError, ValueError):
            asked = subprocess.run(command, capture_output=True, text=True, timeout=_ASK)
            chosen = asked.stdout.lower()
    # If none is chosen, any that is installed will do.
    named = [name for name in _PAGE_OPTIONS if name in chosen or not chosen.strip()]
    return next(filter(None, (shutil.which(name, path=search) for name in named)), None)


def open_original(path: str, page: int | None) -> None:
    """Open the file of a document in the system's viewer, which goes on by itself.

    Of a document that is in another file, such as a mailbox, that one opens; of a page from the
    web, its address.

    Raises:
        NoViewer: it is no longer there, is no document, or nothing here can open it.
    """
    file = find_file(Path(path))
    if str(file) != path:
        # Its page is one of the document.
        path, page = str(file), None
    if not is_address(path) and not file.is_file():
        raise NoViewer("the file is no longer there")
    command = find_viewer(path, page, os.environ)
    try:
        started = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise NoViewer(f"{command[0]} cannot be started: {error.strerror}") from error
    try:
        # A viewer runs on; what hands the file to one ends at once, and says whether it could.
        failed = started.wait(_FAIL) != 0
    except subprocess.TimeoutExpired:
        return
    if failed:
        raise NoViewer(
            f"{Path(command[0]).name} cannot open it: is there a program for such files?"
        )
