"""JSON on standard output."""

from __future__ import annotations

import json


def print_json(value: object, *, lines: bool = False) -> None:
    """Print one object: over several lines, or as one of many lines."""
    # Escaped to ASCII: file names need not be valid Unicode.
    print(json.dumps(value, indent=None if lines else 2))
