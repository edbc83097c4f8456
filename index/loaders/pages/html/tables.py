"""Tables of a page: those whose first row names their columns are read row by row.

If no cell is marked as a header, the look of the first row, or the values below it, must show
that it does. All others stay whole: many lay out the page, or have names beside their values.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from index.documents import Span, Table
from index.loaders.shared.assembly import drop_unseen
from index.loaders.shared.table_header import (
    LONGEST_CAPTION,
    SAMPLE_ROWS,
    are_names,
    clean_names,
    read_column_names,
)

# A page of more rows than these is data that nobody reads.
_MOST_ROWS = 100_000
# A table whose first row names its columns has no such element in a cell.
_NO_CELLS = "td table, th table, td h1, td h2, td h3, td h4, td h5, td h6"
# Elements in the cells of a table that lays out the page: in any cell, and in the only one.
_PARTS = "table, h1 ~ *, h2 ~ *, h3 ~ *, h4 ~ *, h5 ~ *, h6 ~ *"
_PARAGRAPHS = "p ~ *, div ~ *, ul ~ *, ol ~ *"
# A longer cell of an unmarked table, in characters, is a part of the page.
_LONGEST_CELL = 300
# Only among so many columns a cell reaches over several, or over rows; a longer one, in
# characters, stands in its first row alone.
_MOST_SPANNED, _LONGEST_REPEATED = 100, 300
# What is called as a caption, though no part of the table: in so many elements around, at most,
# and with so many empty ones between.
_CAPTION = re.compile(
    r"(?:table|tabelle|tableau|tabla|tabella|tabela|tabel)\s+[a-z]?\d", re.IGNORECASE
)
_CAPTION_NAMES = frozenset(("title", "caption"))
_CAPTION_TAGS = frozenset("p div figcaption center b strong".split())
_MOST_AROUND, _MOST_BETWEEN = 3, 10


def is_header_row(row: LexborNode) -> bool:
    """Whether all cells of a row are marked as headers, but for an empty one in the corner."""
    cells = [cell for cell in row.iter() if cell.tag in ("td", "th")]
    if len(cells) > 1 and _is_corner(cells[0]):
        del cells[0]
    return bool(cells) and all(cell.tag == "th" for cell in cells)


def _is_corner(cell: LexborNode) -> bool:
    return (
        cell.tag == "td" and _read_count(cell, "rowspan") < 2 and not cell.text(deep=True).strip()
    )


def has_columns(table: LexborNode) -> bool:
    """Whether the first row of a table, and not every one, is there to name the columns."""
    # A table in a cell is itself among what is found.
    if any(part.mem_id != table.mem_id for part in table.css(_NO_CELLS)[:2]):
        return False
    rows = table.css("tr")
    if not 1 < len(rows) <= _MOST_ROWS:
        return False
    if table.css_first("th") is None:
        return _looks_headed(rows[:SAMPLE_ROWS])
    if not is_header_row(rows[0]):
        return False
    below = [row for row in rows[1:] if not is_header_row(row)]
    return bool(below) and (rows[0].css_first("td") is None or _are_named(below))


def lays_out_page(table: LexborNode) -> bool:
    """Whether a table without marked headers has parts of the page in its cells.

    These are headings above something else, other tables or, in the only cell, paragraphs.
    """
    sections = [part for part in table.iter() if part.tag in ("tbody", "thead", "tfoot")]
    rows = [row for section in sections for row in section.iter() if row.tag == "tr"]
    cells = [cell for row in rows for cell in row.iter() if cell.tag in ("td", "th")]
    if any(cell.tag == "th" for cell in cells):
        return False
    parts = _PARTS if len(cells) > 1 else f"{_PARTS}, {_PARAGRAPHS}"
    return any(cell.css_first(parts) is not None for cell in cells)


def _are_named(rows: Sequence[LexborNode]) -> bool:
    """Whether most rows have a name, in the column of a corner that has none.

    If there is but one column beside, it is marked: a sign may stand beside a note.
    """
    cells = [[cell for cell in row.iter() if cell.tag in ("td", "th")] for row in rows]
    is_narrow = max(map(len, cells)) <= 2
    named = sum(
        bool(row) and (row[0].tag == "th" or not is_narrow) and bool(row[0].text(deep=True).strip())
        for row in cells
    )
    return 2 * named > len(rows)


def _looks_headed(rows: Sequence[LexborNode]) -> bool:
    """Whether the first of some rows without marked headers names the columns."""
    cells = [[cell for cell in row.iter() if cell.tag == "td"] for row in rows]
    # Of its text, page layout has much in one cell.
    words = [[" ".join(cell.text(deep=True).split()) for cell in row] for row in cells]
    if any(len(each) > _LONGEST_CELL for row in words for each in row):
        return False
    kept = [row for row in words if any(row)]
    if len(kept) < 2 or kept[0] is not words[0]:
        return False
    is_level = all(len(row) == len(words[0]) for row in kept) and all(words[0])
    is_apart = len(set(words[0])) == len(words[0])
    is_marked = is_level and is_apart and (_is_head(rows[0]) or _is_bold_alone(cells))
    # Two columns are often names beside their values.
    is_wide = len(words[0]) > 2
    return (is_marked or is_wide) and read_column_names(kept, is_marked=is_marked) is not None


def _is_head(row: LexborNode) -> bool:
    """Whether a row stands in the head of its table, and others do not."""
    head = row.parent
    return head is not None and head.tag == "thead" and head.next is not None


def _is_bold_alone(rows: Sequence[Sequence[LexborNode]]) -> bool:
    """Whether all cells of the first row are bold, and of no other row."""
    return all(map(_is_bold, rows[0])) and not any(
        all(map(_is_bold, row)) for row in rows[1:] if row
    )


def _is_bold(cell: LexborNode) -> bool:
    words = cell.text(deep=True).strip()
    return bool(words) and any(
        each.text(deep=True).strip() == words for each in cell.css("b, strong")
    )


def find_caption(table: LexborNode) -> str:
    """The name of a table in an element above it, outside of it; "" if there is none."""
    node: LexborNode | None = table
    for _ in range(_MOST_AROUND):
        above, words = _find_words_above(node)
        if above is not None:
            names = (above.attributes.get("class") or "").lower().split()
            is_called = above.tag == "figcaption" or not _CAPTION_NAMES.isdisjoint(names)
            is_caption = (
                above.tag in _CAPTION_TAGS
                and (is_called or _CAPTION.match(words) is not None)
                and above.css_first("h1, h2, h3, h4, h5, h6") is None
            )
            return words if is_caption and len(words) <= LONGEST_CAPTION else ""
        node = node.parent if node is not None else None
        if node is None or node.tag not in ("div", "figure", "center"):
            break
    return ""


def _find_words_above(node: LexborNode | None) -> tuple[LexborNode | None, str]:
    """The next sibling above that has words, and them."""
    for _ in range(_MOST_BETWEEN):
        node = node.prev if node is not None else None
        if node is None:
            break
        if words := " ".join(drop_unseen(node.text_content or node.text(deep=True)).split()):
            return node, words
    return None, ""


@dataclass(slots=True)
class TableRows:
    """The rows of a table whose first row names its columns, as far as they were read.

    Attributes:
        lists: how many lists are open around it.
        spare: how many characters of cells may still be repeated, those that reach over rows.
        start: where the row, or the caption, that is being read starts; None before its
            first word.
        is_blank: the cell that is being read has no words yet.
    """

    lists: int = 0
    title: str = ""
    spare: int = 0
    start: int | None = None
    is_blank: bool = False
    _in_header: bool = False
    _first: int = 0
    _caption: Span | None = None
    # The row being read, from 1; the column of its last words, of the cell being read, and the
    # first after that; the cells of the header with the columns that they name.
    _number: int = 0
    _written: int = 0
    _column: int = 0
    _next: int = 0
    _named: list[range] = field(default_factory=list)
    # The columns of those that reach into rows below; until which row one takes a column, and
    # its words.
    _reaching: list[int] = field(default_factory=list)
    _taken: dict[int, int] = field(default_factory=dict)
    _above: dict[int, str] = field(default_factory=dict)
    _names: list[list[str]] = field(default_factory=list)
    _rows: list[Span] = field(default_factory=list)
    _widths: set[int] = field(default_factory=set)

    def begin_section(self) -> None:
        """No cell reaches from one section of a table into the next."""
        self._taken.clear()
        self._above.clear()

    def begin(self, row: LexborNode) -> None:
        """A row or the caption."""
        self.start, self.is_blank = None, False
        is_first = row.tag == "tr" and not self._number
        self._in_header = not self._rows and (is_first or is_header_row(row))
        self._number += row.tag == "tr"
        self._written = self._column = self._next = 0
        self._named, self._reaching = [], []

    def begin_cell(self, cell: LexborNode) -> None:
        """The next cell of the row, right of those that reach into it from above."""
        column = self._next
        while self._reaches(column):
            column += 1
        width = max(1, min(_read_count(cell, "colspan"), _MOST_SPANNED - column))
        if (height := _read_count(cell, "rowspan")) > 1 and column < _MOST_SPANNED:
            for each in range(column, column + width):
                self._taken[each] = self._number + height - 1
                self._above.pop(each, None)
            self._reaching.append(column)
        self._column, self._next, self.is_blank = column, column + width, True
        self._named.append(range(column, column + width))

    def begin_words(self, at: int, pieces: int) -> None:
        """The first word comes, at this place of the text, after so many pieces of it."""
        self.start, self._first = at, pieces

    def part_cells(self) -> str:
        """The text between the next word and the one before it in its row: a tab for each column.

        In a column that a cell from above takes stand the words of that cell.
        """
        parts = self._fill(self._column)
        self.is_blank = False
        return parts

    def end_cells(self) -> str:
        """The text right of the last word of the row: the words of cells from above."""
        last = max((column for column in self._above if self._reaches(column)), default=0)
        if last <= self._written:
            return ""
        return (self._fill(last) + self._repeat(last)).rstrip("\t")

    def _fill(self, until: int) -> str:
        """The text between the cell that was written last and a column."""
        columns = range(self._written, until)
        self._written = max(self._written, until)
        return "".join(self._repeat(column) + "\t" for column in columns)

    def _repeat(self, column: int) -> str:
        """The words of a cell from above that takes a column of this row."""
        words = self._above.get(column, "") if self._reaches(column) else ""
        if self._in_header or len(words) > self.spare:
            return ""
        self.spare -= len(words)
        return words

    def _reaches(self, column: int) -> bool:
        return self._taken.get(column, 0) >= self._number

    def end(self, tag: str, at: int, pieces: Sequence[str]) -> None:
        """The row or the caption ends at this place of the text."""
        if self.start is None:
            return
        span = Span(self.start, at)
        if tag == "caption":
            self._add_caption(span, pieces)
        elif not self._in_header:
            self._add_row(span)
            cells = "".join(pieces[self._first :]).split("\t") if self._reaching else []
            for column in self._reaching:
                words = " ".join("".join(cells[column : column + 1]).split())
                if words and len(words) <= _LONGEST_REPEATED:
                    self._above[column] = words
        elif len(self._named) == 1 and len(self._named[0]) > 1:
            # It stands over all columns, and names none.
            if self._names:
                self._add_row(span)
            else:
                self._add_caption(span, pieces)
        else:
            cells = "".join(pieces[self._first :]).split("\t")
            self._names += [[] for _ in range(len(self._names), self._next)]
            for columns in self._named:
                name = " ".join("".join(cells[columns.start : columns.start + 1]).split())
                for column in columns:
                    self._names[column].append(name)
        self.start = None

    def _add_caption(self, span: Span, pieces: Sequence[str]) -> None:
        self._caption = span
        self.title = " ".join("".join(pieces[self._first :]).split())

    def _add_row(self, span: Span) -> None:
        self._rows.append(span)
        self._widths.add(self._next)

    def split_table(self, whole: Span) -> tuple[list[Span], Table] | None:
        """The rows of the table; None if its columns or its rows have no words."""
        given = [name for names in self._names for name in names if name]
        if not self._rows or not given or not are_names(given, marked=True):
            return None
        columns = [" ".join(filter(None, names)) for names in self._names]
        if self._widths == {len(columns) + 1}:
            # The first column, of what the rows are about, has no cell in the header.
            columns.insert(0, "")
        title = self.title if len(self.title) <= LONGEST_CAPTION else ""
        caption, start = [], whole.start
        if self._caption is not None and self._caption.end <= self._rows[0].start:
            caption, start = [self._caption], self._caption.end
        return [*caption, *self._rows], Table(Span(start, whole.end), clean_names(columns), title)


def _read_count(cell: LexborNode, name: str) -> int:
    """Over how many columns, or rows, a cell reaches."""
    count = cell.attributes.get(name) or ""
    return int(count) if re.fullmatch(r"[0-9]{1,5}", count) else 1
