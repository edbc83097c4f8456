"""Opening the original of a document in the system's viewer, at its page where the viewer can."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from index import QuotebackError, find_format
from index.filesystem import find_file, is_address

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
    if not is_address(path) and not _is_viewed(path):
        raise NoViewer("this kind of file opens in the editor only")
    if platform == "darwin":
        return ["open", path]
    if not (environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")):
        raise NoViewer("there is no desktop here to open it on")
    opener = shutil.which("xdg-open", path=environment.get("PATH"))
    form = find_format(path)
    if form and form.has_pages and (page is not None or opener is None):
        viewer = _find_pdf_viewer(environment)
        if viewer is not None:
            at_page = [] if page is None else [_PAGE_OPTIONS[Path(viewer).name].format(page)]
            return [viewer, *at_page, path]
    if opener is not None:
        return [opener, path]
    raise NoViewer("no viewer found: install xdg-open (package xdg-utils)")


def _is_viewed(path: str) -> bool:
    """Whether a file may be opened: a system may run what it takes for a program or a script."""
    form = find_format(path)
    return form is not None and Path(path).suffix.lower() in form.viewed


def _find_pdf_viewer(environment: Mapping[str, str]) -> str | None:
    """The person's viewer of PDF if it can open a page; None where it cannot, or is not known."""
    search = environment.get("PATH")
    chosen = ""
    if query_tool := shutil.which("xdg-mime", path=search):
        try:
            command = [query_tool, "query", "default", "application/pdf"]
            chosen = subprocess.run(
                command, capture_output=True, text=True, timeout=_ASK, check=False
            ).stdout.lower()
        except (OSError, subprocess.SubprocessError, ValueError):
            chosen = ""
    for name in _PAGE_OPTIONS:
        # Where none is chosen, any that is installed will do.
        if name in chosen or not chosen.strip():
            viewer = shutil.which(name, path=search)
            if viewer is not None:
                return viewer
    return None


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
    if sys.platform == "win32":
        if not _is_viewed(path):
            raise NoViewer("this kind of file opens in the editor only")
        os.startfile(path)
        return
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
