"""Where replies are printed: plain text in a pipe, wrapped and styled on a terminal.

Every text is taken literally: documents are never read as markup.
"""

from __future__ import annotations

import os
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, TextIO

from qa import visible

if TYPE_CHECKING:
    from rich.console import Console

# Columns of lines that are not as wide as the terminal.
_WIDTH = 96
# Styles: of remarks beside the text, of what stands out, of quoted words in their evidence.
DIM, BOLD, QUOTED = "dim", "bold", "bold reverse"


class Page:
    """Takes a line after the other; a line of a document may be a whole paragraph.

    On a terminal lines are wrapped at its width; elsewhere one line is one line, without styles.
    """

    def __init__(self, stream: TextIO) -> None:
        """A page on a stream."""
        self._stream = stream
        self._console = _open_console(stream)

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
        if self._console is None:
            if link is not None:
                text = f"\x1b]8;;{visible(link)}\x1b\\{text}\x1b]8;;\x1b\\"
            print(f"{' ' * indent}{text}", file=self._stream)
            return
        from rich.padding import Padding
        from rich.style import Style
        from rich.text import Text

        drawn = Text(text, Style.parse(style) + Style(link=link))
        for start, end, part_style in styled:
            drawn.stylize(part_style, start, end)
        self._console.print(Padding(drawn, (0, 0, 0, indent), expand=False))


def _open_console(stream: TextIO) -> Console | None:
    """The console that draws on a stream, if that is a terminal, or is to be taken for one."""
    # Either variable makes us treat any stream as a terminal.
    if not (stream.isatty() or os.environ.keys() & {"FORCE_COLOR", "TTY_COMPATIBLE"}):
        return None
    # It takes long to import.
    from rich.console import Console

    console = Console(file=stream, highlight=False, markup=False, emoji=False)
    return console if console.is_terminal else None


def print_beside(name: str, words: str, width: int) -> None:
    """Print a name and what belongs to it, in lines beside it.

    Args:
        width: of the name, in columns.
    """
    lines = textwrap.wrap(words, _WIDTH - width, break_on_hyphens=False, break_long_words=False)
    for beside, line in zip([name, *[""] * len(lines)], lines, strict=False):
        print(visible(f"{beside:{width}}{line}".rstrip()))
