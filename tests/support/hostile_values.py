"""Values that no honest file holds, put into the places of honest ones."""

from __future__ import annotations

import random
from copy import deepcopy
from typing import Any

# What would act on a terminal, on a page or in the app, if it were written there as it is.
ACTING = "\x1b[31m\u202e\x07<script>alert(1)</script>[bold]x[/] [@click=app.quit]y[/]\n# z"
_NUMBERS = (-1, 10**30, 2**63, 1e308, float("nan"), float("inf"), -(10**12))
_TEXTS = ("", ACTING, "x" * 100_000, "\ud800", "/etc/passwd", "../../x", "\0")
VALUES: tuple[Any, ...] = (None, True, *_NUMBERS, *_TEXTS, [], {}, [[]], [None] * 1_000)


def change(value: Any, chance: random.Random) -> Any:
    """The value with one to three of its parts changed at random."""
    for _ in range(chance.choice((1, 1, 2, 3))):
        places = list(_list_places(value))
        if not places:
            return deepcopy(chance.choice(VALUES))
        holder, key = chance.choice(places)
        way = chance.randrange(4)
        if way == 0 and isinstance(holder, dict):
            del holder[key]
        elif way == 1 and isinstance(holder, list):
            holder.extend(deepcopy(holder[key]) for _ in range(chance.choice((1, 50))))
        else:
            holder[key] = _change_one(holder[key], chance)
    return value


def _change_one(value: Any, chance: random.Random) -> Any:
    """Another value, as often of the same kind as of another."""
    if chance.random() < 0.3:
        return deepcopy(chance.choice(VALUES))
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + chance.choice((-1, 1, 50, -50, 10**6, -(10**6), 10**18))
    if isinstance(value, float):
        return chance.choice((0.0, -1.0, 1e308, float("nan"), float("inf")))
    if isinstance(value, str):
        return chance.choice((*_TEXTS, value[1:], value + ACTING))
    if isinstance(value, list):
        return chance.choice(([], deepcopy(value) + value, value[::-1], value[:1]))
    return deepcopy(chance.choice(VALUES))


def _list_places(value: Any) -> list[tuple[Any, Any]]:
    """(what holds it, its key) of every value in a value."""
    places: list[tuple[Any, Any]] = []
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in items if isinstance(value, dict | list) else ():
        places.append((value, key))
        if isinstance(inner, dict | list):
            places += _list_places(inner)
    return places
