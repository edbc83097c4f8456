"""The help screen: every key, taken from the bindings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui.common.screens.keys import describe_binding
from tui.common.screens.screen_parts import Overlay

# In cells: the column of keys, the same on a narrow screen, and the width of a wide screen.
_KEY_WIDTH, _NARROW_KEY_WIDTH, _NARROW = 18, 13, 60


class HelpScreen(Overlay[None]):
    """The keys and what they do, grouped by where they work."""

    DEFAULT_CSS = """
    HelpScreen {
        & > .panel {
            width: 68;
            max-height: 90%;
            padding: 1 3;
            scrollbar-size-vertical: 1;
        }
        Static, .columns, .column { height: auto; }
        .columns { layout: vertical; }
        &.-narrow > .panel { padding: 0 1; }
        &.-vast > .panel { width: 132; }
        &.-vast .columns { layout: horizontal; }
        &.-vast .column { width: 1fr; }
        .title { margin-top: 1; text-style: bold; color: $text-primary; }
        .column:first-child .title:first-child, &.-vast .title:first-child { margin-top: 0; }
    }
    """
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (60, "-wide"), (138, "-vast")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1,q", "dismiss", "Close help", id="close-help")
    ]

    def __init__(self, sections: Mapping[str, Iterable[Binding]]) -> None:
        super().__init__()
        self._sections = sections

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="panel") as panel:
            panel.border_title = "Keys"
            panel.border_subtitle = "esc closes"
            with Horizontal(classes="columns"):
                for column in self._split_columns():
                    with Vertical(classes="column"):
                        for title, lines in column:
                            yield Static(title, classes="title")
                            yield Static(Content("\n").join(lines))

    def _split_columns(self) -> list[list[tuple[str, list[Content]]]]:
        """The sections in two columns of about the same height; a narrow screen stacks them."""
        sections = [(title, self._lines(bindings)) for title, bindings in self._sections.items()]
        heights = [len(lines) + 2 for _, lines in sections]
        half = min(
            range(len(sections) + 1),
            key=lambda at: max(sum(heights[:at]), sum(heights[at:])),
        )
        return [sections[:half], sections[half:]]

    def _lines(self, bindings: Iterable[Binding]) -> list[Content]:
        keys: dict[str, list[str]] = {}
        for binding in bindings:
            keys.setdefault(describe_binding(binding), []).append(self.app.get_key_display(binding))
        width = _KEY_WIDTH if self.app.size.width >= _NARROW else _NARROW_KEY_WIDTH
        return [
            Content.assemble((" or ".join(names).ljust(width), "bold"), description)
            for description, names in keys.items()
        ]
