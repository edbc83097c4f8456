"""Checks the quotations in a text: which of them stand in the documents of an index, and where."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Literal

from index import Cancelled, Content, Document, Filter, Index, Passage, Span, load_text
from index.text import split_sentences
from qa.answering.complete_words import are_joined_wrongly, are_turned
from qa.defaults import FEWEST_WORDS, QuotationStatus, never
from qa.quotations.aligning import Alignment, WordDifference, align
from qa.quotations.citing import CitedDocuments
from qa.quotations.finding import Quotation, find_quotations
from qa.quotations.sources import Source, Sources
from qa.quotations.words import Pieces, SeenText, split_pieces, split_seen_words

# The share of words in common from which no further search finds a likelier source.
_SURELY_SHARED = 0.85
# Documents of one name that are looked at.
_MOST_CITED = 3
# What may differ in a quotation that is verbatim.
Allowance = Literal[
    "white space", "quotation marks", "hyphens", "ligatures", "capitals",
    "left out", "inserted", "sic",
]  # fmt: skip
# The shares of words, and of their letters, in common from which a quotation is an altered one, not
# another sentence: two sentences may have most of their short words in common by chance.
_LEAST_SHARED, _LEAST_SHARED_LETTERS = 0.7, 0.6
# A quotation of fewer words must have the same first and last word as its source, and so many
# letters in common with it: else it is some other phrase, as "that is little enough" and "that is
# enough".
_FEW_WORDS, _LEAST_LETTERS = 6, 13
_SPACE = re.compile(r"\s+")
_QUOTATION_MARK = re.compile("``|''|[“”„‟«»‹›「」『』﹁﹂״\"‘’‚׳'`]")
_HYPHEN = re.compile("[-\u00ad־‐‑‒–—―−]")
_LIGATURE = re.compile("[\ufb00-\ufb06]")
# Characters around a quotation within which its sentence is looked for.
_SENTENCE_CHARACTERS = 600
# The text that quotes may say "not" itself, so many characters before the quotation.
_SAID_BEFORE_CHARACTERS = 60


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
        cancelled: asked before each block of the text, before each quotation, and before each part
            of a document in which one is looked for.

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
        done.append(_check(quotation, checked, sources, cited, cancelled))
    return done


def _check(
    quotation: Quotation,
    checked: SeenText,
    sources: Sources,
    cited: tuple[Document, ...],
    cancelled: Callable[[], bool],
) -> CheckedQuotation:
    pieces = split_pieces(checked, quotation.span)
    nearest: tuple[Alignment, Source] | None = None
    words = pieces.whole.words.count()
    named = (each for each in map(sources.find_in, cited[:_MOST_CITED]) if each is not None)
    for searched, found in enumerate(chain([named], sources.find(pieces))):
        for source in found:
            if cancelled():
                raise Cancelled
            found_here = align(pieces, source.words)
            if found_here and (nearest is None or _rank(found_here) > _rank(nearest[0])):
                nearest = found_here, source
                if not found_here.differences:
                    break
        if nearest is not None and (
            not nearest[0].differences or (searched > 1 and nearest[0].shared >= _SURELY_SHARED)
        ):
            break
    text = quotation.span.of(checked.text)
    if nearest is None or not is_altered(nearest[0], words):
        return CheckedQuotation(quotation, text, None, cited)
    alignment, source = nearest
    is_verbatim = not alignment.differences
    match = Match(
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
    return CheckedQuotation(quotation, text, match, cited)


def _rank(alignment: Alignment) -> tuple[float, int]:
    return alignment.shared, -len(alignment.differences)


def is_altered(alignment: Alignment, words: int) -> bool:
    """Whether what was found is the quotation in other words, not another sentence."""
    first, last = alignment.quoted[0].start, alignment.quoted[-1].end
    if (
        words < _FEW_WORDS
        and alignment.differences
        and (
            alignment.same_letters < _LEAST_LETTERS
            or any(
                each.quoted.start <= first or each.quoted.end >= last
                for each in alignment.differences
            )
        )
    ):
        return False
    return alignment.shared >= _LEAST_SHARED and alignment.shared_letters >= _LEAST_SHARED_LETTERS


def list_allowances(
    checked: SeenText, pieces: Pieces, source: SeenText, alignment: Alignment
) -> tuple[Allowance, ...]:
    """What may look different in a verbatim quotation, and does."""
    ours = "\n".join(map(checked.blank, alignment.quoted))
    theirs = "\n".join(map(source.blank, alignment.spans))
    letters = [
        "".join(split_seen_words(text, span).write() for span in spans)
        for text, spans in ((checked, alignment.quoted), (source, alignment.spans))
    ]
    is_cut = not alignment.is_whole
    kinds: dict[Allowance, bool] = {
        "white space": _list_spaces(ours) != _list_spaces(theirs),
        "quotation marks": _QUOTATION_MARK.findall(ours) != _QUOTATION_MARK.findall(theirs),
        "hyphens": _HYPHEN.findall(ours) != _HYPHEN.findall(theirs),
        "ligatures": _LIGATURE.findall(ours) != _LIGATURE.findall(theirs),
        "capitals": letters[0] != letters[1],
        "left out": pieces.leaves_out and is_cut,
        "inserted": pieces.inserts and is_cut,
        "sic": pieces.is_sic and is_cut,
    }
    return tuple(kind for kind, holds in kinds.items() if holds)


def _list_spaces(text: str) -> list[bool]:
    """Whether each space of a text breaks a line."""
    return ["\n" in space for space in _SPACE.findall(text)]


def is_out_of_context(
    checked: SeenText, quotation: Span, source: SeenText, alignment: Alignment
) -> bool:
    """Whether what is quoted is cut from its "not" or "unless", or leaves one out."""
    span = alignment.span
    whole = Span(0, len(source.text))
    around = Span(span.start - _SENTENCE_CHARACTERS, span.end + _SENTENCE_CHARACTERS).clip(whole)
    text, words = source.blank(around), span.shift(-around.start)
    start, end = words.start, words.end
    for first, last in split_sentences(text):
        if first < words.end and last > words.start:
            start, end = min(start, first), max(end, last)
    before = Span(quotation.start - _SAID_BEFORE_CHARACTERS, quotation.start)
    said_before = checked.blank(before.clip(Span(0, quotation.start)))
    return are_turned(text, Span(start, end), words, said_before) or any(
        are_joined_wrongly(source.blank(Span(*left_out)), checked.blank(Span(*instead)))
        for left_out, instead in zip(
            _list_between(alignment.spans), _list_between(alignment.quoted), strict=True
        )
    )


def _list_between(spans: Sequence[Span]) -> list[tuple[int, int]]:
    """The stretches between the pieces of a quotation."""
    return [(one.end, other.start) for one, other in pairwise(spans)]
