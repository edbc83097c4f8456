"""The command `status`: what is indexed, and what has changed since."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from tui.cli.options import add_index_option, add_json_option
from tui.cli.output import print_json
from tui.cli.printing import print_cost

if TYPE_CHECKING:
    from index import Isolation, Status

# Files of each kind that are printed.
_LISTED = 20


def add_options(parser: argparse.ArgumentParser) -> None:
    add_index_option(parser)
    parser.add_argument(
        "--cost",
        action="store_true",
        help="also say what the index costs: disk by part, memory, and the time of a question",
    )
    add_json_option(parser)


def run(options: argparse.Namespace) -> int:
    from msgspec import to_builtins

    from index import Index, check_isolation, measure_cost
    from qa import encode_cost, encode_status
    from tui.common.index_choice import require_index

    with Index.open(require_index(options.index)) as index:
        status = index.status()
        cost = measure_cost(index) if options.cost else None
    isolation = check_isolation()
    if options.json:
        barriers = to_builtins(isolation)
        costs = {} if cost is None else {"cost": encode_cost(cost)}
        print_json({**encode_status(status), "parser": barriers, **costs})
    else:
        _print_status(status)
        if cost is not None:
            print_cost(cost)
        if not isolation.is_complete:
            print(f"parser     {_describe_gaps(isolation)}")
    return 0


def _print_status(status: Status) -> None:
    from index import describe_promise, describe_size, is_surprising
    from qa import visible

    reread = f" ({status.to_reread} will be read anew by the next run)" if status.to_reread else ""
    print(f"index      {visible(status.path)}")
    print(f"documents  {status.documents}{reread}")
    print(f"passages   {status.passages} ({_describe_vectors(status)})")
    print(f"model      {visible(status.model)}")
    print(f"size       {describe_size(status.bytes)}")
    gone = set(status.gone)
    is_old = status.promise_is_old
    promised = [describe_promise(status.promise, is_old=is_old)] if status.promise else []
    surprises = [each for each in status.skipped if is_surprising(each.reason)]
    for label, lines in (
        ("promised", promised),
        ("unread", status.unread),
        ("indexed", status.folders),
        ("changed", [path for path in status.stale if path not in gone]),
        ("gone", status.gone),
        ("new", status.new),
        ("failed", [f"{failure.path}: {failure.reason}" for failure in status.failed]),
        ("left out", [f"{each.path}: {each.reason}" for each in surprises]),
        ("removed", status.removed),
        ("advice", [status.advice] if status.advice else []),
        ("as of", [f"the last run on {host}, for the files there" for host in status.hosts]),
    ):
        for line in lines[:_LISTED]:
            print(f"{label:9}  {visible(line)}".replace("\n", " "))
        if len(lines) > _LISTED:
            print(f"{label:9}  … and {len(lines) - _LISTED} more")


def _describe_vectors(status: Status) -> str:
    """How many passages are embedded, and what becomes of the others."""
    if status.refuses:
        return (
            "embedded by another version of the model, or on another kind of processor: use a "
            "machine of the kind that filled it, or index the documents into another index"
        )
    if status.outdated:
        return "embedded by another version of the model: the next run embeds them anew"
    waiting = f", {status.waiting} wait for the next run" if status.waiting else ""
    return f"{status.vectors} embedded{waiting}"


def _describe_gaps(isolation: Isolation) -> str:
    """The rights that this system leaves to the process that parses files."""
    gaps = [
        *(["any file can be opened"] if not isolation.descriptors else []),
        *(["no Landlock: it needs Linux 5.13"] if not isolation.landlock else []),
        *(["no seccomp: it needs Linux and libseccomp"] if not isolation.seccomp else []),
    ]
    return f"the process that parses files is not fully confined here ({'; '.join(gaps)})"
