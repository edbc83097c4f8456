"""The command `mcp`: answer language models and their tools over the Model Context Protocol."""

from __future__ import annotations

import argparse

from tui.cli.options import UsageError, add_index_option, needs_part, port
from tui.cli.question import open_service


def add_mcp_options(parser: argparse.ArgumentParser) -> None:
    add_index_option(parser)
    parser.add_argument(
        "--http", action="store_true", help="over HTTP on this machine, with a token"
    )
    parser.add_argument(
        "--port",
        type=port,
        metavar="N",
        help="with --http, port to listen on (default: any that is free)",
    )


def run_mcp(options: argparse.Namespace) -> int:
    if options.port is not None and not options.http:
        raise UsageError("--port goes with --http: without it, no port is opened")
    with needs_part("mcp"):
        import mcp.server  # noqa: F401
    from qa import visible
    from qa.service import load_token, serve_mcp, serve_mcp_over_http, token_file

    if not options.http:
        serve_mcp(open_service(options.index))
        return 0
    token = load_token()
    service = open_service(options.index)

    def tell(address: str) -> None:
        print(f"Quoteback speaks MCP at {address} (Ctrl-C ends it)")
        print(f"Token: {visible(str(token_file()))}", flush=True)

    serve_mcp_over_http(service, token, port=options.port or 0, on_start=tell)
    return 0
