"""The command `remove`: take documents out of the index."""

from __future__ import annotations

import argparse
import os

from tui.cli.options import add_index_option, add_json_option, add_paths
from tui.cli.parser import Commands, add_parser


def add_remove(commands: Commands) -> None:
    """Add the command."""
    parser = add_parser(commands, "remove", "Take files and folders out of the index.", _run)
    add_paths(parser)
    add_index_option(parser)
    add_json_option(parser)


def _run(options: argparse.Namespace) -> int:
    from index import Index
    from tui.cli.progress import ProgressBar
    from tui.common.index_choice import require_index
    from tui.common.json_output import print_json

    with ProgressBar() as bar, Index.open(require_index(options.index)) as index:
        count = index.remove(options.path, progress=bar.show)
        stays_out = not index.removed.isdisjoint(map(os.path.abspath, options.path))
    if options.json:
        print_json({"removed": count})
    else:
        lasting = "; left out of its folder until it is itself given to `quoteback index`"
        print(f"{count} removed{lasting if stays_out else ''}")
    return 0
