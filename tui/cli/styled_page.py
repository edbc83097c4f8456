"""A page on a terminal. It has a module of its own, since drawing takes long to import."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO

from rich.console import Console
from rich.padding import Padding
from rich.style import Style
from rich.text import Text


class StyledPage:
    """Wraps lines at the terminal's width; see `tui.cli.pages.Page`."""

    def __init__(self, stream: TextIO) -> None:
        self._console = Console(file=stream, highlight=False, markup=False, emoji=False)

    @property
    def is_terminal(self) -> bool:
        """Whether the stream is a terminal, or to be taken for one."""
        return self._console.is_terminal

    def line(
        self,
        text: str,
        style: str = "",
        *,
        indent: int = 0,
        styled: Sequence[tuple[int, int, str]] = (),
        link: str | None = None,
    ) -> None:
        """Print a line; see `tui.cli.pages.Page`."""
        drawn = Text(text, Style.parse(style) + Style(link=link))
        for start, end, part_style in styled:
            drawn.stylize(part_style, start, end)
        self._console.print(Padding(drawn, (0, 0, 0, indent), expand=False))
