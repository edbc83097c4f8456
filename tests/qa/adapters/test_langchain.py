"""LangChain's own runnables ask our retriever and our compressor."""

import json

import pytest
from langchain_core.documents import Document
from langchain_core.load import dumps, loads
from langchain_core.messages import AIMessage
from langchain_core.runnables import RunnableLambda

from qa.adapters.langchain import EvidenceCompressor, QuotationChecker, QuotebackRetriever
from tests.qa.adapters.conftest import QUESTION

pytestmark = pytest.mark.model


def test_a_retriever_gives_passages_with_their_place(folder, texts):
    documents = QuotebackRetriever(index=folder, k=2).invoke(QUESTION)
    assert "4 October 2027" in documents[0].page_content
    for document in documents:
        place = document.metadata
        text = texts[place["path"]][place["start"] : place["end"]]
        assert text == document.page_content


def test_a_pipe_of_both_gives_the_evidence_alone(folder, texts):
    retriever, compressor = QuotebackRetriever(index=folder), EvidenceCompressor()
    chain = RunnableLambda(
        lambda question: compressor.compress_documents(retriever.invoke(question), question)
    )
    best = chain.invoke(QUESTION)[0]
    assert best.page_content.startswith("The next service is due on 4 October 2027")
    assert 0 < best.metadata["confidence"] <= 1
    source = texts[best.metadata["path"]][best.metadata["start"] : best.metadata["end"]]
    quoted = [source[span["start"] : span["end"]] for span in best.metadata["evidence"]]
    assert "\n".join(quoted) == best.page_content


async def test_a_chain_ends_with_a_check_of_its_quotations(folder, texts):
    checker = QuotationChecker(index=folder)
    chain = RunnableLambda(lambda text: AIMessage(text)) | checker
    (found,) = chain.invoke("> The next service is due on 4 October 2028\n")
    assert found["status"] == "altered"
    source = texts[found["document"]]
    assert source[found["match_start"] : found["match_end"]] == found["match_text"]
    assert await checker.ainvoke("> The next service is due on 4 October 2028\n") == [found]
    saved = dumps(checker)
    loaded = loads(saved, allowed_objects=[QuotationChecker], valid_namespaces=["qa"])
    assert loaded == checker


async def test_the_asynchronous_ways_give_the_same(folder):
    retriever, compressor = QuotebackRetriever(index=folder), EvidenceCompressor()
    documents = await retriever.ainvoke(QUESTION)
    assert documents == retriever.invoke(QUESTION)
    kept = await compressor.acompress_documents(documents, QUESTION)
    assert kept == compressor.compress_documents(documents, QUESTION)


def test_documents_of_another_source_are_read_too():
    documents = [
        Document("The cat sleeps all day."),
        Document("Anna was born in 1987. She lives in Bergen.", metadata={"source": "people.txt"}),
        Document(""),
    ]
    [best, *_] = EvidenceCompressor().compress_documents(documents, "When was Anna born?")
    assert best.page_content == "Anna was born in 1987."
    assert best.metadata["source"] == "people.txt"
    assert EvidenceCompressor().compress_documents([], "When was Anna born?") == []


def test_what_is_not_sure_enough_is_left_out():
    documents = [Document("The cat sleeps all day.")]
    question = "Which composer wrote Fidelio?"
    assert EvidenceCompressor(threshold=0.5).compress_documents(documents, question) == []


def test_filters_confine_the_search(folder):
    retriever = QuotebackRetriever(index=folder, filter={"type": "txt"})
    assert {each.metadata["path"][-3:] for each in retriever.invoke(QUESTION)} == {"txt"}
    found = retriever.invoke(QUESTION, filter={"path": ["*.md"], "since": "2020-01-01"}, k=1)
    assert [each.metadata["path"][-2:] for each in found] == ["md"]
    with pytest.raises(ValueError, match="cannot filter by colour"):
        retriever.invoke(QUESTION, filter={"colour": "red"})


def test_both_are_saved_and_loaded(folder):
    retriever = QuotebackRetriever(index=folder, k=3, filter={"type": ["md"]})
    text = dumps(retriever)
    assert json.loads(text)["kwargs"]["index"] == folder
    loaded = loads(text, allowed_objects=[QuotebackRetriever], valid_namespaces=["qa"])
    assert loaded == retriever
    compressor = EvidenceCompressor(threshold=0.4)
    assert EvidenceCompressor.model_validate_json(compressor.model_dump_json()) == compressor
