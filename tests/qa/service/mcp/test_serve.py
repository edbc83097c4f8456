"""The MCP server, asked by the SDK's own client: in memory, on standard streams, over HTTP."""

import json
import os
import signal
import subprocess
import sys

import httpx2
import jsonschema
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError

from qa.service.mcp.serve import make_server
from tests.support.command_line import serve_command, start_process

DUE = {"question": "When is the next service due?", "threshold": 0}


class Caller:
    """Makes each call through a client of its own, as a fixture cannot hold one open."""

    def __init__(self, service, mode):
        self.service, self.mode = service, mode

    def __getattr__(self, name):
        async def call(*arguments):
            async with Client(make_server(self.service), mode=self.mode) as client:
                try:
                    return await getattr(client, name)(*arguments)
                except MCPError as error:
                    # Here it would come out as one of a group.
                    problem = error
            raise problem

        return call


@pytest.fixture(params=["auto", "legacy"])
def client(request, service):
    """Today's protocol, and the one with a handshake that older clients speak."""
    return Caller(service, request.param)


async def test_it_offers_six_tools_that_say_what_they_take_and_return(client):
    tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert set(tools) == {"ask", "search", "verify_quotes", "read", "list_documents", "status"}
    for tool in tools.values():
        assert tool.description
        assert tool.annotations.read_only_hint
        jsonschema.Draft202012Validator.check_schema(tool.input_schema)
        jsonschema.Draft202012Validator.check_schema(tool.output_schema)
    assert tools["ask"].input_schema["required"] == ["question"]


async def call(client, name, arguments):
    result = await client.call_tool(name, arguments)
    assert not result.is_error
    schema = {tool.name: tool.output_schema for tool in (await client.list_tools()).tools}[name]
    jsonschema.validate(result.structured_content, schema)
    return result.structured_content, result.content[0].text


async def test_an_answer_comes_with_offsets_and_a_citation(client, notes):
    reply, text = await call(client, "ask", DUE)
    best = reply["answers"][0]
    source = (notes / "boiler.md").read_text(encoding="utf-8")
    assert source[best["start"] : best["end"]] == best["text"] == "4 October 2027"
    assert best["citation"] == f"{notes / 'boiler.md'}:7, Boiler › Service"
    assert text.startswith("4 October 2027\n“")
    assert best["citation"] in text


async def test_what_the_documents_do_not_hold_is_said(client):
    reply, text = await call(client, "ask", {"question": "Which composer wrote Fidelio?"})
    assert reply["answered"] is False
    assert text.startswith(("The documents hold no answer.", "No answer that is sure."))


async def test_a_draft_is_told_which_of_its_quotations_are_true(client):
    draft = (
        "> The pear tree by the gate was planted in 2014.\n\nIt “bears fruit every second year”.\n"
    )
    found, text = await call(client, "verify_quotes", {"text": draft})
    assert [each["status"] for each in found["quotations"]] == ["altered", "verbatim"]
    assert "In the source: “The pear tree by the gate was planted in 2004”" in text
    assert text.count("garden.txt:1") == 2


async def test_a_search_lists_passages(client, notes):
    found, text = await call(client, "search", {"question": "pear tree", "k": 1})
    [passage] = found["passages"]
    assert passage["citation"] == f"{notes / 'garden.txt'}:1"
    assert passage["text"] in text


async def test_a_document_is_read_by_offsets_and_by_heading(client, notes):
    path = str(notes / "boiler.md")
    source = (notes / "boiler.md").read_text(encoding="utf-8")
    stretch, text = await call(client, "read", {"document": path, "start": 2, "end": 8})
    assert stretch["text"] == text == source[2:8] == "Boiler"
    stretch, _ = await call(client, "read", {"document": path, "heading": "Service"})
    assert stretch["text"].startswith("It is serviced every eighteen months.")
    for number in (1, "1"):
        stretch, _ = await call(client, "read", {"document": number, "end": 3})
        assert stretch["document"] in {path, str(notes / "garden.txt")}


async def test_documents_and_status(client, notes):
    listed, text = await call(client, "list_documents", {"limit": 1})
    assert [each["path"] for each in listed["documents"]] == [str(notes / "boiler.md")]
    assert (listed["total"], str(notes / "boiler.md") in text) == (2, True)
    listed, _ = await call(client, "list_documents", {"types": ["txt"], "since": "2001-01-01"})
    assert [each["path"] for each in listed["documents"]] == [str(notes / "garden.txt")]
    assert (await call(client, "list_documents", {"tags": ["rain"]}))[0]["total"] == 0
    assert (await client.call_tool("list_documents", {"limit": 0})).is_error
    status, _ = await call(client, "status", {})
    assert status["documents"] == 2


async def test_documents_are_resources(client, notes):
    first, second = (await client.list_resources()).resources
    assert (first.name, first.title) == (str(notes / "boiler.md"), "Boiler")
    [content] = (await client.read_resource(second.uri)).contents
    assert content.text == (notes / "garden.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "uri",
    ["quoteback://documents/999", "quoteback://documents/../../etc/passwd", "file:///etc/passwd"],
)
async def test_a_resource_that_is_none_is_refused(client, uri):
    with pytest.raises(MCPError):
        await client.read_resource(uri)


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("ask", {}, "question"),
        ("ask", {"question": "x", "k": 0}, "k: expected"),
        ("read", {"document": "/etc/passwd"}, "there is no document /etc/passwd"),
        ("read", {"document": 1, "page": 7}, "no page 7"),
        ("read", {"document": "99"}, "there is no document 99"),
        ("search", {"question": "x", "paths": ["!"]}, "gitignore"),
    ],
)
async def test_what_a_tool_cannot_do_is_an_error_in_its_result(client, name, arguments, words):
    result = await client.call_tool(name, arguments)
    assert result.is_error
    assert words in result.content[0].text
    assert "Traceback" not in result.content[0].text


async def test_a_tool_that_does_not_exist_is_refused(client):
    with pytest.raises(MCPError, match="no tool"):
        await client.call_tool("remove", {})


@pytest.mark.e2e
async def test_on_standard_input_and_output(index_folder, tmp_path):
    log = (tmp_path / "errors").open("w+")
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "tui", "mcp", "--index", str(index_folder)],
        # Of the environment, the client hands on only a few names by itself.
        env={"QUOTEBACK_CACHE": os.environ["QUOTEBACK_CACHE"]},
    )
    async with Client(stdio_client(server, errlog=log)) as client:
        reply, _ = await call(client, "ask", DUE)
        assert reply["answers"][0]["text"] == "4 October 2027"
        result = await client.call_tool("ask", {})
        assert result.is_error
    log.seek(0)
    assert "Traceback" not in log.read()


@pytest.mark.e2e
async def test_over_http_with_the_token(index_folder, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    with serve_command("mcp", "--http", "--index", index_folder) as (address, token, _):
        headers = {"Authorization": f"Bearer {token}"}
        async with (
            httpx2.AsyncClient(headers=headers) as http,
            Client(streamable_http_client(address, http_client=http)) as client,
        ):
            reply, _ = await call(client, "ask", DUE)
            assert reply["answers"][0]["text"] == "4 October 2027"
            assert len((await client.list_resources()).resources) == 2
        async with httpx2.AsyncClient() as stranger:
            body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "ping"})
            assert (await stranger.post(address, content=body)).status_code == 401
            for extra in ({"Host": "evil.example"}, {"Origin": "http://evil.example"}):
                refused = await stranger.post(address, content=body, headers=headers | extra)
                assert refused.status_code == 403


@pytest.mark.e2e
def test_a_caller_that_goes_without_waiting_does_no_harm(index_folder):
    process = start_process("mcp", "--index", index_folder, stdin=subprocess.PIPE)
    hello = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": {"name": "test", "version": "1"},
        },
    }
    process.stdout.close()
    process.stdin.write(json.dumps(hello) + "\n")
    process.stdin.close()
    with process.stderr as errors:
        assert errors.read() == ""
    assert process.wait(60) == 0


@pytest.mark.e2e
def test_a_signal_ends_it_quietly(index_folder):
    process = start_process("mcp", "--index", index_folder, stdin=subprocess.PIPE)
    process.stdin.write('{"jsonrpc": "2.0", "id": 1, "method": "ping"}\n')
    process.stdin.flush()
    process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    # Its standard input is still open.
    assert process.wait(30) == 0
    assert process.communicate() == ("", "")
