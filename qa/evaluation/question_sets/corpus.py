"""The documents that a question set brings along."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from index import Content


@dataclass(frozen=True, slots=True)
class Corpus:
    """The documents that a question set brings along.

    Attributes:
        digest: of their content, so that an index of them is known again.
        read: gives (name, content) of each.
    """

    digest: str
    read: Callable[[], Iterator[tuple[str, Content]]]
