"""The HTTP service in a process of its own: signals, ports, and callers that go away."""

import http.client
import json
import os
import signal
import socket
import stat
import tempfile
import threading
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest

from tests.support.command_line import run_command, run_process, serve_command

pytestmark = pytest.mark.e2e
DUE = {"question": "When is the next service due?", "threshold": 0}


@pytest.fixture(autouse=True)
def _own_folders(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    # The path of a socket has some 100 characters at most: pytest's own folders may be longer.
    with tempfile.TemporaryDirectory() as folder:
        monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
        yield


def test_it_answers_prints_its_address_and_ends_with_a_signal(index_folder, capsys, tmp_path):
    with serve_command("api", "--index", index_folder) as (address, token, process):
        assert address.startswith("http://127.0.0.1:")
        headers = {"Authorization": f"Bearer {token}"}
        reply = httpx2.post(f"{address}/v1/ask", json=DUE, headers=headers).json()
        assert reply["answers"][0]["text"] == "4 October 2027"
        [file] = (tmp_path / "data" / "quoteback").iterdir()
        assert "token" in file.name
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        check_the_command_line_uses_it(capsys, index_folder)
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=30)
        assert (process.returncode, errors) == (0, "")
    assert [
        each.suffix for each in (Path(os.environ["XDG_RUNTIME_DIR"]) / "quoteback").iterdir()
    ] == [".lock"]


def check_the_command_line_uses_it(capsys, index_folder):
    options = ("--index", index_folder, "--json", "--verbose", "--threshold", "0")
    warm = run_command(capsys, "ask", DUE["question"], *options)
    cold = run_command(capsys, "ask", DUE["question"], *options, "--cold")
    assert "answered by the service" in warm[2]
    assert "opened the index: --cold" in cold[2]
    replies = [json.loads(output) for _, output, _ in (warm, cold)]
    for reply in replies:
        del reply["timings_ms"]
    assert replies[0] == replies[1]
    for form in (
        [],
        ["--cite", "json"],
        ["--vimgrep"],
        ["--links"],
        ["-k", "1", "--type", "md"],
        ["--history", "Who installed the boiler?"],
        ["--threshold", "1"],
        ["--since", "2999-01-01"],
    ):
        options = ("--index", index_folder, "--threshold", "0", *form)
        outputs = [
            run_command(capsys, "ask", DUE["question"], *options, *more)
            for more in ([], ["--cold"])
        ]
        assert outputs[0] == outputs[1]
    for form in ([], ["--cite", "csl"], ["--vimgrep"], ["--links"], ["--mode", "bm25", "-k", "1"]):
        outputs = [
            run_command(capsys, "search", "pear", "--index", index_folder, *form, *more)
            for more in ([], ["--cold"])
        ]
        assert outputs[0] == outputs[1]


def test_a_port_that_is_taken_is_said(index_folder):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run_process("api", "--index", index_folder, "--port", str(port), text=True)
    assert done.returncode == 1
    assert done.stderr == (
        f"quoteback: 127.0.0.1, port {port}: address already in use; choose another with --port\n"
    )


def test_two_services_on_one_index_both_answer(index_folder):
    with (
        serve_command("api", "--index", index_folder) as (first, token, _),
        serve_command("api", "--index", index_folder) as (second, same, _),
    ):
        assert token == same
        for address in (first, second):
            headers = {"Authorization": f"Bearer {token}"}
            assert httpx2.post(f"{address}/v1/ask", json=DUE, headers=headers).json()["answered"]


def test_a_request_that_runs_is_finished_when_the_service_is_to_end(index_folder):
    with serve_command("api", "--index", index_folder) as (address, token, process):
        headers = {"Authorization": f"Bearer {token}"}
        replies = []

        def ask():
            body = DUE | {"k": 20}
            replies.append(httpx2.post(f"{address}/v1/ask", json=body, headers=headers, timeout=60))

        thread = threading.Thread(target=ask)
        thread.start()
        time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        thread.join(60)
        process.wait(30)
        assert process.returncode == 0
    assert replies[0].json()["answers"][0]["text"] == "4 October 2027"


def test_callers_that_go_away_do_no_harm(index_folder):
    with serve_command("api", "--index", index_folder) as (address, token, process):
        body = json.dumps(DUE | {"k": 50}).encode()
        where = urlsplit(address)
        for _ in range(30):
            caller = http.client.HTTPConnection(where.hostname, where.port)
            caller.request(
                "POST",
                "/v1/ask",
                body,
                {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
            )
            caller.sock.close()
        headers = {"Authorization": f"Bearer {token}"}
        started = time.monotonic()
        assert httpx2.post(f"{address}/v1/ask", json=DUE, headers=headers, timeout=60).json()[
            "answered"
        ]
        # Those thirty questions were not all answered first.
        assert time.monotonic() - started < 20
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=30)
        assert errors == ""


def ask_in_time(address, token):
    headers = {"Authorization": f"Bearer {token}"}
    reply = httpx2.post(f"{address}/v1/ask", json=DUE, headers=headers, timeout=10)
    assert reply.status_code == 200
    return reply.json()["answered"]


def test_whoever_has_the_token_is_answered_beside_a_thousand_connections_without(index_folder):
    with (
        serve_command("api", "--index", index_folder) as (address, token, process),
        ExitStack() as opened,
    ):
        place = urlsplit(address).hostname, urlsplit(address).port
        for start in (b"POST /v1/ask HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ", b""):
            held = [opened.enter_context(socket.create_connection(place)) for _ in range(500)]
            for connection in held:
                with suppress(OSError):
                    connection.sendall(start)
            assert ask_in_time(address, token)
            assert httpx2.get(f"{address}/health").status_code == 200
        # The oldest were cut off.
        held[0].settimeout(10)
        with suppress(ConnectionError):
            assert held[0].recv(1) == b""
        process.send_signal(signal.SIGTERM)
        assert process.communicate(timeout=30)[1] == ""


def test_what_is_malformed_is_said_in_one_line_however_often_it_comes(index_folder):
    with serve_command("api", "--index", index_folder) as (address, token, process):
        place = urlsplit(address).hostname, urlsplit(address).port
        for number in range(100):
            with socket.create_connection(place) as connection:
                connection.sendall(b"\0\xff %d\r\n\r\n" % number)
                assert connection.recv(4096).startswith(b"HTTP/1.1 400")
        assert ask_in_time(address, token)
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=30)
        assert errors == "quoteback: Invalid HTTP request received.\n"


def test_a_token_that_others_can_read_is_not_used(index_folder, tmp_path):
    file = tmp_path / "data" / "quoteback" / "api-token"
    file.parent.mkdir(parents=True)
    file.write_text("x" * 40)
    file.chmod(0o644)
    done = run_process("api", "--index", index_folder, "--port", "0", text=True)
    assert done.returncode == 1
    assert done.stderr == f"quoteback: {file} is open to others: remove it, and it is made anew\n"


@pytest.mark.parametrize("command", ["api", "mcp"])
def test_a_folder_that_is_no_index_is_wrong_use(command, tmp_path):
    named = tmp_path / "none"
    done = run_process(command, "--index", named, text=True)
    assert done.returncode == 2
    # The command is for the index that was named.
    advice = f"is not an index: make one with `quoteback index PATH --index {named}`\n"
    assert done.stderr.endswith(advice)
    assert not Path(tmp_path / "none").exists()
