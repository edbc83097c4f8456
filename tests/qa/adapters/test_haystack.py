"""Haystack's own pipeline runs our retriever and our reader."""

import pytest
from haystack import Document, Pipeline
from haystack.dataclasses import ExtractedAnswer

from qa.adapters.haystack import QuotationChecker, QuotebackReader, QuotebackRetriever
from tests.qa.adapters.conftest import QUESTION

pytestmark = pytest.mark.model


def connect(pipeline, folder):
    pipeline.add_component("retriever", QuotebackRetriever(folder, top_k=3))
    pipeline.add_component("reader", QuotebackReader(top_k=2))
    pipeline.connect("retriever.documents", "reader.documents")
    return pipeline


ASKED = {"retriever": {"query": QUESTION}, "reader": {"query": QUESTION}}


def check_answer(answer, texts):
    assert isinstance(answer, ExtractedAnswer)
    assert answer.data == "4 October 2027"
    content, place = answer.document.content, answer.document_offset
    assert content[place.start : place.end] == answer.data
    inside = answer.context_offset
    assert answer.context[inside.start : inside.end] == answer.data
    text = texts[answer.document.meta["path"]]
    assert text[answer.meta["start"] : answer.meta["end"]] == answer.data
    assert 0 < answer.score <= 1


def test_a_pipeline_answers_with_offsets(folder, texts):
    answers = connect(Pipeline(), folder).run(ASKED)["reader"]["answers"]
    assert 1 <= len(answers) <= 2
    check_answer(answers[0], texts)
    assert ExtractedAnswer.from_dict(answers[0].to_dict()) == answers[0]


async def test_an_asynchronous_pipeline_answers_the_same(folder, texts):
    result = await connect(Pipeline(), folder).run_async(ASKED)
    check_answer(result["reader"]["answers"][0], texts)


def test_a_pipeline_is_saved_and_loaded(folder, texts):
    text = connect(Pipeline(), folder).dumps()
    assert "qa.adapters.haystack.QuotebackReader" in text
    loaded = Pipeline.loads(text, allowed_modules=["qa.adapters.haystack"])
    check_answer(loaded.run(ASKED)["reader"]["answers"][0], texts)


async def test_a_pipeline_checks_the_quotations_of_a_draft(folder, texts):
    pipeline = Pipeline()
    pipeline.add_component("checker", QuotationChecker(folder))
    loaded = Pipeline.loads(pipeline.dumps(), allowed_modules=["qa.adapters.haystack"])
    draft = {"checker": {"text": "> The next service is due on 4 October 2028\n"}}
    checked = loaded.run(draft)["checker"]
    (found,) = checked["quotations"]
    assert (found["status"], checked["are_verbatim"]) == ("altered", False)
    source = texts[found["document"]]
    assert source[found["match_start"] : found["match_end"]] == found["match_text"]
    assert (await loaded.run_async(draft))["checker"] == checked


def test_documents_of_another_source_are_read_too():
    documents = [Document(content="Anna was born in 1987. She lives in Bergen."), Document()]
    [answer, *_] = QuotebackReader().run("When was Anna born?", documents)["answers"]
    assert (answer.data, answer.context) == ("1987", "Anna was born in 1987.")
    assert "start" not in answer.meta
    assert answer.meta["spans"] == [{"start": 17, "end": 21}]
    assert answer.meta["evidence"] == [{"start": 0, "end": 22}]
    assert QuotebackReader().run("When was Anna born?", []) == {"answers": []}


def test_what_is_not_sure_enough_is_left_out():
    documents = [Document(content="The cat sleeps all day.")]
    reader = QuotebackReader(threshold=0.5)
    assert reader.run("Which composer wrote Fidelio?", documents) == {"answers": []}


def test_filters_confine_the_search(folder):
    retriever = QuotebackRetriever(
        folder, filters={"field": "meta.type", "operator": "==", "value": "txt"}
    )
    retriever.warm_up()
    found = retriever.run(QUESTION)["documents"]
    assert {each.meta["path"][-3:] for each in found} == {"txt"}
    both = {
        "operator": "AND",
        "conditions": [
            {"field": "meta.path", "operator": "in", "value": ["*.md"]},
            {"field": "meta.date", "operator": ">=", "value": "2020-01-01"},
        ],
    }
    found = retriever.run(QUESTION, filters=both, top_k=1)["documents"]
    assert [each.meta["path"][-2:] for each in found] == ["md"]
    alone = {"operator": "OR", "conditions": [both["conditions"][0]]}
    found = retriever.run(QUESTION, filters=alone)["documents"]
    assert {each.meta["path"][-2:] for each in found} == {"md"}


@pytest.mark.parametrize(
    "filters",
    [
        {"field": "meta.type", "operator": "not in", "value": ["txt"]},
        {
            "operator": "OR",
            "conditions": [
                {"field": "meta.type", "operator": "==", "value": "txt"},
                {"field": "meta.path", "operator": "==", "value": "a"},
            ],
        },
        {"operator": "AND", "conditions": [{"operator": "OR", "conditions": []}]},
        {
            "operator": "NOT",
            "conditions": [{"field": "meta.type", "operator": "==", "value": "txt"}],
        },
    ],
)
def test_filters_that_cannot_be_kept_are_refused(folder, filters):
    with pytest.raises(ValueError, match=r"cannot filter|AND only|not understood"):
        QuotebackRetriever(folder, filters=filters)
