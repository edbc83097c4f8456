"""What commands that ask or search have in common: a question, the documents to search, the index,
and the service that may answer.

A service that runs for the index answers in place of a process that first loads its models.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from index.locations import default_index
from qa import visible
from tui.cli.options import (
    UsageError,
    add_index_option,
    language,
    name_index_in_commands,
    nonempty,
    since,
    until,
)
from tui.cli.output import Page, add_reference_options, needs_texts
from tui.common.presentation.wording import NO_WORD, has_word

# Options that leave out documents: the kind and the name of a value, and which are left.
_LIST_FILTERS: dict[str, tuple[Callable[[str], str], str, str]] = {
    "path": (
        nonempty,
        "GLOB",
        "whose path matches, as in a .gitignore of the working folder; repeatable",
    ),
    "type": (nonempty, "TYPE", "of this type: pdf, md, …; repeatable"),
    "tag": (nonempty, "TAG", "with this tag or keyword; repeatable: with all of them"),
    "author": (nonempty, "NAME", "by an author whose name has these words; repeatable"),
    "language": (
        language,
        "CODE",
        "that are, or hold something, in this language: de, fr, …; repeatable",
    ),
}
_MOMENT_FILTERS = {
    "since": (
        since,
        "of this day or later: 2026-01-31; the day that a document gives itself counts, else that "
        "of its file",
    ),
    "until": (until, "of this day or earlier"),
}
# Characters of a question on standard input, which may never end.
_MOST_CHARACTERS = 10_000

if TYPE_CHECKING:
    from index import Filter, Index, Progress, Retriever
    from qa import Assistant
    from qa.service import Service, WarmReply
    from tui.settings.settings import Settings


def add_question_options(parser: argparse.ArgumentParser) -> None:
    """Add `QUESTION`, the index, what confines the search, and the forms of what is printed."""
    parser.add_argument(
        "question",
        nargs="*",
        metavar="QUESTION",
        help="one question in plain words; best in quotes, since ? and ' mean something to shells; "
        "- reads it from standard input",
    )
    add_index_option(parser)
    add_filter_options(parser)
    add_reference_options(parser)


def add_filter_options(parser: argparse.ArgumentParser) -> None:
    """Add `--path`, `--type`, `--tag`, `--author`, `--language`, `--since` and `--until`."""
    for name, (kind, metavar, which) in _LIST_FILTERS.items():
        parser.add_argument(
            f"--{name}",
            action="append",
            type=kind,
            default=[],
            metavar=metavar,
            help=f"only from documents {which}",
        )
    for name, (moment, which) in _MOMENT_FILTERS.items():
        parser.add_argument(
            f"--{name}", type=moment, metavar="DATE", help=f"only from documents {which}"
        )


def add_model_options(parser: argparse.ArgumentParser) -> None:
    """Add `--model`, `--cold` and `--verbose`."""
    parser.add_argument(
        "--model",
        type=nonempty,
        metavar="M",
        help="the embedding model of the index, which need be named only once on a machine: where "
        "it is a folder, or is to be downloaded",
    )
    parser.add_argument(
        "--cold",
        action="store_true",
        help="open the index even where `quoteback api` or `quoteback mcp` runs for it",
    )
    parser.add_argument(
        "--verbose", action="store_true", help="say whether a running service answered"
    )


def read_question(options: argparse.Namespace) -> str:
    """The question: in quotes, in words, or on standard input.

    Standard input is read for `-`, and without a question unless a person sits there.

    Raises:
        UsageError: there is no question, or no word in it.
    """
    words: list[str] = options.question
    if words == ["-"] or (not words and not sys.stdin.isatty()):
        question = read_standard_input(_MOST_CHARACTERS, "longer than a question").strip()
    elif words:
        question = " ".join(words)
    else:
        raise UsageError("there is no question: give one in quotes, or - for standard input")
    if not question.strip():
        raise UsageError("the question is empty: ask something in plain words")
    if not has_word(question):
        raise UsageError(NO_WORD)
    return question


def read_standard_input(most: int, problem: str) -> str:
    """The text on standard input, which may never end.

    Raises:
        UsageError: it has more than `most` characters, which is a problem.
    """
    if isinstance(sys.stdin, io.TextIOWrapper):
        # It need not be valid in the encoding of the terminal.
        sys.stdin.reconfigure(errors="replace")
    text = sys.stdin.read(most + 1)
    if len(text) > most:
        raise UsageError(f"standard input is {problem}: at most {most:,} characters")
    return text


def list_filter_fields(options: argparse.Namespace) -> dict[str, Any]:
    """The filters that the options give, by the names that filters and requests use.

    Raises:
        UsageError: the days end before they begin.
    """
    first, last = options.since, options.until
    if first and last and first.timestamp() > last.timestamp():
        raise UsageError("--since is after --until: give the earlier date to --since")
    lists = {f"{name}s": getattr(options, name) for name in _LIST_FILTERS}
    return lists | {name: getattr(options, name) for name in _MOMENT_FILTERS}


def read_filter(options: argparse.Namespace) -> Filter:
    """The documents to search, as the options say."""
    from index import Filter

    return Filter(**list_filter_fields(options))


def list_filter_options(options: argparse.Namespace) -> list[str]:
    """The options given that leave out documents."""
    return [f"--{name}" for name in (*_LIST_FILTERS, *_MOMENT_FILTERS) if getattr(options, name)]


def open_index_to_ask(
    named: str | None, progress: Callable[[Progress], None], model: str | None = None
) -> Index:
    """Open the index to search; warn if it is empty, or holds the sample documents.

    Args:
        model: the one that the index must have been made with; any if None.
    """
    from tui.common.index_choice import USING_SAMPLES, choose_index, open_index

    chosen = choose_index(named)
    if chosen is None:
        print(USING_SAMPLES, file=sys.stderr)
    index = open_index(chosen, progress, model)
    say_if_empty(index.is_empty, named)
    return index


def make_assistant(
    retriever: Retriever, settings: Settings, progress: Callable[[Progress], None]
) -> Assistant:
    """The assistant that the settings name."""
    from qa import Assistant

    return Assistant(
        retriever,
        reader=settings.reader,
        reranker=settings.reranker,
        threshold=settings.threshold,
        progress=progress,
    )


def say_if_empty(empty: bool, named: str | None) -> None:
    """Tell the person if there is nothing to search in the index that is named."""
    if empty:
        said = "The index is empty: add documents with `quoteback index PATH`."
        print(visible(name_index_in_commands(said, named)), file=sys.stderr)


def open_service(named: str | None, allowed: Sequence[str] = ()) -> Service:
    """A service over the index to ask, with its models loaded."""
    from qa.service import Defaults, Service
    from tui.cli.progress import ProgressBar
    from tui.common.index_choice import choose_index
    from tui.locations import samples_index
    from tui.settings.file import read_settings

    settings = read_settings()
    chosen = choose_index(named)
    with ProgressBar() as bar:
        # It says what there is to say; the samples are indexed first.
        open_index_to_ask(named, bar.show).close()
        service = Service(
            samples_index() if chosen is None else chosen,
            defaults=Defaults(settings.k, settings.mode, settings.threshold),
            models=(settings.reader, settings.reranker),
            allowed=allowed,
            read_only=chosen is None,
        )
        service.warm_up(bar.show)
    if service.notice:
        print(service.notice, file=sys.stderr)
    return service


def warn_if_nothing_is_found(options: argparse.Namespace, found: Sequence[object]) -> bool:
    """Tell the person if nothing is found among the documents that options leave.

    Args:
        found: passages or documents.

    Returns: whether that was told.
    """
    filters = list_filter_options(options)
    if found or not filters:
        return False
    problem = f"nothing is found among what {', '.join(filters)} let through"
    languages = _list_languages(options.index) if options.language else []
    if languages and not set(languages) & set(options.language):
        named = " or ".join(options.language)
        problem = f"no document is in {named}: the documents are in {', '.join(languages)}"
    print(f"quoteback: {problem}", file=sys.stderr)
    return True


def _list_languages(named: str | None) -> list[str]:
    """The languages of all documents of the index, in the order of the alphabet.

    Empty if it cannot be opened now: a service may have it for itself.
    """
    from index import Index, QuotebackError
    from tui.common.index_choice import choose_index
    from tui.locations import samples_index

    try:
        with Index.open(choose_index(named) or samples_index()) as index:
            spoken = (each for found in index.documents() for each in found.properties.languages)
            return sorted({*spoken})
    except QuotebackError:
        return []


def ask_running_service(
    options: argparse.Namespace, kind: Literal["ask", "search"], request: Mapping[str, Any]
) -> WarmReply | None:
    """The answer of the service that runs for the index, with its notices; None if none can.

    Args:
        request: the fields of an `AskRequest` or a `SearchRequest`, without those of a filter.
    """
    from qa.service import NotServed, call_service, may_be_served

    fields = {**request, **_encode_filter(options)}
    folder = options.index or default_index()
    if options.cold or options.model:
        _say(options, "opened the index: --cold" if options.cold else "opened the index: --model")
        return None
    if not may_be_served(folder):
        _say(options, "opened the index: no service runs for it")
        return None
    try:
        call = call_service(folder, kind, fields, texts=needs_texts(options), **_read_defaults())
        _import_output(options)
        reply = call.receive()
    except NotServed as reason:
        _say(options, f"opened the index: {reason}")
        return None
    _say(options, "answered by the service that runs for this index")
    # A search in a mode uses none of the models that a notice is about.
    if reply.notice and not getattr(options, "mode", None):
        print(reply.notice, file=sys.stderr)
    say_if_empty(not reply.passages, options.index)
    return reply


def _encode_filter(options: argparse.Namespace) -> Mapping[str, Any]:
    """The fields of a request that confine it; the service has another working folder."""
    fields = list_filter_fields(options)
    if fields["paths"]:
        from index.filesystem import anchor_pattern

        fields["paths"] = list(map(anchor_pattern, fields["paths"]))
    for name in ("since", "until"):
        fields[name] = fields[name].isoformat() if fields[name] else None
    return fields


def _read_defaults() -> Mapping[str, Any]:
    """The settings of the person, if there are any; those of the service may be older."""
    from tui.locations import settings_file

    path = settings_file()
    if not path.exists():
        return {}
    from tui.settings.file import read_settings

    settings = read_settings(path)
    return {
        "defaults": {"k": settings.k, "mode": settings.mode, "threshold": settings.threshold},
        "models": (settings.reader, settings.reranker),
    }


def _import_output(options: argparse.Namespace) -> None:
    """Import what reads and prints the answer, while the service works on it."""
    from qa.service import WarmReply  # noqa: F401

    if options.json:
        from qa import encode_reply  # noqa: F401
    elif options.cite:
        from qa import format_citations  # noqa: F401
    elif not options.vimgrep:
        Page(sys.stdout)


def _say(options: argparse.Namespace, line: str) -> None:
    if options.verbose:
        print(f"quoteback: {line}", file=sys.stderr)
