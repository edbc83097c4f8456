"""Counts as people write them."""

from __future__ import annotations


def counted(count: int, one: str) -> str:
    """A count with what is counted, whose plural takes an s."""
    return f"{count:,} {one}" if count == 1 else f"{count:,} {one}s"
