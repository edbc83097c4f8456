"""The keys of a screen or widget, as they are or as the settings change them.

An action can have the keys that a terminal can send and nothing else uses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from textual.binding import Binding
from textual.dom import DOMNode
from textual.keys import KEY_NAME_REPLACEMENTS, Keys, key_to_character

_MODIFIERS = frozenset(("ctrl", "alt", "shift", "super"))
NO_CHANGES: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class KeyGroup:
    """The keys of one screen or widget.

    Attributes:
        title: where they work.
        owner: the class that binds them.
    """

    title: str
    owner: type[DOMNode]

    def bindings(self, changes: Mapping[str, str] = NO_CHANGES) -> list[Binding]:
        """A binding for each key.

        Args:
            changes: action → its keys in place of the usual ones, separated by commas.
        """
        bindings: list[Binding] = []
        for binding in Binding.make_bindings(self.owner.__dict__.get("BINDINGS", ())):
            if binding.id is None or binding.id not in changes:
                bindings.append(binding)
            elif all(other.id != binding.id for other in bindings):
                keys = changes[binding.id].split(",")
                bindings += [replace(binding, key=key.strip(), key_display=None) for key in keys]
        return bindings

    def bindings_by_action(
        self, changes: Mapping[str, str] = NO_CHANGES
    ) -> dict[str, list[Binding]]:
        """The bindings of each action that can have other keys, by its name in the settings."""
        by_action: dict[str, list[Binding]] = {}
        for binding in self.bindings(changes):
            if binding.id:
                by_action.setdefault(binding.id, []).append(binding)
        return by_action

    @property
    def keys(self) -> dict[str, str]:
        """The name of an action, as in the settings → its keys, separated by commas."""
        by_action = self.bindings_by_action()
        return {name: ",".join(each.key for each in found) for name, found in by_action.items()}


def describe_binding(binding: Binding) -> str:
    """The words for a key's action, which stand by themselves."""
    return binding.tooltip or binding.description


def key_problem(
    action: str, keys: Any, changes: Mapping[str, Any], parts: Sequence[Mapping[str, str]]
) -> str | None:
    """Describe wrong keys for an action; None if they are right.

    Args:
        keys: separated by commas, as a person wrote them.
        changes: the keys of other actions that are changed as well.
        parts: for each part of the app, action → its usual keys; the first works everywhere.
    """
    if not isinstance(keys, str) or not all(map(is_key, keys.split(","))):
        return f'{keys!r:.80} is not a key: write it as in "f7", "ctrl+g" or "alt+up"'
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
