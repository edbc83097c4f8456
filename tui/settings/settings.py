"""The settings of a person, and the values that are allowed.

Cheap to import: the command line reads the settings, too, and knows nothing of the app.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Annotated, Any, get_type_hints

import msgspec
from msgspec import Meta

from index import DEFAULT_MODE, DEFAULT_MODEL, MODES, Mode
from qa import PASSAGES_READ
from tui.common.presentation.wording import suggest_or_list

DEFAULT_THEME = "quoteback-dark"
# A text that says something.
_Word = Annotated[str, Meta(pattern=r"\S")]


@dataclass(frozen=True, slots=True)
class Settings:
    """A person's settings. The title of each says what it is for, the description its values."""

    theme: Annotated[
        str, Meta(title="the colours of the app", description="the name of a theme")
    ] = DEFAULT_THEME
    threshold: Annotated[
        Annotated[float, Meta(ge=0, le=1)] | None,
        Meta(
            title="the confidence below which nothing is answered; fitted if left out",
            description="a number from 0 to 1",
        ),
    ] = None
    k: Annotated[
        int,
        Meta(
            ge=1,
            le=100,
            title="how many passages are read for a question, at most",
            description="a whole number from 1 to 100",
        ),
    ] = PASSAGES_READ
    mode: Annotated[
        Mode, Meta(title="how they are found", description=f"one of {', '.join(MODES)}")
    ] = DEFAULT_MODE
    model: Annotated[
        _Word | None,
        Meta(
            title=f"embeds the documents of a new index; {DEFAULT_MODEL} if left out",
            description="a folder or a name",
        ),
    ] = None
    keys: Annotated[
        Mapping[str, str],
        Meta(
            title="other keys, separated by commas, by what they do; the app names all",
            description="a table of actions and their keys: write [keys] above its lines",
        ),
    ] = field(default_factory=dict)
    watch: Annotated[
        bool,
        Meta(
            title="whether changed files are read at once while the app is open",
            description="true or false",
        ),
    ] = False
    reader: Annotated[
        _Word | None,
        Meta(
            title="finds the words that answer; the one that ships if left out",
            description="the name of a reader",
        ),
    ] = None
    reranker: Annotated[
        _Word | None,
        Meta(
            title="orders passages before they are read; the reader that ships does if left out",
            description="the name of a reranker",
        ),
    ] = None


NAMES = tuple(each.name for each in fields(Settings))


@dataclass(frozen=True, slots=True)
class Choices:
    """The themes and keys of the app, from which settings choose.

    Attributes:
        themes: their names.
        find_keys: returns `keys`; called when keys are looked at, since the screens that have
            them are then loaded.
    """

    themes: Collection[str]
    find_keys: Callable[[], Sequence[Mapping[str, str]]]

    @property
    def keys(self) -> Sequence[Mapping[str, str]]:
        """For each part of the app, action → its usual keys, separated by commas.

        Those of the first part work everywhere.
        """
        return self.find_keys()

    @property
    def actions(self) -> list[str]:
        """All actions that can have other keys."""
        return [action for part in self.keys for action in part]


def value_problem(name: str, value: object, choices: Choices | None = None) -> str | None:
    """Describe a wrong value of a setting; None if it is right.

    Args:
        choices: what the app has. Without them, any name of a theme will do.
    """
    kind = list_kinds()[name]
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return f"{name} must be {kind.__metadata__[-1].description}, not {value!r:.80}"
    if name == "theme" and choices is not None and value not in choices.themes:
        return f"no theme {value!r:.80}{suggest_or_list(str(value), choices.themes)}"
    return None


@cache
def list_kinds() -> dict[str, Any]:
    """The type of each setting; its last annotation has a title and a description."""
    return get_type_hints(Settings, include_extras=True)


def make_schema() -> dict[str, Any]:
    """The JSON schema of the file, in the dialect of 2020-12.

    Editors that know JSON schemas complete and check the file by it.
    """
    _, components = msgspec.json.schema_components((Settings,))
    properties = components["Settings"]["properties"]
    for value in properties.values():
        if "anyOf" in value:
            # TOML has no null: what is left out has its default.
            del value["default"]
            [kind] = [kind for kind in value.pop("anyOf") if kind != {"type": "null"}]
            value |= kind
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Settings of Quoteback",
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }
