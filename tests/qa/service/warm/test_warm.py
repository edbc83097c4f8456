"""Questions over the socket: the same replies, and no trace of a service that is gone."""

import asyncio
import os
import socket
import stat
import subprocess
import sys
import tempfile
import time
from contextlib import suppress

import msgspec
import pytest

from qa.service import AskRequest, NotServed, call_service, locate_socket, may_be_served
from qa.service.warm import client
from qa.service.warm.server import WarmRequest, listen_for_command_line
from qa.version import VERSION

DUE = {"question": "When is the next service due?", "threshold": 0}


@pytest.fixture(autouse=True)
def _runtime_folder(monkeypatch):
    # The path of a socket has some 100 characters at most: pytest's own folders may be longer.
    with tempfile.TemporaryDirectory() as folder:
        monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
        yield


def call(folder, kind="ask", request=DUE, **details):
    return call_service(folder, kind, request, **details).receive()


async def ask(folder, *request, **details):
    return await asyncio.to_thread(call, folder, *request, **details)


async def test_the_reply_is_that_of_the_library(service, index_folder):
    async with listen_for_command_line(service) as listening:
        assert listening
        warm = await ask(index_folder)
        cold = await service.ask(AskRequest(**DUE))
        assert warm.reply.answers == cold.answers
        assert warm.reply.hits == cold.hits
        assert warm.reply.considered == cold.considered
        assert (warm.documents, warm.passages, warm.waiting) == (2, 3, 0)
        assert warm.texts == {}
        found = await ask(index_folder, "search", {"question": "pear", "k": 1}, texts=True)
        [hit] = found.hits
        text = found.texts[hit.document.path]
        assert text[hit.passage.span.start : hit.passage.span.end] == hit.passage.text


async def test_only_its_owner_can_reach_the_socket(service, index_folder):
    async with listen_for_command_line(service):
        path = locate_socket(index_folder)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root may be others")
async def test_another_user_of_the_machine_cannot_connect(service, index_folder, tmp_path):
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_uid == 0 and len(folder.parts) > 2:
            folder.chmod(0o755)
    async with listen_for_command_line(service):
        path = locate_socket(index_folder)
        code = (
            "import os, socket, sys; os.setgid(65534); os.setuid(65534)\n"
            "try: socket.socket(socket.AF_UNIX).connect(sys.argv[1])\n"
            "except PermissionError: print('refused')"
        )
        done = await asyncio.to_thread(
            subprocess.run, [sys.executable, "-c", code, path], capture_output=True, text=True
        )
        assert done.stdout == "refused\n"


async def test_a_folder_that_others_can_write_to_is_not_used(service, index_folder):
    folder = locate_socket(index_folder).parent
    folder.mkdir(parents=True)
    folder.chmod(0o777)
    async with listen_for_command_line(service) as listening:
        assert not listening
    locate_socket(index_folder).touch()
    with pytest.raises(NotServed, match="another user's"):
        call(index_folder)


def test_where_no_service_runs_nothing_is_tried(index_folder):
    assert not may_be_served(index_folder)
    with pytest.raises(NotServed, match="no service runs"):
        call(index_folder)


async def test_the_settings_of_the_caller_hold_and_not_those_of_the_service(index_folder):
    from qa.service import Defaults, Service

    service = Service(index_folder, defaults=Defaults(k=1, threshold=1.0))
    request = {"question": "When is the next service due?"}
    async with listen_for_command_line(service):
        unset = (await ask(index_folder, "ask", request)).reply
        chosen = {"k": 2, "mode": "bm25", "threshold": 1.0}
        own = (await ask(index_folder, "ask", request, defaults=chosen)).reply
    service.close()
    assert (unset.answered, len(unset.hits)) == (True, 3)
    assert (own.answered, len(own.hits)) == (False, 2)
    assert not any("dense" in hit.scores for hit in own.hits)


def leave_stale_socket(folder):
    path = locate_socket(folder)
    path.parent.mkdir(parents=True, mode=0o700)
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(os.fspath(path))
    path.chmod(0o600)
    return path


def test_a_socket_that_was_left_costs_nothing(index_folder):
    leave_stale_socket(index_folder)
    started = time.monotonic()
    with pytest.raises(NotServed, match="has died"):
        call(index_folder)
    assert time.monotonic() - started < 0.5


def test_a_socket_that_cannot_be_made_is_left_to_the_caller(index_folder, monkeypatch):
    def fail(*_):
        raise OSError("too many open files")

    leave_stale_socket(index_folder)
    monkeypatch.setattr(client.socket, "socket", fail)
    with pytest.raises(NotServed, match="too many open files"):
        call(index_folder)


async def test_a_new_service_takes_the_place_of_one_that_died(service, index_folder):
    leave_stale_socket(index_folder)
    async with listen_for_command_line(service) as listening:
        assert listening
        assert (await ask(index_folder)).reply.answered
    assert not may_be_served(index_folder)


async def test_of_two_services_on_one_index_the_first_answers(service, index_folder):
    async with listen_for_command_line(service) as first:
        async with listen_for_command_line(service) as second:
            assert (first, second) == (True, False)
        assert (await ask(index_folder)).reply.answered


async def test_another_version_does_not_answer(service, index_folder, monkeypatch):
    async with listen_for_command_line(service):
        monkeypatch.setattr(client, "VERSION", "0.0.1")
        with pytest.raises(NotServed, match="another version"):
            await ask(index_folder)


async def test_a_service_of_another_index_does_not_answer(service, index_folder, tmp_path):
    async with listen_for_command_line(service):
        path = locate_socket(index_folder)
        other = tmp_path / "other"
        locate_socket(other).symlink_to(path)
        with pytest.raises(NotServed):
            await ask(other)


async def test_a_service_with_other_models_answers_only_what_needs_none(service, index_folder):
    async with listen_for_command_line(service):
        for kind in ("ask", "search"):
            with pytest.raises(NotServed, match="other models"):
                await ask(index_folder, kind, {"question": "pear"}, models=("mine:Reader", None))
        chosen = {"question": "pear", "mode": "hybrid"}
        assert (await ask(index_folder, "search", chosen, models=("mine:Reader", None))).hits


async def test_a_question_that_a_service_refuses_is_left_to_the_caller(service, index_folder):
    async with listen_for_command_line(service):
        with pytest.raises(NotServed, match="k: expected"):
            await ask(index_folder, "ask", {"question": "Why?", "k": 1000})


@pytest.mark.parametrize("kind", ["ask", "search"])
async def test_a_reply_without_an_answer_leaves_the_question_to_the_caller(index_folder, kind):
    async def answer(reader, writer):
        await reader.readline()
        writer.write(b"{}\n")
        await writer.drain()
        writer.close()

    path = locate_socket(index_folder)
    path.parent.mkdir(parents=True, mode=0o700)
    async with await asyncio.start_unix_server(answer, path):
        path.chmod(0o600)
        with pytest.raises(NotServed, match="has sent no answer"):
            await ask(index_folder, kind)


async def test_an_index_that_is_gone_is_left_to_the_caller(tmp_path, index_folder):
    from qa.service import Service

    service = Service(tmp_path / "gone")
    async with listen_for_command_line(service):
        with pytest.raises(NotServed, match="is gone"):
            await ask(tmp_path / "gone")


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\n",
        b"{}\n",
        b"[]\n",
        b"\xff\n",
        pytest.param(b"x" * 2_000_000, id="endless"),
        pytest.param(b"[" * 100_000 + b"\n", id="deep"),
    ],
)
async def test_what_is_no_question_is_not_answered_and_harms_nobody(service, index_folder, line):
    async with listen_for_command_line(service):
        reader, writer = await asyncio.open_unix_connection(locate_socket(index_folder))
        writer.write(line)
        writer.write_eof()
        with suppress(ConnectionError):
            assert await reader.read() == b""
        writer.close()
        assert (await ask(index_folder)).reply.answered


async def test_a_caller_that_goes_stops_the_work_on_its_question(service, index_folder):
    stopped = asyncio.Event()
    ask_of_service = service.ask

    async def ask_slowly(*_):
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            stopped.set()
            raise

    service.ask = ask_slowly
    try:
        async with listen_for_command_line(service):
            _, writer = await asyncio.open_unix_connection(locate_socket(index_folder))
            request = WarmRequest(VERSION, str(index_folder), "ask", {"question": "Why?"})
            writer.write(msgspec.json.encode(request) + b"\n")
            await writer.drain()
            await asyncio.sleep(0.05)
            writer.close()
            await asyncio.wait_for(stopped.wait(), 1)
    finally:
        service.ask = ask_of_service
