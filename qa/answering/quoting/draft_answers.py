"""What is quoted: of each candidate, with its evidence, and its place in the document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index import Passage, Span
from qa.answering.answers import Answer
from qa.answering.candidates import Candidate, ReadPassage
from qa.answering.confidence.calibration import Calibration, ConfidenceFeatures, logit
from qa.answering.quoting.evidence import add_limit, choose_evidence, join_neighbours
from qa.answering.quoting.lists import find_members, find_rival_items
from qa.answering.spans import sentence_around, strip_marker
from qa.answering.tables.cells import find_asked_cell, find_cell_beside
from qa.answering.tables.ranges import RowInRange
from qa.answering.tables.table_rows import extract_rows
from qa.question_form import AnswerForm, QuestionForm
from qa.reader.reading import ScoredSpan


@dataclass(frozen=True, slots=True)
class DraftAnswer:
    """An answer before it is placed in its document.

    Attributes:
        quoted: what is quoted, in the text of the passage.
        evidence: the sentences around, likewise.
        sentence_score: the best score of a sentence of the evidence.
        share: the probability, 0 to 1, of all candidates that overlap it; for rows of a
            table, that of the best candidate in their passage, or 0.5.
        selected: whether it quotes the rows of a table that meet the question's conditions.
    """

    form: AnswerForm
    candidate: Candidate
    quoted: tuple[Span, ...]
    evidence: tuple[Span, ...]
    sentence_score: float
    share: float = 0.0
    selected: bool = False

    def quotes(self, candidate: Candidate) -> bool:
        """Whether a candidate is this one, or overlaps what is quoted of the same passage."""
        if candidate is self.candidate:
            return True
        same = candidate.passage is self.candidate.passage
        return same and candidate.span is not None and _overlap((candidate.span,), self.quoted)

    def overlaps(self, other: DraftAnswer) -> bool:
        same = other.candidate.passage.hit.document == self.candidate.passage.hit.document
        return same and _overlap(self.locate_quoted(), other.locate_quoted())

    def locate_quoted(self) -> tuple[Span, ...]:
        """What is quoted, in the document."""
        start = self.candidate.passage.hit.passage.span.start
        return tuple(span.shift(start) for span in self.quoted)


def draft_answer(
    asked: QuestionForm,
    form: AnswerForm,
    candidate: Candidate,
    sentences: Sequence[ScoredSpan],
    calibration: Calibration,
    *,
    first: bool,
) -> DraftAnswer:
    """What is quoted for a candidate, with its evidence.

    Args:
        sentences: the passage's, with their scores.
        first: whether this is the best answer: only then the rest of a list, or of steps, is
            looked for.
    """
    passage, span = candidate.passage.hit.passage, candidate.span
    gap = calibration.evidence_gap
    quoted: tuple[Span, ...]
    if form == "verdict":
        sentence = max(sentences, key=lambda each: each.score)
        quoted = (strip_marker(passage, add_limit(passage.text, sentence.span, sentences)),)
        evidence = choose_evidence(passage, sentences, quoted, gap)
    elif span is None:
        all_steps = first and asked.instructs
        evidence = choose_evidence(passage, sentences, (), gap, all_steps=all_steps)
        quoted = join_neighbours(passage.text, evidence)
        cell = _find_cell(asked, candidate)
        if cell is not None and asked.answer_form != "sentences":
            form, quoted = "words", (cell,)
    else:
        quoted = (span,)
        if form == "list" and first:
            quoted = find_members(passage, span, candidate.passage.reading)
        elif form == "words":
            quoted = (_find_cell(asked, candidate) or span,)
            reading = candidate.passage.reading
            rivals = find_rival_items(passage, span, reading, sentences) if first else ()
            if rivals:
                form, quoted = "list", rivals
        evidence = choose_evidence(passage, sentences, quoted, gap)
    chosen = set(evidence)
    best = max((each.score for each in sentences if each.span in chosen), default=0.0)
    return DraftAnswer(form, candidate, quoted, evidence, best)


def _find_cell(asked: QuestionForm, candidate: Candidate) -> Span | None:
    """What is quoted of a row: the best span, or the cell that the question asks for.

    None if the passage is not a row, or the reader would quote nothing.
    """
    row = candidate.passage.hit.passage
    spans = [scored.span for scored in candidate.passage.reading.spans]
    best = candidate.span or next(iter(spans), None)
    if best is None or len(row.columns) < 2:
        return None
    return find_asked_cell(asked, row, best, spans) or best


def draft_rows(
    asked: QuestionForm,
    read: Sequence[ReadPassage],
    candidates: Sequence[Candidate],
) -> DraftAnswer | None:
    """The rows that meet the question's conditions, of the table that the best passage is in.

    None if it is in no table, or no rows are selected.
    """
    if not read:
        return None
    best = read[0]
    extract = extract_rows(asked, best.hit)
    if extract is None:
        return None
    passage = ReadPassage(extract.hit, best.reading)
    candidate = Candidate(passage, extract.cells[0], *_find_margin_and_share(best, candidates))
    form: AnswerForm = "list" if len(extract.cells) > 1 else "words"
    return DraftAnswer(
        form, candidate, extract.cells, extract.rows, 0.0, candidate.share, selected=True
    )


def draft_row_in_range(
    asked: QuestionForm, match: RowInRange, candidates: Sequence[Candidate]
) -> DraftAnswer:
    """The row that stands for the question's quantity, or the cell of it that is asked for."""
    row = match.passage.hit.passage
    spans = [scored.span for scored in match.passage.reading.spans]
    cell = find_cell_beside(asked, row, match.cell, spans)
    whole = Span(0, len(row.text))
    candidate = Candidate(match.passage, cell, *_find_margin_and_share(match.passage, candidates))
    form: AnswerForm = "sentences" if cell is None else "words"
    quoted = (cell or whole,)
    return DraftAnswer(form, candidate, quoted, (whole,), 0.0, candidate.share, selected=True)


def _find_margin_and_share(
    passage: ReadPassage, candidates: Sequence[Candidate]
) -> tuple[float, float]:
    """Margin and share of the best candidate in a passage; even odds if there is none."""
    best = next((each for each in candidates if each.passage is passage), None)
    return (best.margin, best.share) if best else (0.0, 0.5)


def _overlap(some: Sequence[Span], others: Sequence[Span]) -> bool:
    return any(a.overlaps(b) for a in some for b in others)


def build_answer(
    draft: DraftAnswer, features: ConfidenceFeatures, calibration: Calibration, highest: float
) -> Answer:
    """The answer in its document, with at most the confidence `highest`."""
    factors = calibration.factors(features)
    confidence = calibration.confidence(features)
    if confidence > highest:
        factors["order"] = logit(highest) - sum(factors.values())
        confidence = highest
    hit = draft.candidate.passage.hit
    passage = hit.passage
    start = passage.span.start
    first = draft.quoted[0]
    sentence = _find_surroundings(passage, draft)
    return Answer(
        text=first.of(passage.text),
        form=draft.form,
        span=first.shift(start),
        spans=tuple(span.shift(start) for span in draft.quoted),
        evidence=tuple(each.shift(start) for each in draft.evidence),
        sentence=sentence.shift(start),
        sentence_text=sentence.of(passage.text),
        document=hit.document,
        page=passage.page,
        heading=passage.heading,
        score=draft.share,
        confidence=confidence,
        stale=hit.stale,
        hit=hit,
        factors=factors,
    )


def _find_surroundings(passage: Passage, draft: DraftAnswer) -> Span:
    """The sentence around what is quoted; for a list, from its first member to its last."""
    first, last = draft.quoted[0], draft.quoted[-1]
    if passage.columns:
        rows = draft.evidence
        return Span(min(rows[0].start, first.start), max(rows[-1].end, last.end))
    sentence = sentence_around(passage, first)
    if draft.form != "list":
        return sentence
    return Span(sentence.start, max(sentence.end, sentence_around(passage, last).end))
