"""A document that is ready to be shown: its text measured, and its outline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index import Passage
from tui.source.outline import Outline, build_outline
from tui.source.wrapping import MeasuredText


@dataclass(frozen=True, slots=True, eq=False)
class SourceDocument:
    """A document to show.

    Attributes:
        path: absolute path of the file.
        text: its canonical text, which all spans refer to.
        raw: the text, measured.
        outline: its headings and pages.
    """

    path: str
    text: str
    raw: MeasuredText
    outline: Outline


def read_source_document(path: str, text: str, passages: Sequence[Passage]) -> SourceDocument:
    """Make a document ready. A long one takes seconds: call it in the background.

    Args:
        path: of the document.
        text: its canonical text.
        passages: all its passages, in reading order.
    """
    return SourceDocument(path, text, MeasuredText.measure(text), build_outline(text, passages))
