"""Hostile HTTP: whoever has the token is answered all the while, and nobody else learns anything.

python tests/attack/http_requests.py [--tries N] [--seed S]

Tokens, hosts, origins, paths, malformed heads, hostile JSON, slow bodies, a thousand half-open
connections and callers that go away. Exit code 1 where a status is not one of those that fit, an
honest question is not answered, or the server says more than a line for a fault.
"""

from __future__ import annotations

import json
import os
import random
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from urllib.parse import urlsplit

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

TRIES = 2_000
# Seconds in which an honest question is answered; megabytes that a server takes at most.
_PATIENCE, _MOST_MEMORY = 20, 1_500
_ASK = json.dumps({"question": QUESTION, "threshold": 0}).encode()
# Nothing of these may ever be said.
_SECRETS = (b"Traceback", b"site-packages", b'.py"', b'File "')
REFUSED = (400, 401, 403, 404, 405)
Case = tuple[str, bytes, Sequence[int]]


class Caller:
    """Speaks to a server over sockets, and sends whatever it is told."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._place = parts.hostname, parts.port

    def open(self, data: bytes) -> socket.socket:
        """A connection over which something was sent; it stays open."""
        connection = socket.create_connection(self._place, 10)
        with suppress(OSError):
            connection.sendall(data)
        return connection

    def exchange(self, data: bytes, seconds: float = _PATIENCE) -> bytes:
        """The answer to what is sent, or what came of it in so many seconds."""
        received = bytearray()
        with self.open(data) as connection, suppress(OSError):
            connection.settimeout(seconds)
            while not _is_whole(received) and (piece := connection.recv(2**16)):
                received += piece
        return bytes(received)


def _is_whole(received: bytearray) -> bool:
    head, end, body = received.partition(b"\r\n\r\n")
    length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
    if b"transfer-encoding: chunked" in head.lower():
        return body.endswith(b"0\r\n\r\n")
    return bool(end) and len(body) >= int(length or 0)


def read_status(reply: bytes) -> int:
    """The status of a reply; 0 where there is none."""
    words = reply[:20].split()
    return int(words[1]) if len(words) > 1 and words[1].isdigit() else 0


def make_request(
    method: str, path: str, body: bytes | None = None, headers: Sequence[str] = ()
) -> bytes:
    """A request, with a host of ours unless another one is among the headers."""
    lines = [f"{method} {path} HTTP/1.1", *headers]
    if not any(header.startswith("Host:") for header in headers):
        lines.append("Host: 127.0.0.1")
    if body is not None and not any(header.startswith("Content-Length:") for header in headers):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + (body or b"")


def list_cases(token: str) -> Iterator[Case]:
    """What is tried once: its name, the request, and the statuses that fit."""
    json_type, known = "Content-Type: application/json", f"Authorization: Bearer {token}"
    close = "Connection: close"

    def ask(*headers: str, path: str = "/v1/ask", body: bytes = _ASK) -> bytes:
        return make_request("POST", path, body, [json_type, *headers])

    for header in (
        *("X: y", "Authorization: Bearer", "Authorization: Bearer x", f"Authorization: {token}"),
        *(f"Authorization: Bearer {token[:-1]}", f"Authorization: Bearer {token}x"),
        *(f"Authorization: Basic {token}", f"Cookie: token={token}", f"X-Token: {token}"),
        *("Authorization: Bearer \xff\xfe", f"Authorization: Bearer {token}\0"),
    ):
        yield f"no token: {header[:25]!r}", ask(header), REFUSED
    for path in (
        *(f"/v1/ask?token={token}", "/health/../v1/ask", "/%68ealth/../v1/ask", "//v1/ask"),
        *("/health?/../v1/ask", "http://127.0.0.1/v1/ask", "/openapi.json#/v1/ask", "/health/..;/"),
    ):
        yield f"no token at {path[:25]!r}", ask(path=path), REFUSED
    for host in (
        *("evil.example", "evil.example:8765", "127.0.0.1.evil.example", "127.0.0.1@evil.example"),
        *("0.0.0.0", "[::ffff:127.0.0.1]", "[evil]", "127.1", "2130706433", "127.0.0.1,evil"),
    ):
        yield f"the host {host}", ask(known, f"Host: {host}"), (400, 403)
    for origin in (
        "http://evil.example",
        "null",
        "https://127.0.0.1",
        "file://",
        "http://127.0.0.1:1",
    ):
        yield f"the origin {origin}", ask(known, f"Origin: {origin}"), (403,)
    for method in ("GET", "PUT", "DELETE", "TRACE", "CONNECT", "PATCH", "HEAD", "X", "PROPFIND"):
        yield f"the method {method}", make_request(method, "/v1/ask", None, [known, close]), REFUSED
    for name in (
        *("0", "-1", "1.0", "%31", "1%00", "../../etc/passwd", "..%2f..%2fetc%2fpasswd", "9" * 19),
        *("9" * 5_000, "%ff", "%ed%a0%80", "", "1/", "0x1", "+1", "%20", "%D9%A1"),
    ):
        request = make_request("GET", f"/v1/documents/{name}", None, [known])
        yield f"the document {name[:25]!r}", request, (200, 307, 400, 404, 405, 422)
    for query in (
        *("offset=-1", "limit=0", "limit=99999", "offset=" + "9" * 30, "limit=%00", "paths=["),
        *("paths=" + "*" * 5_000, "paths=" + "a/**/" * 600, "since=9999-99-99", "since=%00"),
        *(
            "until=0000-01-01",
            "types=%ff",
            "tags=a&" * 200,
            "paths=!",
            "paths=%0a",
            "paths=%ed%a0%80",
        ),
        *("authors=%1b[31m", "since=0001-01-01T00:00:00%2B14:00", "paths=\\xff", "paths=\\xe9"),
    ):
        request = make_request("GET", f"/v1/documents?{query}", None, [known])
        yield f"the list {query[:25]!r}", request, (200, 400, 422)
    for name, body in _list_bodies().items():
        for path in ("/v1/ask", "/v1/search"):
            yield f"{path}, {name}", ask(known, path=path, body=body), (200, 400, 422)
    for given in (
        *("/etc/passwd", "/", "docs", "~/x", "/dev/zero", "file:///etc/passwd", "\ud800", "\0"),
        *("https://127.0.0.1/", "http://169.254.169.254/", "/proc/self/root/etc", "x" * 5_000),
    ):
        body = json.dumps({"paths": [given]}).encode()
        yield (
            f"indexing {given[:25]!r}",
            ask(known, path="/v1/index", body=body),
            (400, 403, 404, 422),
        )
    for kind in ("text/plain", "application/x-www-form-urlencoded", "", "application/jsonx"):
        request = make_request("POST", "/v1/ask", _ASK, [known, f"Content-Type: {kind}"])
        yield f"the type {kind!r}", request, (415,)
    chunked = [known, json_type, "Transfer-Encoding: chunked"]
    start = make_request("POST", "/v1/ask", None, chunked)
    yield "a chunk without a length", start + b"zz\r\n", (400,)
    yield "a huge chunk", start + b"F" * 17 + b"\r\n", (400, 408)
    yield "2 MB of chunks", start + (b"10000\r\n" + b"a" * 65_536 + b"\r\n") * 32, (413,)
    yield "tiny chunks", start + b"1\r\n \r\n" * 20_000 + b"0\r\n\r\n", (400, 413, 422)
    yield "two lengths", ask(known, "Content-Length: 5", "Content-Length: 6"), (400,)
    yield "a negative length", ask(known, "Content-Length: -5"), (400,)
    yield "a length that is none", ask(known, "Content-Length: x"), (400,)
    yield "a long header", ask(known, "X: " + "a" * 400_000), (400, 431)
    yield "many headers", ask(known, *(f"X{n}: a" for n in range(60_000))), (400, 431)
    yield "a long address", make_request("GET", "/health?" + "a" * 400_000), (400, 414, 431)
    yield "no version", b"GET /health\r\n\r\n", (400,)
    yield "lines without CR", b"GET /health HTTP/1.1\nHost: 127.0.0.1\n\n", (200, 400)
    yield "another protocol", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", (400, 403, 505)
    yield "TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200), (400,)
    yield "nothing but zeros", bytes(100_000), (400,)
    upgrade = ["Connection: Upgrade", "Sec-WebSocket-Key: x", "Sec-WebSocket-Version: 13"]
    for kind in ("websocket", "h2c"):
        request = make_request("GET", "/health", None, [f"Upgrade: {kind}", *upgrade])
        yield f"an upgrade to {kind}", request, (200, 400, 426)
    yield "three at once", make_request("GET", "/health") * 3, (200,)


def _list_bodies() -> dict[str, bytes]:
    def ask(**fields: object) -> bytes:
        return json.dumps({"question": QUESTION, **fields}).encode()

    return {
        "empty": b"",
        "null": b"null",
        "a list": b"[]",
        "a deep list": b"[" * 100_000,
        "a deep object": b'{"a":' * 100_000,
        "many digits": b'{"question":"x","k":' + b"9" * 100_000 + b"}",
        "not a number": b'{"question":"x","threshold":NaN}',
        "infinite": b'{"question":"x","threshold":1e999}',
        "twice": b'{"question":"x","question":""}',
        "a BOM": b"\xef\xbb\xbf" + ask(),
        "UTF-16": ask().decode().encode("utf-16"),
        "not UTF-8": b'{"question":"canal \xff\xfe"}',
        "halves": ask(paths=["\udcff*", "\ud800"], authors=["\udfff"]),
        "half a question": json.dumps({"question": "\ud800 canal"}).encode(),
        "blanks": json.dumps({"question": "   "}).encode(),
        "a long word": json.dumps({"question": "a" * 9_999 + "?"}).encode(),
        "too long": json.dumps({"question": "a" * 10_001}).encode(),
        "quotes": json.dumps({"question": '"' * 9_999}).encode(),
        "combining": json.dumps({"question": "a" + "\u0301" * 9_998}).encode(),
        "escapes": json.dumps({"question": "\x1b]0;x\x07 canal \0 \u202e?"}).encode(),
        "hostile patterns": ask(paths=["**/a*" * 800] * 100),
        "odd types": ask(types=["../x", "\0"]),
        "the last day": ask(since="9999-12-31T23:59:59+00:00"),
        "no day": ask(until="2026-02-30"),
        "a long day": ask(since="9" * 900_000),
        "unknown": ask(x=1),
        "another k": ask(k=1.5),
        "a large k": ask(k=101),
    }


def attack(caller: Caller, token: str, tally: Tally, tries: int, chance: random.Random) -> None:
    known = [f"Authorization: Bearer {token}", "Content-Type: application/json"]
    honest = make_request("POST", "/v1/ask", _ASK, known)

    def check_honest(name: str) -> None:
        began = time.monotonic()
        reply = caller.exchange(honest)
        took = time.monotonic() - began
        is_answered = read_status(reply) == 200 and ANSWER.encode() in reply and took < _PATIENCE
        tally.note(f"a question {name}", None if is_answered else f"{took:.1f} s, {reply[:200]!r}")

    check_honest("before all")
    cases = list(list_cases(token))
    if tries < len(cases):
        cases = chance.sample(cases, tries)
    for name, request, allowed in cases:
        reply = caller.exchange(request)
        leaked = [secret for secret in _SECRETS if secret in reply]
        is_fine = read_status(reply) in allowed and not leaked
        tally.note(name, None if is_fine else f"{leaked} {reply[:300]!r}")
    check_honest("after all requests")
    for _ in range(tries - len(cases)):
        request = mutate(honest, chance)
        reply = caller.exchange(request, 0.3)
        problem = read_status(reply) >= 500 or any(secret in reply for secret in _SECRETS)
        tally.note(f"mutated {request!r}", f"{reply[:300]!r}" if problem else None)
    check_honest("after all mutations")

    many = min(1_000, 4 * tries)
    slow_body = make_request("POST", "/v1/ask", None, [*known, "Content-Length: 100"]) + b"{"
    held = [caller.open(b"POST /v1/ask HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ") for _ in range(many)]
    check_honest(f"beside {many} half-open connections")
    held += [caller.open(b"") for _ in range(many)]
    check_honest(f"beside {many} that say nothing")
    held += [caller.open(make_request("GET", "/openapi.json") * 50) for _ in range(many // 10)]
    check_honest("beside connections that read no answer")
    held += [caller.open(slow_body) for _ in range(min(100, many))]
    check_honest("beside slow bodies")
    for connection in held:
        connection.close()
    question = json.dumps({"question": "when was the canal dug and who " * 200}).encode()
    # Fewer than are taken at a time: they may still be on their way out.
    for _ in range(min(50, many)):
        caller.open(make_request("POST", "/v1/ask", question, known)).close()
    check_honest("after callers that went away")


def main() -> int:
    tries, chance = read_options(__doc__ or "", TRIES)
    tally = Tally()
    with served_index() as index, serve_command("api", "--index", index) as served:
        address, token, process = served
        attack(Caller(address), token, tally, tries, chance)
        memory = read_memory(process.pid)
        tally.note("memory", None if memory < _MOST_MEMORY else f"{memory} MB")
        descriptors = len(os.listdir(f"/proc/{process.pid}/fd")) if sys.platform == "linux" else 0
        tally.note("descriptors", None if descriptors < 700 else f"{descriptors}")
        process.terminate()
        _, errors = process.communicate(timeout=60)
        code = process.returncode
        tally.note("the end", None if code == 0 else f"exit code {code}")
        tally.check_log(errors)
    return tally.report("tries")


if __name__ == "__main__":
    sys.exit(main())
