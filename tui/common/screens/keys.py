"""The keys of a screen or widget, as they are or as the settings change them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from textual.binding import Binding
from textual.dom import DOMNode

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

    @property
    def keys(self) -> dict[str, str]:
        """The name of an action, as in the settings → its keys, separated by commas."""
        keys: dict[str, str] = {}
        for binding in self.bindings():
            if binding.id:
                before = keys.get(binding.id)
                keys[binding.id] = f"{before},{binding.key}" if before else binding.key
        return keys


def describe_binding(binding: Binding) -> str:
    """The words for a key's action, which stand by themselves."""
    return binding.tooltip or binding.description
