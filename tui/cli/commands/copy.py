"""The command `copy`: move an index to another place or engine."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from tui.cli.options import add_json_option, nonempty
from tui.cli.output import print_json


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "source", type=nonempty, metavar="FROM", help="the index: a folder or a URL"
    )
    parser.add_argument(
        "target", type=nonempty, metavar="TO", help="a folder or a URL where there is nothing yet"
    )
    add_json_option(parser)


def run(options: argparse.Namespace) -> int:
    from index import copy_index
    from index.locations import read_location
    from qa import visible
    from tui.cli.progress import ProgressBar

    source, target = read_location(options.source), read_location(options.target)
    with ProgressBar() as bar:
        copied = copy_index(source, target, progress=bar.show)
    if options.json:
        print_json({"from": str(source), "to": str(target), **asdict(copied)})
    else:
        line = f"{copied.documents} documents, {copied.passages} passages copied to {target}"
        print(visible(line))
    return 0
