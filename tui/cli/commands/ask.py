"""The command `ask`: answer a question."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from qa import PASSAGES_READ, counted
from tui.cli.options import UsageError, add_index_option, fraction, positive
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
    choose_answers,
    needs_texts,
    print_answer_places,
    print_citations,
)
from tui.cli.warm import add_warm_options, ask_running_service
from tui.common.presentation.wording import describe_refusal

if TYPE_CHECKING:
    from qa import Reply


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command to its parser."""
    add_question(parser)
    add_index_option(parser)
    add_filter_options(parser)
    add_reference_options(parser)
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
    add_model_option(parser)
    add_warm_options(parser)


class _Answered:
    """A reply, and what was searched for it.

    No data class: what makes these takes as long to import as the rest of the command.

    Attributes:
        documents: how many the index holds.
        waiting: passages that are yet to be embedded; counted if there is no answer.
        texts: of the documents that are quoted, by path; if they were asked for.
    """

    def __init__(
        self, reply: Reply, documents: int, waiting: int, texts: Mapping[str, str]
    ) -> None:
        self.reply = reply
        self.documents = documents
        self.waiting = waiting
        self.texts = texts


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit code."""
    question = read_question(options)
    if len(options.question) > 1 and options.history:
        # Without quotes nobody knows where the earlier question ends.
        raise UsageError("with --history, put every question in quotes")
    answered = _ask_service(options, question) or _ask_here(options, question)
    filters = list_filter_options(options)
    warn_if_nothing_is_found(filters, answered.reply.hits)
    _print(options, answered, filters)
    return 0


def _ask_service(options: argparse.Namespace, question: str) -> _Answered | None:
    """The reply of a service that runs for the index, if there is one."""
    request = {
        "question": question,
        "history": options.history,
        "k": options.k,
        "threshold": options.threshold,
    }
    warm = ask_running_service(options, "ask", request)
    if warm is None or warm.reply is None:
        return None
    if warm.notice:
        print(warm.notice, file=sys.stderr)
    say_if_empty(not warm.passages)
    return _Answered(warm.reply, warm.documents, warm.waiting, warm.texts)


def _ask_here(options: argparse.Namespace, question: str) -> _Answered:
    """The reply of this process."""
    from index import Retriever
    from qa import Assistant
    from tui.cli.progress import ProgressBar
    from tui.locations import settings_file
    from tui.settings.file import read_settings

    settings = read_settings(settings_file())
    threshold = settings.threshold if options.threshold is None else options.threshold
    with ProgressBar() as bar:
        retriever = Retriever(open_index_to_ask(options.index, bar.show, options.model))
        assistant = Assistant(
            retriever,
            reader=settings.reader,
            reranker=settings.reranker,
            threshold=threshold,
            progress=bar.show,
        )
        reply = assistant.ask(
            question,
            options.history,
            k=options.k or settings.k,
            mode=settings.mode,
            filter=read_filter(options),
        )
        # Some models are loaded when they are needed.
        if assistant.notice:
            print(assistant.notice, file=sys.stderr)
    index = retriever.index
    paths = {answer.document.path for answer in reply.answers} if needs_texts(options) else ()
    texts = {path: index.text(path) for path in paths}
    documents, passages = index.counts
    waiting = 0 if reply.answered else passages - index.embedded
    return _Answered(reply, documents, waiting, texts)


def _print(options: argparse.Namespace, answered: _Answered, filters: Sequence[str]) -> None:
    reply, texts = answered.reply, answered.texts
    if options.json:
        from qa import encode_reply
        from tui.cli.options import print_json

        print_json(encode_reply(reply))
    elif options.cite or options.vimgrep:
        if not reply.answered:
            print(f"quoteback: {describe_refusal(reply)}", file=sys.stderr)
        answers = choose_answers(reply)
        if options.vimgrep:
            print_answer_places(answers, texts)
        else:
            from qa import cite_answer

            cited = [cite_answer(answer, texts[answer.document.path]) for answer in answers]
            # Several answers may stand in one sentence.
            print_citations(list(dict.fromkeys(cited)), options.cite)
    else:
        from tui.cli.printing import print_reply

        links = texts if options.links else None
        print_reply(reply, _describe_search(answered, filters), links=links)


def _describe_search(answered: _Answered, filters: Sequence[str]) -> str:
    """How much was searched, and what was not."""
    parts = [f"Searched {counted(answered.documents, 'document')}"]
    if filters:
        parts.append(f"of these only what {', '.join(filters)} let through")
    if answered.waiting:
        parts.append(
            f"{counted(answered.waiting, 'passage')} by their words alone: not embedded yet"
        )
    return f"{'; '.join(parts)}. `quoteback status` says what is not indexed."
