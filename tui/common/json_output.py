"""JSON on standard output."""

from __future__ import annotations

from index.documents import dump_json


def print_json(value: object, *, lines: bool = False) -> None:
    """Print one object: over several lines, or as one of many lines."""
    print(dump_json(value, indent=None if lines else 2))
