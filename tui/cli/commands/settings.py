"""The command `settings`: print the settings, say where they lie, and edit them."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import warnings
from dataclasses import asdict
from typing import TYPE_CHECKING

from index import Notice
from tui.cli.options import UsageError, add_json_option
from tui.cli.output import print_json

if TYPE_CHECKING:
    from tui.settings.settings import Settings

_ACTIONS = {
    "print": "all settings as they hold now",
    "path": "where the file lies",
    "edit": "open it in your editor ($VISUAL, else $EDITOR), and check it afterwards",
    "schema": "the JSON schema of the file, for editors that complete by it",
}


def add_settings_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "action",
        nargs="?",
        choices=tuple(_ACTIONS),
        default="print",
        metavar="ACTION",
        help="; ".join(f"{name}: {purpose}" for name, purpose in _ACTIONS.items()),
    )
    add_json_option(parser)


def run_settings(options: argparse.Namespace) -> int:
    from tui.locations import settings_file

    if options.json and options.action != "print":
        raise UsageError("--json goes with `print` alone")
    if options.action == "path":
        print(settings_file())
    elif options.action == "schema":
        from tui.settings.settings import make_schema

        print_json(make_schema())
    elif options.action == "edit":
        _edit()
    elif options.json:
        print_json(asdict(_read()))
    else:
        _print(_read())
    return 0


def _read() -> Settings:
    """The settings, with their themes and keys checked; raises `SettingsError`.

    Warns:
        Notice: a file of a theme cannot be used.
    """
    from tui.app.app import list_choices
    from tui.locations import settings_file
    from tui.settings.file import read_settings
    from tui.settings.themes import read_own_themes

    _, problems = read_own_themes(settings_file())
    for problem in problems:
        warnings.warn(problem, Notice, stacklevel=2)
    return read_settings(settings_file(), list_choices(settings_file()))


def _edit() -> None:
    """Open the file, which is made if there is none, and check what was written.

    Raises:
        NoEditor: the editor cannot be started.
        SettingsError: the file cannot be made, or something in it cannot be used.
    """
    from tui.locations import settings_file
    from tui.settings.file import create_settings
    from tui.source.programs import NoEditor, find_editor

    if not any(os.environ.get(name, "").strip() for name in ("VISUAL", "EDITOR")):
        raise UsageError("no editor is named: set $EDITOR to the command that opens your files")
    command = find_editor(os.environ)
    create_settings(settings_file())
    try:
        subprocess.run([*command, str(settings_file())], check=False)
    except OSError as error:
        raise NoEditor(f"{command[0]} cannot be started: {error.strerror}") from error
    _read()


def _print(settings: Settings) -> None:
    """Print lines of a settings file; what has no value is a comment."""
    values = asdict(settings)
    keys = values.pop("keys")
    for name, value in values.items():
        print(f"# {name}" if value is None else f"{name} = {_format(value)}")
    if keys:
        print("\n[keys]")
        for action, key in keys.items():
            print(f"{action} = {_format(key)}")


def _format(value: str | float | bool) -> str:
    # TOML writes texts, numbers and truth as JSON does. What would act on the terminal is escaped.
    return "".join(
        each if each.isprintable() else f"\\U{ord(each):08x}"
        for each in json.dumps(value, ensure_ascii=False)
    )
