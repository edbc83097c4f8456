"""LlamaIndex: a retriever, and a node postprocessor that keeps the evidence alone.

retriever = QuotebackRetriever("notes.index", similarity_top_k=8)
postprocessor = EvidencePostprocessor(threshold=0.3)
nodes = retriever.retrieve("when did the museum open?")
evidence = postprocessor.postprocess_nodes(nodes, query_str="when did the museum open?")
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.schema import (
    NodeRelationship,
    NodeWithScore,
    QueryBundle,
    RelatedNodeInfo,
    TextNode,
)
from llama_index.core.vector_stores.types import (
    FilterCondition,
    FilterOperator,
    MetadataFilter,
    MetadataFilters,
)

from index import DEFAULT_HITS, DEFAULT_MODE, Filter, Hit, Mode
from index.concurrency import run_cancellable
from qa.adapters.evidence import (
    SourceAnswer,
    SourceText,
    find_evidence,
    list_offsets,
    make_filter,
    make_metadata,
    open_retriever,
)
from qa.defaults import never


class QuotebackRetriever(BaseRetriever):
    """Finds the passages of an index that bear on a question."""

    def __init__(
        self,
        index: str,
        *,
        similarity_top_k: int = DEFAULT_HITS,
        mode: Mode = DEFAULT_MODE,
        filters: MetadataFilters | None = None,
    ) -> None:
        """A retriever.

        Args:
            index: the folder of the index.
            similarity_top_k: how many passages.
            mode: by meaning and keyword ("hybrid"), by meaning ("dense"), by keyword ("bm25").
            filters: that must all hold, by `path`, `type`, `author` and `language` (`==`,
                `in`), `tag` (`==`) and `date` (`>=`, `<=`).

        Raises:
            ValueError: there are other filters.
        """
        super().__init__()
        self.index = index
        self.similarity_top_k = similarity_top_k
        self.mode: Mode = mode
        self.filters = filters
        self._filter = _map_filters(filters)

    def to_dict(self) -> dict[str, Any]:
        """The arguments that make a retriever like this one, for JSON."""
        return {
            "index": self.index,
            "similarity_top_k": self.similarity_top_k,
            "mode": self.mode,
            "filters": self.filters.model_dump(mode="json") if self.filters else None,
        }

    @classmethod
    def from_dict(cls, fields: dict[str, Any]) -> QuotebackRetriever:
        """The retriever that `to_dict` has described."""
        filters = fields.get("filters")
        return cls(
            **fields | {"filters": MetadataFilters.model_validate(filters) if filters else None}
        )

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        hits = open_retriever(self.index).search(
            query_bundle.query_str, self.similarity_top_k, self.mode, filter=self._filter
        )
        return [_make_node(hit) for hit in hits]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return await run_cancellable(lambda _: self._retrieve(query_bundle))


class EvidencePostprocessor(BaseNodePostprocessor):
    """Keeps of each node the sentences, steps or rows that answer the question, word for word.

    A node without any is left out; the best comes first, and its score is the confidence that it
    holds the answer. Nodes may come from any source. The metadata of a result has `evidence`, a
    list of `{"start", "end"}` into the text of the node that was given.

    Attributes:
        threshold: confidence below which nothing is kept.
    """

    threshold: float = 0.0

    @classmethod
    def class_name(cls) -> str:
        """The name by which LlamaIndex saves it."""
        return "QuotebackEvidencePostprocessor"

    def _postprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        return self._keep_evidence(nodes, query_bundle, never)

    async def _apostprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        return await run_cancellable(
            lambda cancelled: self._keep_evidence(nodes, query_bundle, cancelled)
        )

    def _keep_evidence(
        self,
        nodes: list[NodeWithScore],
        query_bundle: QueryBundle | None,
        cancelled: Callable[[], bool],
    ) -> list[NodeWithScore]:
        if query_bundle is None:
            raise ValueError("evidence is for a question: give query_str or query_bundle")
        sources = [SourceText.of(each.node.get_content(), each.node.metadata) for each in nodes]
        evidence = find_evidence(query_bundle.query_str, sources, self.threshold, cancelled)
        return [_make_evidence_node(nodes[each.source], each) for each in evidence]


def _map_filters(filters: MetadataFilters | None) -> Filter | None:
    if filters is None or not filters.filters:
        return None
    # One condition alone is joined to nothing, but `not` turns it round.
    joins = [None, FilterCondition.AND]
    if len(filters.filters) == 1:
        joins.append(FilterCondition.OR)
    if filters.condition not in joins:
        raise ValueError("filters are joined by `and` only")
    conditions = []
    for each in filters.filters:
        if not isinstance(each, MetadataFilter):
            raise ValueError("filters inside of filters are not understood")
        operator = (
            each.operator.value if isinstance(each.operator, FilterOperator) else each.operator
        )
        conditions.append((each.key, operator, each.value))
    return make_filter(conditions)


def _make_node(hit: Hit) -> NodeWithScore:
    node = TextNode(
        id_=str(hit.passage.id),
        text=hit.passage.text,
        metadata=make_metadata(hit),
        relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=str(hit.document.id))},
        start_char_idx=hit.passage.span.start,
        end_char_idx=hit.passage.span.end,
    )
    return NodeWithScore(node=node, score=hit.score)


def _make_evidence_node(scored: NodeWithScore, extracted: SourceAnswer) -> NodeWithScore:
    node, spans = scored.node, extracted.answer.evidence
    text = node.get_content()
    kept = TextNode(
        id_=node.node_id,
        text="\n".join(span.of(text) for span in spans),
        metadata={**node.metadata, "evidence": list_offsets(spans)},
        relationships=dict(node.relationships),
    )
    return NodeWithScore(node=kept, score=extracted.answer.confidence)
