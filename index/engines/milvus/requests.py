"""Keys and rows, in requests that are not too large."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

# Names in one condition.
_MOST_NAMES = 4_096
# Rows and bytes of one request, of which a server takes 64 MB.
_ROWS, _BYTES = 2_000, 16 * 2**20

Row = dict[str, Any]
T = TypeVar("T")


def batch(values: Sequence[T], most: int = _MOST_NAMES) -> Iterator[Sequence[T]]:
    """Values, at most `most` at a time."""
    for at in range(0, len(values), most):
        yield values[at : at + most]


def gather(groups: Iterable[Sequence[T]], most: int) -> Iterator[list[Sequence[T]]]:
    """Groups, some at a time: at most `most` values, or a single group."""
    chunk: list[Sequence[T]] = []
    size = 0
    for group in groups:
        if chunk and size + len(group) > most:
            yield chunk
            chunk, size = [], 0
        chunk.append(group)
        size += len(group)
    if chunk:
        yield chunk


def split_requests(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Rows in requests that are not too large."""
    chunk: list[Row] = []
    size = 0
    for row in rows:
        row_size = 4 * len(row.get("value", "")) + 4 * len(row.get("vector", ()))
        row_size += 12 * len(row.get("words", ()))
        if chunk and (size + row_size > _BYTES or len(chunk) == _ROWS):
            yield chunk
            chunk, size = [], 0
        chunk.append(row)
        size += row_size
    if chunk:
        yield chunk
