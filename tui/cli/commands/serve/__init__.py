"""The command `serve`: its options, and what it needs."""

from __future__ import annotations

import argparse

from index import QuotebackError, explain_installation
from tui.cli.options import add_index_option, port


def add_serve_options(parser: argparse.ArgumentParser) -> None:
    add_index_option(parser)
    parser.add_argument(
        "--port",
        type=port,
        default=8000,
        metavar="N",
        help="port to listen on (default: %(default)s; 0: any that is free)",
    )


def run_serve(options: argparse.Namespace) -> int:
    try:
        from tui.cli.commands.serve.server import serve
    except ModuleNotFoundError as error:
        raise QuotebackError(
            f"`serve` needs {error.name}: {explain_installation('serve')}"
        ) from error
    return serve(options.index, options.port)
