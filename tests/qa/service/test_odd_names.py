"""Names of files that are not UTF-8, and halves of characters, over every interface."""

import json
import os
from pathlib import Path

import msgspec
import pytest
from mcp import Client

from index import Index
from qa.service import Service
from qa.service.mcp.serve import make_server
from tests.qa.service.conftest import open_client
from tests.support.command_line import run_command

QUESTION = "When was the canal dug?"
HALVES = ["\ud800 canal", "canal \udce9", "\udfff"]

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("odd names")


@pytest.fixture(scope="module")
def shown(folder):
    """The name of the document as other programs see it."""
    return f"{folder}/notes/canal-caf\\xe9.txt"


@pytest.fixture(scope="module")
def service(folder, encoder):
    (folder / "notes").mkdir()
    name = os.fsencode(folder) + b"/notes/canal-caf\xe9.txt"
    Path(os.fsdecode(name)).write_text("The canal was dug in 1794, by hand.", encoding="utf-8")
    (folder / "notes" / "mill.txt").write_text("The mill by the canal burned down in 1801.")
    with Index.open(folder / "index", create=True, encoder=encoder) as index:
        index.add([folder / "notes"])
    opened = Service(folder / "index")
    yield opened
    opened.close()


async def call(service, name, **arguments):
    async with Client(make_server(service)) as client:
        return await client.call_tool(name, arguments)


async def test_mcp_answers_from_a_document_with_such_a_name_and_reads_it_by_what_is_shown(
    service, shown
):
    reply = await call(service, "ask", question=QUESTION, threshold=0)
    assert reply.structured_content["answers"][0]["document"] == shown
    assert f"{shown}:1" in reply.content[0].text
    part = await call(service, "read", document=shown)
    assert part.structured_content["text"] == "The canal was dug in 1794, by hand."
    assert part.structured_content["document"] == shown
    found = await call(service, "search", question="canal", paths=[shown])
    assert [each["document"] for each in found.structured_content["passages"]] == [shown]


async def test_mcp_lists_it(service, shown):
    listed = await call(service, "list_documents")
    assert shown in [each["path"] for each in listed.structured_content["documents"]]
    assert shown in listed.content[0].text
    assert not (await call(service, "status")).is_error
    async with Client(make_server(service)) as client:
        assert shown in [each.name for each in (await client.list_resources()).resources]


@pytest.mark.parametrize("half", HALVES)
async def test_http_answers_whatever_half_is_asked_for(service, shown, half):
    headers = {"Content-Type": "application/json"}
    async with open_client(service) as client:
        for body in (
            {"question": half},
            {"question": QUESTION, "history": [half]},
            {"question": QUESTION, "paths": [half]},
        ):
            reply = await client.post("/v1/ask", content=json.dumps(body), headers=headers)
            assert reply.status_code == 200
            # It refuses halves of characters.
            msgspec.json.decode(reply.content)
        body = {"question": QUESTION, "threshold": 0, "paths": [shown]}
        reply = await client.post("/v1/ask", content=json.dumps(body), headers=headers)
        assert msgspec.json.decode(reply.content)["answers"][0]["document"] == shown
        listed = await client.get("/v1/documents")
        assert shown in [each["path"] for each in msgspec.json.decode(listed.content)["documents"]]


async def test_http_takes_the_name_that_it_gives_to_index_a_file_and_to_check_one(folder, encoder):
    notes = folder / "grow"
    notes.mkdir()
    name = Path(os.fsdecode(os.fsencode(notes) + b"/ferry-caf\xe9.md"))
    name.write_text(
        "> The ferry stopped running in 1931, as the bridge was open.", encoding="utf-8"
    )
    with Index.open(folder / "growing", create=True, encoder=encoder) as index:
        index.add([notes])
    service = Service(folder / "growing")
    async with open_client(service) as client:
        [listed] = (await client.get("/v1/documents")).json()["documents"]
        assert listed["path"] == f"{notes}/ferry-caf\\xe9.md"
        text = "> The ferry stopped running in 1931, as the bridge was open."
        body = {"text": text, "path": listed["path"]}
        [checked] = (await client.post("/v1/check", json=body)).json()["quotations"]
        # The file itself is not a source of what it quotes.
        assert checked["status"] == "not found"
        name.write_text("The ferry stopped running in 1932.", encoding="utf-8")
        (notes / "other.txt").write_text("The mill burned down.")
        body = {"paths": [listed["path"]]}
        assert '"updated": 1' in (await client.post("/v1/index", json=body)).text
        body = {"paths": [str(notes)], "exclude": [listed["path"].rpartition("/")[2]]}
        assert '"removed": 1' in (await client.post("/v1/index", json=body)).text
    service.close()


@pytest.mark.parametrize(
    "command", [["ask", QUESTION], ["search", QUESTION], ["list"], ["status"], ["verify"]]
)
def test_json_of_the_command_line_is_valid_unicode(service, folder, shown, capsys, command):
    code, out, _ = run_command(capsys, *command, "--json", "--index", folder / "index")
    assert code == 0
    record = msgspec.json.decode(out)
    if command[0] == "list":
        assert shown in [each["path"] for each in record["documents"]]


def test_every_adapter_takes_halves_and_gives_none(service, folder, shown):
    from haystack import Document as HaystackDocument

    from qa.adapters import haystack, langchain, llama_index

    index = str(folder / "index")
    found = haystack.QuotebackRetriever(index).run(QUESTION)["documents"]
    assert shown in [each.meta["path"] for each in found]
    filters = {"field": "meta.path", "operator": "==", "value": shown}
    [only] = haystack.QuotebackRetriever(index, filters=filters).run(QUESTION)["documents"]
    assert only.meta["path"] == shown
    assert msgspec.json.decode(msgspec.json.encode(only.to_dict()))["path"] == shown
    documents = langchain.QuotebackRetriever(index=index).invoke(QUESTION)
    assert shown in [json.loads(each.model_dump_json())["metadata"]["path"] for each in documents]
    nodes = llama_index.QuotebackRetriever(index).retrieve(QUESTION)
    assert shown in [
        json.loads(each.model_dump_json())["node"]["metadata"]["path"] for each in nodes
    ]
    for half in HALVES:
        haystack.QuotebackRetriever(index).run(half)
        langchain.QuotebackRetriever(index=index).invoke(half)
        llama_index.QuotebackRetriever(index).retrieve(half)
        # Haystack itself refuses halves in a content whose id it makes.
        content = f"The canal was dug in 1794 {half}."
        source = HaystackDocument(id="1", content=content, meta={"path": half})
        for answer in haystack.QuotebackReader().run(f"{QUESTION} {half}", [source])["answers"]:
            span = answer.document_offset
            assert content[span.start : span.end] == answer.data
        langchain.EvidenceCompressor().compress_documents(documents, half)
        llama_index.EvidencePostprocessor().postprocess_nodes(nodes, query_str=half)
