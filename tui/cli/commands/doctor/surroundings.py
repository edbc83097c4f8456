"""Whether settings, terminal, clipboard and services are as Quoteback needs them."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from index.locations import default_index, runtime_folder
from tui.cli.commands.doctor import Finding, show_place

_EDIT = "quoteback settings edit"


def check_settings() -> Iterator[Finding]:
    """Whether the settings can be used; what stands in them is not repeated."""
    from index import PluginError
    from index.plugins import load_plugin
    from tui.app.app import list_choices
    from tui.locations import settings_file
    from tui.settings.file import SettingsError, read_settings
    from tui.settings.themes import read_own_themes

    path = settings_file()
    shown = show_place(path)
    _, problems = read_own_themes(path)
    if problems:
        text = f"{len(problems)} of your own themes cannot be used"
        yield Finding.wrong("settings", text, "quoteback settings")
        return
    if not path.exists():
        yield Finding("settings", "all as by default")
        return
    try:
        settings = read_settings(path, list_choices(path))
        for kind, name in (("readers", settings.reader), ("rerankers", settings.reranker)):
            if name is not None:
                load_plugin(kind, name)
    except SettingsError as error:
        line = re.match(r":(\d+): ", str(error).removeprefix(str(path)))
        where = f", line {line[1]}" if line else ""
        yield Finding.wrong("settings", f"{shown}{where}: cannot be used", _EDIT)
    except PluginError:
        text = f"{shown}: the reader or the reranker that it names is not installed, or fails"
        yield Finding.wrong("settings", text, _EDIT)
    else:
        yield Finding("settings", f"{shown} can be used")


def check_terminal() -> Iterator[Finding]:
    """Whether the terminal can show the app, and in which colours."""
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    name = os.environ.get("TERM", "")
    if encoding != "utf8":
        text = f"text is written as {sys.stdout.encoding}, which lacks most characters"
        cause = "PYTHONIOENCODING"
        mend = f"unset {cause}" if cause in os.environ else "export LC_ALL=C.UTF-8"
        yield Finding.wrong("terminal", text, mend)
    elif name == "dumb" or (not name and sys.stdin is not None and sys.stdin.isatty()):
        text = f"$TERM is {name or 'not set'}: the app cannot be drawn on such a terminal"
        yield Finding.wrong("terminal", text, "export TERM=xterm-256color")
    elif os.environ.get("NO_COLOR"):
        yield Finding("terminal", "UTF-8, without colours, as $NO_COLOR says")
    elif os.environ.get("COLORTERM", "") in ("truecolor", "24bit"):
        yield Finding("terminal", "UTF-8, 16 million colours")
    else:
        text = f"UTF-8, {'256' if '256color' in name else '16'} colours as far as is known"
        yield Finding.note("terminal", text, "export COLORTERM=truecolor")


def check_clipboard() -> Iterator[Finding]:
    """Whether what is copied in the app gets to the clipboard."""
    from tui.common.screens.copying import find_copy_commands, takes_osc_52

    environment = os.environ
    if commands := find_copy_commands(environment):
        yield Finding("clipboard", f"by {Path(commands[0][0]).stem}")
    elif takes_osc_52(environment):
        yield Finding("clipboard", "by the terminal")
    elif environment.get("WAYLAND_DISPLAY") or environment.get("DISPLAY"):
        package = "wl-clipboard" if environment.get("WAYLAND_DISPLAY") else "xclip"
        text = "nothing here copies to the desktop's clipboard"
        yield Finding.wrong("clipboard", text, f"sudo apt install {package}")
    elif environment.get("TMUX"):
        yield Finding("clipboard", "by tmux's buffer")
    else:
        yield Finding.note("clipboard", "none is known here: what is copied is shown instead")


def check_service(named: str | None) -> Iterator[Finding]:
    """Whether a service answers for the index, so that questions wait for no model.

    Args:
        named: the index that a person names; the default one if None.
    """
    from index.filesystem import is_private
    from qa.service import NotServed, locate_socket, may_be_served, reach_service

    index = named if named is not None else default_index()
    folder = runtime_folder()
    if folder.exists() and not is_private(folder):
        text = f"others than you have rights on {show_place(folder)}: services are not trusted"
        yield Finding.wrong("service", text, f"chmod 700 {show_place(folder)}")
    elif not may_be_served(index):
        yield Finding("service", "none runs: each question loads the models itself")
    else:
        try:
            reach_service(index).close()
            yield Finding("service", "one runs for the index, and answers `quoteback ask`")
        except NotServed:
            text = "one has run for the index, and has died"
            yield Finding.wrong("service", text, f"rm {show_place(locate_socket(index))}")
