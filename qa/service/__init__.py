"""One warm process answers for many: over HTTP, over MCP, and for the command line.

service = Service("notes.index")
reply = await service.ask(AskRequest(question="when did the museum open?"))
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.lazy_names import export_lazily

if TYPE_CHECKING:
    from qa.service.api.serve import serve_api as serve_api
    from qa.service.connections import Strangers as Strangers, listen as listen
    from qa.service.mcp.serve import (
        serve_mcp as serve_mcp,
        serve_mcp_over_http as serve_mcp_over_http,
    )
    from qa.service.requests import (
        AskRequest as AskRequest,
        Defaults as Defaults,
        SearchRequest as SearchRequest,
    )
    from qa.service.service import Service as Service
    from qa.service.token import load_token as load_token, token_file as token_file
    from qa.service.warm.client import (
        Call as Call,
        NotServed as NotServed,
        call_service as call_service,
        locate_socket as locate_socket,
        may_be_served as may_be_served,
        reach_service as reach_service,
    )
    from qa.service.warm.wire import WarmReply as WarmReply
else:
    # A question that another process answers needs next to nothing, and the servers need
    # packages of an extra.
    __all__, __getattr__, __dir__ = export_lazily(
        __name__,
        {
            "qa.service.api.serve": "serve_api",
            "qa.service.connections": "Strangers listen",
            "qa.service.mcp.serve": "serve_mcp serve_mcp_over_http",
            "qa.service.requests": "AskRequest Defaults SearchRequest",
            "qa.service.service": "Service",
            "qa.service.token": "load_token token_file",
            "qa.service.warm.client": (
                "Call NotServed call_service locate_socket may_be_served reach_service"
            ),
            "qa.service.warm.wire": "WarmReply",
        },
    )
