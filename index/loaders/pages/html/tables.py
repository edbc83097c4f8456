"""Tables of a page: those whose first row names their columns are read row by row.

All others stay whole: many lay out the page, or have names beside their values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from index.documents import Span, Table
from index.loaders.shared.table_header import are_names, clean_names

# A page of more rows than these is data that nobody reads.
_MOST_ROWS = 100_000
# What no cell of such a table has in it.
_NO_CELLS = "td table, th table, td h1, td h2, td h3, td h4, td h5, td h6"
# A caption goes with each row if it is no longer.
_LONGEST_CAPTION = 120


def is_header_row(row: LexborNode) -> bool:
    """Whether all cells of a row are marked as headers."""
    cells = [cell.tag for cell in row.iter() if cell.tag in ("td", "th")]
    return bool(cells) and "td" not in cells


def has_columns(table: LexborNode) -> bool:
    """Whether the first row of a table, and not every one, is there to name the columns."""
    if table.css_first("th") is None or table.css_first(_NO_CELLS) is not None:
        return False
    rows = table.css("tr")
    if not 1 < len(rows) <= _MOST_ROWS or not is_header_row(rows[0]):
        return False
    return any(not is_header_row(row) for row in rows)


@dataclass(slots=True)
class Rows:
    """What has been read of such a table.

    Attributes:
        start: where the row, or the caption, that is being read starts; None before its
            first word.
    """

    start: int | None = None
    _in_header: bool = False
    _first: int = 0
    _caption: Span | None = None
    _title: str = ""
    _names: list[str] = field(default_factory=list)
    _rows: list[Span] = field(default_factory=list)

    def begin(self, row: LexborNode) -> None:
        """A row or the caption."""
        self.start = None
        self._in_header = not self._rows and is_header_row(row)

    def begin_words(self, at: int, pieces: int) -> None:
        """The first word comes, at this place of the text, after so many pieces of it."""
        self.start, self._first = at, pieces

    def end(self, tag: str, at: int, pieces: Sequence[str]) -> None:
        """The row or the caption ends at this place of the text."""
        if self.start is None:
            return
        span = Span(self.start, at)
        if tag == "caption":
            self._caption = span
            self._title = " ".join("".join(pieces[self._first :]).split())
        elif self._in_header:
            cells = "".join(pieces[self._first :]).split("\t")
            self._names += [name for cell in cells if (name := " ".join(cell.split()))]
        else:
            self._rows.append(span)
        self.start = None

    def split_blocks(self, whole: Span) -> tuple[list[Span], Table] | None:
        """The blocks of the table; None where its columns or its rows have no words."""
        names = list(dict.fromkeys(self._names))
        if not self._rows or not names or not are_names(names, marked=True):
            return None
        title = self._title if len(self._title) <= _LONGEST_CAPTION else ""
        caption, start = [], whole.start
        if self._caption is not None and self._caption.end <= self._rows[0].start:
            caption, start = [self._caption], self._caption.end
        return [*caption, *self._rows], Table(Span(start, whole.end), clean_names(names), title)
