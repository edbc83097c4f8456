"""The commands that look after an index: `list`, `status`, `verify`, `remove`, `copy`."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from index import DamagedIndex
from tui.cli.options import (
    FAILURE,
    add_index_option,
    add_json_option,
    add_paths,
    name_index_in_commands,
    nonempty,
)
from tui.cli.output import print_json
from tui.cli.question import (
    add_filter_options,
    read_filter,
    warn_if_nothing_is_found,
)

if TYPE_CHECKING:
    from index import Isolation, Status

# Files of each kind that are printed.
_LISTED = 20


def add_list_options(parser: argparse.ArgumentParser) -> None:
    add_index_option(parser)
    add_filter_options(parser)
    add_json_option(parser)


def run_list(options: argparse.Namespace) -> int:
    from index import Index
    from qa import encode_document, visible
    from tui.common.index_choice import require_index
    from tui.common.presentation.wording import describe_languages

    with Index.open(require_index(options.index)) as index:
        documents = index.documents(read_filter(options))
    warn_if_nothing_is_found(options, documents)
    if options.json:
        print_json({"documents": [encode_document(document) for document in documents]})
    elif sys.stdout.isatty():
        # For people, with its languages if a document is not in English alone.
        for document in documents:
            languages = describe_languages(document.properties)
            end = f"  ({languages})" if languages else ""
            print(visible(document.path).replace("\n", " ") + end)
    else:
        # For other programs: the names of the files as they are, whatever bytes they hold.
        for document in documents:
            sys.stdout.buffer.write(os.fsencode(document.path) + b"\n")
        sys.stdout.buffer.flush()
    return 0


def add_status_options(parser: argparse.ArgumentParser) -> None:
    add_index_option(parser)
    parser.add_argument(
        "--cost",
        action="store_true",
        help="also say what the index costs: disk by part, memory, and the time of a question",
    )
    add_json_option(parser)


def run_status(options: argparse.Namespace) -> int:
    from msgspec import to_builtins

    from index import Index, check_isolation, measure_cost
    from qa import encode_cost, encode_status
    from tui.cli.printing import print_cost
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
        _print_status(status, options.index)
        if cost is not None:
            print_cost(cost)
        if not isolation.is_complete:
            print(f"parser     {_describe_gaps(isolation)}")
    return 0


def _print_status(status: Status, named: str | None) -> None:
    from index import describe_promise, describe_size, is_surprising
    from qa import visible

    reread = (
        f" ({status.to_reread:,} will be read anew by the next run)" if status.to_reread else ""
    )
    print(f"index      {visible(status.path)}")
    print(f"documents  {status.documents:,}{reread}")
    print(f"passages   {status.passages:,} ({_describe_vectors(status)})")
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
        ("advice", [name_index_in_commands(status.advice, named)] if status.advice else []),
        ("as of", [f"the last run on {host}, for the files there" for host in status.hosts]),
    ):
        for line in lines[:_LISTED]:
            print(f"{label:9}  {visible(line)}".replace("\n", " "))
        if len(lines) > _LISTED:
            print(f"{label:9}  … and {len(lines) - _LISTED:,} more")


def _describe_vectors(status: Status) -> str:
    """How many passages are embedded, and what becomes of the others."""
    if status.refuses:
        return (
            "embedded by another version of the model, or on another kind of processor: use a "
            "machine of the kind that filled it, or index the documents into another index"
        )
    if status.outdated:
        return "embedded by another version of the model: the next run embeds them anew"
    waiting = f", {status.waiting:,} wait for the next run" if status.waiting else ""
    return f"{status.vectors:,} embedded{waiting}"


def _describe_gaps(isolation: Isolation) -> str:
    """The rights that this system leaves to the process that parses files."""
    gaps = [
        *(["any file can be opened"] if not isolation.descriptors else []),
        *(["no Landlock: it needs Linux 5.13"] if not isolation.landlock else []),
        *(["no seccomp: it needs Linux and libseccomp"] if not isolation.seccomp else []),
    ]
    return f"the process that parses files is not fully confined here ({'; '.join(gaps)})"


def add_verify_options(parser: argparse.ArgumentParser) -> None:
    add_index_option(parser)
    add_json_option(parser)
    parser.add_argument(
        "--repair",
        action="store_true",
        help="rebuild what is damaged from the store and the files (of an index in a folder)",
    )


def run_verify(options: argparse.Namespace) -> int:
    from index import Index
    from index.locations import default_index
    from qa import visible
    from tui.cli.progress import ProgressBar
    from tui.common.index_choice import require_index

    folder = options.index or default_index()
    restored: int | None = None
    with ProgressBar() as bar:
        try:
            with Index.open(require_index(options.index)) as index:
                check = index.repair if options.repair else index.verify
                problems = check(progress=bar.show)
        except DamagedIndex:
            if not options.repair:
                raise
            with Index.restore(folder, progress=bar.show) as index:
                problems, restored = index.verify(progress=bar.show), index.counts.documents
    if restored is not None:
        print(
            f"The store was damaged. The new one holds {restored:,} documents, kept or read anew "
            f"from the folders that were indexed. What it was stays beside it.",
            file=sys.stderr,
        )
    if options.json:
        print_json({"sound": not problems, "problems": problems})
    else:
        lines = [name_index_in_commands(problem, options.index) for problem in problems]
        print("\n".join(map(visible, lines)) or "The index is sound.")
    return FAILURE if problems else 0


def add_remove_options(parser: argparse.ArgumentParser) -> None:
    add_paths(parser)
    add_index_option(parser)
    add_json_option(parser)


def run_remove(options: argparse.Namespace) -> int:
    from index import Index
    from tui.cli.progress import ProgressBar
    from tui.common.index_choice import require_index

    with ProgressBar() as bar, Index.open(require_index(options.index)) as index:
        count = index.remove(options.path, progress=bar.show)
        stays_out = not index.removed.isdisjoint(map(os.path.abspath, options.path))
    if options.json:
        print_json({"removed": count})
    else:
        lasting = "; left out of its folder until it is itself given to `quoteback index`"
        said = f"{count:,} removed{lasting if stays_out else ''}"
        print(name_index_in_commands(said, options.index))
    return 0


def add_copy_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "source", type=nonempty, metavar="FROM", help="the index: a folder or a URL"
    )
    parser.add_argument(
        "target", type=nonempty, metavar="TO", help="a folder or a URL where there is nothing yet"
    )
    add_json_option(parser)


def run_copy(options: argparse.Namespace) -> int:
    from index import copy_index
    from index.locations import read_location
    from qa import counted, visible
    from tui.cli.progress import ProgressBar

    source, target = read_location(options.source), read_location(options.target)
    with ProgressBar() as bar:
        copied = copy_index(source, target, progress=bar.show)
    if options.json:
        print_json({"from": str(source), "to": str(target), **asdict(copied)})
    else:
        documents = counted(copied.documents, "document")
        passages = counted(copied.passages, "passage")
        print(visible(f"{documents}, {passages} copied to {target}"))
    return 0
