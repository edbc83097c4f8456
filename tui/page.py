"""What screens have in common: a title, and a line for what is to be said."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from tui.quotation import one_line


class Title(Static):
    """What the screen is about."""

    DEFAULT_CSS = """
    Title { height: 1; padding: 0 2; text-style: bold; color: $text-primary; }
    """


class Said(Static):
    """What is to be said to a person; no line where there is nothing."""

    DEFAULT_CSS = """
    Said {
        height: auto;
        max-height: 3;
        padding: 0 2;
        color: $text-muted;
        &.-problem { color: $text-error; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self.display = False

    def say(self, text: str, *, problem: bool = False) -> None:
        """Say this, in the place of what was said before."""
        self.update(Content(one_line(text)))
        self.set_class(problem, "-problem")
        self.display = bool(text)
