"""Asking all questions of a set: what was found and answered, before anything is scored."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from index import DEFAULT_MODE, Document, Hit, Mode, Passage, Retriever, Span
from qa.answering.retrieving import Retrieval, correct_question, retrieve
from qa.assistant import Assistant
from qa.conversation import ResolvedQuestion, resolve_in_context
from qa.defaults import PASSAGES_RETRIEVED, EvaluationSetting, RankingMode
from qa.evaluation.question_sets.labels import holds_answer
from qa.evaluation.question_sets.question import Question

# Questions encoded and searched for together.
_TOGETHER = 32
# At most 16 passages are looked through for each document that is wanted; each step looks four
# times as deep as the one before.
_MOST_PASSAGES = 16
_STEP = 4


@dataclass(frozen=True, slots=True)
class QuotedPassage:
    """A passage: its document, where it starts in it, its text."""

    document: str
    start: int
    text: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The reply to a question, as it is measured.

    Attributes:
        ranking: (document, score), best first, each document at its best passage.
        spans: of the best answer, in its document; empty if there is none.
        quoted: their texts.
        evidence: the texts of the best answer's evidence.
        answered_from: the passage of the best answer.
        gold: the first passage found that holds a right answer.
        gold_place: whether that one was read, or only found.
        milliseconds: retrieving (its share of a batch) and reading.
    """

    ranking: tuple[tuple[str, float], ...] = ()
    spans: tuple[Span, ...] = ()
    quoted: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    confidence: float = 0.0
    answered_from: QuotedPassage | None = None
    gold: QuotedPassage | None = None
    gold_place: Literal["read", "found"] | None = None
    milliseconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Asker:
    """Asks questions in one configuration.

    Without an assistant nothing is read. So many (`k`) documents are ranked; `relevant` holds the
    documents with the answer of each question, if they are labelled.
    """

    retriever: Retriever
    assistant: Assistant | None
    setting: EvaluationSetting
    mode: RankingMode
    k: int
    passages_read: int
    relevant: Mapping[str, Sequence[str]]

    def ask(self, questions: Sequence[Question]) -> Iterator[tuple[Question, Outcome]]:
        """Every question with its outcome, in order."""
        for at in range(0, len(questions), _TOGETHER):
            batch = questions[at : at + _TOGETHER]
            resolved_questions = [
                correct_question(
                    self.retriever, resolve_in_context(question.text, question.history)
                )
                for question in batch
            ]
            if self.setting == "reading":
                yield from self._read_documents(batch, resolved_questions)
            else:
                yield from self._search(batch, resolved_questions)

    def _search(
        self, batch: Sequence[Question], resolved_questions: Sequence[ResolvedQuestion]
    ) -> Iterator[tuple[Question, Outcome]]:
        started = time.perf_counter()
        mode = DEFAULT_MODE if self.mode == "reranked" else self.mode
        deep = self._search_deeply([each.text for each in resolved_questions], mode)
        retrievals = [Retrieval(()) for _ in batch]
        if self.assistant is not None:
            # As the assistant itself searches: how scores are normalised depends on the depth.
            depth = max(self.passages_read, PASSAGES_RETRIEVED)
            retrievals = retrieve(self.retriever, resolved_questions, depth, mode)
        share = (time.perf_counter() - started) / len(batch)
        for question, resolved, hits, retrieval in zip(
            batch, resolved_questions, deep, retrievals, strict=True
        ):
            begun = time.perf_counter()
            outcome, order = self._answer_question(question, resolved.text, retrieval)
            if self.mode == "reranked":
                first = {hit.passage.id for hit in order}
                hits = [*order, *(hit for hit in hits if hit.passage.id not in first)]
            spent = share + time.perf_counter() - begun
            if outcome.gold is None and (gold := self._find_gold(question, hits)) is not None:
                outcome = replace(outcome, gold=gold, gold_place="found")
            ranking = rank_documents(hits, self.k)
            yield question, replace(outcome, ranking=ranking, milliseconds=1000 * spent)

    def _search_deeply(self, resolved: Sequence[str], mode: Mode) -> list[list[Hit]]:
        """Enough passages for `k` documents, or all that there are."""
        documents, passages = self.retriever.index.counts
        # Enough if all documents are short and equally long.
        depth = self.k * min(_STEP, -(-passages // max(1, documents)))
        hits_of_questions = self.retriever.search_many(resolved, depth, mode)
        short = list(range(len(resolved)))
        while depth < min(passages, _MOST_PASSAGES * self.k):
            short = [
                at
                for at in short
                if len(hits_of_questions[at]) == depth
                and len(rank_documents(hits_of_questions[at], self.k)) < self.k
            ]
            if not short:
                break
            depth *= _STEP
            deeper = self.retriever.search_many([resolved[at] for at in short], depth, mode)
            for at, hits in zip(short, deeper, strict=True):
                hits_of_questions[at] = hits
        return hits_of_questions

    def _read_documents(
        self, batch: Sequence[Question], resolved_questions: Sequence[ResolvedQuestion]
    ) -> Iterator[tuple[Question, Outcome]]:
        """Each question's own document, as one passage."""
        index = self.retriever.index
        named = [self.relevant[question.id][0] for question in batch]
        texts = {path: index.text(path) for path in dict.fromkeys(named)}
        vectors = dict(zip(texts, index.encoder.encode_passages(list(texts.values())), strict=True))
        question_vectors = index.encoder.encode_questions(
            [each.text for each in resolved_questions]
        )
        hits = [
            Hit(
                Passage(0, Span(0, len(texts[path])), texts[path]),
                Document(0, path, None),
                score=1.0,
                scores={"dense": float(np.dot(vector, vectors[path]))},
            )
            for path, vector in zip(named, question_vectors, strict=True)
        ]

        def read(question: Question, text: str, hit: Hit) -> tuple[Question, Outcome]:
            begun = time.perf_counter()
            answered, _ = self._answer_question(question, text, Retrieval((hit,)))
            return question, replace(answered, milliseconds=1000 * (time.perf_counter() - begun))

        # Most documents are one window, which one core reads; the other cores read the next ones.
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            yield from pool.map(read, batch, [each.text for each in resolved_questions], hits)

    def _answer_question(
        self, question: Question, text: str, retrieval: Retrieval
    ) -> tuple[Outcome, list[Hit]]:
        """The best answer, and the passages in the order of all models together."""
        if self.assistant is None:
            return Outcome(), list(retrieval.hits)
        answering = self.assistant.answer(
            text, retrieval.hits, k=self.passages_read, context=retrieval.context
        )
        gold = self._find_gold(question, answering.hits)
        outcome = Outcome(gold=gold, gold_place="read" if gold is not None else None)
        if not answering.answers:
            return outcome, list(answering.ranked)
        best = answering.answers[0]
        outcome = replace(
            outcome,
            spans=best.spans,
            quoted=tuple(map(best.hit.passage.quote, best.spans)),
            evidence=tuple(map(best.hit.passage.quote, best.evidence)),
            confidence=best.confidence,
            answered_from=_quote_passage(best.hit),
        )
        return outcome, list(answering.ranked)

    def _find_gold(self, question: Question, hits: Sequence[Hit]) -> QuotedPassage | None:
        """The first passage that holds a right answer: in a relevant document, if labelled."""
        if not question.answers:
            return None
        documents = self.relevant.get(question.id)
        for hit in hits:
            if documents is not None and hit.document.path not in documents:
                continue
            if holds_answer(hit.passage.text, question.answers):
                return _quote_passage(hit)
        return None


def rank_documents(hits: Sequence[Hit], k: int) -> tuple[tuple[str, float], ...]:
    """The first `k` documents of a ranking of passages, each at its best passage's score."""
    best_scores: dict[str, float] = {}
    for hit in hits:
        if hit.document.path not in best_scores:
            if len(best_scores) == k:
                break
            best_scores[hit.document.path] = hit.score
    return tuple(best_scores.items())


def _quote_passage(hit: Hit) -> QuotedPassage:
    return QuotedPassage(hit.document.path, hit.passage.span.start, hit.passage.text)
