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
