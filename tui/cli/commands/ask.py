"""The command `ask`: answer a question."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from qa import PASSAGES_READ, counted
from tui.cli.options import UsageError, fraction, name_index_in_commands, positive
from tui.cli.output import choose_answers, needs_texts, print_citations, print_json, print_places
from tui.cli.question import (
    add_model_options,
    add_question_options,
    ask_running_service,
    list_filter_options,
    make_assistant,
    open_index_to_ask,
    read_filter,
    read_question,
    warn_if_nothing_is_found,
)
from tui.common.presentation.wording import describe_refusal

if TYPE_CHECKING:
    from qa import Reply
    from qa.service import WarmReply


def add_ask_options(parser: argparse.ArgumentParser) -> None:
    add_question_options(parser)
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
        help=f"passages to read at most (default: as in the settings, else {PASSAGES_READ})",
    )
    parser.add_argument(
        "--threshold",
        type=fraction,
        metavar="P",
        help="confidence, 0 to 1, below which nothing is answered "
        "(default: as in the settings, else fitted)",
    )
    add_model_options(parser)


def run_ask(options: argparse.Namespace) -> int:
    question = read_question(options)
    if len(options.question) > 1 and options.history:
        # Without quotes nobody knows where the earlier question ends.
        raise UsageError("with --history, put every question in quotes")
    request = {
        "question": question,
        "history": options.history,
        "k": options.k,
        "threshold": options.threshold,
    }
    found = ask_running_service(options, "ask", request) or _ask_here(options, question)
    assert found.reply is not None
    if not warn_if_nothing_is_found(options, found.reply.hits) or options.json:
        _print(options, found.reply, found, list_filter_options(options))
    return 0


def _ask_here(options: argparse.Namespace, question: str) -> WarmReply:
    """The reply of this process, as a service gives it."""
    from index import Retriever
    from qa.service import WarmReply
    from tui.cli.progress import ProgressBar
    from tui.settings.file import read_settings

    settings = read_settings()
    with ProgressBar() as bar:
        retriever = Retriever(open_index_to_ask(options.index, bar.show, options.model))
        assistant = make_assistant(retriever, settings, bar.show)
        reply = assistant.ask(
            question,
            options.history,
            k=options.k or settings.k,
            mode=settings.mode,
            threshold=options.threshold,
            filter=read_filter(options),
        )
        # Some models are loaded when they are needed.
        if assistant.notice:
            print(assistant.notice, file=sys.stderr)
    index = retriever.index
    paths = {answer.document.path for answer in reply.answers} if needs_texts(options) else ()
    documents, passages = index.counts
    return WarmReply(
        reply=reply,
        documents=documents,
        passages=passages,
        waiting=0 if reply.answered else passages - index.embedded,
        texts={path: index.text(path) for path in paths},
    )


def _print(
    options: argparse.Namespace, reply: Reply, found: WarmReply, filters: Sequence[str]
) -> None:
    texts = found.texts
    if options.json:
        from qa import encode_reply

        print_json(encode_reply(reply))
    elif options.cite or options.vimgrep:
        if not reply.answered:
            print(f"quoteback: {describe_refusal(reply)}", file=sys.stderr)
        answers = choose_answers(reply)
        if options.vimgrep:
            print_places(((a.document.path, s.start) for a in answers for s in a.spans), texts)
        else:
            from qa import cite_answer

            cited = [cite_answer(answer, texts[answer.document.path]) for answer in answers]
            # Several answers may stand in one sentence.
            print_citations(list(dict.fromkeys(cited)), options.cite)
    else:
        from tui.cli.printing import print_reply

        links = texts if options.links else None
        searched = name_index_in_commands(_describe_search(found, filters), options.index)
        print_reply(reply, searched, links=links)


def _describe_search(found: WarmReply, filters: Sequence[str]) -> str:
    """How much was searched, and what was not."""
    parts = [f"Searched {counted(found.documents, 'document')}"]
    if filters:
        parts.append(f"of these only what {', '.join(filters)} let through")
    if found.waiting:
        parts.append(
            f"{counted(found.waiting, 'passage')} by their words alone: not embedded yet. "
            "Unless documents are being indexed, `quoteback verify --repair` embeds them"
        )
    return f"{'; '.join(parts)}. `quoteback status` says what is not indexed."
