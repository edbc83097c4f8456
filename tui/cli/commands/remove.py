"""The command `remove`: take documents out of the index."""

from __future__ import annotations

import argparse
import os

from tui.cli.options import add_index_option, add_json_option, add_paths
from tui.cli.output import print_json


def add_options(parser: argparse.ArgumentParser) -> None:
    add_paths(parser)
    add_index_option(parser)
    add_json_option(parser)


def run(options: argparse.Namespace) -> int:
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
        print(f"{count} removed{lasting if stays_out else ''}")
    return 0
