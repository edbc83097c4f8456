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
