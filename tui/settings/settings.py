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

from index import DEFAULT_MODE, MODES, Mode
from qa import PASSAGES_READ
from tui.common.presentation.wording import suggest_or_list
from tui.defaults import DEFAULT_THEME


@dataclass(frozen=True, slots=True)
class Settings:
    """A person's settings. Each says which values it takes, in words as well.

    Attributes:
        theme: of the app.
        threshold: confidence below which nothing is answered; the index's own if None.
        k: passages read for a question, at most.
        mode: how they are found.
        model: embedding model of a new index; the default one if None.
        keys: action → its keys, separated by commas. The other actions keep theirs.
        reader, reranker: the names of those of other packages; the ones that ship if None.
        watch: whether changed files are read at once while the app is open.
    """

    theme: Annotated[str, Meta(description="the name of a theme")] = DEFAULT_THEME
    threshold: Annotated[
        Annotated[float, Meta(ge=0, le=1)] | None, Meta(description="a number from 0 to 1")
    ] = None
    k: Annotated[int, Meta(ge=1, le=100, description="a whole number from 1 to 100")] = (
        PASSAGES_READ
    )
    mode: Annotated[Mode, Meta(description=f"one of {', '.join(MODES)}")] = DEFAULT_MODE
    model: Annotated[
        Annotated[str, Meta(pattern=r"\S")] | None, Meta(description="a folder or a name")
    ] = None
    keys: Annotated[
        Mapping[str, str],
        Meta(description="a table of actions and their keys: write [keys] above its lines"),
    ] = field(default_factory=dict)
    watch: Annotated[bool, Meta(description="true or false")] = False
    reader: Annotated[
        Annotated[str, Meta(pattern=r"\S")] | None, Meta(description="the name of a reader")
    ] = None
    reranker: Annotated[
        Annotated[str, Meta(pattern=r"\S")] | None, Meta(description="the name of a reranker")
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
    kind = _kinds()[name]
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return f"{name} must be {kind.__metadata__[-1].description}, not {value!r:.80}"
    if name == "theme" and choices is not None and value not in choices.themes:
        return f"no theme {value!r:.80}{suggest_or_list(str(value), choices.themes)}"
    return None


@cache
def _kinds() -> dict[str, Any]:
    return get_type_hints(Settings, include_extras=True)
