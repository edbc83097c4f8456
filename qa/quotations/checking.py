"""Checks the quotations in a text: which of them stand in the documents of an index, and where."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain

from index import Cancelled, Content, Document, Filter, Index, Passage, Span, load_text
from qa.defaults import FEWEST_WORDS, QuotationStatus, never
from qa.quotations.aligning import Alignment, WordDifference, align
from qa.quotations.citing import CitedDocuments
from qa.quotations.finding import Quotation, find_quotations
from qa.quotations.judging import (
    Allowance,
    is_altered,
    is_out_of_context,
    list_allowances,
)
from qa.quotations.pieces import Pieces, split_pieces
from qa.quotations.sources import Source, Sources
from qa.quotations.words import SeenText

# The share of words in common from which no further search finds a likelier source.
_SURELY_SHARED = 0.85
# Documents of one name that are looked at.
_MOST_CITED = 3


@dataclass(frozen=True, slots=True)
class Match:
    """Where a quotation stands in a document, exactly or nearly.

    Attributes:
        passage: a passage of the document in which it stands, or begins.
        span: of all of it, in the document's text.
        text: exactly `document.text[span.start:span.end]`.
        spans: of its pieces, between which the quotation leaves something out.
        differences: what is not as it is there; none if the quotation is verbatim.
        allowances: what only looks different.
        is_out_of_context: it is cut from a "not" before it, or from an "unless" after it, or
            leaves one out.
        stale: the file has changed since it was indexed.
    """

    document: Document
    passage: Passage
    span: Span
    text: str
    spans: tuple[Span, ...]
    differences: tuple[WordDifference, ...] = ()
    allowances: tuple[Allowance, ...] = ()
    is_out_of_context: bool = False
    stale: bool = False


@dataclass(frozen=True, slots=True)
class CheckedQuotation:
    """A quotation, and what is to be said of it.

    Attributes:
        text: the words of the quotation, as they stand in the text that was checked.
        match: None if it was not found.
        cited: the documents that the text names beside it.
    """

    quotation: Quotation
    text: str
    match: Match | None
    cited: tuple[Document, ...] = ()

    @property
    def status(self) -> QuotationStatus:
        """Whether it is verbatim, altered, or not found."""
        if self.match is None:
            return "not found"
        return "altered" if self.match.differences else "verbatim"

    @property
    def is_elsewhere(self) -> bool:
        """Whether it stands in another document than the one that the text names beside it."""
        match = self.match
        return match is not None and bool(self.cited) and match.document not in self.cited


def check_quotations(
    text: str | Content,
    index: Index,
    *,
    fewest_words: int = FEWEST_WORDS,
    filter: Filter | None = None,
    path: str | os.PathLike[str] | None = None,
    cancelled: Callable[[], bool] = never,
) -> list[CheckedQuotation]:
    """Find the quotations in a text, and look each up in the documents of an index.

    Args:
        text: a text, which is read as Markdown; or what `load_file` has read.
        fewest_words: what has fewer words is no quotation.
        filter: confines the search to some documents, also to those that the text names.
        path: of the file that is checked, if it is one. It is no source of what it quotes, nor is
            a document with the same text.
        cancelled: asked before each block of the text, and before each quotation.

    Raises:
        Cancelled: the caller no longer wants to know.
        UnreadableFile: what is given cannot be read as a text.
        BadPattern, DamagedIndex: as `Retriever.search` raises them.
    """
    content = load_text(text) if isinstance(text, str) else text
    quotations = find_quotations(content, fewest_words, cancelled)
    if not quotations:
        return []
    checked = SeenText.of(content.text, content.marks)
    own_path = None if path is None else os.path.abspath(path)
    sources = Sources(index, filter, text=content.text, path=own_path)
    documents = CitedDocuments(each for each in index.documents(filter) if each.path != own_path)
    done = []
    for number, quotation in enumerate(quotations):
        if cancelled():
            raise Cancelled
        cited = documents.find(content.text, quotations, number)
        done.append(_check(quotation, checked, sources, cited))
    return done


def _check(
    quotation: Quotation, checked: SeenText, sources: Sources, cited: tuple[Document, ...]
) -> CheckedQuotation:
    pieces = split_pieces(checked, quotation.span)
    nearest: tuple[Alignment, Source] | None = None
    words = pieces.whole.words.count()
    named = (each for each in map(sources.find_in, cited[:_MOST_CITED]) if each is not None)
    for searched, found in enumerate(chain([named], sources.find(pieces))):
        for source in found:
            alignment = align(pieces, source.words)
            if alignment and (nearest is None or _rank(alignment) > _rank(nearest[0])):
                nearest = alignment, source
                if not alignment.differences:
                    break
        if nearest is not None and (
            not nearest[0].differences or (searched > 1 and nearest[0].shared >= _SURELY_SHARED)
        ):
            break
    text = quotation.span.of(checked.text)
    if nearest is None or not is_altered(nearest[0], words):
        return CheckedQuotation(quotation, text, None, cited)
    match = _make_match(*nearest, checked=checked, quotation=quotation, pieces=pieces)
    return CheckedQuotation(quotation, text, match, cited)


def _rank(alignment: Alignment) -> tuple[float, int]:
    return alignment.shared, -len(alignment.differences)


def _make_match(
    alignment: Alignment,
    source: Source,
    *,
    checked: SeenText,
    quotation: Quotation,
    pieces: Pieces,
) -> Match:
    is_verbatim = not alignment.differences
    return Match(
        source.document,
        source.find_passage(alignment.span),
        alignment.span,
        alignment.span.of(source.text.text),
        alignment.spans,
        alignment.differences,
        list_allowances(checked, pieces, source.text, alignment) if is_verbatim else (),
        is_verbatim and is_out_of_context(checked, quotation.span, source.text, alignment),
        source.stale,
    )
