"""What is quoted: of each candidate, with its evidence, and its place in the document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from index import Hit, Passage, Span
from qa.answering.answers import Answer
from qa.answering.calibration import Calibration, ConfidenceFeatures, logit
from qa.answering.candidates import Candidate, ReadPassage
from qa.answering.quoting.evidence import (
    choose_evidence,
    find_limit_below,
    join_neighbours,
    score_longer,
    split_passage,
)
from qa.answering.quoting.lists import (
    ItemList,
    QuotedList,
    count_siblings_left,
    find_first_of_several,
    find_members,
    find_quoted_item,
    find_rival_items,
    find_steps,
    find_whole_list,
)
from qa.answering.spans import sentence_around, strip_marker
from qa.answering.tables.ranges import RowInRange
from qa.answering.tables.table_rows import choose_cells, extract_rows, find_cell_beside, is_wide
from qa.question_form import AnswerForm, QuestionForm
from qa.reader.reading import Reading, ScoredSpan


@dataclass(frozen=True, slots=True)
class DraftAnswer:
    """An answer before it is placed in its document.

    Attributes:
        passage: that it is quoted from: the candidate's, or a longer one if the answer goes on in
            the next one.
        quoted: what is quoted, in the text of that passage.
        evidence: the sentences around, likewise.
        sentence_score: the best score of a sentence of the evidence.
        share: the probability, 0 to 1, of all candidates that overlap it; for rows of a
            table, that of the best candidate in their passage, or 0.5.
        selected: whether it quotes the rows of a table that meet the question's conditions.
        cells: of rows, those that are shown: see `Answer.cells`.
        more: how many members more a list has in its source.
    """

    form: AnswerForm
    candidate: Candidate
    passage: Passage
    quoted: tuple[Span, ...]
    evidence: tuple[Span, ...]
    sentence_score: float
    share: float = 0.0
    selected: bool = False
    cells: tuple[Span, ...] = ()
    more: int = 0

    def quotes(self, candidate: Candidate) -> bool:
        """Whether a candidate is this one, or overlaps what is quoted."""
        if candidate is self.candidate:
            return True
        hit, span = candidate.passage.hit, candidate.span
        if span is None or hit.document != self.candidate.passage.hit.document:
            return False
        return _overlap((span.shift(hit.passage.span.start),), self.locate_quoted())

    def overlaps(self, other: DraftAnswer) -> bool:
        same = other.candidate.passage.hit.document == self.candidate.passage.hit.document
        return same and _overlap(self.locate_quoted(), other.locate_quoted())

    def locate_quoted(self) -> tuple[Span, ...]:
        """What is quoted, in the document."""
        return tuple(span.shift(self.passage.span.start) for span in self.quoted)

    def locate_evidence(self) -> tuple[Span, ...]:
        """The evidence, in the document."""
        return tuple(span.shift(self.passage.span.start) for span in self.evidence)


def draft_answer(
    asked: QuestionForm,
    form: AnswerForm,
    candidate: Candidate,
    candidates: Sequence[Candidate],
    sentences: Sequence[ScoredSpan],
    calibration: Calibration,
    *,
    first: bool,
) -> DraftAnswer:
    """What is quoted for one of the candidates, with its evidence.

    Only of the best answer (`first`) the rest of a list is looked for.
    """
    hit, reading, span = candidate.passage.hit, candidate.passage.reading, candidate.span
    passage, gap = hit.passage, calibration.evidence_gap
    listed = _find_list(form, hit, reading, span, sentences) if first else None
    more = 0
    if listed is not None:
        form, quoted, more = "list", listed.members, listed.more
        sentences = score_longer(listed.passage, passage, sentences)
        passage = listed.passage
    elif _may_quote_cell(asked, candidate):
        form, quoted = "words", (reading.spans[0].span,)
    elif sentence := _find_sentence_of_rivals(candidate, candidates, calibration.least_part):
        form, quoted = "sentences", (sentence,)
    else:
        quoted = () if span is None else (span,)
    evidence = choose_evidence(passage, sentences, quoted, gap)
    quoted = quoted or _quote_evidence(form, passage, evidence)
    chosen = set(evidence)
    best = max((each.score for each in sentences if each.span in chosen), default=0.0)
    cells = choose_cells(asked, passage, quoted)
    return DraftAnswer(form, candidate, passage, quoted, evidence, best, cells=cells, more=more)


def _quote_evidence(
    form: AnswerForm, passage: Passage, evidence: Sequence[Span]
) -> tuple[Span, ...]:
    """The evidence as it is quoted; what decides a question begins without the sign of an item."""
    first, *others = join_neighbours(passage.text, evidence)
    return (strip_marker(passage, first) if form == "verdict" else first, *others)


def _may_quote_cell(asked: QuestionForm, candidate: Candidate) -> bool:
    """Whether the best words are quoted though sentences answer better.

    They are those of a row, if words are asked for or if the row is too wide to be read whole.
    """
    row, reading = candidate.passage.hit.passage, candidate.passage.reading
    if candidate.span is not None or not row.columns or not reading.spans:
        return False
    return asked.answer_form in ("words", "list") or is_wide(row)


def _find_sentence_of_rivals(
    candidate: Candidate, candidates: Sequence[Candidate], least_part: float
) -> Span | None:
    """The sentence around words, not of a row, if others in it are nearly as likely to answer."""
    passage, span = candidate.passage, candidate.span
    if span is None or passage.hit.passage.columns or not least_part:
        return None
    sentence = sentence_around(passage.hit.passage, span)
    together = sum(
        each.share
        for each in candidates
        if each.passage is passage and each.span is not None and sentence.overlaps(each.span)
    )
    return sentence if candidate.share < least_part * together else None


def complete_draft(asked: QuestionForm, draft: DraftAnswer, *, first: bool) -> DraftAnswer:
    """The draft with what the passages around say of it.

    The best answer to how something is done has all steps if it has the first. One member of a list
    says how many more there are, and so do sentences that are at least half of them. A sentence
    comes with the first one of the next paragraph if that takes it back.
    """
    hit = draft.candidate.passage.hit
    if draft.form == "list" and len(draft.quoted) == 1 and not hit.passage.columns:
        item = find_quoted_item(draft.passage, draft.quoted[0])
        found = find_whole_list(hit, item) if item else None
        return replace(draft, more=found.count_left(draft.locate_quoted())) if found else draft
    if first and draft.form == "sentences" and asked.instructs:
        steps = find_steps(hit, draft.evidence)
        if steps is not None:
            return _add_steps(draft, steps)
    if draft.form == "sentences" and (item := find_first_of_several(draft.passage, draft.evidence)):
        draft = replace(draft, more=count_siblings_left(hit, item, draft.locate_evidence()))
    below = find_limit_below(hit, draft.passage, draft.evidence)
    return draft if below is None else _add_limit(draft, *below)


def _add_steps(draft: DraftAnswer, steps: ItemList) -> DraftAnswer:
    """The draft with all steps; if they are too long, with how many more there are."""
    evidence = draft.locate_evidence()
    if steps.more:
        return replace(draft, more=steps.count_left(evidence))
    passage = steps.passage
    wanted = [steps.span, *(each.shift(-passage.span.start) for each in evidence)]
    sentences = split_passage(passage)
    chosen = tuple(each for each in sentences if any(each.overlaps(span) for span in wanted))
    quoted = join_neighbours(passage.text, chosen)
    return replace(draft, passage=passage, quoted=quoted, evidence=chosen)


def _add_limit(draft: DraftAnswer, passage: Passage, limit: Span) -> DraftAnswer:
    """The draft with a sentence that takes back its last one; the passage holds both."""
    quoted, evidence = draft.quoted, (*draft.evidence, limit)
    if draft.form in ("sentences", "verdict"):
        quoted = _quote_evidence(draft.form, passage, evidence)
    return replace(draft, passage=passage, quoted=quoted, evidence=evidence)


def _find_list(
    form: AnswerForm, hit: Hit, reading: Reading, span: Span | None, sentences: Sequence[ScoredSpan]
) -> QuotedList | None:
    """The list to quote, if one is asked for, or if the reader can't tell its items apart."""
    if span is None or form not in ("list", "words"):
        return None
    if form == "list":
        return find_members(hit, span, reading)
    return find_rival_items(hit, span, reading, sentences)


def draft_rows(
    asked: QuestionForm, read: Sequence[ReadPassage], candidates: Sequence[Candidate]
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
        form,
        candidate,
        extract.hit.passage,
        extract.cells,
        extract.rows,
        0.0,
        candidate.share,
        selected=True,
        cells=extract.shown,
    )


def draft_row_in_range(match: RowInRange, candidates: Sequence[Candidate]) -> DraftAnswer:
    """The row that stands for the question's quantity, or what the reader would quote of it."""
    row = match.passage.hit.passage
    cell = find_cell_beside(row, match.cell, match.passage.reading)
    whole = Span(0, len(row.text))
    candidate = Candidate(match.passage, cell, *_find_margin_and_share(match.passage, candidates))
    form: AnswerForm = "sentences" if cell is None else "words"
    return DraftAnswer(
        form,
        candidate,
        row,
        (cell or whole,),
        (whole,),
        0.0,
        candidate.share,
        selected=True,
        cells=() if cell is None else (match.cell, cell),
    )


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
    passage = draft.passage
    hit = replace(draft.candidate.passage.hit, passage=passage)
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
        cells=tuple(cell.shift(start) for cell in draft.cells),
        more=draft.more,
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
