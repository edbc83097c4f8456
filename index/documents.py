"""The data that flows through the index: documents, passages, spans, hits. All frozen."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from index.properties import NONE, Properties

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
# Characters of a heading line, and of the column names in it; they, too, go with every passage.
_LONGEST_HEADING_LINE, _LONGEST_COLUMNS = 1_000, 400


def replace_surrogates(text: str) -> str:
    """Replace every lone surrogate by U+FFFD, one for one, so that offsets stay right.

    They come from JSON escapes and from command lines that are not UTF-8. SQLite and
    tokenizers refuse them.
    """
    return text if text.isascii() else _LONE_SURROGATE.sub("\ufffd", text)


def shorten(text: str, most: int) -> str:
    """The text; if longer than `most` characters, its beginning and "…"."""
    return text if len(text) <= most else text[: most - 1] + "…"


def join_headings(headings: Sequence[str], columns: Sequence[str] = ()) -> str:
    """Headings and the names of columns in one line, for people and for search.

    The line is cut short where it is very long. Nothing is ever parsed back out of it.
    """
    names = " | ".join(filter(None, dict.fromkeys(columns)))
    if len(names) > _LONGEST_COLUMNS:
        names = names[: names.rfind(" | ", 0, _LONGEST_COLUMNS)] + " | …"
    return shorten(" › ".join(filter(None, (*headings, names))), _LONGEST_HEADING_LINE)


def join_title(title: str | None, headings: Sequence[str], columns: Sequence[str] = ()) -> str:
    """As `join_headings`, after the document's title unless the first heading repeats it."""
    if title and title not in headings[:1]:
        headings = (title, *headings)
    return join_headings(headings, columns)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a document's text: code points `start` to `end` (exclusive)."""

    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, text: str) -> str:
        """The quoted text."""
        return text[self.start : self.end]

    def shift(self, by: int) -> Span:
        """The span so many characters further on; further back where that is negative."""
        return Span(self.start + by, self.end + by)

    def holds(self, other: Span) -> bool:
        """Whether the other span lies within this one."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        """Whether the two share text, where neither is empty."""
        return self.start < other.end and other.start < self.end


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
    properties: Properties = NONE

    def find_doubtful(self, span: Span) -> tuple[Span, ...]:
        """The parts of a span that were read from a picture, and may be wrong."""
        parts = (
            Span(max(start, span.start), min(end, span.end))
            for start, end in self.properties.doubtful
            if start < span.end and end > span.start
        )
        return tuple(parts)


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph or a part of one: what is indexed and found.

    Attributes:
        id: grows, and is never used again.
        span: its place in the document's text.
        text: exactly `document.text[span.start:span.end]`.
        headings: the headings above it, outermost first.
        columns: the names of the columns, where it is a row of a table.
        page: page number, from 1; None where the format has no pages.
    """

    id: int
    span: Span
    text: str
    headings: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    page: int | None = None

    @property
    def heading(self) -> str | None:
        """Headings and column names in one line for people; None where there are none."""
        return join_headings(self.headings, self.columns) or None

    def quote(self, span: Span) -> str:
        """The text at a span of the document that lies within this passage."""
        return self.text[span.start - self.span.start : span.end - self.span.start]


@dataclass(frozen=True, slots=True)
class PassageWithContext:
    """A passage as it is embedded and indexed by keyword: with the title and headings above."""

    id: int
    text: str
    title: str | None
    headings: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()

    @property
    def above(self) -> str:
        """Title, headings and column names in one line."""
        return join_title(self.title, self.headings, self.columns)


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
