"""What can be copied of a quotation: its words, its sentence, and where it stands."""

from __future__ import annotations

from qa import visible
from tui.source.quotation import Quotation


def format_quoted_words(quotation: Quotation, text: str) -> str:
    """The quoted parts, a line each; the whole context where nothing in particular is quoted.

    Control characters are replaced as on the screen: what is pasted into a terminal or an
    editor must not act on it.
    """
    if not quotation.spans:
        return visible(quotation.context_text)
    return visible("\n".join(span.of(text) for span in quotation.spans))


def format_quoted_sentence(quotation: Quotation) -> str:
    """The sentence or passage around what is quoted."""
    return visible(quotation.context_text)


def find_line(quotation: Quotation, text: str) -> int:
    """The line of the document's text, from 1, on which the quotation starts."""
    start = min((span.start for span in quotation.spans), default=quotation.context.start)
    return text.count("\n", 0, start) + 1


def format_citation(quotation: Quotation, text: str) -> str:
    """Where it stands, as `path:line`, with the page where there is one."""
    page = "" if quotation.page is None else f", p. {quotation.page}"
    path = visible(quotation.document.path).replace("\n", " ")
    return f"{path}:{find_line(quotation, text)}{page}"
