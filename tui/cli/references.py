"""Answers and passages by where they stand: citations, and lines for editors."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from qa import CITATION_FORMATS, visible

# Answers that are shown below the best one.
_OTHERS = 2

if TYPE_CHECKING:
    from qa import Answer, Citation, Reply


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
