"""The command `text`: print what Quoteback reads of a file."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from index import MissingPath, QuotebackError
from tui.cli.options import nonempty


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command to its parser."""
    parser.add_argument(
        "file",
        type=nonempty,
        metavar="FILE",
        help="a file of any kind that can be indexed, or one in it",
    )


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit code."""
    from index import UnreadableFile, load_file
    from index.filesystem import is_gone
    from qa import visible

    path = Path(options.file)
    if path.is_dir() or is_gone(str(path)):
        raise MissingPath(f"{path}: {'a folder' if path.is_dir() else 'no such file'}")
    try:
        text = load_file(path).text
    except UnreadableFile as error:
        raise QuotebackError(f"{path}: {error}") from error
    if sys.stdout.isatty():
        text = visible(text)
    sys.stdout.buffer.write(text.encode("utf-8", "surrogatepass"))
    sys.stdout.buffer.flush()
    return 0
