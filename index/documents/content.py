"""What is read from a file: its text, with its headings, blocks and tables. All frozen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from index.documents.headings import shorten
from index.documents.properties import NO_PROPERTIES, Properties
from index.documents.span import Span
from index.documents.surrogates import replace_surrogates

# A heading of this level, or below, that has no words of the text is a term that the block below
# defines.
TERM_LEVEL = 7
# Characters of a title, which goes with every passage; a longer one is cut short.
_LONGEST_TITLE = 300


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a document: its span, its level (1 is the highest) and its text.

    A heading without text only separates what is before it from what comes after. Text in
    its span is for programs, and is in no passage.
    """

    span: Span
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a document: the blocks in it are its rows, each a passage of its own.

    Attributes:
        span: from its first row to its last, the one that names its columns included.
        columns: the names of the columns, in order; "" for one without a name. Empty where no
            row names them.
        caption: the table's caption; "" where it has none.
    """

    span: Span
    columns: tuple[str, ...] = ()
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """What a loader reads from a file.

    Attributes:
        text: the canonical text, which all spans refer to. Lone surrogates are replaced.
        title: the document's own title, never its file name; None where it has none. Lone
            surrogates are replaced, and a very long title is cut short.
        headings: in reading order.
        page_starts: offset at which each page starts, ascending; empty where there are no pages.
        blocks: spans of the paragraphs, ascending, where the format marks them, as HTML does;
            None where blank lines separate them.
        tables: the tables, ascending: the blocks in one are its rows.
        layout: where a long block is cut: "prose" at sentences, "lines" (code, logs) between
            lines.
        properties: who wrote it, what about and when, as the file itself says; and which parts of
            the text are doubtful.

    Raises:
        ValueError: spans are out of order, or outside the text.
    """

    text: str
    title: str | None = None
    headings: tuple[Heading, ...] = ()
    page_starts: tuple[int, ...] = ()
    blocks: tuple[Span, ...] | None = None
    tables: tuple[Table, ...] = ()
    layout: Literal["prose", "lines"] = "prose"
    properties: Properties = NO_PROPERTIES

    def __post_init__(self) -> None:
        headings = (heading.span for heading in self.headings)
        pages = (Span(start, start) for start in self.page_starts)
        tables = (table.span for table in self.tables)
        doubtful = (Span(start, end) for start, end in self.properties.doubtful)
        for spans in (headings, pages, self.blocks or (), tables, doubtful):
            _check_order(spans, len(self.text))
        object.__setattr__(self, "text", replace_surrogates(self.text))
        if self.title is not None:
            object.__setattr__(
                self, "title", shorten(replace_surrogates(self.title), _LONGEST_TITLE)
            )


def _check_order(spans: Iterable[Span], size: int) -> None:
    before = 0
    for span in spans:
        if not before <= span.start <= span.end <= size:
            raise ValueError(f"{span} is out of order, or outside a text of {size} characters")
        before = span.start
