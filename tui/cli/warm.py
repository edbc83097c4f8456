"""A service that runs for the index answers in place of a process that first loads its models."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from index.locations import default_index
from tui.cli.output import needs_texts
from tui.cli.question import list_filter_fields, say_if_empty

if TYPE_CHECKING:
    from qa.service import WarmReply


def add_warm_options(parser: argparse.ArgumentParser) -> None:
    """Add `--cold` and `--verbose`."""
    parser.add_argument(
        "--cold",
        action="store_true",
        help="open the index even where `quoteback api` or `quoteback mcp` runs for it",
    )
    parser.add_argument(
        "--verbose", action="store_true", help="say whether a running service answered"
    )


def ask_running_service(
    options: argparse.Namespace, kind: Literal["ask", "search"], request: Mapping[str, Any]
) -> WarmReply | None:
    """The answer of the service that runs for the index, with its notices; None if none can.

    Args:
        request: the fields of an `AskRequest` or a `SearchRequest`, without those of a filter.
    """
    from qa.service import NotServed, call_service, may_be_served

    folder = options.index or default_index()
    if options.cold or options.model:
        _say(options, "opened the index: --cold" if options.cold else "opened the index: --model")
        return None
    if not may_be_served(folder):
        _say(options, "opened the index: no service runs for it")
        return None
    try:
        fields = {**request, **_encode_filter(options)}
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
    say_if_empty(not reply.passages)
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
        from tui.cli.output import Page

        Page(sys.stdout)


def _say(options: argparse.Namespace, line: str) -> None:
    if options.verbose:
        print(f"quoteback: {line}", file=sys.stderr)
