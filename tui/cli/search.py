"""The command `search`: list passages."""

from __future__ import annotations

import argparse

from index import DEFAULT_HITS, DEFAULT_MODE, MODES
from tui.cli.options import add_index_option, add_json_option, positive
from tui.cli.parser import Commands, add_parser
from tui.cli.question import (
    add_filter_options,
    add_question,
    open_index_to_ask,
    read_filter,
    read_question,
    warn_if_nothing_passes,
)


def add_search(commands: Commands) -> None:
    """Add the command."""
    parser = add_parser(commands, "search", "List the passages that bear on a question.", _run)
    add_question(parser)
    add_index_option(parser)
    add_filter_options(parser)
    add_json_option(parser)
    parser.add_argument(
        "-k",
        type=positive,
        default=DEFAULT_HITS,
        metavar="N",
        help="passages to list (default: %(default)s)",
    )
    parser.add_argument(
        "--mode",
        choices=MODES,
        help="by meaning and keyword, by meaning alone, by keyword alone "
        f"(default: as in the settings, else {DEFAULT_MODE})",
    )


def _run(options: argparse.Namespace) -> int:
    from index import Retriever
    from qa import encode_search
    from tui.cli.printing import print_hits
    from tui.cli.progress import ProgressBar
    from tui.common.json_output import print_json
    from tui.locations import settings_file
    from tui.settings.file import read_settings

    question = read_question(options)
    mode = options.mode or read_settings(settings_file()).mode
    with ProgressBar() as bar:
        index = open_index_to_ask(options.index, bar.show)
        chosen = read_filter(options)
        hits = Retriever(index).search(question, options.k, mode, filter=chosen)
    warn_if_nothing_passes(chosen, hits)
    if options.json:
        print_json(encode_search(question, hits))
    else:
        print_hits(hits)
    return 0
