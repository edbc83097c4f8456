"""Tables (CSV, TSV and the like): the decoded file; a row is a block.

What parts the cells is found by trying. A quoted cell may hold line ends.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from index.documents import Block, Blocks, Content, Heading, Mark, Span, Table, join_headings
from index.loaders.shared.decoding import decode
from index.loaders.shared.table_header import SAMPLE_ROWS, Header, find_header

# If two delimiters fit equally well, the first is meant.
_DELIMITERS = "\t;,|"
# What is looked at to find the delimiter and the header.
_SAMPLE_CHARACTERS = 65_536
# The rows of a table with more lines are taken as those of a log: several are a passage.
_MOST_ROWS = 500_000
# No spreadsheet holds a longer cell: a quote that is not closed by then opens none.
_MOST_IN_QUOTES = 32_767

# What some spreadsheets write before the table, to name the delimiter.
_DECLARED = re.compile(r"sep=(.)[ \t]*(?:\r\n|\n|\r|\Z)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Grammar:
    """How rows are written if cells are parted by one delimiter."""

    row: re.Pattern[str]
    cell: re.Pattern[str]

    def cells(self, row: str) -> list[str]:
        return [_unquote(match[1]) for match in self.cell.finditer(row)]

    def locate_cells(self, row: str, at: int) -> list[tuple[int, int]]:
        """Where the words of each cell start and end, without quotes around them.

        Args:
            row: looked at alone, so that its first cell is at the beginning.
            at: where it stands in the text.
        """
        cells = []
        for cell in self.cell.finditer(row):
            first, past = cell.span(1)
            words = row[first:past]
            first, past = past - len(words.lstrip()), first + len(words.rstrip())
            if past - first > 1 and row[first] == row[past - 1] == '"':
                first, past = first + 1, past - 1
            cells.append((at + first, at + max(first, past)))
        return cells


def load(data: bytes) -> Content:
    text = decode(data)
    start, grammar = _find_grammar(text)
    is_long = text.count("\n") + text.count("\r") > _MOST_ROWS
    rows = tuple(islice(_find_rows(text, start, grammar), SAMPLE_ROWS if is_long else None))
    comments = _find_comments(text, rows, grammar)
    header, first = _find_names(text, rows, grammar, comments)
    columns = header.columns if header else ()
    if is_long:
        heading = (Heading(rows[first], 1, join_headings((), columns)),) if header else ()
        return Content(text, headings=heading, layout="lines")
    tables = (Table(Span(rows[first].start, rows[-1].end), columns),) if rows else ()
    blocks = Blocks(_make_blocks(text, rows, grammar, first if header else None, comments))
    if header and header.is_sure:
        rows = rows[:first] + rows[first + 1 :]
    # Within quotes, a quote is written twice.
    marks = tuple(Mark("hidden", Span(at, at + 1)) for at in _find_doubled(text, blocks))
    return Content(text, paragraphs=rows, tables=tables, blocks=blocks, marks=marks)


def _find_comments(text: str, rows: Sequence[Span], grammar: _Grammar) -> frozenset[int]:
    """The numbers of the lines that are no rows: "# measured in May", of which there are few."""
    comments = frozenset(
        number
        for number, row in enumerate(rows)
        if text.startswith("#", row.start)
        and (
            text.startswith(" ", row.start + 1) or sum(map(bool, grammar.cells(row.of(text)))) == 1
        )
    )
    return comments if 2 * len(comments) < len(rows) else frozenset()


def _find_names(
    text: str, rows: Sequence[Span], grammar: _Grammar, comments: frozenset[int]
) -> tuple[Header | None, int]:
    """The names of the columns; the number of their row or, without any, of the first row."""
    sample = [number for number in range(len(rows)) if number not in comments][:SAMPLE_ROWS]
    cells = [grammar.cells(rows[number].of(text)) for number in sample]
    header = find_header(cells)
    first = sample[header.row if header else 0] if sample else 0
    if header is None and first - 1 in comments:
        # The names may stand in a comment: "# town,people".
        names = grammar.cells(rows[first - 1].of(text).lstrip("# "))
        header = find_header([names, *cells])
        if header is None or header.row:
            return None, first
        first -= 1
    return header, first


def _find_doubled(text: str, blocks: Blocks) -> Iterator[int]:
    """Where quotes are written twice in the words of a cell."""
    if '""' not in text:
        return
    for block in blocks:
        # Comments and rows of very many cells have none.
        for span in block.cells or (block.span,):
            at = text.find('""', span.start, span.end)
            while at >= 0:
                yield at
                at = text.find('""', at + 2, span.end)


def _make_blocks(
    text: str, rows: Sequence[Span], grammar: _Grammar, header: int | None, comments: frozenset[int]
) -> Iterator[Block]:
    for number, row in enumerate(rows):
        if number in comments and number != header:
            yield Block("paragraph", row)
            continue
        cells = tuple(Span(*cell) for cell in grammar.locate_cells(row.of(text), row.start))
        yield Block("header" if number == header else "row", row, cells=cells)


def split_table(text: str) -> Iterator[list[tuple[int, int]]]:
    """The cells of each row of a table: where each starts and ends, without quotes around it.

    Args:
        text: the decoded file. What parts the cells is found by trying.
    """
    start, grammar = _find_grammar(text)
    for row in grammar.row.finditer(text, start):
        yield grammar.locate_cells(row[0], row.start())


def _find_rows(text: str, start: int, grammar: _Grammar) -> Iterator[Span]:
    for match in grammar.row.finditer(text, start):
        # One without a letter or a digit says nothing.
        if re.search(r"\w", match[0]):
            yield Span(*match.span())


def _find_grammar(text: str) -> tuple[int, _Grammar]:
    """Where the table begins, and how its rows are written."""
    if declared := _DECLARED.match(text):
        return declared.end(), _build_grammar(declared[1])
    return 0, _choose_grammar(text[:_SAMPLE_CHARACTERS])


def _build_grammar(delimiter: str) -> _Grammar:
    parting = re.escape(delimiter)
    # Some programs write spaces around quotes.
    gap = "" if delimiter == " " else " *+"
    quoted = rf'{gap}"(?:[^"]|""){{0,{_MOST_IN_QUOTES}}}+"{gap}(?=[{parting}\r\n]|\Z)'
    cell = rf"(?:{quoted}|[^{parting}\r\n]*+)"
    return _Grammar(
        # Not empty, so that what is matched ascends.
        re.compile(rf"(?=[^\r\n]){cell}(?:{parting}{cell})*+"),
        re.compile(rf"(?:\A|{parting})({cell})"),
    )


def _choose_grammar(sample: str) -> _Grammar:
    """That of the delimiter which gives most rows the same number of cells, more than one."""
    best, best_share = _build_grammar(_DELIMITERS[0]), 0.0
    for delimiter in _DELIMITERS:
        if delimiter not in sample:
            continue
        grammar = _build_grammar(delimiter)
        # The last row may be cut off.
        rows = [match[0] for match in grammar.row.finditer(sample)][: SAMPLE_ROWS + 1]
        widths = Counter(len(grammar.cells(row)) for row in (rows[:-1] or rows))
        width, count = max(widths.items(), key=lambda pair: (pair[1], pair[0]))
        share = count / widths.total() if width > 1 else 0.0
        if share > best_share:
            best, best_share = grammar, share
    return best


def _unquote(cell: str) -> str:
    cell = cell.strip()
    if len(cell) > 1 and cell[0] == cell[-1] == '"':
        return cell[1:-1].replace('""', '"').strip()
    return cell
