"""All keys of the app, grouped by where they work: for the help, the palette and the settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from textual.binding import Binding
from textual.dom import DOMNode

NO_CHANGES: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class KeyGroup:
    """The keys that one class defines.

    Attributes:
        title: where they work.
    """

    title: str
    owner: type[DOMNode]

    def bindings(self, changes: Mapping[str, str] = NO_CHANGES) -> list[Binding]:
        """A binding a key; `changes` gives actions other keys, parted by commas."""
        found: list[Binding] = []
        for binding in Binding.make_bindings(self.owner.__dict__.get("BINDINGS", ())):
            if binding.id is None or binding.id not in changes:
                found.append(binding)
            elif all(other.id != binding.id for other in found):
                keys = changes[binding.id].split(",")
                found += [replace(binding, key=key.strip(), key_display=None) for key in keys]
        return found

    @property
    def keys(self) -> dict[str, str]:
        """Action's name in the settings → its keys, parted by commas."""
        found: dict[str, str] = {}
        for binding in self.bindings():
            if binding.id:
                before = found.get(binding.id)
                found[binding.id] = f"{before},{binding.key}" if before else binding.key
        return found


def describe_binding(binding: Binding) -> str:
    """What a key does, in words that need no surroundings."""
    return binding.tooltip or binding.description
