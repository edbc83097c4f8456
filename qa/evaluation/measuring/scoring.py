"""The scores of every question, and where it was lost."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from index import Index, Span
from qa.defaults import PASSAGES_READ
from qa.evaluation.measuring import retrieval
from qa.evaluation.measuring.asking import Outcome, QuotedPassage
from qa.evaluation.measuring.results import QuestionResult, RankedDocument, ShownPassage, Stage
from qa.evaluation.question_sets.labels import LabelledQuestion, find_absent, locate_answers
from qa.evaluation.question_sets.question import Match, Question
from qa.squad import exact_match, f1, normalize

_PARTS = re.compile(r"[,;\n、]|\band\b|\bor\b", re.IGNORECASE)
_NUMBER = re.compile(r"\d+")
_BETWEEN = frozenset(("and", "or", "as", "well", "both", "also"))
# Letters or digits of an answer that may stand in a sentence by chance, and how many words of a
# sentence are so few that it does not.
_SHORT, _FEW_WORDS = 2, 12
# Characters shown on either side of what is marked: a passage may be a whole document.
_AROUND_CHARACTERS = 1_500


def list_exact_match(quoted: Sequence[str], members: Sequence[str]) -> float:
    """1.0 if the texts quoted give every member and, between them, nothing else."""
    # Signs alone are not compared, and nothing would then be all of them.
    if not any(quoted):
        return 0.0
    text = f" {' '.join(filter(None, map(normalize, quoted)))} "
    wanted = filter(None, map(normalize, members))
    for member in sorted(wanted, key=lambda each: each.count(" "), reverse=True):
        if f" {member} " not in text:
            return 0.0
        text = text.replace(f" {member} ", " and ", 1)
    return float(all(word in _BETWEEN for word in text.split()))


def list_f1(quoted: Sequence[str], members: Sequence[str]) -> float:
    """Harmonic mean of how well the members are found, and of how well the parts are members.

    Each member counts with its best word-overlap F1 with a part, each part the same way.
    """
    if list_exact_match(quoted, members):
        return 1.0
    parts = [part for text in quoted for part in _PARTS.split(text) if normalize(part)]
    if not parts:
        return 0.0
    recall = sum(f1(member, parts) for member in members) / len(members)
    precision = sum(f1(part, members) for part in parts) / len(parts)
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def quotes_answer(quoted: Sequence[str], answers: Sequence[str], match: Match) -> bool:
    """Whether what is quoted answers a question, though perhaps in more words.

    It holds a right answer whole, or shares half of its words and all of its numbers; of a list,
    half of the members. In many words, one short word stands by chance.
    """
    if not quoted or not answers:
        return False
    if match == "all":
        return list_f1(quoted, answers) >= 0.5
    together = " ".join(quoted)
    words, numbers = f" {normalize(together)} ", set(_NUMBER.findall(together))
    return any(
        (f" {plain} " in words and (len(plain) > _SHORT or len(words.split()) <= _FEW_WORDS))
        or (f1(quoted[0], [answer]) >= 0.5 and numbers == set(_NUMBER.findall(answer)))
        for answer in answers
        if (plain := normalize(answer))
    )


def find_answer_stage(
    *, answerable: bool, answered: bool, right: bool, read: bool, retrieved: bool, present: bool
) -> Stage | None:
    """Where an answer was lost; None if it was not.

    It was read, retrieved or present if it stands in a passage that was read, in one that was
    found, or in any document.
    """
    if not answerable:
        return Stage.FALSE_ANSWER if answered else None
    if right:
        return None if answered else Stage.ABSTAINED
    if read:
        return Stage.OTHER_SPAN
    if retrieved:
        return Stage.NOT_READ
    return Stage.NOT_RETRIEVED if present else Stage.ABSENT


def find_document_stage(rank: int | None, most_read: int, present: bool) -> Stage | None:
    """Where the best ranked relevant document was lost, if no answer is labelled.

    Its rank is None if it was not found; it is present if it is indexed.
    """
    if rank is None:
        return Stage.NOT_RETRIEVED if present else Stage.ABSENT
    return None if rank <= most_read else Stage.NOT_READ


def score_questions(
    labelled: Sequence[LabelledQuestion],
    outcomes: Mapping[str, Outcome],
    index: Index,
    names: Sequence[str],
    threshold: float,
) -> list[QuestionResult]:
    """The result of every question; `names` are those of the measures of retrieval."""
    qrels = {entry.question.id: entry.relevant for entry in labelled if entry.relevant is not None}
    rankings = {number: [name for name, _ in outcomes[number].ranking] for number in qrels}
    of_retrieval = retrieval.score_rankings(names, qrels, rankings) if names else {}
    known = {document.path for document in index.documents()}
    results = [
        _score_question(
            entry,
            outcomes[entry.question.id],
            of_retrieval.get(entry.question.id, {}),
            threshold,
            known,
        )
        for entry in labelled
    ]
    return _assign_stages(results, labelled, outcomes, index)


def _score_question(
    entry: LabelledQuestion,
    outcome: Outcome,
    of_retrieval: Mapping[str, float],
    threshold: float,
    known: set[str],
) -> QuestionResult:
    """A question's scores; where it was lost is added by `_assign_stages`, except for documents."""
    question = entry.question
    best = outcome.quoted[0] if outcome.quoted else ""
    abstained = not best or outcome.confidence < threshold
    scores = dict(of_retrieval)
    if question.answers is not None:
        scores |= score_answer(question, outcome.quoted, abstained)
    if question.evidence:
        scores["evidence_f1"] = f1(" ".join(outcome.evidence), [" ".join(question.evidence)])
    grades = entry.relevant or {}
    ranks = [rank for rank, (d, _) in enumerate(outcome.ranking, 1) if grades.get(d, 0) > 0]
    stage = None
    if question.answers is None and entry.documents:
        present = not known.isdisjoint(entry.documents)
        stage = find_document_stage(min(ranks, default=None), PASSAGES_READ, present)
    source = outcome.answered_from.document if outcome.answered_from else None
    return QuestionResult(
        id=question.id,
        question=question.text,
        history=question.history,
        kind=question.kind,
        answers=question.answers,
        match=question.match,
        relevant=entry.relevant,
        prediction="" if abstained else best,
        best=best,
        confidence=outcome.confidence,
        abstained=abstained,
        document=source,
        spans=outcome.spans,
        scores=scores,
        ranking=tuple(RankedDocument(d, score, grades.get(d)) for d, score in outcome.ranking),
        stage=stage,
        passages=(),
        latency_ms=outcome.milliseconds,
        # If the set says where the answer stands, the same words elsewhere may be chance.
        quotes_answer=(not entry.documents or source in entry.documents)
        and quotes_answer(outcome.quoted, question.answers or (), question.match),
    )


def score_answer(question: Question, quoted: Sequence[str], abstained: bool) -> dict[str, float]:
    """The measures of one question about what was quoted, whether or not it was shown."""
    answers = question.answers or ()
    if not answers:
        right = float(abstained)
        return {"exact_match": right, "f1": right}
    if question.match == "all":
        best = list_exact_match(quoted, answers), list_f1(quoted, answers)
    else:
        text = quoted[0] if quoted else ""
        best = (exact_match(text, answers), f1(text, answers)) if text else (0.0, 0.0)
    given = (0.0, 0.0) if abstained else best
    return dict(
        zip(("exact_match", "f1", "best_exact_match", "best_f1"), (*given, *best), strict=True)
    )


def _assign_stages(
    results: Sequence[QuestionResult],
    labelled: Sequence[LabelledQuestion],
    outcomes: Mapping[str, Outcome],
    index: Index,
) -> list[QuestionResult]:
    """The results with where each answer was lost, and the passages that show it."""
    documents = {entry.question.id: entry.documents for entry in labelled}
    unseen: dict[str, tuple[Sequence[str], Sequence[str] | None]] = {
        r.id: (r.answers, documents[r.id])
        for r in results
        if r.answers and outcomes[r.id].gold is None and not r.right
    }
    missing = find_absent(index, unseen) if unseen else set()
    staged = []
    for result in results:
        if result.answers is not None:
            outcome = outcomes[result.id]
            stage = find_answer_stage(
                answerable=bool(result.answers),
                answered=not result.abstained,
                right=result.right,
                read=outcome.gold_place == "read",
                retrieved=outcome.gold is not None,
                present=result.id not in missing,
            )
            result = replace(result, stage=stage)
            if stage is not None:
                result = replace(result, passages=_choose_passages(result, outcome))
        staged.append(result)
    return staged


def _choose_passages(result: QuestionResult, outcome: Outcome) -> tuple[ShownPassage, ...]:
    """The passage answered from and the one that holds the answer, once if they are the same."""
    shown = []
    answers = result.answers or ()
    for passage in dict.fromkeys((outcome.answered_from, outcome.gold)):
        if passage is None:
            continue
        predicted: tuple[Span, ...] = ()
        if passage == outcome.answered_from:
            predicted = tuple(span.shift(-passage.start) for span in outcome.spans)
        shown.append(_clip_passage(passage, predicted, locate_answers(passage.text, answers)))
    return tuple(shown)


def _clip_passage(
    passage: QuotedPassage, predicted: tuple[Span, ...], gold: tuple[Span, ...]
) -> ShownPassage:
    marked = (*predicted, *gold[:1])
    start = max(0, min((span.start for span in marked), default=0) - _AROUND_CHARACTERS)
    end = max((span.end for span in marked), default=0) + _AROUND_CHARACTERS
    return ShownPassage(
        passage.document,
        passage.start + start,
        passage.text[start:end],
        tuple(span.shift(-start) for span in predicted),
        tuple(span.shift(-start) for span in gold if Span(start, end).holds(span)),
    )
