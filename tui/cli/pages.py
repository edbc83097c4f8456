"""Where replies are printed: plain text in a pipe, wrapped and styled on a terminal.

Every text is taken literally: documents are never read as markup.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Protocol, TextIO

from qa import visible

# Styles: of remarks beside the text, of what stands out, of quoted words in their evidence.
DIM, BOLD, QUOTED = "dim", "bold", "bold reverse"


class Page(Protocol):
    """Takes a line after the other; a line of a document may be a whole paragraph."""

    def line(
        self,
        text: str,
        style: str = "",
        *,
        indent: int = 0,
        styled: Sequence[tuple[int, int, str]] = (),
        link: str | None = None,
    ) -> None:
        """Print a line.

        Args:
            styled: start, end and style of the parts of it that have another one.
            link: the address that it leads to.
        """


class PlainPage:
    """Prints one line as one line, without styles."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def line(
        self,
        text: str,
        style: str = "",  # noqa: ARG002
        *,
        indent: int = 0,
        styled: Sequence[tuple[int, int, str]] = (),  # noqa: ARG002
        link: str | None = None,
    ) -> None:
        """Print a line; see `Page`."""
        if link is not None:
            text = f"\x1b]8;;{visible(link)}\x1b\\{text}\x1b]8;;\x1b\\"
        print(f"{' ' * indent}{text}", file=self._stream)


class StyledPage:
    """Wraps lines at the terminal's width. What draws takes long to import: only this does."""

    def __init__(self, stream: TextIO) -> None:
        from rich.console import Console

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
        """Print a line; see `Page`."""
        from rich.padding import Padding
        from rich.style import Style
        from rich.text import Text

        drawn = Text(text, Style.parse(style) + Style(link=link))
        for start, end, part_style in styled:
            drawn.stylize(part_style, start, end)
        self._console.print(Padding(drawn, (0, 0, 0, indent), expand=False))


def open_page(stream: TextIO) -> Page:
    """The page for a stream."""
    # Either variable makes us treat any stream as a terminal.
    if stream.isatty() or os.environ.keys() & {"FORCE_COLOR", "TTY_COMPATIBLE"}:
        page = StyledPage(stream)
        if page.is_terminal:
            return page
    return PlainPage(stream)
