"""The command `search`: list passages."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from index import DEFAULT_HITS, DEFAULT_MODE, MODES
from tui.cli.options import positive
from tui.cli.output import needs_texts, print_citations, print_json, print_places
from tui.cli.question import (
    add_model_options,
    add_question_options,
    ask_running_service,
    make_assistant,
    open_index_to_ask,
    read_filter,
    read_question,
    warn_if_nothing_is_found,
)

if TYPE_CHECKING:
    from index import Hit
    from qa.service import WarmReply


def add_search_options(parser: argparse.ArgumentParser) -> None:
    add_question_options(parser)
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
        help="by meaning and keyword, by meaning alone, by keyword alone, in the order of that "
        f"search; without this, passages are found as the settings say (else {DEFAULT_MODE}), and "
        "ranked by how well they answer",
    )
    add_model_options(parser)


def run_search(options: argparse.Namespace) -> int:
    question = read_question(options)
    request = {"question": question, "k": options.k, "mode": options.mode}
    found = ask_running_service(options, "search", request) or _search_here(options, question)
    assert found.hits is not None
    if not warn_if_nothing_is_found(options, found.hits) or options.json:
        _print(options, question, found.hits, found.texts)
    return 0


def _search_here(options: argparse.Namespace, question: str) -> WarmReply:
    """The hits that this process finds, as a service gives them."""
    from index import Retriever
    from qa.service import WarmReply
    from tui.cli.progress import ProgressBar
    from tui.settings.file import read_settings

    settings = read_settings()
    with ProgressBar() as bar:
        index = open_index_to_ask(options.index, bar.show, options.model)
        retriever, chosen = Retriever(index), read_filter(options)
        if options.mode:
            hits = retriever.search(question, options.k, options.mode, filter=chosen)
        else:
            assistant = make_assistant(retriever, settings, bar.show)
            hits = assistant.search(question, options.k, settings.mode, ranked=True, filter=chosen)
            if assistant.notice:
                print(assistant.notice, file=sys.stderr)
    paths = {hit.document.path for hit in hits} if needs_texts(options) else ()
    return WarmReply(hits=hits, texts={path: index.text(path) for path in paths})


def _print(
    options: argparse.Namespace, question: str, hits: Sequence[Hit], texts: Mapping[str, str]
) -> None:
    if options.json:
        from qa import encode_search

        print_json(encode_search(question, hits))
    elif options.cite:
        from qa import cite_hit

        print_citations([cite_hit(hit, texts[hit.document.path]) for hit in hits], options.cite)
    elif options.vimgrep:
        places = ((hit.document.path, hit.passage.span.start) for hit in hits)
        print_places(places, texts)
    else:
        from tui.cli.printing import print_hits

        print_hits(hits, links=texts if options.links else None)
