"""LangChain: a retriever, a compressor that keeps the evidence, and a checker of quotations.

retriever = QuotebackRetriever(index="notes.index", k=8)
compressor = EvidenceCompressor(threshold=0.3)
passages = retriever.invoke("when did the museum open?")
evidence = compressor.compress_documents(passages, "when did the museum open?")
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from langchain_core.callbacks import (
    AsyncCallbackManagerForRetrieverRun,
    CallbackManagerForRetrieverRun,
    Callbacks,
)
from langchain_core.documents import BaseDocumentCompressor, Document
from langchain_core.messages import BaseMessage
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import RunnableConfig, RunnableSerializable

from index import DEFAULT_HITS, DEFAULT_MODE, Mode
from index.concurrency import run_cancellable
from qa.adapters.evidence import (
    SourceAnswer,
    SourceText,
    check_text,
    find_evidence,
    list_offsets,
    make_filter_of_fields,
    make_metadata,
    open_retriever,
)
from qa.defaults import FEWEST_WORDS, never


class QuotebackRetriever(BaseRetriever):
    """Finds the passages of an index that bear on a question.

    Attributes:
        index: the folder of the index.
        k: how many passages.
        mode: by meaning and keyword ("hybrid"), by meaning ("dense"), by keyword ("bm25").
        filter: `{"path": [patterns], "type": ["pdf"], "tag": ["rain"], "author": ["smith"],
            "language": ["de"], "since": "2026-01-31", "until": "2026-12-31"}`, or some of these; a
            call can give another one, and another `k`: `retriever.invoke(question, k=3)`.
    """

    index: str
    k: int = DEFAULT_HITS
    mode: Mode = DEFAULT_MODE
    filter: dict[str, Any] | None = None

    @classmethod
    def is_lc_serializable(cls) -> bool:
        """LangChain may save it: an index is saved as its folder."""
        return True

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002
        k: int | None = None,
        filter: dict[str, Any] | None = None,
    ) -> list[Document]:
        return self._search(query, k, filter)

    async def _aget_relevant_documents(
        self,
        query: str,
        *,
        run_manager: AsyncCallbackManagerForRetrieverRun,  # noqa: ARG002
        k: int | None = None,
        filter: dict[str, Any] | None = None,
    ) -> list[Document]:
        return await run_cancellable(lambda _: self._search(query, k, filter))

    def _search(self, query: str, k: int | None, filter: dict[str, Any] | None) -> list[Document]:
        hits = open_retriever(self.index).search(
            query, k or self.k, self.mode, filter=make_filter_of_fields(filter or self.filter)
        )
        return [
            Document(
                id=str(hit.passage.id), page_content=hit.passage.text, metadata=make_metadata(hit)
            )
            for hit in hits
        ]


class EvidenceCompressor(BaseDocumentCompressor):
    """Keeps of each document the sentences, steps or rows that answer the question, word for word.

    A document without any is left out; the best comes first. Documents may come from any source.
    The metadata of a result has `evidence`, a list of `{"start", "end"}` into what was given, and
    the `confidence` that it holds the answer.

    Attributes:
        threshold: confidence below which nothing is kept.
    """

    threshold: float = 0.0

    def compress_documents(
        self,
        documents: Sequence[Document],
        query: str,
        callbacks: Callbacks | None = None,  # noqa: ARG002
    ) -> Sequence[Document]:
        """The evidence in the documents."""
        return self._compress(documents, query, never)

    async def acompress_documents(
        self,
        documents: Sequence[Document],
        query: str,
        callbacks: Callbacks | None = None,  # noqa: ARG002
    ) -> Sequence[Document]:
        """As `compress_documents`; cancelling stops the work."""
        return await run_cancellable(lambda cancelled: self._compress(documents, query, cancelled))

    def _compress(
        self, documents: Sequence[Document], query: str, cancelled: Callable[[], bool]
    ) -> list[Document]:
        sources = [SourceText.of(each.page_content, each.metadata) for each in documents]
        evidence = find_evidence(query, sources, self.threshold, cancelled)
        return [_keep_evidence(documents[each.source], each) for each in evidence]


class QuotationChecker(RunnableSerializable[Any, list[dict[str, Any]]]):
    """Checks the quotations in a text, such as a model's draft, against the documents of an index.

    It takes a text or a message, and gives the objects of `quoteback check --json`:
    `chain = prompt | model | QuotationChecker(index="notes.index")`.

    Attributes:
        index: the folder of the index, or its URL.
        fewest_words: what has fewer words is no quotation.
    """

    index: str
    fewest_words: int = FEWEST_WORDS

    @classmethod
    def is_lc_serializable(cls) -> bool:
        """LangChain may save it: an index is saved as its folder."""
        return True

    def invoke(
        self,
        input: str | BaseMessage,
        config: RunnableConfig | None = None,  # noqa: ARG002
        **_: Any,
    ) -> list[dict[str, Any]]:
        """Every quotation in the text, with what is to be said of it."""
        return check_text(_read_text(input), self.index, self.fewest_words, never)

    async def ainvoke(
        self,
        input: str | BaseMessage,
        config: RunnableConfig | None = None,  # noqa: ARG002
        **_: Any,
    ) -> list[dict[str, Any]]:
        """As `invoke`, in a thread; cancelling stops the work."""
        text = _read_text(input)
        return await run_cancellable(
            lambda cancelled: check_text(text, self.index, self.fewest_words, cancelled)
        )


def _read_text(given: str | BaseMessage) -> str:
    return given if isinstance(given, str) else str(given.text)


def _keep_evidence(document: Document, extracted: SourceAnswer) -> Document:
    spans = extracted.answer.evidence
    return Document(
        id=document.id,
        page_content="\n".join(span.of(document.page_content) for span in spans),
        metadata={
            **document.metadata,
            "evidence": list_offsets(spans),
            "confidence": extracted.answer.confidence,
        },
    )
