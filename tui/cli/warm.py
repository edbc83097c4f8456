"""A service that runs for the index answers in place of a process that first loads its models."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, TypedDict

from index import default_index

if TYPE_CHECKING:
    from qa.service import AskRequest, SearchRequest, WarmReply


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


def may_be_served(options: argparse.Namespace) -> bool:
    """Whether it is worth asking a service; finding out costs next to nothing."""
    from qa.service import may_be_served

    if options.cold:
        _say(options, "opened the index: --cold")
        return False
    if not may_be_served(options.index or default_index()):
        _say(options, "opened the index: no service runs for it")
        return False
    return True


def ask_running_service(
    options: argparse.Namespace,
    request: AskRequest | SearchRequest,
    *,
    texts: bool,
    models: tuple[str | None, str | None] = (None, None),
) -> WarmReply | None:
    """What the service that runs for the index answers; None where there is none that can.

    Args:
        texts: whether the texts of the documents are wanted, too.
        models: the names of the reader and the reranker, where they are not those that ship.
    """
    from qa.service import NotServed, ask_service

    try:
        reply = ask_service(options.index or default_index(), request, texts=texts, models=models)
    except NotServed as reason:
        _say(options, f"opened the index: {reason}")
        return None
    _say(options, "answered by the service that runs for this index")
    return reply


class FilterFields(TypedDict):
    """What confines a request to some of the documents."""

    paths: tuple[str, ...]
    types: tuple[str, ...]
    since: str | None


def filter_fields(options: argparse.Namespace) -> FilterFields:
    """The fields of a request that confine it; the service has another working folder."""
    patterns: tuple[str, ...] = tuple(options.path)
    if patterns:
        from index import anchor_pattern

        patterns = tuple(map(anchor_pattern, patterns))
    return {
        "paths": patterns,
        "types": tuple(options.type),
        "since": options.since.isoformat() if options.since else None,
    }


def _say(options: argparse.Namespace, line: str) -> None:
    if options.verbose:
        print(f"quoteback: {line}", file=sys.stderr)
