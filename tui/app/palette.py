"""The command palette: every action that has a key, and the themes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol, cast

from textual.actions import parse
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.dom import DOMNode

from tui.common.screens.keys import KeyGroup, describe_binding
from tui.settings.settings import Settings


class HasCommands(Protocol):
    """The part of the app that the palette needs."""

    settings: Settings

    @property
    def key_groups(self) -> Sequence[KeyGroup]:
        """All keys that can be changed, by where they work."""

    def choose_theme(self, name: str) -> None:
        """Apply a theme."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command, and its keys."""

    name: str
    keys: str
    run: Callable[[], object]

    def draw(self, name: Content) -> Content:
        """The name as it is drawn, with the keys beside it."""
        return Content.assemble(name, (f"  {self.keys}", "$secondary"))


class CommandProvider(Provider):
    """The commands of the screen where the palette was opened."""

    async def discover(self) -> Hits:
        for command in self._list_actions():
            yield DiscoveryHit(command.draw(Content(command.name)), command.run, command.name)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for command in [*self._list_actions(), *self._list_themes()]:
            score = matcher.match(command.name)
            if score > 0:
                shown = command.draw(matcher.highlight(command.name))
                yield Hit(score, shown, command.run, command.name)

    def _list_actions(self) -> Iterator[Command]:
        app = cast("HasCommands", self.app)
        for group in app.key_groups:
            node = self._find_node(group.owner)
            if node is None:
                continue
            for bindings in group.bindings_by_action(app.settings.keys).values():
                action = bindings[0].action
                place, name, parameters = parse(action)
                runs = self.app if place == "app" else node
                if name != "command_palette" and runs.check_action(name, parameters):
                    keys = " or ".join(map(self.app.get_key_display, bindings))
                    run = partial(self.app.run_action, action, node)
                    yield Command(describe_binding(bindings[0]), keys, run)

    def _list_themes(self) -> Iterator[Command]:
        app = cast("HasCommands", self.app)
        for name in sorted(self.app.available_themes):
            yield Command(f"Theme: {name}", "", partial(app.choose_theme, name))

    def _find_node(self, owner: type[DOMNode]) -> DOMNode | None:
        """The node on the screen that runs the actions of a class, if there is one."""
        for node in (self.app, self.screen):
            if isinstance(node, owner):
                return node
        return next((node for node in self.screen.walk_children() if isinstance(node, owner)), None)
