"""Hostile MCP, on standard input and over HTTP: the next honest request is answered.

python tests/attack/mcp_framing.py [--tries N] [--seed S]

Half lines, huge ones, what is not JSON or not Unicode, ids of every kind, nesting, floods,
cancelled requests, the end of the input in the middle of a request; over HTTP wrong methods,
types, sessions, tokens and streams that nobody reads. Exit code 1 where an honest request is not
answered, an answer is not JSON, or the server says more than a line for a fault.
"""

from __future__ import annotations

import json
import os
import queue
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.attack.http_requests import Caller, make_request, read_status
from tests.support import ROOT
from tests.support.command_line import serve_command
from tests.support.hostile_requests import (
    ANSWER,
    QUESTION,
    Tally,
    mutate,
    read_memory,
    read_options,
    served_index,
)

TRIES = 2_500
# Seconds in which an honest request is answered; megabytes that a server takes at most.
_PATIENCE, _MOST_MEMORY = 60, 1_500
_HELLO = {
    "protocolVersion": "2025-06-18",
    "capabilities": {},
    "clientInfo": {"name": "attack", "version": "1"},
}
# Each is one kind of value where another is wanted.
_VALUES = (
    None,
    True,
    False,
    0,
    -1,
    1.5,
    10**30,
    "",
    "x" * 5_000,
    "\ud800",
    "\0",
    [],
    [[]],
    {},
    {"a": 1},
)


def make_line(method: str, params: object = None, id: object = None, **more: object) -> bytes:
    """A message, on a line of its own; without an id it is a notification."""
    message = {"jsonrpc": "2.0", "method": method, **more}
    message |= {} if params is None else {"params": params}
    message |= {} if id is None else {"id": id}
    return json.dumps(message).encode() + b"\n"


def call_tool(id: object, name: object, arguments: object) -> bytes:
    return make_line("tools/call", {"name": name, "arguments": arguments}, id)


@dataclass(frozen=True)
class Try:
    """Something hostile to send.

    Attributes:
        pieces: what is written, one after the other.
        answered: the id of a request in it that must be answered.
    """

    name: str
    pieces: Sequence[bytes]
    answered: object = None


def list_tries() -> Iterator[Try]:
    """What is tried once, whatever the chance."""
    lines = {
        "blank": b"\n",
        "blanks": b" \t\r\n" * 100,
        "words": b"garbage\n",
        "empty object": b"{}\n",
        "empty list": b"[]\n",
        "null": b"null\n",
        "number": b"7\n",
        "text": b'"a"\n',
        "nul": b"\0\n",
        "not UTF-8": b"\xff\xfe\n",
        "UTF-16": '{"jsonrpc":"2.0","id":1,"method":"ping"}'.encode("utf-16") + b"\n",
        "BOM": b'\xef\xbb\xbf{"jsonrpc":"2.0","id":"bom","method":"ping"}\n',
        "no method": b'{"jsonrpc":"2.0","id":1}\n',
        "other version": b'{"jsonrpc":"1.0","id":1,"method":"ping"}\n',
        "no version": b'{"id":1,"method":"ping"}\n',
        "a head as of HTTP": b"Content-Length: 5\r\n\r\n{}\n",
        "a request of HTTP": b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "NaN": b'{"jsonrpc":"2.0","id":NaN,"method":"ping"}\n',
        "infinite": b'{"jsonrpc":"2.0","id":1e999,"method":"ping"}\n',
        "two on a line": b'{"jsonrpc":"2.0","id":1,"method":"ping"}{"id":2}\n',
        "deep list": b"[" * 100_000 + b"\n",
        "deep object": b'{"a":' * 50_000 + b"\n",
        "deep params": b'{"jsonrpc":"2.0","id":1,"method":"ping","params":'
        + b'{"a":' * 900
        + b"1"
        + b"}" * 901
        + b"\n",
        "batch": b'[{"jsonrpc":"2.0","id":9,"method":"ping"}]\n',
        "a long text": b'"' + b"a" * 3_000_000 + b'"\n',
        "a long id": b'{"jsonrpc":"2.0","id":"' + b"x" * 900_000 + b'","method":"ping"}\n',
        "many digits": b'{"jsonrpc":"2.0","id":' + b"9" * 100_000 + b',"method":"ping"}\n',
        "a response": b'{"jsonrpc":"2.0","id":5,"result":{}}\n',
        "an error": b'{"jsonrpc":"2.0","id":5,"error":{"code":1,"message":"\\u001b[2J"}}\n',
        "a line separator": '{"jsonrpc":"2.0","id":7,"method":"ping"}\u2028\n'.encode(),
        "a flood of lines": b"{}\n" * 2_000,
        "a flood of notifications": make_line("notifications/progress", {"progressToken": 1})
        * 2_000,
        "a flood of requests": make_line("ping", {}, "flood") * 500,
    }
    yield from (Try(name, [line]) for name, line in lines.items())
    # More than a message may be, in pieces: none of it is kept.
    yield Try("64 MB without an end", [b"a" * 2**20] * 64 + [b"\n"])
    yield Try("byte by byte", [bytes([byte]) for byte in make_line("ping", {}, "bytes")], "bytes")
    yield Try("without a blank", [make_line("ping", {}, "crlf").replace(b"\n", b"\r\n")], "crlf")
    for id in ("", "a", "\ud800", 0, -5, 2**70, "9" * 1_000):
        shown = "\\ud800" if id == "\ud800" else id
        yield Try(f"the id {str(id)[:9]!r}", [make_line("ping", {}, id)], shown)
    for id in _VALUES:
        yield Try(f"an id {str(id)[:9]!r}", [make_line("ping", {}, **{"id": id})])
    for method in (
        *("", "x", "\ud800", "tools/call/x", "__class__", "rpc.discover", "initialize"),
        *("prompts/list", "completion/complete", "logging/setLevel", "resources/subscribe"),
        *("sampling/createMessage", "roots/list", "tasks/list", "notifications/initialized"),
    ):
        for number, params in enumerate((None, {}, {"cursor": "x" * 9_999}, {"_meta": 7})):
            id = f"{method!r} {number}"
            yield Try(f"the method {method!r}", [make_line(method, params, id)], _spell(id))
    for name in ("ask", "search", "read", "list_documents", "status", "none", "\ud800", "", None):
        for number, value in enumerate(_VALUES):
            id = f"call {name!r} {number}"
            yield Try(f"{name!r} with {str(value)[:9]!r}", [call_tool(id, name, value)], _spell(id))
    for field in ("question", "k", "history", "paths", "since", "threshold", "mode", "odd\ud800"):
        for number, value in enumerate(_VALUES):
            arguments = {"question": "canal", field: value}
            id = f"field {field!r} {number}"
            yield Try(
                f"{field!r} is {str(value)[:9]!r}", [call_tool(id, "search", arguments)], _spell(id)
            )
    for document in (*_VALUES, "/etc/passwd", "../../etc/passwd", "1", "\udce9", "a" * 10**5):
        id = f"read {str(document)[:9]!r} {type(document).__name__}"
        yield Try(f"{id}", [call_tool(id, "read", {"document": document})], _spell(id))
    for uri in ("", "file:///etc/passwd", "quoteback://documents/\ud800", "x" * 10_000, 7):
        id = f"resource {str(uri)[:30]!r}"
        yield Try(id, [make_line("resources/read", {"uri": uri}, id)], _spell(id))
    for requested in (*_VALUES, "asked"):
        cancel = make_line("notifications/cancelled", {"requestId": requested, "reason": "\ud800"})
        ask = call_tool("asked", "ask", {"question": QUESTION})
        yield Try(f"cancelled {str(requested)[:9]!r}", [ask, cancel])


def _spell(id: str) -> str:
    """An id as it comes back: halves of characters are spelled out."""
    return id.replace("\ud800", "\\ud800").replace("\udce9", "\\xe9")


def mutated_tries(chance: random.Random) -> Iterator[Try]:
    """Honest messages with a few bytes changed, and cut into pieces anywhere; without end."""
    honest = [
        call_tool("F", "read", {"document": 1, "start": 0, "end": 5}),
        call_tool("F", "search", {"question": "canal", "paths": ["*.txt"], "k": 2}),
        call_tool("F", "list_documents", {"limit": 5, "since": "2020-01-01"}),
        make_line("resources/list", {"cursor": "0"}, "F"),
        make_line("notifications/cancelled", {"requestId": "F"}),
        make_line("initialize", _HELLO, "F"),
    ]
    while True:
        line = mutate(chance.choice(honest), chance)
        cuts = sorted(chance.randrange(len(line) + 1) for _ in range(chance.choice((0, 0, 1, 4))))
        pieces = [line[a:b] for a, b in zip([0, *cuts], [*cuts, len(line)], strict=True)]
        yield Try(f"mutated {line[:80]!r}", [*pieces, b"\n"])


class Server:
    """A server on standard input and output, in a process of its own."""

    def __init__(self, index: Path) -> None:
        self._log = tempfile.TemporaryFile()  # noqa: SIM115
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tui", "mcp", "--index", str(index)],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            bufsize=0,
        )
        self._lines: queue.Queue[bytes] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        self._count = 0
        self.problem: str | None = None
        self.send([make_line("initialize", _HELLO, "hello")])
        self.receive("hello")
        self.send([make_line("notifications/initialized")])

    def _read(self) -> None:
        for line in self.process.stdout:
            self._lines.put(line)
        self._lines.put(b"")

    def send(self, pieces: Sequence[bytes]) -> None:
        for piece in pieces:
            view = memoryview(piece)
            while view:
                view = view[self.process.stdin.write(view) :]

    def receive(self, id: object) -> dict | None:
        """The answer to a request; None where it does not come."""
        until = time.monotonic() + _PATIENCE
        while (left := until - time.monotonic()) > 0:
            try:
                line = self._lines.get(timeout=left)
            except queue.Empty:
                return None
            if not line:
                self.problem = f"the server has ended with {self.process.wait()}"
                return None
            try:
                answer = json.loads(line.decode())
                assert answer["jsonrpc"] == "2.0"
            except (ValueError, KeyError, TypeError, AssertionError):
                self.problem = f"it sent {line[:200]!r}"
                return None
            if answer.get("id") == id and type(answer.get("id")) is type(id):
                return answer
        return None

    def find_problem(self, each: Try) -> str | None:
        """Send something hostile and then an honest request; what goes wrong, if anything."""
        self.problem = None
        try:
            self.send(each.pieces)
            if each.answered is not None and self.receive(each.answered) is None:
                return self.problem or "it is never answered"
            return self.ask_honestly()
        except OSError as error:
            return repr(error)

    def ask_honestly(self) -> str | None:
        self._count += 1
        id = f"honest {self._count}"
        wanted = {"document": 1, "start": 0, "end": 9}
        name, arguments, words = ("read", wanted, "characters")
        if self._count % 200 == 1:
            name, arguments, words = "ask", {"question": QUESTION, "threshold": 0}, ANSWER
        self.send([call_tool(id, name, arguments)])
        answer = self.receive(id)
        if answer is None:
            return self.problem or "an honest request is not answered"
        return None if words in json.dumps(answer) else f"an honest request gets {answer}"

    def end(self, tally: Tally, last: bytes = b"") -> None:
        """End its input, in the middle of something or not; it ends by itself, in peace."""
        memory = read_memory(self.process.pid)
        tally.note("memory", None if memory < _MOST_MEMORY else f"{memory} MB")
        self.send([last])
        self.process.stdin.close()
        try:
            code = self.process.wait(_PATIENCE)
            tally.note(f"the end after {last[:40]!r}", None if code == 0 else f"exit code {code}")
        except subprocess.TimeoutExpired:
            self.process.kill()
            tally.note(f"the end after {last[:40]!r}", "it goes on")
        self._log.seek(0)
        tally.check_log(self._log.read().decode())


LAST = [
    b"",
    b"{",
    b'{"jsonrpc":"2.0","id":1,"method":"pi',
    call_tool("last", "ask", {"question": QUESTION}),
    call_tool("last", "ask", {"question": QUESTION}).rstrip(),
    b'{"jsonrpc":"2.0","id":"\xed\xa0',
    b"a" * 3_000_000,
    call_tool("last", "status", {}) * 300,
]


def attack_streams(index: Path, tally: Tally, tries: int, chance: random.Random) -> None:
    server = Server(index)
    listed = list(list_tries())
    if tries < len(listed):
        listed = chance.sample(listed, tries)
    mutated = mutated_tries(chance)
    for each in [*listed, *(next(mutated) for _ in range(tries - len(listed)))]:
        tally.note(each.name, server.find_problem(each))
        if server.process.poll() is not None:
            server = Server(index)
    server.end(tally)
    for last in LAST if tries >= TRIES // 2 else LAST[2:3]:
        Server(index).end(tally, last)


# Over HTTP


@contextmanager
def _http_server(index: Path, tally: Tally) -> Iterator[tuple[Caller, str, int]]:
    with serve_command("mcp", "--http", "--index", index) as (address, token, process):
        yield Caller(address), token, process.pid
        process.terminate()
        _, errors = process.communicate(timeout=_PATIENCE)
        tally.note(
            "the end", None if process.returncode == 0 else f"exit code {process.returncode}"
        )
        tally.check_log(errors)


def attack_http(index: Path, tally: Tally, tries: int, chance: random.Random) -> None:
    accept = "Accept: application/json, text/event-stream"
    hello = make_line("initialize", _HELLO, "hello").strip()
    with _http_server(index, tally) as (caller, token, process):
        known = f"Authorization: Bearer {token}"

        def post(body: bytes, *headers: str, method: str = "POST", path: str = "/mcp") -> bytes:
            return make_request(method, path, body, [*headers, "Content-Type: application/json"])

        def find_problem(request: bytes, allowed: Sequence[int] = ()) -> str | None:
            status = read_status(caller.exchange(request, 1))
            if allowed and status not in allowed:
                return f"it says {status}"
            reply = caller.exchange(post(hello, known, accept), 20)
            return None if read_status(reply) == 200 else f"an honest request gets {reply[:200]!r}"

        refused = {
            "without a token": post(hello, accept),
            "with another token": post(hello, "Authorization: Bearer x" + token, accept),
            "a token in the address": post(hello, accept, path=f"/mcp?token={token}"),
            "of another host": post(hello, known, accept, "Host: evil.example"),
            "of another page": post(hello, known, accept, "Origin: http://evil.example"),
            "of a file": post(hello, known, accept, "Origin: null"),
            "elsewhere": post(hello, known, accept, path="/mcp/../health"),
        }
        cases = [
            (name, request, (400, 401, 403, 404, 406, 421)) for name, request in refused.items()
        ]
        # There are no sessions: what names one is answered, or refused.
        for session in ("none", "\xff", "x" * 5_000, ""):
            ping = post(make_line("ping", {}, 1), known, accept, f"Mcp-Session-Id: {session}")
            cases.append((f"the session {session[:9]!r}", ping, ()))
        for method in ("GET", "PUT", "DELETE", "OPTIONS", "HEAD", "TRACE", "PATCH", "X"):
            cases.append((f"the method {method}", post(b"", known, method=method), ()))
        for body in (
            b"",
            b"[",
            b"[" * 99_999,
            b"null",
            b"{}",
            b"\xff",
            b'{"jsonrpc":"2.0","id":"\\ud800"}',
        ):
            cases.append((f"the body {body[:20]!r}", post(body, known, accept), range(400, 430)))
        for each in list_tries():
            if len(each.pieces) == 1 and len(each.pieces[0]) < 2**20:
                cases.append((each.name, post(each.pieces[0].strip(), known, accept), ()))
        big = post(b'"' + b"a" * 2**21 + b'"', known, accept)
        cases.append(("2 MB", big, (413,)))
        for kind in ("text/plain", "application/json; charset=utf-16", "multipart/form-data", ""):
            headers = [known, accept, f"Content-Type: {kind}"]
            cases.append((f"the type {kind!r}", make_request("POST", "/mcp", hello, headers), ()))
        if tries < len(cases):
            cases = cases[:12] + chance.sample(cases[12:], max(0, tries - 12))
        while len(cases) < tries:
            cases.append(("mutated", mutate(post(hello, known, accept), chance), ()))
        for name, request, allowed in cases:
            tally.note(f"over HTTP, {name}", find_problem(request, allowed))
        # Streams that nobody reads, and connections that say nothing.
        held = [caller.open(post(hello, known, accept)[:-5]) for _ in range(20)]
        held += [
            caller.open(make_request("GET", "/mcp", None, [known, "Accept: text/event-stream"]))
            for _ in range(20)
        ]
        held += [caller.open(b"POST /mcp HTTP/1.1\r\nX: ") for _ in range(min(1_000, 4 * tries))]
        tally.note("over HTTP, half-open", find_problem(post(b"{", known, accept)))
        for connection in held:
            connection.close()
        memory = read_memory(process)
        tally.note("over HTTP, memory", None if memory < _MOST_MEMORY else f"{memory} MB")


def main() -> int:
    tries, chance = read_options(__doc__ or "", TRIES)
    tally = Tally()
    with served_index() as index:
        attack_streams(index, tally, tries * 4 // 5, chance)
        attack_http(index, tally, tries // 5, chance)
    return tally.report("tries")


if __name__ == "__main__":
    sys.exit(main())
