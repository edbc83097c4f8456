"""The command `ask`: answer a question."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from qa import PASSAGES_READ, counted
from tui.cli.options import add_index_option, add_json_option, fraction, positive
from tui.cli.parser import Commands, UsageError, add_parser
from tui.cli.question import (
    add_filter_options,
    add_question,
    open_index_to_ask,
    read_filter,
    read_question,
    warn_if_nothing_passes,
)

if TYPE_CHECKING:
    from index import Filter, Index


def add_ask(commands: Commands) -> None:
    """Add the command."""
    parser = add_parser(commands, "ask", "Answer a question from what is indexed.", _run)
    add_question(parser)
    add_index_option(parser)
    add_filter_options(parser)
    add_json_option(parser)
    parser.add_argument(
        "--history",
        action="append",
        default=[],
        metavar="Q",
        help="an earlier question of the conversation; repeatable, oldest first",
    )
    parser.add_argument(
        "-k",
        type=positive,
        metavar="N",
        help=f"passages to read (default: as in the settings, else {PASSAGES_READ})",
    )
    parser.add_argument(
        "--threshold",
        type=fraction,
        metavar="P",
        help="confidence, 0 to 1, below which nothing is answered "
        "(default: as in the settings, else fitted)",
    )


def _run(options: argparse.Namespace) -> int:
    from index import Retriever
    from qa import Assistant, encode_reply
    from tui.cli.printing import print_reply
    from tui.cli.progress import ProgressBar
    from tui.common.json_output import print_json
    from tui.locations import settings_file
    from tui.settings.file import read_settings

    question = read_question(options)
    if len(options.question) > 1 and options.history:
        # Without quotes nobody knows where the earlier question ends.
        raise UsageError("with --history, put every question in quotes")
    settings = read_settings(settings_file())
    threshold = settings.threshold if options.threshold is None else options.threshold
    with ProgressBar() as bar:
        retriever = Retriever(open_index_to_ask(options.index, bar.show))
        assistant = Assistant(retriever, threshold=threshold, progress=bar.show)
        if assistant.notice:
            print(assistant.notice, file=sys.stderr)
        chosen = read_filter(options)
        reply = assistant.ask(
            question,
            options.history,
            k=options.k or settings.k,
            mode=settings.mode,
            filter=chosen,
        )
    warn_if_nothing_passes(chosen, reply.hits)
    if options.json:
        print_json(encode_reply(reply))
    else:
        print_reply(reply, _describe_search(retriever.index, chosen))
    return 0


def _describe_search(index: Index, chosen: Filter) -> str:
    """How much was searched, and what was not."""
    documents, passages = index.counts
    parts = [f"Searched {counted(documents, 'document')}"]
    if chosen:
        parts.append("of these only what the options let through")
    if waiting := passages - index.embedded:
        parts.append(f"{counted(waiting, 'passage')} by their words alone: not embedded yet")
    return f"{'; '.join(parts)}. `quoteback status` says what is not indexed."
