"""What an argument of the command line may be, told in words where it is not."""

from __future__ import annotations

import argparse
import math
from datetime import datetime


def filled(text: str) -> str:
    """What names something: a path, a pattern, a model. Empty, a path is the working folder."""
    if not text:
        raise argparse.ArgumentTypeError("must not be empty: is a variable unset?")
    return text


def positive(text: str) -> int:
    """A whole number of at least 1."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("must be a whole number of at least 1")
    return int(text)


def share(text: str) -> float:
    """A number between 0 and 1."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError("must be a number between 0 and 1")
    return value


def port(text: str) -> int:
    """A TCP port; 0 for any that is free."""
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError("must be a port: 0 to 65535")
    return int(text)


def date(text: str) -> datetime:
    """A day, or a moment."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("must be a date such as 2026-01-31") from None
