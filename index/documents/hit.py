"""A passage that was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from index.documents.document import Document
from index.documents.headings import join_title
from index.documents.passage import Passage


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that a search has found, with its scores.

    Attributes:
        score: 0 to 1; hits are ordered by it.
        scores: its parts where they are known: `bm25` (raw, 0 or more) and `dense` (cosine, -1
            to 1).
        stale: the file has changed since it was indexed.
    """

    passage: Passage
    document: Document
    score: float
    scores: Mapping[str, float] = field(default_factory=dict)
    stale: bool = False

    @property
    def above(self) -> str:
        """Title, headings and column names in one line; "" where there are none."""
        return join_title(self.document.title, self.passage.headings, self.passage.columns)
