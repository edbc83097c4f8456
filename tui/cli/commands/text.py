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
    from qa import visible

    path = Path(options.file)
    if problem := _find_problem(options.file, path):
        raise MissingPath(f"{options.file}: {problem}")
    try:
        text = load_file(path).text
    except UnreadableFile as error:
        is_empty = path.is_file() and not path.stat().st_size
        raise QuotebackError(f"{path}: {'empty' if is_empty else error}") from error
    if sys.stdout.isatty():
        text = visible(text)
    sys.stdout.buffer.write(text.encode("utf-8", "surrogatepass"))
    sys.stdout.buffer.flush()
    return 0


def _find_problem(named: str, path: Path) -> str:
    """Why there is no file to be read under a name; "" if there is one."""
    from index.filesystem import is_address, is_gone

    if is_address(named):
        return "a web address, not a file: `quoteback index` adds the page"
    if path.is_dir():
        return "a folder: name a file in it"
    if not is_gone(str(path)):
        return ""
    return "not a regular file" if path.exists() else "no such file"
