"""Our themes: quiet neutrals, blue for what can be chosen, amber for what is quoted.

The third, of high contrast, has black, white and what stands out from both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import Segment, Segments
from rich.style import Style
from textual.scrollbar import ScrollBar, ScrollBarRender
from textual.theme import Theme

from tui.defaults import DEFAULT_THEME

if TYPE_CHECKING:
    from textual.app import App

_THUMB, _TRACK = "━", "─"
DARK = Theme(
    name=DEFAULT_THEME,
    primary="#7fa7cf",
    secondary="#8b93a1",
    accent="#e9b95f",
    warning="#e0a05a",
    error="#e07a7a",
    success="#93c08b",
    foreground="#d9dce2",
    background="#14161a",
    surface="#191c21",
    panel="#20242b",
    dark=True,
    variables={
        "block-cursor-background": "#7fa7cf 25%",
        "block-cursor-foreground": "#d9dce2",
        "footer-key-foreground": "#7fa7cf",
        "footer-background": "#14161a",
        "scrollbar": "#353b45",
        "scrollbar-hover": "#4a525f",
        "scrollbar-active": "#7fa7cf",
        "scrollbar-background": "#191c21",
        "scrollbar-background-hover": "#191c21",
        "scrollbar-background-active": "#191c21",
    },
)

LIGHT = Theme(
    name="quoteback-light",
    primary="#2c5f91",
    secondary="#6a6f78",
    accent="#eab53a",
    warning="#a85d00",
    error="#b3332f",
    success="#3c7a37",
    foreground="#25282d",
    background="#fbfaf7",
    surface="#f5f3ee",
    panel="#eae7df",
    dark=False,
    variables={
        "block-cursor-background": "#2c5f91 20%",
        "block-cursor-foreground": "#25282d",
        "text-accent": "#7c5e14",
        "footer-key-foreground": "#2c5f91",
        "footer-background": "#fbfaf7",
        "scrollbar": "#d3cfc4",
        "scrollbar-hover": "#b9b4a6",
        "scrollbar-active": "#2c5f91",
        "scrollbar-background": "#f5f3ee",
        "scrollbar-background-hover": "#f5f3ee",
        "scrollbar-background-active": "#f5f3ee",
    },
)

CONTRAST = Theme(
    name="quoteback-contrast",
    primary="#5fd7ff",
    secondary="#ffffff",
    accent="#ffd700",
    warning="#ffaf00",
    error="#ff8787",
    success="#87ff87",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#000000",
    dark=True,
    variables={
        # What is under the cursor keeps its own colours: each must stand out from this one too.
        "block-cursor-background": "#004f75",
        "block-cursor-foreground": "#ffffff",
        "text": "#ffffff",
        "text-muted": "#ffffff",
        "text-disabled": "#d0d0d0",
        "text-primary": "#5fd7ff",
        "text-accent": "#ffd700",
        "text-warning": "#ffaf00",
        "text-error": "#ff8787",
        "footer-key-foreground": "#5fd7ff",
        "footer-background": "#000000",
        "footer-foreground": "#ffffff",
        "border": "#ffffff",
        "scrollbar": "#ffffff",
        "scrollbar-hover": "#5fd7ff",
        "scrollbar-active": "#5fd7ff",
        "scrollbar-background": "#000000",
        "scrollbar-background-hover": "#000000",
        "scrollbar-background-active": "#000000",
    },
)

THEMES = (DARK, LIGHT, CONTRAST)


class LineScrollBar(ScrollBarRender):
    """Draws vertical scrollbars as Textual does, horizontal ones as lines."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        style = console.get_style(self.style)
        for drawn in super().__rich_console__(console, options):
            if self.vertical or not isinstance(drawn, Segments):
                yield drawn
            else:
                yield Segments([_draw_line(segment, style) for segment in drawn.segments])


def _draw_line(segment: Segment, style: Style) -> Segment:
    if segment.text == "\n":
        return segment
    meta = segment.style.meta if segment.style else {}
    line = _THUMB if meta.get("@mouse.down") == "grab" else _TRACK
    return Segment(line, style + Style.from_meta(meta))


def set_look(app: App[None]) -> None:
    """Make our themes known, draw horizontal scrollbars as lines, and scroll at once.

    A page that glides is drawn ten times: held keys would come faster than that.
    """
    app.animation_level = "none"
    ScrollBar.renderer = LineScrollBar
    for theme in THEMES:
        app.register_theme(theme)
