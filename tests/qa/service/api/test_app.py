"""The HTTP interface: the objects of the command line, and problems that say what is wrong."""

import asyncio
import json

import pytest

from index import Index
from qa import Assistant, encode_reply
from qa.service import Service
from qa.service.api import messages
from tests.qa.service.conftest import TOKEN, open_client, write_notes

DUE = {"question": "When is the next service due?", "threshold": 0}


def check_problem(response, status, words=""):
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == status
    assert words in problem["detail"]
    assert "Traceback" not in response.text


async def test_ask_returns_what_the_command_line_prints(client, service, notes):
    reply = (await client.post("/v1/ask", json=DUE)).json()
    assistant: Assistant = service.warm_up()
    expected = json.loads(json.dumps(encode_reply(assistant.ask(DUE["question"], threshold=0))))
    expected["timings_ms"] = reply["timings_ms"]
    assert reply == expected
    best = reply["answers"][0]
    text = (notes / "boiler.md").read_text(encoding="utf-8")
    assert text[best["start"] : best["end"]] == best["text"] == "4 October 2027"


async def test_search_returns_what_the_command_line_prints(client):
    found = (await client.post("/v1/search", json={"question": "pear tree", "k": 1})).json()
    assert found["question"] == "pear tree"
    assert "planted in 2004" in found["passages"][0]["text"]


async def test_quotations_of_a_text_are_checked(client, notes):
    body = {"text": "She wrote “It bears fruit each second year”, and “the roof is of slate”."}
    (found, other) = (await client.post("/v1/check", json=body)).json()["quotations"]
    assert (found["status"], other["status"]) == ("altered", "not found")
    assert [(each["quoted"], each["source"]) for each in found["difference"]] == [("each", "every")]
    text = (notes / "garden.txt").read_text(encoding="utf-8")
    assert text[found["match_start"] : found["match_end"]] == "It bears fruit every second year"


async def test_a_draft_that_is_indexed_is_no_source_of_what_it_quotes(client, notes):
    body = {"text": "Once more: “It bears fruit every second year”."}
    for path, status in ((None, "verbatim"), (str(notes / "garden.txt"), "not found")):
        response = await client.post("/v1/check", json={**body, "path": path})
        assert [each["status"] for each in response.json()["quotations"]] == [status]


async def test_what_is_no_text_is_not_checked(client):
    check_problem(await client.post("/v1/check", json={"text": "\0\1\2" * 500}), 422, "text")


async def test_a_question_is_confined(client):
    body = {"question": "When was it planted?", "types": ["md"]}
    found = (await client.post("/v1/search", json=body)).json()
    assert {each["document"].rpartition(".")[2] for each in found["passages"]} == {"md"}


async def test_documents_are_listed_page_by_page_and_read(client, notes):
    first = (await client.get("/v1/documents", params={"limit": 1})).json()
    second = (await client.get("/v1/documents", params={"limit": 1, "offset": 1})).json()
    assert first["total"] == 2
    paths = [each["documents"][0]["path"] for each in (first, second)]
    assert paths == [str(notes / "boiler.md"), str(notes / "garden.txt")]
    document = (await client.get(f"/v1/documents/{first['documents'][0]['id']}")).json()
    assert document["text"] == (notes / "boiler.md").read_text(encoding="utf-8")
    for passage in document["passages"]:
        assert document["text"][passage["start"] : passage["end"]] == passage["text"]


@pytest.mark.parametrize("number", ["abc", "1e2", "5.0", "-1", "", "1001", "٣"])
async def test_a_limit_is_a_whole_number(client, number):
    response = await client.get("/v1/documents", params={"limit": number})
    check_problem(response, 422, "limit: a whole number, at most 1000")
    none = (await client.get("/v1/documents", params={"limit": "0"})).json()
    assert none == {"documents": [], "total": 2}


async def test_a_parameter_that_is_not_known_is_refused_as_in_a_body(client):
    response = await client.get("/v1/documents", params={"type": "pdf", "limit": "1"})
    check_problem(response, 422, "contains unknown field `type`")


async def test_status_and_health(client, index_folder):
    status = (await client.get("/v1/status")).json()
    assert (status["index"], status["documents"]) == (str(index_folder), 2)
    assert (await client.get("/health")).json() == {"status": "ok"}


async def test_health_and_the_description_need_no_token(client):
    client.headers.pop("Authorization")
    assert (await client.get("/health")).status_code == 200
    assert (await client.get("/openapi.json")).json()["openapi"] == "3.1.0"


async def test_documents_are_listed_by_what_they_say_of_themselves(client, notes):
    async def listed(**query):
        found = (await client.get("/v1/documents", params=query)).json()
        assert found["total"] == len(found["documents"])
        return [each["path"] for each in found["documents"]]

    both = [str(notes / "boiler.md"), str(notes / "garden.txt")]
    assert await listed(types=["md", "txt"], since="2001-01-01") == both
    assert await listed(types="md") == both[:1]
    assert await listed(tags="rain") == await listed(authors="ann") == []
    assert await listed(until="2001-01-01") == []
    check_problem(await client.get("/v1/documents", params={"until": "soon"}), 422, "until must be")
    check_problem(await client.get("/v1/documents", params={"paths": "!"}), 422, "gitignore")
    answer = (await client.post("/v1/search", json={"question": "boiler"})).json()["passages"][0]
    assert (answer["authors"], answer["tags"], answer["date"]) == ([], [], None)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        TOKEN,
        "Bearer",
        "Bearer wrong",
        f"Basic {TOKEN}",
        f"Bearer {TOKEN}x",
        f"Bearer {TOKEN[:-1]}",
    ],
)
@pytest.mark.parametrize("path", ["/v1/ask", "/v1/documents", "/v1/status", "/nowhere"])
async def test_without_the_token_nothing_is_said(client, header, path):
    client.headers.pop("Authorization")
    headers = {} if header is None else {"Authorization": header}
    response = await client.post(path, json=DUE, headers=headers)
    check_problem(response, 401, "Authorization: Bearer")
    assert response.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8765", "127.0.0.1.evil.example", "", "[::2]:8765"]
)
async def test_a_host_that_is_not_ours_is_refused(client, host):
    check_problem(await client.get("/health", headers={"Host": host}), 403, "host")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:1", "LOCALHOST", "[::1]:8765"])
async def test_our_own_names_are_taken(client, host):
    assert (await client.get("/health", headers={"Host": host})).status_code == 200


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "https://127.0.0.1:8765", "http://127.0.0.1:1", "null"]
)
async def test_a_page_of_another_site_is_refused_even_with_the_token(client, origin):
    response = await client.post("/v1/ask", json=DUE, headers={"Origin": origin})
    check_problem(response, 403, "other sites")


async def test_malformed_json_is_refused(client):
    response = await client.post(
        "/v1/ask", content=b'{"question": ', headers={"Content-Type": "application/json"}
    )
    check_problem(response, 400, "not JSON")


async def test_a_body_of_another_type_is_refused(client):
    response = await client.post("/v1/ask", content=b"question=why")
    check_problem(response, 415, "application/json")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "question"),
        ({"question": "why", "k": 0}, "k: expected"),
        ({"question": "why", "extra": 1}, "extra"),
    ],
)
async def test_a_request_that_is_not_understood_is_refused(client, body, words):
    check_problem(await client.post("/v1/ask", json=body), 422, words)


async def test_a_pattern_that_is_none_is_refused(client):
    body = {"question": "why", "paths": ["!"]}
    check_problem(await client.post("/v1/search", json=body), 422, "gitignore")


async def test_ten_megabytes_are_refused_before_they_are_all_read(client):
    sent = 0

    async def body():
        nonlocal sent
        for _ in range(160):
            sent += 65536
            yield b" " * 65536

    response = await client.post(
        "/v1/ask", content=body(), headers={"Content-Type": "application/json"}
    )
    check_problem(response, 413, "1 MB")
    assert sent <= 2 * messages.LARGEST_BODY_BYTES


async def test_a_body_that_does_not_arrive_is_given_up(client, monkeypatch):
    monkeypatch.setattr(messages, "_ARRIVAL_SECONDS", 0.05)

    async def body():
        yield b"{"
        await asyncio.sleep(30)

    response = await client.post(
        "/v1/ask", content=body(), headers={"Content-Type": "application/json"}
    )
    check_problem(response, 408)


async def test_an_answer_that_takes_too_long_is_given_up(client, monkeypatch):
    monkeypatch.setattr(messages, "_ANSWER_SECONDS", 0.001)
    check_problem(await client.post("/v1/ask", json=DUE), 504)


@pytest.mark.parametrize("path", ["/", "/v1", "/v1/documents/1/2", "/v1/../etc/passwd"])
async def test_what_does_not_exist_is_not_found(client, path):
    check_problem(await client.get(path), 404)


@pytest.mark.parametrize("number", ["9999", "0"])
async def test_a_document_that_does_not_exist_is_not_found(client, number):
    check_problem(await client.get(f"/v1/documents/{number}"), 404, "no document")


@pytest.mark.parametrize("number", ["x", "-1", "%2e%2e", "1e3", "²"])
async def test_an_id_that_is_none_is_refused(client, number):
    check_problem(await client.get(f"/v1/documents/{number}"), 422, "id:")


async def test_a_method_that_does_not_fit_is_refused(client):
    response = await client.get("/v1/ask")
    check_problem(response, 405)
    assert response.headers["allow"] == "POST"


def read_events(text):
    for block in text.strip().split("\n\n"):
        name, data = block.split("\n")
        yield name.removeprefix("event: "), json.loads(data.removeprefix("data: "))


@pytest.fixture
async def growing(tmp_path, encoder):
    """The client of a service whose index can grow, and the folder that is allowed."""
    notes = write_notes(tmp_path / "notes")
    with Index.open(tmp_path / "index", create=True, encoder=encoder) as index:
        index.add([notes / "boiler.md"])
    service = Service(tmp_path / "index", allowed=[notes])
    async with open_client(service) as client:
        yield client, notes
    service.close()


async def test_indexing_reports_its_progress_and_what_it_did(growing):
    client, notes = growing
    response = await client.post("/v1/index", json={"paths": [str(notes)]})
    assert response.headers["content-type"].startswith("text/event-stream")
    events = list(read_events(response.text))
    assert events[0][0] == "progress"
    name, report = events[-1]
    assert (name, report["added"], report["unchanged"]) == ("report", 1, 1)
    reply = await client.post("/v1/ask", json={"question": "When was the pear tree planted?"})
    assert "2004" in reply.json()["answers"][0]["text"]


async def test_paths_outside_of_the_allowed_folders_are_refused(growing, tmp_path):
    client, notes = growing
    (tmp_path / "secret.txt").write_text("Secret.")
    (notes / "link.txt").symlink_to(tmp_path / "secret.txt")
    for path in (
        tmp_path / "secret.txt",
        f"{notes}/../secret.txt",
        notes / "link.txt",
        "/etc/passwd",
        "secret.txt",
    ):
        response = await client.post("/v1/index", json={"paths": [str(path)]})
        check_problem(response, 403)
    response = await client.post("/v1/index", json={"paths": [f"{notes}/none.txt"]})
    check_problem(response, 404)
    assert (await client.get("/v1/documents")).json()["total"] == 1


async def test_a_link_inside_of_a_folder_leads_nowhere(growing, tmp_path):
    client, notes = growing
    (tmp_path / "secret.txt").write_text("Secret.")
    (notes / "link.txt").symlink_to(tmp_path / "secret.txt")
    await client.post("/v1/index", json={"paths": [str(notes)]})
    documents = (await client.get("/v1/documents")).json()["documents"]
    texts = [await read_text(client, each) for each in documents]
    assert len(texts) == 2
    assert not any("Secret" in text for text in texts)


async def read_text(client, document):
    return (await client.get(f"/v1/documents/{document['id']}")).json()["text"]


async def test_an_index_that_another_process_writes_to_is_a_problem_of_the_run(
    growing, tmp_path, monkeypatch
):
    from filelock import FileLock

    client, notes = growing
    monkeypatch.setattr("index.filesystem.locking.WAIT_SECONDS", 0.2)
    with FileLock(tmp_path / "index" / "lock"):
        response = await client.post("/v1/index", json={"paths": [str(notes)]})
    name, problem = list(read_events(response.text))[-1]
    assert (name, problem["title"]) == ("problem", "IndexInUse")
    assert "another process is writing" in problem["detail"]


async def test_an_index_that_is_gone_is_said(growing, tmp_path):
    client, _ = growing
    (tmp_path / "index").rename(tmp_path / "elsewhere")
    check_problem(await client.post("/v1/ask", json=DUE), 503, "is gone")
    health = await client.get("/health")
    check_problem(health, 503)
    # Who asks this need not know the token.
    assert str(tmp_path) not in health.text
