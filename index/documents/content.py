"""What is read from a file: its text, what that is made of, and the line of its headings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from index.documents.blocks import NO_BLOCKS, Blocks, Mark, Span
from index.documents.properties import NO_PROPERTIES, Properties
from index.documents.valid_json import replace_surrogates

# A heading of this level, or below, that has no words of the text is a term that the block below
# defines.
TERM_LEVEL = 7
# Characters of a title, which goes with every passage; a longer one is cut short.
_LONGEST_TITLE = 300
# Characters of a heading line, and of the column names in it; they, too, go with every passage.
_LONGEST_HEADING_LINE, _LONGEST_COLUMNS = 1_000, 400


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a document: its span, its level (1 is the highest) and its text.

    A heading without text only separates what is before it from what comes after. Text in
    its span is for programs, and is in no passage. Lone surrogates are replaced.
    """

    span: Span
    level: int
    text: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", replace_surrogates(self.text))


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a document: the paragraphs in it are its rows, each a passage of its own.

    Lone surrogates in its names are replaced.

    Attributes:
        span: from its first row to its last, the one that names its columns included.
        columns: the names of the columns, in order; "" for one without a name. Empty if no
            row names them.
        caption: the table's caption; "" if it has none.
    """

    span: Span
    columns: tuple[str, ...] = ()
    caption: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", tuple(map(replace_surrogates, self.columns)))
        object.__setattr__(self, "caption", replace_surrogates(self.caption))


@dataclass(frozen=True, slots=True)
class Structure:
    """What a document's text is made of, as its loader has read it.

    Attributes:
        headings, tables: in reading order.
        blocks: what people read beside the headings, in the order of the text.
        marks: how it is drawn, in the order of their starts.
    """

    headings: tuple[Heading, ...] = ()
    blocks: Blocks = NO_BLOCKS
    tables: tuple[Table, ...] = ()
    marks: tuple[Mark, ...] = ()

    def check(self, characters: int) -> None:
        """Raise `ValueError` if spans are out of order, or outside a text of so many characters."""
        headings = (heading.span for heading in self.headings)
        tables = (table.span for table in self.tables)
        marks = (mark.span for mark in self.marks)
        for spans in (headings, tables, marks, (Span(self.blocks.end, self.blocks.end),)):
            check_order(spans, characters)


NO_STRUCTURE = Structure()


@dataclass(frozen=True, slots=True)
class Content:
    """What a loader reads from a file.

    Attributes:
        text: the canonical text, which all spans refer to. Lone surrogates are replaced.
        title: the document's own title, never its file name; None if it has none. Lone
            surrogates are replaced, and a very long title is cut short.
        headings: in reading order.
        page_starts: offset at which each page starts, ascending; empty if there are no pages.
        paragraphs: spans of what passages are cut from, ascending, if the format marks them, as
            HTML does: a paragraph, a whole list, a row of a table. None if blank lines separate
            them.
        tables: the tables, ascending: the paragraphs in one are its rows.
        blocks: what the paragraphs are made of, such as the items of a list and the cells of a
            row; None if the loader does not say it, and they are found by the signs of plain text.
        marks: how the text is drawn, in the order of their starts; they may lie in each other.
        layout: where a long paragraph is cut: "prose" at sentences, "lines" (code, logs) between
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
    paragraphs: tuple[Span, ...] | None = None
    tables: tuple[Table, ...] = ()
    layout: Literal["prose", "lines"] = "prose"
    properties: Properties = NO_PROPERTIES
    blocks: Blocks | None = None
    marks: tuple[Mark, ...] = ()

    def __post_init__(self) -> None:
        size = len(self.text)
        self.structure.check(size)
        pages = (Span(start, start) for start in self.page_starts)
        doubtful = (Span(start, end) for start, end in self.properties.doubtful)
        for spans in (pages, self.paragraphs or (), doubtful):
            check_order(spans, size)
        object.__setattr__(self, "text", replace_surrogates(self.text))
        if self.title is not None:
            object.__setattr__(
                self, "title", shorten(replace_surrogates(self.title), _LONGEST_TITLE)
            )

    @property
    def structure(self) -> Structure:
        """What the text is made of."""
        return Structure(self.headings, self.blocks or NO_BLOCKS, self.tables, self.marks)


def check_order(spans: Iterable[Span], size: int) -> None:
    """Raise `ValueError` if spans do not ascend, or lie outside a text of so many characters."""
    before = 0
    for span in spans:
        if not before <= span.start <= span.end <= size:
            raise ValueError(f"{span} is out of order, or outside a text of {size} characters")
        before = span.start


def shorten(text: str, most: int) -> str:
    """The text; if longer than `most` characters, its beginning and "…"."""
    return text if len(text) <= most else text[: most - 1] + "…"


def join_headings(headings: Sequence[str], columns: Sequence[str] = ()) -> str:
    """Headings and the names of columns in one line, for people and for search.

    The line is cut short if it is very long. Nothing is ever parsed back out of it.
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
