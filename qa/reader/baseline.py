"""The sentence baseline: no trained reader, only the encoder.

The sentence nearest to the question holds the answer surprisingly often. Where
the question word makes it clear what is wanted (a time, a number, a name), the
span is narrowed to it; else the whole sentence is quoted. Used if the trained
reader's weights are missing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from index import Cancelled, Encoder, Span
from index.text import MONTH, split_sentences
from qa.defaults import never
from qa.passage_text import ModelPassage
from qa.reader.reading import Reading, ScoredSpan

_MONTH = rf"{MONTH}\.?"
_TIME = re.compile(
    rf"\d{{1,2}} {_MONTH}(?: \d{{4}})?|{_MONTH} \d{{1,2}}(?:, \d{{4}})?|{_MONTH} \d{{4}}"
    rf"|\d{{1,2}}(?:[.:]\d\d)? ?[ap]\.?m\b\.?|\b(?:1\d|20)\d\ds?\b"
)
_NUMBER_WORDS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety "
    "hundred thousand million half"
)
_NUMBER = re.compile(
    rf"[€£$]?\d[\d.,]*\d?(?: ?(?:%|‰|°[CF]|per cent|percent|million|billion))?(?: [a-z]+)?"
    rf"|\b(?:{_NUMBER_WORDS.replace(' ', '|')})\b(?:[ -][a-z]+)?",
    re.IGNORECASE,
)
_NAME = re.compile(r"[^\W\d_a-z][\w'’.-]+(?: (?:(?:of|the|de|von|van|da) )?[^\W\d_a-z][\w'’.-]*)*")
_WANTED = (
    (re.compile(r"\b(when|what (year|date|day|time|month)|which (year|day|month))\b", re.I), _TIME),
    (
        re.compile(r"\bhow (many|much|long|old|far|tall|high|big|often|large|deep|fast)\b", re.I),
        _NUMBER,
    ),
    (re.compile(r"\b(who|whom|whose|where)\b", re.I), _NAME),
)
_WORD = re.compile(r"\w+")


class SentenceReader:
    """Quotes the sentences nearest to the question; scores are cosines."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def read(
        self, question: str, passages: Sequence[ModelPassage], cancelled: Callable[[], bool] = never
    ) -> list[Reading]:
        located = [
            (number, Span(start, end))
            for number, passage in enumerate(passages)
            for start, end in split_sentences(passage.text)
        ]
        if not located or not question.strip():
            return [Reading((), -1.0) for _ in passages]
        if cancelled():
            raise Cancelled
        prefixes = [f"{passage.above}\n" if passage.above else "" for passage in passages]
        vectors = self._encoder.encode_passages(
            [prefixes[n] + span.of(passages[n].text) for n, span in located]
        )
        scores = (vectors @ self._encoder.encode_questions([question])[0]).tolist()
        spans_of_passages: list[list[ScoredSpan]] = [[] for _ in passages]
        for (number, span), score in zip(located, scores, strict=True):
            spans_of_passages[number].append(
                ScoredSpan(_narrow(question, passages[number].text, span), score)
            )
        readings = []
        for spans in spans_of_passages:
            spans.sort(key=lambda scored: (-scored.score, scored.span))
            readings.append(Reading(tuple(spans[:3]), spans[0].score if spans else -1.0))
        return readings


def _narrow(question: str, passage: str, sentence: Span) -> Span:
    """The part of the sentence that the question word asks for; else the whole sentence."""
    question_words = {word.lower() for word in _WORD.findall(question)}
    for cue, wanted in _WANTED:
        if not cue.search(question):
            continue
        for match in wanted.finditer(passage, sentence.start, sentence.end):
            if wanted is _NUMBER and _TIME.match(match[0]):
                continue
            words = {word.lower() for word in _WORD.findall(match[0])}
            opens_sentence = wanted is _NAME and match.start() == sentence.start and len(words) == 1
            if not words <= question_words and not opens_sentence:
                return Span(*match.span())
        return sentence
    return sentence
