"""The command palette: every action that has a key, by name, and the themes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, cast

from textual.actions import parse
from textual.binding import Binding
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.dom import DOMNode

from tui.common.keys import describe_binding

if TYPE_CHECKING:
    from tui.app.app import QuotebackApp


@dataclass(frozen=True, slots=True)
class Command:
    """Something to do, and the keys that do it."""

    name: str
    keys: str
    run: Callable[[], object]

    def shown(self, name: Content) -> Content:
        """The name as it is drawn, and the keys beside it."""
        return Content.assemble(name, (f"  {self.keys}", "$secondary"))


class CommandProvider(Provider):
    """All that can be done on the screen where the palette was opened."""

    async def discover(self) -> Hits:
        for command in self._actions():
            yield DiscoveryHit(command.shown(Content(command.name)), command.run, command.name)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for command in [*self._actions(), *self._themes()]:
            score = matcher.match(command.name)
            if score > 0:
                shown = command.shown(matcher.highlight(command.name))
                yield Hit(score, shown, command.run, command.name)

    def _actions(self) -> Iterator[Command]:
        app = cast("QuotebackApp", self.app)
        for group in app.key_groups:
            node = self._node(group.owner)
            if node is None:
                continue
            by_action: dict[str, list[Binding]] = {}
            for binding in group.bindings(app.settings.keys):
                if binding.id:
                    by_action.setdefault(binding.id, []).append(binding)
            for bindings in by_action.values():
                action = bindings[0].action
                _, name, parameters = parse(action)
                if name != "command_palette" and node.check_action(name, parameters):
                    keys = " or ".join(map(app.get_key_display, bindings))
                    run = partial(app.run_action, action, node)
                    yield Command(describe_binding(bindings[0]), keys, run)

    def _themes(self) -> Iterator[Command]:
        app = cast("QuotebackApp", self.app)
        for name in sorted(app.available_themes):
            yield Command(f"Theme: {name}", "", partial(app.choose_theme, name))

    def _node(self, owner: type[DOMNode]) -> DOMNode | None:
        """Where the actions of a class run; None where it is not on the screen."""
        for node in (self.app, self.screen):
            if isinstance(node, owner):
                return node
        return next((node for node in self.screen.walk_children() if isinstance(node, owner)), None)
