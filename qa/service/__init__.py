"""One warm process answers for many: over HTTP, over MCP, and for the command line.

service = Service.open("notes.index")
reply = await service.ask(AskRequest(question="when did the museum open?"))
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qa.service.api.serve import serve_api
    from qa.service.mcp.serve import serve_mcp, serve_mcp_over_http
    from qa.service.requests import AskRequest, Defaults, SearchRequest
    from qa.service.service import Service
    from qa.service.token import load_token, token_file
    from qa.service.warm.client import Call, NotServed, call_service
    from qa.service.warm.endpoint import may_be_served
    from qa.service.warm.wire import WarmReply

__all__ = [
    "AskRequest",
    "Call",
    "Defaults",
    "NotServed",
    "SearchRequest",
    "Service",
    "WarmReply",
    "call_service",
    "load_token",
    "may_be_served",
    "serve_api",
    "serve_mcp",
    "serve_mcp_over_http",
    "token_file",
]

# Imported when first used: a question that another process answers needs next to nothing, and
# the servers need packages of an extra.
_LAZY = {
    "AskRequest": "qa.service.requests",
    "SearchRequest": "qa.service.requests",
    "load_token": "qa.service.token",
    "token_file": "qa.service.token",
    "may_be_served": "qa.service.warm.endpoint",
    "Call": "qa.service.warm.client",
    "Defaults": "qa.service.requests",
    "NotServed": "qa.service.warm.client",
    "Service": "qa.service.service",
    "WarmReply": "qa.service.warm.wire",
    "call_service": "qa.service.warm.client",
    "serve_api": "qa.service.api.serve",
    "serve_mcp": "qa.service.mcp.serve",
    "serve_mcp_over_http": "qa.service.mcp.serve",
}


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        return getattr(import_module(_LAZY[name]), name)
    raise AttributeError(f"module 'qa.service' has no attribute {name!r}")
