"""The command `serve`: its options, and what it needs."""

from __future__ import annotations

import argparse

from index import QuotebackError
from tui.cli.options import add_index_option, port
from tui.cli.parser import Commands, add_parser


def add_serve(commands: Commands) -> None:
    """Add the command."""
    summary = (
        "Serve the app to browsers on this machine: the address that it prints opens one of them."
    )
    parser = add_parser(commands, "serve", summary, _run)
    add_index_option(parser)
    parser.add_argument(
        "--port",
        type=port,
        default=8000,
        metavar="N",
        help="port to listen on (default: %(default)s; 0: any that is free)",
    )


def _run(options: argparse.Namespace) -> int:
    try:
        from tui.cli.commands.serve.server import serve
    except ModuleNotFoundError as error:
        raise QuotebackError(
            "`serve` is not installed: install quoteback with its part `serve`, as in "
            "`pipx install 'quoteback[serve]'` or `pipx install '.[serve]'`"
        ) from error
    return serve(options.index, options.port)
