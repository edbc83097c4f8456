"""What several commands share: options, and the kinds of values that options take."""

from __future__ import annotations

import argparse
import math
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from index import Shard


def add_index_option(parser: argparse.ArgumentParser) -> None:
    """Add `--index DIR`, where a URL may take the place of a folder."""
    parser.add_argument(
        "--index",
        type=nonempty,
        metavar="DIR",
        # Without this, a command would hide what was given before its name.
        default=argparse.SUPPRESS,
        help="folder of the index, or the URL of one in an engine (default: $QUOTEBACK_INDEX, else "
        "in your user data folder)",
    )


def add_json_option(parser: argparse.ArgumentParser) -> None:
    """Add `--json`."""
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def add_paths(parser: argparse.ArgumentParser) -> None:
    """Add `PATH...`."""
    parser.add_argument(
        "path",
        nargs="+",
        type=nonempty,
        metavar="PATH",
        help="a file or folder, or the address of a page",
    )


# Kinds of values. Each returns the value, or raises `argparse.ArgumentTypeError`.


def nonempty(text: str) -> str:
    """A name: of a path, a pattern, a model. As a path, "" would mean the working folder."""
    if not text:
        raise argparse.ArgumentTypeError("must not be empty: is a variable unset?")
    return text


def positive(text: str) -> int:
    """A whole number of at least 1."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("must be a whole number of at least 1")
    return int(text)


def fraction(text: str) -> float:
    """A number between 0 and 1."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError("must be a number between 0 and 1")
    return value


def port(text: str) -> int:
    """A TCP port; 0 stands for any that is free."""
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError("must be a port: 0 to 65535")
    return int(text)


def since(text: str) -> datetime:
    """A moment, or the beginning of a day."""
    from index import parse_since

    try:
        return parse_since(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def until(text: str) -> datetime:
    """A moment, or the end of a day."""
    from index import parse_until

    try:
        return parse_until(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def shard(text: str) -> Shard:
    """A part of the files: 3/8 is the third of eight."""
    from index import Shard

    match = re.fullmatch(r"([0-9]{1,5})/([0-9]{1,5})", text)
    try:
        if match is not None:
            return Shard(int(match[1]), int(match[2]))
    except ValueError:
        pass
    raise argparse.ArgumentTypeError("must be a part such as 3/8: the third of eight")
