"""The command `text`: print what Quoteback reads of a file."""

from __future__ import annotations

import argparse
import sys

from tui.cli.options import nonempty


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file",
        type=nonempty,
        metavar="FILE",
        help="a file of any kind that can be indexed, or one in it",
    )


def run(options: argparse.Namespace) -> int:
    from qa import visible
    from tui.common.files import load_named_file

    text = load_named_file(options.file).text
    if sys.stdout.isatty():
        text = visible(text)
    sys.stdout.buffer.write(text.encode("utf-8", "surrogatepass"))
    sys.stdout.buffer.flush()
    return 0
