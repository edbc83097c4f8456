"""The command `search`: list passages."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from index import DEFAULT_HITS, DEFAULT_MODE, MODES
from tui.cli.options import add_index_option, positive
from tui.cli.question import (
    add_filter_options,
    add_model_option,
    add_question,
    list_filter_options,
    open_index_to_ask,
    read_filter,
    read_question,
    say_if_empty,
    warn_if_nothing_is_found,
)
from tui.cli.references import (
    add_reference_options,
    needs_texts,
    print_citations,
    print_hit_places,
)
from tui.cli.warm import add_warm_options, ask_running_service

if TYPE_CHECKING:
    from index import Hit

# Passages, and the texts of their documents by path if the output needs them.
_Search = tuple[Sequence["Hit"], Mapping[str, str]]


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command to its parser."""
    add_question(parser)
    add_index_option(parser)
    add_filter_options(parser)
    add_reference_options(parser)
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
    add_model_option(parser)
    add_warm_options(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit code."""
    question = read_question(options)
    hits, texts = _search_service(options, question) or _search_here(options, question)
    warn_if_nothing_is_found(list_filter_options(options), hits)
    _print(options, question, hits, texts)
    return 0


def _search_service(options: argparse.Namespace, question: str) -> _Search | None:
    """The hits of the service that runs for the index; None if none does."""
    request = {"question": question, "k": options.k, "mode": options.mode}
    warm = ask_running_service(options, "search", request)
    if warm is None or warm.hits is None:
        return None
    if warm.notice and not options.mode:
        print(warm.notice, file=sys.stderr)
    say_if_empty(not warm.passages)
    return warm.hits, warm.texts


def _search_here(options: argparse.Namespace, question: str) -> _Search:
    """The hits that this process finds."""
    from index import Retriever
    from qa import Assistant
    from tui.cli.progress import ProgressBar
    from tui.locations import settings_file
    from tui.settings.file import read_settings

    settings = read_settings(settings_file())
    with ProgressBar() as bar:
        index = open_index_to_ask(options.index, bar.show, options.model)
        retriever, chosen = Retriever(index), read_filter(options)
        if options.mode:
            hits = retriever.search(question, options.k, options.mode, filter=chosen)
        else:
            assistant = Assistant(
                retriever,
                reader=settings.reader,
                reranker=settings.reranker,
                progress=bar.show,
            )
            hits = assistant.search(question, options.k, settings.mode, ranked=True, filter=chosen)
            if assistant.notice:
                print(assistant.notice, file=sys.stderr)
    paths = {hit.document.path for hit in hits} if needs_texts(options) else ()
    return hits, {path: index.text(path) for path in paths}


def _print(
    options: argparse.Namespace, question: str, hits: Sequence[Hit], texts: Mapping[str, str]
) -> None:
    if options.json:
        from qa import encode_search
        from tui.cli.options import print_json

        print_json(encode_search(question, hits))
    elif options.cite:
        from qa import cite_hit

        print_citations([cite_hit(hit, texts[hit.document.path]) for hit in hits], options.cite)
    elif options.vimgrep:
        print_hit_places(hits, texts)
    else:
        from tui.cli.printing import print_hits

        print_hits(hits, links=texts if options.links else None)
