"""A document's text put together from its parts, with the spans of its blocks and headings.

Characters that nobody sees stand in the way of whoever searches for a word: they tell a program
where a line may be broken, and where not, and which way words run. A file that is its own canonical
text keeps them; words that are put together lose them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from index.documents import (
    MOST_DEPTH,
    NO_PROPERTIES,
    Block,
    BlockKind,
    Blocks,
    Content,
    Heading,
    Mark,
    Properties,
    Span,
    Table,
)
from index.loaders.shared.header_rows import (
    HeaderRows,
    Merged,
    find_header_rows,
    find_row_groups,
    locate_merged,
    repeat_merged,
)
from index.loaders.shared.table_header import LONGEST_CAPTION, SAMPLE_ROWS
from index.text.plain_blocks import (
    find_blocks,
    find_items,
    list_paragraphs,
    make_paragraph,
    make_row,
)

# Scripts in which a zero width non-joiner (U+200C) chooses the form of a letter: from Arabic to
# those of India and South-East Asia.
_SHAPING = "\u0600-\u180d\u180f-\u1cff\ua800-\uabff\ufb50-\ufdff\ufe70-\ufefc\U00010a00-\U00011fff"
# Soft hyphen, zero width space, word joiner, signs of mathematics, byte order mark, marks of
# direction, the vowel separator of Mongolian; zero width joiners (U+200D) make one emoji of
# several, and letters of some scripts.
_UNSEEN = re.compile(
    f"[\u00ad\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
    f"|(?<![{_SHAPING}])\u200c(?![{_SHAPING}])"
)

# Of cells that are merged over rows so many characters are repeated in a table, or as many as it
# has.
_LEAST_REPEATED = 10_000


class Item(NamedTuple):
    """An item of a list, or a paragraph that goes on with one.

    Attributes:
        depth: 1, and one more in each list around it.
        mark: its bullet or number; "" for a paragraph without one.
        words: in one line or more.
    """

    depth: int
    mark: str
    words: str

    @property
    def line(self) -> str:
        indent = "  " * (self.depth - 1)
        return f"{indent}{self.mark} {self.words}" if self.mark else indent + self.words


@dataclass(slots=True)
class Assembly:
    """Grows part by part; a blank line parts them."""

    _pieces: list[str] = field(default_factory=list)
    _length: int = 0
    _headings: list[Heading] = field(default_factory=list)
    _paragraphs: list[Span] = field(default_factory=list)
    _blocks: Blocks = field(default_factory=Blocks)
    _marks: list[Mark] = field(default_factory=list)
    _tables: list[Table] = field(default_factory=list)
    _pages: list[int] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not self._length

    @property
    def first_heading(self) -> str | None:
        """The words of the heading with which the text begins; None if none does."""
        first = next(iter(self._headings), None)
        return first.text if first is not None and not first.span.start and first.text else None

    def add_block(self, text: str, kind: BlockKind | None = None) -> None:
        """A paragraph; nothing if there are not words in it.

        Args:
            kind: of its one block; None if it may be a list, which the signs of its items tell.
        """
        if text := text.strip():
            span = self._put(text)
            self._paragraphs.append(span)
            if kind == "paragraph":
                self._blocks.append(make_paragraph(text, span.start))
            elif kind is not None:
                self._blocks.append(Block(kind, span))
            else:
                self._blocks.extend(Blocks(find_items(text, Span(0, len(text)))), span.start)

    def add_list(self, items: Sequence[Item]) -> None:
        """A list: one paragraph, a line for each item."""
        items = [item for item in items if item.words.strip()]
        lines = [item.line for item in items]
        if not lines:
            return
        # As of every paragraph, white space at the ends is not part of it.
        first = len(lines[0]) - len(lines[0].lstrip())
        span = self._put("\n".join(lines)[first:].rstrip())
        self._paragraphs.append(span)
        at = span.start - first
        for item, line in zip(items, lines, strict=True):
            start = at + len(line) - len(item.words)
            words = Span(start, min(start + len(item.words.rstrip()), span.end))
            sign = Span(start - 1 - len(item.mark), start - 1) if item.mark else None
            kind: BlockKind = "item" if item.mark else "paragraph"
            self._blocks.append(Block(kind, words, min(item.depth, MOST_DEPTH), sign))
            at += len(line) + 1

    def add_definition(self, term: str, words: str) -> None:
        """A term on a line of its own, and what it means: one paragraph."""
        if not term.strip() or not words.strip():
            self.add_block(f"{term}\n{words}", "paragraph")
            return
        term = term.strip()
        span = self._put(f"{term}\n{words.rstrip()}")
        self._paragraphs.append(span)
        self._blocks.append(Block("label", Span(span.start, span.start + len(term))))
        self._blocks.append(Block("paragraph", Span(span.start + len(term) + 1, span.end)))

    def add_unnamed_rows(self, rows: Sequence[str]) -> None:
        """A table whose columns have no names: one paragraph, a line for each row."""
        text = "\n".join(rows)
        if not text.strip():
            return
        first = len(text) - len(text.lstrip())
        span = self._put(text.strip())
        self._paragraphs.append(span)
        at = span.start - first
        for row in rows:
            start, end = max(at, span.start), min(at + len(row), span.end)
            if start < end and row.strip():
                self._blocks.append(make_row(row[start - at : end - at], start))
            at += len(row) + 1

    def add_table(
        self,
        columns: tuple[str, ...],
        rows: Sequence[str],
        *,
        header_rows: int = 1,
        caption: str = "",
    ) -> None:
        """A table of a line for each row.

        Args:
            columns: their names.
            rows: the lines, those with the names of the columns included.
            header_rows: how many of the first have names, and are not rows of the table.
            caption: what the table is called.
        """
        table = self._put("\n".join(rows))
        self._tables.append(Table(table, columns, caption))
        at = table.start
        for number, row in enumerate(rows):
            if number >= header_rows:
                # Tabs before the first words stand for cells that are empty.
                self._paragraphs.append(Span(at + len(row) - len(row.lstrip(" ")), at + len(row)))
            if row.strip():
                kind: BlockKind = "row" if number >= header_rows else "header"
                self._blocks.append(make_row(row, at, kind))
            at += len(row) + 1

    def add_heading(self, text: str, level: int) -> None:
        """A heading; 1 is the highest level."""
        if words := " ".join(text.split()):
            self._headings.append(Heading(self._put(words), level, words))

    def add(self, content: Content) -> None:
        """Add the content that another loader has read, without its title and pages."""
        if not content.text.strip():
            return
        start = self._put(content.text).start
        self._headings += [
            Heading(heading.span.shift(start), heading.level, heading.text)
            for heading in content.headings
        ]
        self._paragraphs += [span.shift(start) for span in list_paragraphs(content)]
        self._blocks.extend(find_blocks(content), start)
        self._marks += [replace(mark, span=mark.span.shift(start)) for mark in content.marks]
        self._tables += [replace(table, span=table.span.shift(start)) for table in content.tables]

    def begin_part(self, name: str, level: int) -> None:
        """Begin a part of the text under a heading, or under ""; neither is in the text."""
        at = self._next
        self._headings.append(Heading(Span(at, at), level, name))

    def begin_page(self) -> None:
        """Begin the next page."""
        self._pages.append(self._next)

    def content(self, title: str | None, properties: Properties = NO_PROPERTIES) -> Content:
        return Content(
            "".join(self._pieces),
            title=title,
            # After the last words there may be names of parts, and pages, without any.
            headings=tuple(each for each in self._headings if each.span.end <= self._length),
            page_starts=tuple(min(start, self._length) for start in self._pages),
            paragraphs=tuple(self._paragraphs),
            tables=tuple(self._tables),
            properties=properties,
            blocks=self._blocks,
            marks=tuple(self._marks),
        )

    @property
    def _next(self) -> int:
        """Where what is added next will stand."""
        return self._length + (2 if self._length else 0)

    def _put(self, text: str) -> Span:
        if self._length:
            self._pieces.append("\n\n")
            self._length += 2
        start = self._length
        self._pieces.append(text)
        self._length += len(text)
        return Span(start, self._length)


def add_rows(
    assembly: Assembly,
    rows: Sequence[Sequence[str]],
    *,
    marked: int = 0,
    merged: Sequence[Merged] = (),
    caption: str = "",
) -> None:
    """Add a table to a text: a line for each row, a tab between cells.

    Args:
        rows: the cells, each in one line; all but the first of merged cells are empty.
        marked: how many of the first rows are marked as those that name the columns.
        merged: the cells that are shown as one.
        caption: what the table is called, if it stands outside of it.
    """
    numbers = [number for number, row in enumerate(rows) if any(row)]
    width = max(map(len, rows), default=0)
    kept = [[*rows[number], *[""] * (width - len(rows[number]))] for number in numbers]
    merged = locate_merged(merged, numbers)
    header = find_header_rows(
        kept[:SAMPLE_ROWS],
        merged,
        marked=[number < marked for number in numbers[:SAMPLE_ROWS]] if marked else (),
        are_marks_sure=True,
        must_be_sure=True,
    )
    if header is None:
        assembly.add_unnamed_rows(_write_rows(kept))
        return
    first = header.first + header.count
    size = sum(len(cell) for row in kept for cell in row)
    merged = [*merged, *find_row_groups(kept, first)]
    lines = _write_rows(repeat_merged(kept, merged, first, max(size, _LEAST_REPEATED)))
    add_titled_table(assembly, header, lines, caption)


def add_titled_table(
    assembly: Assembly, header: HeaderRows, lines: Sequence[str], caption: str = ""
) -> None:
    """Add a table, after the lines above the rows with the names of its columns.

    Args:
        lines: a row each, a tab between cells.
        caption: what the table is called; if nothing is given, the first title that stands alone.
    """
    for title in lines[: header.first]:
        assembly.add_unnamed_rows([title])
        words = title.strip()
        if "\t" not in words and len(words) <= LONGEST_CAPTION:
            caption = caption or words
    assembly.add_table(
        header.names, lines[header.first :], header_rows=header.count, caption=caption
    )


def _write_rows(rows: Sequence[Sequence[str]]) -> list[str]:
    return ["\t".join(row).rstrip("\t") for row in rows]


def drop_unseen(words: str) -> str:
    """The words without the characters that nobody sees."""
    return words if words.isascii() else _UNSEEN.sub("", words)
