"""The keys of a screen or widget, as they are or as the settings change them.

An action can have the keys that a terminal can send and nothing else uses. What is pressed waits in
a queue.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from textual import events
from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode
from textual.keys import KEY_NAME_REPLACEMENTS, Keys, key_to_character
from textual.message_pump import MessagePump
from textual.widgets import Input

Typed = events.Key | events.Paste

# Seconds to wait for a widget that does not respond: the key to quit must always work.
_PATIENCE_SECONDS = 1.0
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


class KeyQueue:
    """Forwards each key once the effects of the one before are done.

    Textual inserts letters at once. Other keys act only after they have bubbled up to the
    app, and a screen takes keys only once it is drawn. Without a queue, a quick key could
    overtake another, or reach the screen that is being left.
    """

    def __init__(self, app: App[None], forward: Callable[[events.Event], Awaitable[None]]) -> None:
        """An empty queue; `forward` sends a key to the focused widget."""
        self._app = app
        self._forward = forward
        self._typed: deque[Typed] = deque()
        self._busy = False

    def put(self, typed: Typed) -> None:
        """Add a key press or a paste."""
        self._typed.append(typed)
        if not self._busy:
            self._busy = True
            self._app.run_worker(self._forward_all())

    async def _forward_all(self) -> None:
        while self._typed and self._app.is_running:
            # A new screen sets its focus first.
            await _wait_until_idle(self._app.screen)
            typed, focused = self._typed.popleft(), self._app.focused
            path = (focused or self._app.screen).ancestors_with_self
            await self._forward(typed)
            if isinstance(focused, Input) and isinstance(typed, events.Key) and typed.is_printable:
                continue  # Letters are inserted at once.
            # The key bubbles up to the app; the messages it causes take the same path after it.
            for node in [*path, *path]:
                await _wait_until_idle(node)
        self._busy = False


async def _wait_until_idle(node: MessagePump) -> None:
    """Wait until a node has handled all its messages, but no longer than `_PATIENCE_SECONDS`."""
    idle = asyncio.Event()
    if node.call_later(idle.set):
        with suppress(TimeoutError):
            await asyncio.wait_for(idle.wait(), _PATIENCE_SECONDS)
