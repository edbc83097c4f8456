"""Which keys an action can have: those that a terminal can send and nothing else uses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from textual.keys import KEY_NAME_REPLACEMENTS, Keys, key_to_character

from tui.settings.settings import Choices

_MODIFIERS = frozenset(("ctrl", "alt", "shift", "super"))


def key_problem(action: str, keys: Any, changes: Mapping[str, Any], choices: Choices) -> str | None:
    """Describe wrong keys for an action; None if they are right.

    Args:
        keys: separated by commas, as a person wrote them.
        changes: the keys of other actions that are changed as well.
    """
    if not isinstance(keys, str) or not all(map(is_key, keys.split(","))):
        return f'{keys!r:.80} is not a key: write it as in "f7", "ctrl+g" or "alt+up"'
    parts = choices.keys
    if _types_text(keys):
        # If letters are keys already, there is no line to type in.
        here = [usual for part in parts if action in part for usual in part.values()]
        if not any(map(_types_text, here)):
            return f"{keys!r:.80} is for typing: take a function key, or one with ctrl or alt"
    everywhere = parts[0]
    for part in parts:
        if action not in part and action not in everywhere and part is not everywhere:
            continue
        for other, usual in part.items():
            taken = changes.get(other, usual)
            if other != action and set(keys.split(",")) & set(str(taken).split(",")):
                return f"{keys!r:.80} is already the key of {other!r}"
    return None


def is_key(name: str) -> bool:
    """Whether a terminal can send a key of this name."""
    *modifiers, key = name.split("+") if name != "+" else ["+"]
    if not set(modifiers) <= _MODIFIERS or len(set(modifiers)) < len(modifiers):
        return False
    if len(key) == 1:
        return key.isprintable()
    return key in {*Keys, *KEY_NAME_REPLACEMENTS.values()} or key_to_character(key) is not None


def _types_text(keys: str) -> bool:
    """Whether one of these keys changes a line that is being typed."""
    names = {short: name for name, short in KEY_NAME_REPLACEMENTS.items()}
    characters = [key_to_character(names.get(key, key)) for key in keys.split(",")]
    return "enter" in keys.split(",") or any(c is not None and c.isprintable() for c in characters)
