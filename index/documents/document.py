"""A document of an index."""

from __future__ import annotations

from dataclasses import dataclass

from index.documents.properties import NO_PROPERTIES, Properties
from index.documents.span import Span


@dataclass(frozen=True, slots=True)
class Document:
    """One indexed file: its row in the index, without its text (`Index.text` gives that).

    Attributes:
        id: grows, and is never used again.
        path: absolute path of the file (or the name given to a text that has no file). A
            document in a container has a path below the container's: `/home/ann/mail.mbox/12`.
        title: the document's own title, if any.
        properties: who wrote it, what about and when, as it says itself; and which parts of its
            text are doubtful.
    """

    id: int
    path: str
    title: str | None
    properties: Properties = NO_PROPERTIES

    def find_doubtful(self, span: Span) -> tuple[Span, ...]:
        """The parts of a span that were read from a picture, and may be wrong."""
        parts = (
            Span(max(start, span.start), min(end, span.end))
            for start, end in self.properties.doubtful
            if start < span.end and end > span.start
        )
        return tuple(parts)
