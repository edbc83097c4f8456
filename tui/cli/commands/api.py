"""The command `api`: answer other programs over HTTP."""

from __future__ import annotations

import argparse

from tui.cli.options import add_index_option, needs_part, nonempty, port
from tui.cli.question import open_service


def add_api_options(parser: argparse.ArgumentParser) -> None:
    add_index_option(parser)
    parser.add_argument(
        "--port",
        type=port,
        default=8765,
        metavar="N",
        help="port to listen on (default: %(default)s; 0: any that is free)",
    )
    parser.add_argument(
        "--host",
        type=nonempty,
        default="127.0.0.1",
        metavar="ADDRESS",
        help="address to listen on (default: %(default)s, which no other machine can reach; "
        "what is sent is not encrypted)",
    )
    parser.add_argument(
        "--allow",
        action="append",
        type=nonempty,
        default=[],
        metavar="FOLDER",
        help="a folder whose files programs may have indexed, beside those that are; repeatable",
    )


def run_api(options: argparse.Namespace) -> int:
    with needs_part("api"):
        import starlette  # noqa: F401
        import uvicorn  # noqa: F401
    from index.filesystem import check_paths
    from qa import visible
    from qa.service import load_token, serve_api, token_file

    check_paths(options.allow)
    token = load_token()
    service = open_service(options.index, options.allow)

    def tell(address: str) -> None:
        print(f"Quoteback answers at {address} (Ctrl-C ends it)")
        print(f"Token: {visible(str(token_file()))}", flush=True)

    serve_api(service, token, host=options.host, port=options.port, on_start=tell)
    return 0
