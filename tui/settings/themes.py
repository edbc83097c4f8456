"""Our themes, and a person's own: a file each, in TOML, in the folder `themes` beside the settings.

Ours have quiet neutrals, blue for what can be chosen, amber for what is quoted. The third, of high
contrast, has black, white and what stands out from both. `set_look` gives the app all of them, and
scrollbars like lines.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import Segment, Segments
from rich.style import Style
from textual.color import Color, ColorParseError
from textual.scrollbar import ScrollBar, ScrollBarRender
from textual.theme import Theme

from index.filesystem import read_file
from tui.common.presentation.wording import suggest_or_list
from tui.settings.settings import DEFAULT_THEME

if TYPE_CHECKING:
    from textual.app import App

_MOST_BYTES, _MOST_THEMES = 20_000, 100
_NAMES = tuple(field.name for field in fields(Theme) if field.name not in ("name", "ansi"))
# All others are colours.
_OTHERS = frozenset(("dark", "luminosity_spread", "text_alpha", "variables"))
# The name becomes a part of the app's style sheet, and so do the variables.
_NAME = re.compile(r"[a-z][a-z0-9-]{0,40}")
_VARIABLE = re.compile(r"[a-z][a-z0-9-]*")
_SHADE = re.compile(r" \d{1,2}%$")
_THUMB, _TRACK = "━", "─"


def _complete(theme: Theme) -> Theme:
    """A theme, with the variables that follow from its colours."""
    colours = {
        "block-cursor-foreground": theme.foreground,
        "footer-key-foreground": theme.primary,
        "footer-background": theme.background,
        "scrollbar-active": theme.primary,
        "scrollbar-background": theme.surface,
        "scrollbar-background-hover": theme.surface,
        "scrollbar-background-active": theme.surface,
    }
    same = {name: colour for name, colour in colours.items() if colour}
    return replace(theme, variables=same | theme.variables)


DARK = _complete(
    Theme(
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
            "scrollbar": "#353b45",
            "scrollbar-hover": "#4a525f",
        },
    )
)

LIGHT = _complete(
    Theme(
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
            "text-accent": "#7c5e14",
            "scrollbar": "#d3cfc4",
            "scrollbar-hover": "#b9b4a6",
        },
    )
)

CONTRAST = _complete(
    Theme(
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
            "text": "#ffffff",
            "text-muted": "#ffffff",
            "text-disabled": "#d0d0d0",
            "text-primary": "#5fd7ff",
            "text-accent": "#ffd700",
            "text-warning": "#ffaf00",
            "text-error": "#ff8787",
            "footer-foreground": "#ffffff",
            "border": "#ffffff",
            "scrollbar": "#ffffff",
            "scrollbar-hover": "#5fd7ff",
        },
    )
)

THEMES = (DARK, LIGHT, CONTRAST)


def read_own_themes(
    settings: Path | None, taken: Collection[str] = ()
) -> tuple[list[Theme], list[str]]:
    """The themes that lie beside a settings file; none without one.

    Args:
        taken: the names of other themes, which no file can have.

    Returns:
        the themes that can be used, by name; and what is wrong with the others, a line each that
        begins with the file.
    """
    themes: list[Theme] = []
    problems: list[str] = []
    paths = (settings.parent / "themes").glob("*.toml") if settings else ()
    for path in sorted(paths)[:_MOST_THEMES]:
        try:
            themes.append(_read_theme(path, taken))
        except OSError as error:
            problems.append(f"{path}: cannot be read ({error.strerror})")
        except (ValueError, RecursionError) as error:
            problems.append(f"{path}: {' '.join(str(error).split())}")
    return themes, problems


def _read_theme(path: Path, taken: Collection[str]) -> Theme:
    """Read a theme; raises ValueError, with what is wrong, or OSError."""
    if not _NAME.fullmatch(path.stem):
        raise ValueError("its name must be of small letters, digits and hyphens")
    if path.stem in taken:
        raise ValueError(f"there is a theme {path.stem!r} already: give it another name")
    try:
        given = tomllib.loads(read_file(path, _MOST_BYTES).decode())
    except UnicodeDecodeError:
        raise ValueError("is not UTF-8 text: save it as that") from None
    for name in given:
        if name not in _NAMES:
            raise ValueError(f"no part {name!r:.80} of a theme{suggest_or_list(name, _NAMES)}")
    try:
        theme = msgspec.convert({**given, "name": path.stem}, Theme)
    except msgspec.ValidationError as error:
        raise ValueError(str(error).replace("$.", "").replace("`", "")) from None
    for name in ("luminosity_spread", "text_alpha"):
        # NaN is not in it, either.
        if not 0 <= getattr(theme, name) <= 1:
            raise ValueError(f"{name} must be a number from 0 to 1")
    for name, value in _list_colours(theme):
        try:
            Color.parse(value)
        except ColorParseError:
            raise ValueError(f"{name} is not a colour: {value!r:.80}") from None
    return theme


def _list_colours(theme: Theme) -> Iterator[tuple[str, Any]]:
    """The colours of a theme, each with its name; those of variables without their shade."""
    for name in _NAMES:
        value = getattr(theme, name)
        if name not in _OTHERS and value is not None:
            yield name, value
    for name, value in theme.variables.items():
        if not _VARIABLE.fullmatch(name):
            raise ValueError(f"no variable can be called {name!r:.80}")
        if "-style" in name:
            raise ValueError(f"variables.{name:.80} is not a colour: leave it out")
        yield f"variables.{name}", _SHADE.sub("", value)


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
