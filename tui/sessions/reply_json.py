"""Frozen data as JSON and back: what is saved of a reply reads as it was given."""

from __future__ import annotations

import json
from typing import TypeVar

import msgspec

Kind = TypeVar("Kind")


class Unreadable(Exception):
    """What is stored is not of the kind that is wanted."""


def dumps(value: object) -> str:
    """A dataclass as JSON, in ASCII: file names need not be valid Unicode."""
    # NumPy's numbers are no numbers of JSON.
    plain = msgspec.to_builtins(value, enc_hook=float)
    return json.dumps(plain, separators=(",", ":"))


def loads(kind: type[Kind], text: str) -> Kind:
    """The dataclass that was stored; fields it did not have yet take their defaults.

    Raises:
        Unreadable: the text is no JSON, or holds something else.
    """
    try:
        # Not by msgspec's own decoder, which refuses names that are no valid Unicode.
        return msgspec.convert(json.loads(text), kind)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"not what was stored: {error}") from error
