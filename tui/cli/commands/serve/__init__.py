"""The command `serve`: its options, and what it needs."""

from __future__ import annotations

import argparse

from tui.cli.options import add_index_option, needs_part, port


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
    with needs_part("serve"):
        from tui.cli.commands.serve.server import serve
    return serve(options.index, options.port)
