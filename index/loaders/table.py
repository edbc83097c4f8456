"""Tables (CSV, TSV and the like): the decoded file; a row is a block, its header a heading.

What parts the cells is found by trying. A quoted cell may hold line ends. The names
of the columns come with every row as its heading.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from index.documents import Content, Heading, Span
from index.loaders.decoding import decode

# Where two delimiters fit equally well the first is meant.
_DELIMITERS = "\t;,|"
# What is looked at to find the delimiter and the header.
_SAMPLE_CHARACTERS, _SAMPLE_ROWS = 65_536, 50
# The rows of a table with more lines are taken as those of a log: several are a passage.
_MOST_ROWS = 500_000
# No spreadsheet holds a longer cell: a quote that is not closed by then opens none.
_MOST_IN_QUOTES = 32_767
# What columns are called, and how much of it goes with each row.
_LONGEST_NAME, _MOST_NAMES = 60, 400

# What some spreadsheets write before the table, to name the delimiter.
_DECLARED = re.compile(r"sep=(.)[ \t]*(?:\r\n|\n|\r|\Z)", re.IGNORECASE)
_VALUE = re.compile(r"[\W_]*\d[\d\W_]*(?:[etz][\d\W_]*)*|true|false|yes|no|null", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Grammar:
    """How rows are written where cells are parted by one delimiter."""

    row: re.Pattern[str]
    cell: re.Pattern[str]

    def cells(self, row: str) -> list[str]:
        return [_unquoted(match[1]) for match in self.cell.finditer(row)]


@dataclass(frozen=True, slots=True)
class _Header:
    """The row that names the columns.

    Attributes:
        row: which one it is.
        is_sure: False where no values tell names from rows: it may be a row as well.
    """

    row: int
    names: Sequence[str]
    is_sure: bool


def load(data: bytes) -> Content:
    text = decode(data)
    declared = _DECLARED.match(text)
    start = declared.end() if declared else 0
    sample = text[start : start + _SAMPLE_CHARACTERS]
    grammar = _grammar(declared[1]) if declared else _best_grammar(sample)
    is_long = text.count("\n") + text.count("\r") > _MOST_ROWS
    rows = tuple(islice(_rows(text, start, grammar), _SAMPLE_ROWS if is_long else None))
    header = _header([grammar.cells(row.of(text)) for row in rows[:_SAMPLE_ROWS]])
    heading = Heading(rows[header.row], 1, _joined(header.names)) if header else None
    if is_long:
        return Content(text, headings=(heading,) if heading else (), layout="lines")
    if header is None or heading is None:
        return Content(text, blocks=rows, layout="rows")
    if header.is_sure:
        rows = rows[: header.row] + rows[header.row + 1 :]
    return Content(text, headings=(heading,), blocks=rows, layout="rows")


def _rows(text: str, start: int, grammar: _Grammar) -> Iterator[Span]:
    for match in grammar.row.finditer(text, start):
        # One without a letter or a digit says nothing.
        if re.search(r"\w", match[0]):
            yield Span(*match.span())


def _grammar(delimiter: str) -> _Grammar:
    parting = re.escape(delimiter)
    quoted = rf'"(?:[^"]|""){{0,{_MOST_IN_QUOTES}}}+"(?=[{parting}\r\n]|\Z)'
    cell = rf"(?:{quoted}|[^{parting}\r\n]*+)"
    return _Grammar(
        # Not empty, so that what is matched ascends.
        re.compile(rf"(?=[^\r\n]){cell}(?:{parting}{cell})*+"),
        re.compile(rf"(?:\A|{parting})({cell})"),
    )


def _best_grammar(sample: str) -> _Grammar:
    """That of the delimiter which gives most rows the same number of cells, more than one."""
    best, best_share = _grammar(_DELIMITERS[0]), 0.0
    for delimiter in _DELIMITERS:
        if delimiter not in sample:
            continue
        grammar = _grammar(delimiter)
        # The last row may be cut off.
        rows = [match[0] for match in grammar.row.finditer(sample)][: _SAMPLE_ROWS + 1]
        widths = Counter(len(grammar.cells(row)) for row in (rows[:-1] or rows))
        width, count = max(widths.items(), key=lambda pair: (pair[1], pair[0]))
        share = count / widths.total() if width > 1 else 0.0
        if share > best_share:
            best, best_share = grammar, share
    return best


def _header(rows: Sequence[Sequence[str]]) -> _Header | None:
    """The row that names the columns, if one does: the first that is as wide as most.

    Names differ from each other and from what stands under them, and are no values.
    """
    widths = Counter(map(len, rows))
    usual = max(widths, key=lambda width: (widths[width], width), default=0)
    if usual < 2:
        return None
    at = next(number for number, row in enumerate(rows) if len(row) == usual)
    names, below = rows[at], [row for row in rows[at + 1 :] if len(row) == usual]
    given = [name for name in names if name]
    if (
        not below
        # The first column, of row numbers, often has no name.
        or len(given) < usual - 1
        or len(set(given)) < len(given)
        or any(len(name) > _LONGEST_NAME or _is_value(name) for name in given)
    ):
        return None
    columns = list(zip(*below, strict=True))
    if any(name in column for name, column in zip(names, columns, strict=True) if name):
        return None
    is_sure = any(2 * sum(map(_is_value, column)) > len(column) for column in columns)
    return _Header(at, names, is_sure)


def _is_value(cell: str) -> bool:
    """Whether a cell holds a number, a date or the like."""
    return len(cell) <= _LONGEST_NAME and _VALUE.fullmatch(cell) is not None


def _joined(names: Sequence[str]) -> str:
    joined = ", ".join(" ".join(name.split()) for name in names if name)
    if len(joined) > _MOST_NAMES:
        joined = joined[: joined.rfind(",", 0, _MOST_NAMES)] + ", …"
    return joined


def _unquoted(cell: str) -> str:
    cell = cell.strip()
    if len(cell) > 1 and cell[0] == cell[-1] == '"':
        return cell[1:-1].replace('""', '"').strip()
    return cell
