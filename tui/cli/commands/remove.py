"""The command `remove`: take documents out of the index."""

from __future__ import annotations

import argparse
import os

from tui.cli.options import add_index_option, add_json_option, add_paths


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command to its parser."""
    add_paths(parser)
    add_index_option(parser)
    add_json_option(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit code."""
    from index import Index
    from tui.cli.options import print_json
    from tui.cli.progress import ProgressBar
    from tui.common.index_choice import require_index

    with ProgressBar() as bar, Index.open(require_index(options.index)) as index:
        count = index.remove(options.path, progress=bar.show)
        stays_out = not index.removed.isdisjoint(map(os.path.abspath, options.path))
    if options.json:
        print_json({"removed": count})
    else:
        lasting = "; left out of its folder until it is itself given to `quoteback index`"
        print(f"{count} removed{lasting if stays_out else ''}")
    return 0
