"""The settings of the app: a TOML file that people may write themselves."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index import QuotebackError
from tui.common.atomic_write import atomic_write
from tui.common.themes import DARK

if TYPE_CHECKING:
    from index import Mode

# As `index.MODES`, which is dear to import.
MODES = ("hybrid", "dense", "bm25")

# What a new file says of each setting; the README has the same.
_TEMPLATE = """\
# Settings of the Quoteback app. What is left out is as described here.

# theme: a name from the app's list of themes ("quoteback-dark")
# threshold: confidence, 0 to 1, below which the reply is "not in these documents" (fitted)
# k: passages read for a question (8)
# mode: how they are found: "hybrid", "dense" or "bm25" ("hybrid")
# watch: whether changed files are taken up at once while the app is open (false)
# model: embedding model of an index yet to be made ("all-MiniLM-L6-v2")
# [keys]: an action's name = its key, or keys parted by commas; Ctrl+S in the app names them
"""
_TABLE = re.compile(r"\s*\[\s*([\w-]+)\s*\]")
_KEY = re.compile(r"""\s*(?:keys\s*\.\s*)?["']?([\w-]+)["']?\s*=""")
_PLACE = re.compile(r"\(at line (\d+), column \d+\)|\(at end of document\)")


class SettingsError(QuotebackError):
    """The settings cannot be used; the message names the file and the line."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person prefers.

    Attributes:
        threshold: confidence below which nothing is answered; the index's own if None.
        k: passages read for a question.
        mode: how they are found.
        watch: changed files are taken up at once while the app is open.
        model: embedding model of an index yet to be made; the default one if None.
        keys: action → its key or keys, parted by commas; those left out keep theirs.
    """

    theme: str = DARK.name
    threshold: float | None = None
    k: int = 8
    mode: Mode = "hybrid"
    model: str | None = None
    keys: Mapping[str, str] = field(default_factory=dict)
    watch: bool = False


@dataclass(frozen=True, slots=True)
class Choices:
    """What settings can be chosen from.

    Attributes:
        themes: names of themes.
        keys: what works in one place: action → its key or keys, as without settings. Those
            of the first place work everywhere.
    """

    themes: Collection[str]
    keys: Sequence[Mapping[str, str]]

    @property
    def actions(self) -> list[str]:
        """All that can have another key."""
        return [action for place in self.keys for action in place]


def read_settings(path: Path, choices: Choices) -> Settings:
    """The settings in a file; the defaults where there is none.

    Raises:
        SettingsError: the file cannot be read, or something in it is not to be had.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        raise SettingsError(f"{path} cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path} is not UTF-8 text: save it as that") from error
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _syntax(path, text, error) from error

    def wrong(table: str, key: str, problem: str) -> SettingsError:
        return SettingsError(f"{path}:{_line_of(text, table, key)}: {problem}")

    for key, value in given.items():
        if key != "keys" and key not in _CHECKS:
            raise wrong("", key, f"no setting {key!r}{_near(key, [*_CHECKS, 'keys'])}")
        problem = value_problem(key, value, choices)
        if problem:
            raise wrong("", key, problem)
    for action, keys in given.get("keys", {}).items():
        if action not in choices.actions:
            raise wrong("keys", action, f"no action {action!r}{_near(action, choices.actions)}")
        problem = key_problem(action, keys, given["keys"], choices)
        if problem:
            raise wrong("keys", action, problem)
    return Settings(**given)


def write_settings(path: Path, settings: Settings, before: Settings) -> None:
    """Write what has changed into a file; all else in it stays, what cannot be used too.

    What is as by default again is left out.

    Raises:
        SettingsError: the file is no TOML and must be mended first, or cannot be written.
    """
    import tomlkit

    try:
        text = path.read_text(encoding="utf-8") if path.exists() else _TEMPLATE
        tomllib.loads(text)
        document = tomlkit.parse(text)
        for key in _CHECKS:
            if getattr(settings, key) != getattr(before, key):
                _set(document, key, getattr(settings, key), getattr(Settings(), key))
        if settings.keys != before.keys:
            kept = document.get("keys")
            if not isinstance(kept, MutableMapping):
                kept = document["keys"] = tomlkit.table()
            for action in {*before.keys, *settings.keys}:
                if settings.keys.get(action) != before.keys.get(action):
                    _set(kept, action, settings.keys.get(action), None)
            if not kept:
                del document["keys"]
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_write(path) as file:
            file.write(tomlkit.dumps(document))
    except tomllib.TOMLDecodeError as error:
        raise _syntax(path, text, error) from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path} is not UTF-8 text: save it as that") from error
    except OSError as error:
        raise SettingsError(f"{path} cannot be written ({error.strerror})") from error


def value_problem(key: str, value: Any, choices: Choices) -> str | None:
    """What is wrong with a value for one of the settings; None if nothing is."""
    if key == "keys":
        return None if isinstance(value, dict) else "keys is a table: write [keys] above its lines"
    if key == "theme" and isinstance(value, str) and value not in choices.themes:
        return f"no theme {value!r}{_near(value, choices.themes)}"
    if key == "mode" and isinstance(value, str) and value not in MODES:
        return f"no mode {value!r}: choose one of {', '.join(MODES)}"
    wanted, fits = _CHECKS[key]
    return None if fits(value) else f"{key} must be {wanted}, not {value!r}"


_CHECKS: Mapping[str, tuple[str, Callable[[Any], bool]]] = {
    "theme": ("the name of a theme", lambda value: isinstance(value, str)),
    "threshold": (
        "a number from 0 to 1",
        lambda value: type(value) in (int, float) and 0 <= value <= 1,
    ),
    "k": ("a whole number from 1 to 100", lambda value: type(value) is int and 1 <= value <= 100),
    "mode": ("one of " + ", ".join(MODES), lambda value: isinstance(value, str)),
    "watch": ("true or false", lambda value: isinstance(value, bool)),
    "model": ("a folder or a name", lambda value: isinstance(value, str) and bool(value.strip())),
}


def key_problem(action: str, keys: Any, changes: Mapping[str, Any], choices: Choices) -> str | None:
    """What is wrong with keys for an action, where others are changed too; None if nothing is."""
    if not isinstance(keys, str) or not all(map(is_key, keys.split(","))):
        return f'{keys!r} is no key: write it as in "f7", "ctrl+g" or "alt+up"'
    if _is_typed(keys):
        # Where letters are keys already, there is no line to type in.
        here = [usual for place in choices.keys if action in place for usual in place.values()]
        if not any(map(_is_typed, here)):
            return f"{keys!r} is for typing: take a function key, or one with ctrl or alt"
    everywhere = choices.keys[0]
    for place in choices.keys:
        if action not in place and action not in everywhere and place is not everywhere:
            continue
        for other, usual in place.items():
            taken = changes.get(other, usual)
            if other != action and set(keys.split(",")) & set(str(taken).split(",")):
                return f"{keys!r} is already the key of {other!r}"
    return None


def is_key(name: str) -> bool:
    """Whether a terminal can send a key of this name."""
    from textual.keys import KEY_NAME_REPLACEMENTS, Keys, key_to_character

    *modifiers, key = name.split("+") if name != "+" else ["+"]
    if not set(modifiers) <= {"ctrl", "alt", "shift", "super"}:
        return False
    if len(key) == 1:
        return key.isprintable()
    named = {*Keys, *KEY_NAME_REPLACEMENTS.values()}
    return key in named or key_to_character(key) is not None


def _is_typed(keys: str) -> bool:
    """Whether one of these keys, parted by commas, does something to a line that is typed."""
    from textual.keys import KEY_NAME_REPLACEMENTS, key_to_character

    names = {short: name for name, short in KEY_NAME_REPLACEMENTS.items()}
    characters = [key_to_character(names.get(key, key)) for key in keys.split(",")]
    return "enter" in keys.split(",") or any(c is not None and c.isprintable() for c in characters)


def _near(name: str, known: Collection[str]) -> str:
    near = get_close_matches(name, list(known), 1)
    return f"; did you mean {near[0]!r}?" if near else f": there are {', '.join(sorted(known))}"


def _line_of(text: str, table: str, key: str) -> int:
    """The line, from 1, on which a key is set."""
    here = ""
    for number, line in enumerate(text.splitlines(), 1):
        if opened := _TABLE.match(line):
            here = opened[1]
            if not table and here == key:
                return number
        elif (found := _KEY.match(line)) and found[1] == key and here in (table, ""):
            return number
    return 1


def _syntax(path: Path, text: str, error: tomllib.TOMLDecodeError) -> SettingsError:
    place = _PLACE.search(str(error))
    line = int(place[1]) if place and place[1] else text.count("\n") + 1
    return SettingsError(f"{path}:{line}: {_PLACE.sub('', str(error)).strip()}")


def _set(table: Any, key: str, value: Any, default: Any) -> None:
    if value == default:
        table.pop(key, None)
    elif table.get(key) != value:
        table[key] = value
