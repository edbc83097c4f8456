"""Copying from the app: it says what was copied, and shows the rest to be copied by hand."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import TextArea

from tui.common.presentation.wording import shorten_line
from tui.common.screens.background import in_background
from tui.common.screens.screen_parts import Overlay

# Terminals that put what OSC 52 sends them on the clipboard without being told to.
_TERMINALS = frozenset(("kitty", "ghostty", "wezterm", "alacritty", "foot", "contour", "rio"))
_TIMEOUT = 2  # seconds


def takes_osc_52(environment: Mapping[str, str]) -> bool:
    """Whether the terminal is known to copy what is sent to it.

    Unknown behind a multiplexer, and in terminals where a person can switch it off.
    """
    if any(map(environment.get, ("TMUX", "STY", "ZELLIJ"))):
        return False
    if environment.get("WT_SESSION"):
        return True
    names = (environment.get("TERM_PROGRAM", ""), environment.get("TERM", ""))
    return any(part in _TERMINALS for name in names for part in name.lower().split("-"))


def find_copy_commands(
    environment: Mapping[str, str], platform: str = sys.platform
) -> list[list[str]]:
    """The commands that may copy their input to the clipboard, the likeliest first."""
    candidates: list[list[str]] = []
    if environment.get("WAYLAND_DISPLAY"):
        candidates.append(["wl-copy"])
    if environment.get("DISPLAY"):
        candidates += [["xclip", "-selection", "clipboard"], ["xsel", "--clipboard", "--input"]]
    if platform == "darwin":
        candidates.append(["pbcopy"])
    if environment.get("WSL_DISTRO_NAME"):
        candidates.append(["clip.exe"])
    return [
        [path, *options]
        for program, *options in candidates
        if (path := shutil.which(program, path=environment.get("PATH")))
    ]


def copy_by_command(text: str, environment: Mapping[str, str]) -> bool:
    """Copy a text with a program of the system; returns whether it was done.

    One that is there may still fail, as without its display: then the next one is tried.
    """
    return any(_copy(text, command) for command in find_copy_commands(environment))


def copy_to_tmux(text: str, environment: Mapping[str, str]) -> bool:
    """Copy a text to the buffer of the tmux one is in; returns whether it was done.

    tmux sends it on to the terminal around it, of which nothing is known.
    """
    tmux = shutil.which("tmux", path=environment.get("PATH"))
    if not tmux or not environment.get("TMUX"):
        return False
    # An old one cannot send it on.
    return any(_copy(text, [tmux, "load-buffer", *options, "-"]) for options in (["-w"], []))


def _copy(text: str, command: Sequence[str]) -> bool:
    # The program of Windows reads UTF-16.
    encoding = "utf-16" if command[0].endswith("clip.exe") else "utf-8"
    try:
        done = subprocess.run(
            command,
            input=text.encode(encoding, "replace"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


class CopyScreen(Overlay[None]):
    """A text to be copied with the terminal's own means."""

    DEFAULT_CSS = """
    CopyScreen {
        & > .panel, & > .panel:focus {
            height: auto;
            max-height: 80%;
            padding: 1 2;
            border: round $primary 40%;
        }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter", "dismiss", "Close")]

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def compose(self) -> ComposeResult:
        area = TextArea(self._text, read_only=True, show_cursor=False, classes="panel")
        area.border_title = "This may not have been copied: no clipboard was found"
        area.border_subtitle = "select it with the mouse (Shift held), esc closes"
        yield area


async def copy_text(app: App[Any], text: str) -> None:
    """Copy a text, and say so; show it if it is not known to have been copied."""
    # The app keeps it for its own input lines, and sends it to the terminal.
    app.copy_to_clipboard(text)
    known = takes_osc_52(os.environ) and not app.is_web
    if known or await in_background(lambda: copy_by_command(text, os.environ)):
        app.notify(f"Copied: {shorten_line(text, 80)}", timeout=4, markup=False)
    elif not app.is_web and await in_background(lambda: copy_to_tmux(text, os.environ)):
        app.notify(f"Copied to tmux's buffer: {shorten_line(text, 80)}", timeout=6, markup=False)
    else:
        app.push_screen(CopyScreen(text))
