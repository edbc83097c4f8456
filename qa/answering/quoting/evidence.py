"""Evidence: the whole sentences, steps or rows of a passage that answer a question.

The reader scores each sentence of a passage. The evidence is the best one, or the ones that hold
what is quoted, with the neighbours that score nearly as well. The screen highlights it; if a
few words cannot answer, it is the answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from index import Passage, Span
from index.text import split_sentences
from qa.answering.candidates import ReadPassage
from qa.reader.reading import ScoredSpan

# Words of evidence beyond which no neighbour is added.
_MOST_WORDS = 110
# Words of the steps of a procedure that are quoted all.
_MOST_WORDS_OF_STEPS = 500
# A sentence in which the reader sees no span scores this much below its worst span.
_WITHOUT_SPAN = 3.0
_WORD = re.compile(r"\w+")
# What the sentence before a list may end in if it needs no list.
_SENTENCE_ENDS = ".!?。！？…"
# How a sentence begins that limits what the one before it says.
_LIMITS = re.compile(
    r"(?:but|yet|however|nevertheless|nonetheless|otherwise|except|unless)\b", re.IGNORECASE
)
# The marker of a numbered step.
_STEP_NUMBER = re.compile(r"\(?(\d{1,2})[.)]")


@dataclass(frozen=True, slots=True)
class Step:
    """A numbered item of a list, with its marker, in the text of its passage."""

    number: int
    span: Span


def score_sentences(passage: ReadPassage) -> list[ScoredSpan]:
    """The sentences of a passage with the reader's scores, in reading order."""
    spans = split_passage(passage.hit.passage)
    return [ScoredSpan(span, _find_score(passage, span)) for span in spans]


def split_passage(passage: Passage) -> list[Span]:
    """The sentences of a passage, in its text; a row of a table is one."""
    if passage.columns:
        return [Span(0, len(passage.text))]
    return [Span(start, end) for start, end in split_sentences(passage.text)]


def choose_evidence(
    passage: Passage,
    scored: Sequence[ScoredSpan],
    quoted: Sequence[Span],
    gap: float,
    *,
    all_steps: bool = False,
) -> tuple[Span, ...]:
    """The sentences that answer, in reading order, at least one.

    Args:
        scored: the passage's sentences.
        quoted: spans that the evidence must cover; if there are none, it begins with the
            best sentence.
        gap: how much lower a neighbour may score than the best of the evidence.
        all_steps: whether numbered steps are wanted all, even if there are many.
    """
    text, steps = passage.text, find_steps(passage)
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
            belongs = _go_together(passage, steps, before.span, after.span, forward=forward)
            if words > _MOST_WORDS or not (belongs or sentence.score >= least):
                break
            chosen.add(number)
            number += direction
    if all_steps:
        procedure = _find_procedure(text, steps, scored[min(chosen)].span)
        if _count_words(text, procedure) <= _MOST_WORDS_OF_STEPS:
            chosen |= {at for at, each in enumerate(scored) if procedure.overlaps(each.span)}
    spans = [scored[number].span for number in sorted(chosen)]
    return cover_spans(spans, quoted)


def add_limit(text: str, sentence: Span, scored: Sequence[ScoredSpan]) -> Span:
    """A sentence, with the next one where that limits what it says.

    Args:
        text: the passage's.
        scored: its sentences, in reading order.
    """
    after = next((each.span for each in scored if each.span.start >= sentence.end), None)
    if after is None or not _LIMITS.match(after.of(text)):
        return sentence
    return Span(sentence.start, after.end)


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


def _go_together(
    passage: Passage, steps: Sequence[Step], before: Span, after: Span, *, forward: bool
) -> bool:
    """Whether two adjacent sentences must be quoted together.

    A sentence that ends with a colon, or in the middle before a list, goes with the next one, and
    so does one that the next one limits ("However, …"); consecutive numbered steps go together.
    """
    above, below = before.of(passage.text).rstrip(), after.of(passage.text)
    if forward and (above[-1:] in ":：" or _LIMITS.match(below)):
        return True
    start = passage.span.start
    leads_in = not passage.find_item(before.shift(start)) and above[-1:] not in _SENTENCE_ENDS
    if forward and leads_in and passage.find_item(after.shift(start)):
        return True
    numbers = [step.number for step in steps if before.start <= step.span.start < before.end]
    next_step = next((step for step in steps if step.span.start == after.start), None)
    return bool(numbers and next_step and next_step.number == numbers[-1] + 1)


def _find_procedure(text: str, steps: Sequence[Step], sentence: Span) -> Span:
    """From the first to the last of the numbered steps that a sentence is in; else the sentence.

    Numbered questions are not steps.
    """
    run: list[Step] = []
    for step in (*steps, None):
        if run and (step is None or step.number != run[-1].number + 1):
            procedure = Span(run[0].span.start, run[-1].span.end)
            asks = "?" in procedure.of(text)
            if len(run) > 1 and run[0].number == 1 and not asks and procedure.overlaps(sentence):
                return procedure
            run = []
        if step is not None:
            run.append(step)
    return sentence


def find_steps(passage: Passage) -> list[Step]:
    """The numbered items of a passage, in reading order."""
    steps = []
    for block in passage.own_blocks:
        number = block.marker and _STEP_NUMBER.fullmatch(block.marker.of(passage.text))
        if number:
            steps.append(Step(int(number[1]), Span(block.begin, block.span.end)))
        elif steps and block.depth and not block.marker:
            # What goes on with the step.
            steps[-1] = replace(steps[-1], span=Span(steps[-1].span.start, block.span.end))
    return steps


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
    return len(_WORD.findall(text, span.start, span.end))
