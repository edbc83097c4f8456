"""Which passages a question is answered from: those found for it, or for it in its context.

A follow-up such as "What happens if we cancel?" may stand by itself and yet be about what was
talked of before. If nothing that is found for it seems to answer it, some passages are taken
that are found for it together with the question before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index import DEFAULT_MODE, Filter, Hit, Mode, Retriever
from index.documents import ENGLISH
from index.text import detect_language
from qa.conversation import ResolvedQuestion
from qa.defaults import PASSAGES_FROM_CONTEXT


@dataclass(frozen=True, slots=True)
class Context:
    """A question after the question before it, and what was found for both together, best first."""

    question: str
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Retrieval:
    """What is found for a question, best first, and its context if a question was before it."""

    hits: tuple[Hit, ...]
    context: Context | None = None


def correct_question(retriever: Retriever, question: ResolvedQuestion) -> ResolvedQuestion:
    """The question and the one before it with misspelt words corrected.

    Another language is left as it is: its words are not misspelt English.
    """

    def correct(text: str) -> str:
        return retriever.correct_spelling(text) if detect_language(text) == ENGLISH else text

    previous = question.previous
    return ResolvedQuestion(correct(question.text), None if previous is None else correct(previous))


def retrieve(
    retriever: Retriever,
    questions: Sequence[ResolvedQuestion],
    k: int,
    mode: Mode = DEFAULT_MODE,
    *,
    filter: Filter | None = None,
) -> list[Retrieval]:
    """`k` passages for each question, and as many for it in its context.

    Raises: as `Retriever.search` raises it.
    """
    texts = [question.text for question in questions]
    in_context = [question.in_context for question in questions if question.in_context is not None]
    hits = map(tuple, retriever.search_many([*texts, *in_context], k, mode, filter=filter))
    hits_of_texts = [next(hits) for _ in texts]
    return [
        Retrieval(own, None if both is None else Context(both, next(hits)))
        for own, both in zip(hits_of_texts, (each.in_context for each in questions), strict=True)
    ]


def merge_context(hits: Sequence[Hit], context: Context) -> list[Hit]:
    """The first hits and the first others of the context, best first.

    They are as many as the hits were, or as the context has if there were none.
    """
    count = len(hits) or PASSAGES_FROM_CONTEXT
    kept = hits[: max(1, count - PASSAGES_FROM_CONTEXT)]
    ids = {hit.passage.id for hit in kept}
    others = [hit for hit in context.hits if hit.passage.id not in ids]
    merged = [*kept, *others[: count - len(kept)]]
    ids |= {hit.passage.id for hit in merged}
    # If the context finds few, the question's own come in again.
    merged += [hit for hit in hits if hit.passage.id not in ids][: count - len(merged)]
    return sorted(merged, key=lambda hit: (-hit.score, hit.passage.id))
