"""Who may ask over HTTP: programs that know the token; no page of a browser."""

from __future__ import annotations

import hmac
from collections.abc import Collection
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from qa.service.api.messages import ProblemResponse
from qa.service.connections import Strangers

_SCHEME = "bearer"


class Guard:
    """Refuses requests before their bodies are read.

    The name of the host is checked, since a site can make its own name lead to this machine
    (DNS rebinding). The port is not: it may be forwarded from another one.
    """

    def __init__(
        self,
        app: ASGIApp,
        token: str,
        hosts: Collection[str],
        public: Collection[str],
        strangers: Strangers | None = None,
    ) -> None:
        """Guard an application.

        Args:
            token: what callers must know.
            hosts: names and addresses by which they may reach us.
            public: paths for which no token is needed.
            strangers: connections, by the address of their other end, of which those are
                released over which the token has come.
        """
        self._app = app
        self._token = token.encode()
        self._hosts = frozenset(hosts)
        self._public = frozenset(public)
        self._strangers = strangers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (problem := self._find_problem(scope)) is not None:
            await problem(scope, receive, send)
        elif scope["type"] in ("http", "lifespan"):
            await self._app(scope, receive, send)

    def _find_problem(self, scope: Scope) -> ProblemResponse | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if _drop_port(host) not in self._hosts:
            return ProblemResponse(HTTPStatus.FORBIDDEN, "this is not the name of this host")
        if headers.get("origin", f"http://{host}") != f"http://{host}":
            return ProblemResponse(HTTPStatus.FORBIDDEN, "pages of other sites may not ask")
        if self._knows_token(headers):
            if self._strangers is not None:
                self._strangers.release(scope["client"])
            return None
        if scope["path"] in self._public:
            return None
        return ProblemResponse(
            HTTPStatus.UNAUTHORIZED,
            "give the token: `Authorization: Bearer …`",
            {"WWW-Authenticate": "Bearer"},
        )

    def _knows_token(self, headers: Headers) -> bool:
        scheme, _, token = headers.get("authorization", "").partition(" ")
        given = token.strip().encode("utf-8", "surrogateescape")
        return scheme.lower() == _SCHEME and hmac.compare_digest(given, self._token)


def _drop_port(host: str) -> str:
    """The name in a Host header; an IPv6 address without its brackets."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].lower()
