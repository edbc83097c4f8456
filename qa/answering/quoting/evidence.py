"""Evidence: the whole sentences, steps or rows of a passage that answer a question.

The reader scores each sentence of a passage. The evidence is the best one, or the ones that hold
what is quoted, with the neighbours that score nearly as well. The screen highlights it; if a
few words cannot answer, it is the answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from index import Hit, Passage, Span
from index.text import count_letters, split_sentences
from qa.answering.candidates import ReadPassage
from qa.answering.complete_words import takes_back
from qa.reader.reading import ScoredSpan

# Words of evidence beyond which no neighbour is added.
_MOST_WORDS = 110
# A sentence in which the reader sees no span scores this much below its worst span.
_WITHOUT_SPAN = 3.0
_WORD = re.compile(r"\w+")
# Letters that count as a word if there are no spaces.
_LETTERS_A_WORD = 8
# What the sentence before a list may end in if it needs no list.
_SENTENCE_ENDS = ".!?。！？…"


def score_sentences(passage: ReadPassage) -> list[ScoredSpan]:
    """The sentences of a passage with the reader's scores, in reading order."""
    spans = split_passage(passage.hit.passage)
    return [ScoredSpan(span, _find_score(passage, span)) for span in spans]


def score_longer(
    longer: Passage, passage: Passage, scored: Sequence[ScoredSpan]
) -> Sequence[ScoredSpan]:
    """The sentences of a longer passage; those that the reader has not seen score as the worst."""
    if longer is passage:
        return scored
    by = passage.span.start - longer.span.start
    known = [replace(each, span=each.span.shift(by)) for each in scored]
    lowest = min(each.score for each in scored)
    return [
        next((each for each in known if each.span == span), ScoredSpan(span, lowest))
        for span in split_passage(longer)
    ]


def split_passage(passage: Passage) -> list[Span]:
    """The sentences of a passage, in its text; a row of a table is one."""
    if passage.columns:
        return [Span(0, len(passage.text))]
    return [Span(start, end) for start, end in split_sentences(passage.text, passage.language)]


def choose_evidence(
    passage: Passage, scored: Sequence[ScoredSpan], quoted: Sequence[Span], gap: float
) -> tuple[Span, ...]:
    """The sentences that answer, in reading order, at least one.

    They cover what is quoted; if nothing is, they begin with the best sentence. A neighbour may
    score lower than the best of them by so large a `gap`.
    """
    text = passage.text
    if quoted:
        chosen = {
            number
            for number, sentence in enumerate(scored)
            if any(span.overlaps(sentence.span) for span in quoted)
        }
    else:
        best = max(range(len(scored)), key=lambda number: (scored[number].score, -number))
        chosen = {best}
    if not chosen:
        # The quoted spans lie in no sentence.
        return tuple(quoted)
    least = max(scored[number].score for number in chosen) - gap
    words = sum(_count_words(text, scored[number].span) for number in chosen)
    for direction in (1, -1):
        forward = direction > 0
        number = (max(chosen) if forward else min(chosen)) + direction
        while 0 <= number < len(scored):
            sentence = scored[number]
            words += _count_words(text, sentence.span)
            before = scored[number - 1] if forward else sentence
            after = sentence if forward else scored[number + 1]
            belongs = forward and _go_together(passage, before.span, after.span)
            if words > _MOST_WORDS or not (belongs or sentence.score >= least):
                break
            chosen.add(number)
            number += direction
    spans = [scored[number].span for number in sorted(chosen)]
    return cover_spans(spans, quoted)


def find_limit_below(
    hit: Hit, passage: Passage, evidence: Sequence[Span]
) -> tuple[Passage, Span] | None:
    """The passage of a hit with the next one of the section, if that takes back its end.

    Also the first sentence of the next one, in the text of both. None if that takes back nothing,
    or if the evidence does not reach the end of the hit's passage.
    """
    own = hit.passage
    if passage.span != own.span or own.columns or own.text[evidence[-1].end :].strip():
        return None
    section = hit.read_section()
    passages = [] if section is None else list(section.passages)
    at = next((number for number, each in enumerate(passages) if each.id == own.id), len(passages))
    if section is None or at + 1 >= len(passages) or not takes_back(passages[at + 1].text):
        return None
    below = passages[at + 1]
    limit = split_passage(below)[0].shift(below.span.start - own.span.start)
    return section.join(passages[at : at + 2]), limit


def cover_spans(evidence: Sequence[Span], quoted: Sequence[Span]) -> tuple[Span, ...]:
    """The evidence, with the quoted spans that begin in none of its sentences."""
    missing = [span for span in quoted if not any(e.start <= span.start < e.end for e in evidence)]
    return tuple(sorted({*evidence, *missing}))


def join_neighbours(text: str, evidence: Sequence[Span]) -> tuple[Span, ...]:
    """The evidence with adjacent sentences joined."""
    runs = [[evidence[0]]]
    for before, sentence in pairwise(evidence):
        if text[before.end : sentence.start].strip():
            runs.append([sentence])
        else:
            runs[-1].append(sentence)
    return tuple(Span(run[0].start, run[-1].end) for run in runs)


def _go_together(passage: Passage, before: Span, after: Span) -> bool:
    """Whether a sentence must be quoted with the next one.

    A sentence that ends with a colon, or in the middle before a list, goes with the next one, and
    so does one that the next one takes back ("However, …").
    """
    above, below = before.of(passage.text).rstrip(), after.of(passage.text)
    if above[-1:] in ":：" or takes_back(below):
        return True
    start = passage.span.start
    leads_in = not passage.find_item(before.shift(start)) and above[-1:] not in _SENTENCE_ENDS
    return leads_in and passage.find_item(after.shift(start)) is not None


def _find_score(passage: ReadPassage, sentence: Span) -> float:
    """The reader's score of a sentence: its own, else that of the best span in it."""
    reading = passage.reading
    for scored in reading.sentences:
        if scored.span.overlaps(sentence):
            return scored.score
    inside = [
        scored.score
        for scored in reading.spans
        if sentence.start <= scored.span.start < sentence.end
    ]
    if inside:
        return max(inside)
    lowest = min((scored.score for scored in reading.spans), default=reading.relevance)
    return lowest - _WITHOUT_SPAN


def _count_words(text: str, span: Span) -> int:
    words = len(_WORD.findall(text, span.start, span.end))
    return max(words, count_letters(span.of(text)) // _LETTERS_A_WORD)
