"""The bar that shows the current scope of questions; a click lifts it."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui.common.wording import one_line, shorten_path
from tui.documents.scope import ALL_DOCUMENTS, Scope


class ScopeBar(Widget):
    """One line; hidden while all documents are asked."""

    DEFAULT_CSS = """
    ScopeBar {
        display: none;
        height: 1;
        padding: 0 2;
        color: $text-accent;
        text-wrap: nowrap;
        text-overflow: ellipsis;
        pointer: pointer;
        &.-confined { display: block; }
        &:hover { background: $foreground 5%; }
    }
    """
    ALLOW_SELECT = False

    scope: reactive[Scope] = reactive(ALL_DOCUMENTS)
    key: reactive[str] = reactive("")

    def watch_scope(self, scope: Scope) -> None:
        self.set_class(scope != ALL_DOCUMENTS, "-confined")

    def render(self) -> Content:
        scope = self.scope
        folder, _, name = shorten_path(scope.path).rstrip("/").rpartition("/")
        # The name comes first: the end of a long line is cut off.
        return Content.assemble(
            "Only in ",
            (one_line(name) + "/" * scope.is_folder, "bold"),
            (f"  ({self.key} asks everything)", "$secondary"),
            (f"  in {one_line(folder)}" if folder else "", "$secondary"),
        )

    async def on_click(self) -> None:
        await self.run_action("app.ask_everything")
