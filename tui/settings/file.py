"""The settings file: TOML that people may write themselves, changed without losing a comment."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import msgspec

from index import QuotebackError
from index.filesystem import make_private, make_private_folder, read_file
from tui.common.files import atomic_write, explain_unwritten
from tui.common.presentation.wording import suggest_or_list
from tui.locations import settings_file
from tui.settings.settings import NAMES, Choices, Settings, list_kinds, value_problem

_MOST_BYTES = 20_000
# Characters of a name or value that an error repeats.
_SHOWN = 80
_BY_HAND = "{} is written in a way that cannot be changed safely: change it by hand"
_TABLE = re.compile(r"\s*\[\s*([\w-]+)\s*\]")
_KEY = re.compile(r"""\s*(?:keys\s*\.\s*)?["']?([\w-]+)["']?\s*=""")
_POSITION = re.compile(r"\(at line (\d+), column \d+\)|\(at end of document\)")


class SettingsError(QuotebackError):
    """The settings cannot be used; the message names the file and the line."""


def read_settings(path: Path | None = None, choices: Choices | None = None) -> Settings:
    """Read the settings; those that the file leaves out, and all without a file, are the defaults.

    Args:
        path: of another file than the usual one.
        choices: the themes and keys of the app. Without them, neither is checked: the command
            line uses neither.

    Raises:
        SettingsError: the file cannot be read, or something in it cannot be used.
    """
    path = path or settings_file()
    try:
        with _one_line_errors(path, reading=True):
            text = _read_text(path)
    except FileNotFoundError:
        return Settings()
    given = _parse(path, text)
    for table, name, problem in _problems(given, choices):
        raise SettingsError(f"{path}:{_line_of(text, table, name)}: {problem}")
    return msgspec.convert(given, Settings)


def write_settings(path: Path, settings: Settings, before: Settings) -> None:
    """Write what has changed. All else in the file stays, even what cannot be used.

    A setting that has its default again is left out.

    Raises:
        SettingsError: the file is not TOML and must be corrected first, or cannot be written.
    """
    # Only needed if a setting is changed.
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    with _one_line_errors(path, reading=False):
        text = _read_text(path) if path.exists() else make_template()
        wanted = _parse(path, text)
        _change(wanted, settings, before, {})
        try:
            document = tomlkit.parse(text)
            _change(document, settings, before, tomlkit.table())
            changed = tomlkit.dumps(document)
        except (TOMLKitError, RecursionError) as error:
            raise SettingsError(_BY_HAND.format(path)) from error
        # Two libraries need not read a strange file alike, and nothing in it may be lost.
        if _parse(path, changed) != wanted:
            raise SettingsError(_BY_HAND.format(path))
        make_private_folder(path.parent)
        with atomic_write(path) as file:
            file.write(changed)


def create_settings(path: Path) -> None:
    """Make the file, with comments alone, if there is none.

    Raises:
        SettingsError: it cannot be written.
    """
    with _one_line_errors(path, reading=False):
        if not path.exists():
            make_private_folder(path.parent)
            with atomic_write(path) as file:
                file.write(make_template())


def make_template() -> str:
    """What a new file says of each setting, in comments."""
    lines = ["# Settings of Quoteback. What is left out is as described here.", ""]
    for name, default in asdict(Settings()).items():
        told = list_kinds()[name].__metadata__[-1]
        usual = f" ({json.dumps(default)})" if default not in (None, {}) else ""
        written = "[keys]" if name == "keys" else name
        lines.append(f"# {written}: {told.title}{usual}")
    return "\n".join([*lines, ""])


def _change(
    document: MutableMapping[str, Any], settings: Settings, before: Settings, empty: Any
) -> None:
    """Change in the file's values what has changed; `empty` is a table for keys."""
    defaults = Settings()
    for name in (each.name for each in fields(Settings) if each.name != "keys"):
        if getattr(settings, name) != getattr(before, name):
            _set(document, name, getattr(settings, name), getattr(defaults, name))
    if settings.keys != before.keys:
        table = document.get("keys")
        if not isinstance(table, MutableMapping):
            table = document["keys"] = empty
        for action in {*before.keys, *settings.keys}:
            if settings.keys.get(action) != before.keys.get(action):
                _set(table, action, settings.keys.get(action), None)
        if not table:
            del document["keys"]


def _read_text(path: Path) -> str:
    make_private(path)
    return read_file(path, _MOST_BYTES).decode()


def _problems(given: Mapping[str, Any], choices: Choices | None) -> Iterator[tuple[str, str, str]]:
    """A setting that cannot be used: its table ("" for the file itself), its name, and why."""
    keys = given.get("keys")
    if choices is not None and isinstance(keys, dict):
        # Loaded by the app anyway, and dear to a command.
        from tui.common.screens.keys import key_problem

        for action, wanted in keys.items():
            if action not in choices.actions:
                hint = suggest_or_list(action, choices.actions)
                yield "keys", action, f"no action {action!r:.{_SHOWN}}{hint}"
            elif problem := key_problem(action, wanted, keys, choices.keys):
                yield "keys", action, problem
    for name, value in given.items():
        if name not in NAMES:
            hint = suggest_or_list(name, NAMES)
            yield "", name, f"no setting {name!r:.{_SHOWN}}{hint}"
        elif problem := value_problem(name, value, choices):
            yield "", name, problem


def _parse(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        position = _POSITION.search(str(error))
        line = int(position[1]) if position and position[1] else text.count("\n") + 1
        problem = _POSITION.sub("", str(error)).strip()
        raise SettingsError(f"{path}:{line}: {problem}") from error
    except (RecursionError, ValueError) as error:
        # Brackets in brackets, or numbers of thousands of digits.
        raise SettingsError(f"{path} cannot be understood: correct it, or remove it") from error


@contextmanager
def _one_line_errors(path: Path, *, reading: bool) -> Iterator[None]:
    """Turn what goes wrong with the file into a `SettingsError`, unless there is no file."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path} is not UTF-8 text: save it as that") from error
    except OSError as error:
        if reading and isinstance(error, FileNotFoundError):
            raise
        why = f"{path} cannot be read ({error.strerror})"
        raise SettingsError(why if reading else explain_unwritten(path, error)) from error


def _line_of(text: str, table: str, name: str) -> int:
    """The line, from 1, on which something is set."""
    here = ""
    for number, line in enumerate(text.splitlines(), 1):
        if heading := _TABLE.match(line):
            here = heading[1]
            if not table and here == name:
                return number
        elif (key := _KEY.match(line)) and key[1] == name and here in (table, ""):
            return number
    return 1


def _set(table: Any, name: str, value: Any, default: Any) -> None:
    if value == default:
        table.pop(name, None)
    elif table.get(name) != value:
        table[name] = value
