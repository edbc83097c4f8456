"""What is said of a quotation: whether it is verbatim, and what of it only looks different."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

from index import Span
from index.text import split_sentences
from qa.answering.complete_words import are_joined_wrongly, are_turned
from qa.quotations.aligning import Alignment
from qa.quotations.pieces import Pieces
from qa.quotations.words import SeenText, split_seen_words

# What may differ in a quotation that is verbatim.
Allowance = Literal[
    "white space",
    "quotation marks",
    "hyphens",
    "ligatures",
    "capitals",
    "left out",
    "inserted",
    "sic",
]

# The shares of words, and of their letters, in common from which a quotation is an altered one, not
# another sentence: two sentences may have most of their short words in common by chance.
_LEAST_SHARED, _LEAST_SHARED_LETTERS = 0.7, 0.6
# A quotation of fewer words must have the same first and last word as its source, and so many
# letters in common with it: else it is some other phrase, as "that is little enough" and "that is
# enough".
_FEW_WORDS, _LEAST_LETTERS = 6, 13
_SPACE = re.compile(r"\s+")
_QUOTATION_MARK = re.compile("``|''|[“”„‟«»‹›「」『』﹁﹂\"‘’‚'`]")
_HYPHEN = re.compile("[-\u00ad‐‑‒–—―−]")
_LIGATURE = re.compile("[\ufb00-\ufb06]")
# Characters around a quotation within which its sentence is looked for.
_SENTENCE_CHARACTERS = 600
# The text that quotes may say "not" itself, so many characters before the quotation.
_SAID_BEFORE_CHARACTERS = 60


def is_altered(alignment: Alignment, words: int) -> bool:
    """Whether what was found is the quotation in other words, not another sentence.

    Args:
        words: of the quotation.
    """
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
