"""A person's own themes: a file each, in TOML, in the folder `themes` beside the settings."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import msgspec
from textual.color import Color, ColorParseError
from textual.theme import Theme

from index.filesystem import read_file
from tui.common.presentation.wording import suggest_or_list

_MOST_BYTES, _MOST_THEMES = 20_000, 100
_NAMES = tuple(field.name for field in fields(Theme) if field.name not in ("name", "ansi"))
# All others are colours.
_OTHERS = frozenset(("dark", "luminosity_spread", "text_alpha", "variables"))
# The name becomes a part of the app's style sheet, and so do the variables.
_NAME = re.compile(r"[a-z][a-z0-9-]{0,40}")
_VARIABLE = re.compile(r"[a-z][a-z0-9-]*")
_SHADE = re.compile(r" \d{1,2}%$")


def read_own_themes(
    settings: Path | None, taken: Collection[str] = ()
) -> tuple[list[Theme], list[str]]:
    """The themes that lie beside a settings file; none without one.

    Args:
        taken: the names of other themes, which no file can have.

    Returns:
        the themes that can be used, by name; and what is wrong with the others, a line each that
        begins with the file.
    """
    themes: list[Theme] = []
    problems: list[str] = []
    paths = (settings.parent / "themes").glob("*.toml") if settings else ()
    for path in sorted(paths)[:_MOST_THEMES]:
        try:
            themes.append(_read_theme(path, taken))
        except OSError as error:
            problems.append(f"{path}: cannot be read ({error.strerror})")
        except (ValueError, RecursionError) as error:
            problems.append(f"{path}: {' '.join(str(error).split())}")
    return themes, problems


def _read_theme(path: Path, taken: Collection[str]) -> Theme:
    """Read a theme; raises ValueError, with what is wrong, or OSError."""
    if not _NAME.fullmatch(path.stem):
        raise ValueError("its name must be of small letters, digits and hyphens")
    if path.stem in taken:
        raise ValueError(f"there is a theme {path.stem!r} already: give it another name")
    try:
        given = tomllib.loads(read_file(path, _MOST_BYTES).decode())
    except UnicodeDecodeError:
        raise ValueError("is not UTF-8 text: save it as that") from None
    for name in given:
        if name not in _NAMES:
            raise ValueError(f"no part {name!r:.80} of a theme{suggest_or_list(name, _NAMES)}")
    try:
        theme = msgspec.convert({**given, "name": path.stem}, Theme)
    except msgspec.ValidationError as error:
        raise ValueError(str(error).replace("$.", "").replace("`", "")) from None
    for name, value in _list_colours(theme):
        try:
            Color.parse(value)
        except ColorParseError:
            raise ValueError(f"{name} is not a colour: {value!r:.80}") from None
    return theme


def _list_colours(theme: Theme) -> Iterator[tuple[str, Any]]:
    """The colours of a theme, each with its name; those of variables without their shade."""
    for name in _NAMES:
        value = getattr(theme, name)
        if name not in _OTHERS and value is not None:
            yield name, value
    for name, value in theme.variables.items():
        if not _VARIABLE.fullmatch(name):
            raise ValueError(f"no variable can be called {name!r:.80}")
        yield f"variables.{name}", _SHADE.sub("", value)
