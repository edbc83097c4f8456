"""LlamaIndex's own query engine asks our retriever and our postprocessor."""

import json

import pytest
from llama_index.core.llms import MockLLM
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.response_synthesizers import get_response_synthesizer
from llama_index.core.schema import NodeWithScore, TextNode
from llama_index.core.vector_stores import MetadataFilter, MetadataFilters

from qa.adapters.llama_index import EvidencePostprocessor, QuotebackRetriever
from tests.qa.adapters.conftest import QUESTION

pytestmark = pytest.mark.model


def make_filters(*conditions, **options):
    made = [MetadataFilter(key=k, operator=o, value=v) for k, o, v in conditions]
    return MetadataFilters(filters=made, **options)


def test_a_retriever_gives_passages_with_their_place(folder, texts):
    nodes = QuotebackRetriever(folder, similarity_top_k=2).retrieve(QUESTION)
    assert "4 October 2027" in nodes[0].text
    for scored in nodes:
        node = scored.node
        text = texts[node.metadata["path"]]
        assert text[node.start_char_idx : node.end_char_idx] == node.text
        assert 0 <= scored.score <= 1


def test_a_query_engine_hands_on_the_evidence_alone(folder):
    engine = RetrieverQueryEngine(
        retriever=QuotebackRetriever(folder),
        response_synthesizer=get_response_synthesizer(llm=MockLLM()),
        node_postprocessors=[EvidencePostprocessor()],
    )
    response = engine.query(QUESTION)
    assert response.source_nodes[0].text.startswith("The next service is due on 4 October 2027")
    assert "4 October 2027" in str(response)


async def test_the_asynchronous_ways_give_the_same(folder):
    retriever, postprocessor = QuotebackRetriever(folder), EvidencePostprocessor()
    nodes = await retriever.aretrieve(QUESTION)
    assert [each.text for each in nodes] == [each.text for each in retriever.retrieve(QUESTION)]
    kept = await postprocessor.apostprocess_nodes(nodes, query_str=QUESTION)
    again = postprocessor.postprocess_nodes(nodes, query_str=QUESTION)
    assert [(each.text, each.score) for each in kept] == [(e.text, e.score) for e in again]


def test_nodes_of_another_source_are_read_too():
    nodes = [NodeWithScore(node=TextNode(text="Anna was born in 1987. She lives in Bergen."))]
    [kept] = EvidencePostprocessor().postprocess_nodes(nodes, query_str="When was Anna born?")
    assert kept.text == "Anna was born in 1987."
    assert kept.metadata["evidence"] == [{"start": 0, "end": 22}]
    assert EvidencePostprocessor().postprocess_nodes([], query_str="When?") == []


def test_without_a_question_there_is_no_evidence():
    with pytest.raises(ValueError, match="give query_str"):
        EvidencePostprocessor().postprocess_nodes([])


def test_filters_confine_the_search(folder):
    filters = make_filters(("type", "==", "txt"), ("date", ">=", "2020-01-01"))
    nodes = QuotebackRetriever(folder, filters=filters).retrieve(QUESTION)
    assert {each.metadata["path"][-3:] for each in nodes} == {"txt"}
    alone = make_filters(("type", "==", "txt"), condition="or")
    nodes = QuotebackRetriever(folder, filters=alone).retrieve(QUESTION)
    assert {each.metadata["path"][-3:] for each in nodes} == {"txt"}


@pytest.mark.parametrize(
    "filters",
    [
        make_filters(("type", "!=", "txt")),
        make_filters(("colour", "==", "red")),
        make_filters(("type", "==", "txt"), ("type", "==", "md"), condition="or"),
        make_filters(("type", "==", "txt"), ("type", "==", "md")),
        make_filters(("type", "==", "txt"), condition="not"),
        MetadataFilters(filters=[make_filters(("type", "==", "txt"))]),
    ],
)
def test_filters_that_cannot_be_kept_are_refused(folder, filters):
    with pytest.raises(ValueError, match=r"cannot filter|`and` only|not understood"):
        QuotebackRetriever(folder, filters=filters)


def test_both_are_saved_and_loaded(folder):
    retriever = QuotebackRetriever(
        folder, similarity_top_k=3, filters=make_filters(("type", "in", ["md"]))
    )
    loaded = QuotebackRetriever.from_dict(json.loads(json.dumps(retriever.to_dict())))
    assert loaded.to_dict() == retriever.to_dict()
    assert [each.text for each in loaded.retrieve(QUESTION)] == [
        each.text for each in retriever.retrieve(QUESTION)
    ]
    saved = EvidencePostprocessor(threshold=0.4).to_json()
    assert EvidencePostprocessor.from_json(saved).threshold == 0.4
