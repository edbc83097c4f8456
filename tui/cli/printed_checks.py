"""How the quotations of a text are printed, with what is said of each."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING

from qa import visible
from tui.cli.pages import BOLD, DIM, QUOTED, Page
from tui.cli.printing import Links, link_to_document
from tui.common.presentation.quotations import (
    count_verdicts,
    list_remarks,
    name_verdict,
)
from tui.common.presentation.wording import describe_source

if TYPE_CHECKING:
    from index import Content, Span
    from qa import CheckedQuotation

# A new line, in a block quote with its sign.
_LINE_START = re.compile(r"(?:\r\n|\n|\r)(?:[ \t]*>)*")
_STYLES = {"altered": "yellow", "not found": "red", "out of context": "yellow", "verbatim": "green"}


def print_checks(
    checked: Sequence[tuple[str, Sequence[CheckedQuotation]]],
    contents: dict[str, Content],
    *,
    links: Links = None,
) -> None:
    """Print the quotations of some files.

    Args:
        checked: the name of each file, with its quotations.
        contents: of the files, by name.
        links: the texts of the documents by path, if sources are to be links.
    """
    page = Page(sys.stdout)
    for name, found in checked:
        if len(checked) > 1:
            page.line(f"{visible(name)}: {count_verdicts(found)}".replace("\n", " "), BOLD)
        for each in found:
            _print_quotation(page, each, contents[name].text, links)
    page.line(count_verdicts(chain.from_iterable(found for _, found in checked)), BOLD)


def _print_quotation(page: Page, checked: CheckedQuotation, text: str, links: Links) -> None:
    match, span = checked.match, checked.quotation.span
    verdict = name_verdict(checked)
    line = text.count("\n", 0, span.start) + 1
    page.line(f"{verdict} · line {line}", _STYLES[verdict])
    differences = match.differences if match else ()
    _print_words(page, checked.text, [each.quoted.shift(-span.start) for each in differences])
    for remark in list_remarks(checked):
        page.line(remark, DIM, indent=2)
    if match is not None:
        passage = match.passage
        source = describe_source(match.document, passage.heading, passage.page)
        link = link_to_document(match.document, match.span.start, passage.page, links)
        page.line(source, DIM, indent=2, link=link)
    page.line("")


def _print_words(page: Page, text: str, marked: Sequence[Span]) -> None:
    """Print words on one line, some of them marked."""
    line = _LINE_START.sub(lambda start: " " * len(start[0]), visible(text))
    page.line(line, indent=2, styled=[(each.start, each.end, QUOTED) for each in marked])
