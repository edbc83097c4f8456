"""What can be copied of a quotation: its words, its sentence and its citation."""

from __future__ import annotations

from qa import visible
from tui.source.quotations.quotation import Quotation


def format_quoted_words(quotation: Quotation, text: str) -> str:
    """The quoted parts, one a line; the whole context if no part is quoted.

    Control characters are replaced as on the screen, so that pasting the text into a
    terminal or an editor is safe.
    """
    if not quotation.spans:
        return visible(quotation.context_text)
    return visible("\n".join(span.of(text) for span in quotation.spans))


def format_quoted_sentence(quotation: Quotation) -> str:
    """The sentence or passage around the quoted parts."""
    return visible(quotation.context_text)


def find_line(quotation: Quotation, text: str) -> int:
    """The line on which the quotation starts, counted from 1."""
    return text.count("\n", 0, quotation.start) + 1


def format_citation(quotation: Quotation, text: str) -> str:
    """The place of a quotation as `path:line`, with its page if it has one."""
    page = "" if quotation.page is None else f", p. {quotation.page}"
    path = visible(quotation.document.path).replace("\n", " ")
    return f"{path}:{find_line(quotation, text)}{page}"
