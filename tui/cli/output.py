"""The forms in which results are printed: JSON, citations, lines for editors, and pages of text.

Every text is taken literally: documents are never read as markup.
"""

from __future__ import annotations

import argparse
import os
import sys
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, TextIO

from qa import CITATION_FORMATS, visible

if TYPE_CHECKING:
    from rich.console import Console

    from qa import Answer, Citation, Reply

# Answers that are shown below the best one.
_OTHERS = 2
# Columns of lines that are not as wide as the terminal.
_WIDTH = 96
# Styles: of remarks beside the text, of what stands out, of quoted words in their evidence.
DIM, BOLD, QUOTED = "dim", "bold", "bold reverse"


def add_reference_options(parser: argparse.ArgumentParser) -> None:
    """Add `--json`, `--cite`, `--vimgrep` and `--links`, of which one can be chosen."""
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print one JSON object")
    form.add_argument(
        "--cite",
        choices=CITATION_FORMATS,
        metavar="FORMAT",
        help=f"print citations only: {', '.join(CITATION_FORMATS)}",
    )
    form.add_argument(
        "--vimgrep",
        action="store_true",
        help="print path:line:column:text, for quickfix lists; lines are those of `quoteback text`",
    )
    form.add_argument(
        "--links", action="store_true", help="make sources links that terminals open (OSC 8)"
    )


def print_json(value: object, *, lines: bool = False) -> None:
    """Print one object: over several lines, or as one of many lines."""
    # It comes with much else, and most output is for people.
    from index.documents import dump_json

    print(dump_json(value, indent=None if lines else 2))


def needs_texts(options: argparse.Namespace) -> bool:
    """Whether the output says on which lines quotations stand."""
    return bool(options.cite or options.vimgrep or options.links)


def choose_answers(reply: Reply) -> Sequence[Answer]:
    """The answers that are shown: the best, and the two next if they are nearly as sure."""
    if not reply.answered:
        return ()
    # A question is sent to a running service before.
    from tui.common.presentation.answers import list_other_answers

    return [reply.answers[0], *list_other_answers(reply)[:_OTHERS]]


def print_citations(citations: Sequence[Citation], form: str) -> None:
    """Print citations in a format."""
    from qa import format_citations

    sys.stdout.write(format_citations(citations, form))  # type: ignore[arg-type]


def print_places(places: Iterable[tuple[str, int]], texts: Mapping[str, str]) -> None:
    """A line for each place: the path of a document, and an offset in its text."""
    for path, offset in places:
        print_place(path, texts[path], offset)


def print_place(path: str, text: str, offset: int, said: str = "") -> None:
    """Print `path:line:column:text of the line`; columns count bytes, as editors do here.

    Args:
        said: what is printed in place of the line's own text.
    """
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    line = text[start : end if end >= 0 else len(text)]
    column = len(text[start:offset].encode("utf-8", "replace")) + 1
    number = text.count("\n", 0, offset) + 1
    print(f"{_one_line(path)}:{number}:{column}:{said or _one_line(line)}")


def _one_line(text: str) -> str:
    return visible(text.rstrip("\r\n")).replace("\n", " ").replace("\r", " ")


class Page:
    """Takes a line after the other; a line of a document may be a whole paragraph.

    On a terminal lines are wrapped at its width; elsewhere one line is one line, without styles.
    """

    def __init__(self, stream: TextIO) -> None:
        """A page on a stream."""
        self._stream = stream
        self._console = _open_console(stream)

    @property
    def has_styles(self) -> bool:
        """Whether it is on a terminal."""
        return self._console is not None

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
