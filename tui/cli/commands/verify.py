"""The command `verify`: check the whole index for damage, and repair it."""

from __future__ import annotations

import argparse
import sys

from index import DamagedIndex
from tui.cli.options import FAILURE, add_index_option, add_json_option
from tui.cli.output import print_json


def add_options(parser: argparse.ArgumentParser) -> None:
    add_index_option(parser)
    add_json_option(parser)
    parser.add_argument(
        "--repair",
        action="store_true",
        help="rebuild what is damaged from the store and the files (of an index in a folder)",
    )


def run(options: argparse.Namespace) -> int:
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
        print("\n".join(visible(problem) for problem in problems) or "The index is sound.")
    return FAILURE if problems else 0
