"""Haystack: a retriever, a reader that quotes from documents, and a checker of quotations.

pipeline = Pipeline()
pipeline.add_component("retriever", QuotebackRetriever("notes.index"))
pipeline.add_component("reader", QuotebackReader())
pipeline.connect("retriever.documents", "reader.documents")
question = "when did the museum open?"
pipeline.run({"retriever": {"query": question}, "reader": {"query": question}})
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from haystack import Document, component
from haystack.dataclasses import ExtractedAnswer

from index import DEFAULT_HITS, DEFAULT_MODE, Filter, Mode, Span
from index.concurrency import run_cancellable
from qa.adapters.evidence import (
    SourceAnswer,
    SourceText,
    check_text,
    find_answers,
    list_offsets,
    load_shipped_models,
    make_filter,
    make_metadata,
    open_retriever,
)
from qa.defaults import FEWEST_WORDS, never


@component
class QuotebackRetriever:
    """Finds the passages of an index that bear on a question."""

    def __init__(
        self,
        index: str,
        top_k: int = DEFAULT_HITS,
        mode: Mode = DEFAULT_MODE,
        filters: dict[str, Any] | None = None,
    ) -> None:
        """A retriever.

        Args:
            index: the folder of the index.
            top_k: how many passages.
            mode: by meaning and keyword ("hybrid"), by meaning ("dense"), by keyword ("bm25").
            filters: in Haystack's form, joined by AND: by `meta.path`, `meta.type`,
                `meta.author` and `meta.language` (`==`, `in`), `meta.tag` (`==`) and `meta.date`
                (`>=`, `<=`).
        """
        self.index = index
        self.top_k = top_k
        self.mode: Mode = mode
        self.filters = filters
        _map_filters(filters)

    def warm_up(self) -> None:
        """Open the index and load its model."""
        retriever = open_retriever(self.index)
        if not retriever.index.is_empty:
            _ = retriever.index.encoder

    @component.output_types(documents=list[Document])
    def run(
        self, query: str, filters: dict[str, Any] | None = None, top_k: int | None = None
    ) -> dict[str, list[Document]]:
        """The passages, best first; `filters` and `top_k` take the place of the component's."""
        hits = open_retriever(self.index).search(
            query, top_k or self.top_k, self.mode, filter=_map_filters(filters or self.filters)
        )
        documents = [
            Document(
                id=str(hit.passage.id),
                content=hit.passage.text,
                meta=make_metadata(hit),
                score=hit.score,
            )
            for hit in hits
        ]
        return {"documents": documents}

    @component.output_types(documents=list[Document])
    async def run_async(
        self, query: str, filters: dict[str, Any] | None = None, top_k: int | None = None
    ) -> dict[str, list[Document]]:
        """As `run`, in a thread."""
        return await run_cancellable(lambda _: self.run(query, filters, top_k))


@component
class QuotebackReader:
    """Quotes answers from documents of any source.

    `document_offset` counts the characters of the document's content, and `context` is the
    evidence: the whole sentences, steps or rows. The answer's meta has `spans` and `evidence`,
    lists of `{"start", "end"}` into that content; if the document's meta has `start`, as those
    of `QuotebackRetriever` have, `start` and `end` say where the answer stands in the whole text.
    `score` is the probability that the answer is right.
    """

    def __init__(self, top_k: int = 5, threshold: float = 0.0) -> None:
        """A reader.

        Args:
            top_k: how many answers, at most.
            threshold: confidence below which nothing is returned.
        """
        self.top_k = top_k
        self.threshold = threshold

    def warm_up(self) -> None:
        """Load the models."""
        load_shipped_models()

    @component.output_types(answers=list[ExtractedAnswer])
    def run(
        self, query: str, documents: list[Document], top_k: int | None = None
    ) -> dict[str, list[ExtractedAnswer]]:
        """The answers, best first; `top_k` takes the place of the component's."""
        return self._read(query, documents, top_k, never)

    @component.output_types(answers=list[ExtractedAnswer])
    async def run_async(
        self, query: str, documents: list[Document], top_k: int | None = None
    ) -> dict[str, list[ExtractedAnswer]]:
        """As `run`, in a thread; cancelling stops the work."""
        return await run_cancellable(
            lambda cancelled: self._read(query, documents, top_k, cancelled)
        )

    def _read(
        self,
        query: str,
        documents: list[Document],
        top_k: int | None,
        cancelled: Callable[[], bool],
    ) -> dict[str, list[ExtractedAnswer]]:
        sources = [SourceText.of(each.content or "", each.meta) for each in documents]
        answers = [
            _make_answer(query, documents[each.source], each)
            for each in find_answers(query, sources, top_k or self.top_k, cancelled)
            if each.answer.confidence >= self.threshold
        ]
        return {"answers": answers}


@component
class QuotationChecker:
    """Checks the quotations in a text, such as a model's draft, against the documents of an index.

    `quotations` are the objects of `quoteback check --json`; `are_verbatim` says whether none is
    altered or not found.
    """

    def __init__(self, index: str, fewest_words: int = FEWEST_WORDS) -> None:
        """A checker.

        Args:
            index: the folder of the index, or its URL.
            fewest_words: what has fewer words is no quotation.
        """
        self.index = index
        self.fewest_words = fewest_words

    @component.output_types(quotations=list[dict[str, Any]], are_verbatim=bool)
    def run(self, text: str) -> dict[str, Any]:
        """Every quotation in the text, with what is to be said of it."""
        return self._check(text, never)

    @component.output_types(quotations=list[dict[str, Any]], are_verbatim=bool)
    async def run_async(self, text: str) -> dict[str, Any]:
        """As `run`, in a thread; cancelling stops the work."""
        return await run_cancellable(lambda cancelled: self._check(text, cancelled))

    def _check(self, text: str, cancelled: Callable[[], bool]) -> dict[str, Any]:
        quotations = check_text(text, self.index, self.fewest_words, cancelled)
        return {
            "quotations": quotations,
            "are_verbatim": all(each["status"] == "verbatim" for each in quotations),
        }


def _map_filters(filters: dict[str, Any] | None) -> Filter | None:
    if not filters:
        return None
    conditions = filters.get("conditions")
    # One condition alone is joined to nothing, but NOT turns it round.
    joins = ("AND", "OR") if conditions and len(conditions) == 1 else ("AND",)
    if conditions is None:
        conditions = [filters]
    elif filters.get("operator") not in joins:
        raise ValueError("filters are joined by AND only")
    if any("conditions" in each for each in conditions):
        raise ValueError("filters inside of filters are not understood")
    return make_filter(
        (str(each["field"]).removeprefix("meta."), each["operator"], each["value"])
        for each in conditions
    )


def _make_answer(query: str, document: Document, extracted: SourceAnswer) -> ExtractedAnswer:
    answer = extracted.answer
    content = document.content or ""
    context = Span(answer.evidence[0].start, answer.evidence[-1].end)
    meta: dict[str, Any] = {
        "form": answer.form,
        "spans": list_offsets(answer.spans),
        "evidence": list_offsets(answer.evidence),
    }
    if isinstance(start := document.meta.get("start"), int):
        meta |= {"start": start + answer.span.start, "end": start + answer.span.end}
    return ExtractedAnswer(
        query=query,
        score=answer.confidence,
        data=answer.text,
        document=document,
        context=context.of(content),
        document_offset=ExtractedAnswer.Span(answer.span.start, answer.span.end),
        context_offset=ExtractedAnswer.Span(
            answer.span.start - context.start, answer.span.end - context.start
        ),
        meta=meta,
    )
