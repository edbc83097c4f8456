"""Rows of a table that meet what a question says of them: "not paid", "the highest", "in Leeds".

A reader sees one row at a time; which row has the highest value only the whole table tells. Rows
that meet all conditions but one would be a wrong answer: each condition stays, though few of the
questions that were measured set it. Also which cells are shown of a row: those that name it, and
those asked for.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from index import Hit, Passage, Span, Surroundings
from qa.answering.tables.named_rows import find_named_columns, find_named_rows
from qa.answering.tables.quantities import find_unit, parse_number
from qa.conversation.words import stem_content, stem_words
from qa.passage_text import find_cells
from qa.question_form import HIGHEST, LOWEST, QuestionForm
from qa.reader.reading import Reading

# Rows of the longest table that is searched, and of the longest answer.
MOST_ROWS = 5_000
MOST_SELECTED = 50
_NEGATION = re.compile(r"\b(?:not|never|without|no|neither|nor|cannot)\b|n['’]t\b")
_SUPERLATIVE = re.compile(rf"\b({'|'.join(sorted(HIGHEST | LOWEST))})\b")
# Superlatives that compare dates if there are any.
_DATE_SUPERLATIVES = frozenset("latest newest earliest oldest".split())
# Conditions that are not checked here: if a question has one, no rows are chosen.
_UNCHECKED = re.compile(
    r"\b(?:at (?:least|most)|over|under|above|below|before|after|since|until|between|next|second"
    r"|third|consecutive|same|besides|except|both|exceed\w*|contain\w*|than)\b"
)
# What follows "the most" where prices are compared.
_DEAR = ("expensive", "costly", "pricey")
# "Which is the most secure?" compares what no number need be about; so not the most expensive, the
# most recent or the most popular.
_UNMEASURED = re.compile(
    r"\b(?:is|are|was|were) (?:the )?(?:most|least) "
    rf"(?!{'|'.join(_DEAR)}|recent|popular)[a-z]"
)
# Stems of the names of columns that hold prices.
_PRICES = stem_words("price cost fee charge fare rate rent")
_YES = frozenset({"yes", "y", "true", "x", "✓", "✔"})
_NO = frozenset({"no", "n", "false", "-", "–", ""})
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
# Three digits or more, with letters, hyphens or points among them: an invoice's number, a date;
# not "1/2" or "10-12".
_CODE = re.compile(r"(?=(?:[^\d\s]*\d){3})(?!\d{1,3}[-/]\d{1,3}\Z)[\w./#-]+")
_WORD = re.compile(r"\w+")
# Characters around a value in which the name of its column is looked for.
_AROUND = 80
# A date or a time without a letter.
_TIME = re.compile(r"\d{4}-\d\d\b|\d{1,2}[./]\d{1,2}[./]\d|\d[:.]\d\d\b")
# What a row that sums up others says in one of its cells, and what it says in its first.
_TOTAL = re.compile(r"\W*(?:grand |sub[ -]?)?totals?\W*", re.IGNORECASE)
_SUM_LABEL = re.compile(r"\W*(?:sum|average|mean|median|overall)\W*", re.IGNORECASE)
# The values of a column group its rows where at most this share of them are different.
_MOST_DISTINCT = 0.9
# A column counts as numbers or dates if more than this share of its cells are.
_LEAST_MEASURED = 0.8
# In a table that is searched, at least this share of the rows has a cell for each column.
_LEAST_COMPLETE = 0.9
# Cells in the question's words that are shown, at most: "Japan", "2007".
_MOST_NAMED = 3
# A row with more characters, and names of columns, is too wide to be read whole.
_MOST_CHARACTERS = 320


@dataclass(frozen=True, slots=True)
class SelectedRow:
    """A row that meets the conditions, with the cell that is asked for, and the cells to show.

    These are the first cell, those of the conditions, and the one asked for.
    """

    row: Passage
    cell: Span
    shown: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class TableExtract:
    """The part of a table from the first to the last row that meets the conditions.

    The hit has that part as its passage. In its text: the rows that meet the conditions, what is
    asked for of each, and the cells to show of each.
    """

    hit: Hit
    rows: tuple[Span, ...]
    cells: tuple[Span, ...]
    shown: tuple[Span, ...]


def extract_rows(asked: QuestionForm, hit: Hit) -> TableExtract | None:
    """The rows of a hit's table that meet a question's conditions; None if it is in none."""
    table = read_table(hit)
    if table is None:
        return None
    rows = table.passages
    about = f"{hit.document.title or ''} {Path(hit.document.path).stem}"
    selected = select_rows(asked, rows, about)
    if not selected:
        return None
    start, end = selected[0].row.span.start, selected[-1].row.span.end
    between = [row for row in rows if start <= row.span.start < end]
    offsets = [(each.row.span.start - start, each) for each in selected]
    return TableExtract(
        replace(hit, passage=table.join(between)),
        tuple(Span(offset, offset + len(each.row.text)) for offset, each in offsets),
        tuple(each.cell.shift(offset) for offset, each in offsets),
        tuple(cell.shift(offset) for offset, each in offsets for cell in each.shown),
    )


def read_table(hit: Hit) -> Surroundings | None:
    """The rows of the table that a hit is a row of; None if it is not, or if they are gone."""
    return hit.read_section() if len(hit.passage.columns) > 1 else None


def select_rows(
    asked: QuestionForm, rows: Sequence[Passage], about: str = ""
) -> tuple[SelectedRow, ...]:
    """The rows of one table that meet a question's conditions, in reading order.

    Empty if the question sets no condition that the columns can decide, or if all rows, very many
    or none meet it. `about` is what the document says that it is about: its title, its name.
    """
    table = _Table.of(rows)
    if table is None:
        return ()
    if _UNCHECKED.search(asked.lower):
        return ()
    kept = [number for number, cells in enumerate(table.cells) if not _sums_up(cells)]
    named = find_named_rows(asked.lower, table.names, table.cells)
    kept = [number for number in kept if number in named]
    # The reader finds what is asked for in one row.
    if len(kept) < 2:
        return ()
    kept, used = _match_flags(table, kept, asked)
    if not kept:
        return ()
    # Without a column of yes and no, what "not" refers to is unknown.
    if not used and _NEGATION.search(asked.lower):
        return ()
    if len(named) < len(table.rows):
        used |= find_named_columns(asked.lower, table.names, table.cells[kept[0]])
    kept, columns = _match_values(table, kept, asked.text)
    used |= columns
    kept = _find_rows_about(table, kept, asked, about) or kept
    extreme, column = _find_extreme(table, kept, asked)
    if extreme:
        kept = extreme
        used.add(column)
    elif not (asked.lists or asked.counts):
        return ()
    if not used or len(kept) in (0, len(table.rows)) or len(kept) > MOST_SELECTED:
        return ()
    if not extreme and not table.is_about(asked, about):
        return ()
    target = table.find_target_column(asked, used)
    shown = sorted({0, target, *used})
    chosen = (
        SelectedRow(row, spans[target], tuple(spans[n] for n in shown if len(spans[n])))
        for row, spans in ((table.rows[n], table.spans[n]) for n in kept)
    )
    return tuple(each for each in chosen if len(each.cell))


def _sums_up(cells: Sequence[str]) -> bool:
    """Whether a row sums up others, by its cells."""
    first = next(filter(str.strip, cells), "").strip()
    return _SUM_LABEL.fullmatch(first) is not None or any(map(_TOTAL.fullmatch, cells))


@dataclass(frozen=True, slots=True)
class _Table:
    """Rows of the same width, cell by cell."""

    names: tuple[str, ...]
    rows: tuple[Passage, ...]
    spans: tuple[tuple[Span, ...], ...]
    cells: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, rows: Sequence[Passage]) -> _Table | None:
        """The table, or None if not nearly all of its rows have their cells."""
        if not 2 <= len(rows) <= MOST_ROWS or len(rows[0].columns) < 2:
            return None
        names = rows[0].columns
        split = [(row, find_cells(row)) for row in rows]
        complete = [(row, spans) for row, spans in split if len(spans) == len(names)]
        if len(complete) < 2 or len(complete) < _LEAST_COMPLETE * len(rows):
            return None
        cells = tuple(tuple(span.of(row.text) for span in spans) for row, spans in complete)
        kept = tuple(row for row, _ in complete)
        return cls(names, kept, tuple(spans for _, spans in complete), cells)

    def column(self, number: int, rows: Sequence[int]) -> list[str]:
        return [self.cells[row][number] for row in rows]

    def measure(self, number: int, rows: Sequence[int]) -> dict[int, float] | None:
        """The values of a column by row, where nearly all are dates or nearly all numbers."""
        for parse in (_parse_date, parse_number):
            values = {row: parse(self.cells[row][number]) for row in rows}
            known = {row: value for row, value in values.items() if value is not None}
            # Weeks do not compare with months.
            units = {find_unit(self.cells[row][number]) for row in known}
            if len(units) > 1:
                continue
            if len(known) > _LEAST_MEASURED * len(rows) and len(set(known.values())) > 1:
                return known
        return None

    def find_named(self, words: Set[str], others: Set[str] = frozenset()) -> list[int]:
        """The columns whose names have some of these stems, those with the most first.

        Of columns with as many, those come first whose names have more of the `others`.
        """
        stems = [stem_words(name) for name in self.names]
        shares = [(_share(names, words), _share(names, others)) for names in stems]
        numbers = [number for number, (share, _) in enumerate(shares) if share]
        return sorted(numbers, key=lambda number: shares[number], reverse=True)

    def is_about(self, asked: QuestionForm, about: str) -> bool:
        """Whether a column, a heading or the document names what is asked for."""
        known = stem_words(" ".join((*self.names, *self.rows[0].headings, about)))
        return bool(stem_words(asked.things or "") & known)

    def find_target_column(self, asked: QuestionForm, used: set[int]) -> int:
        """The column that is asked for: the one named after "which", else the first with names."""
        for number in self.find_named(stem_words(asked.things or "")):
            if number not in used:
                return number
        free = [number for number in range(len(self.names)) if number not in used]
        everywhere = range(len(self.rows))
        for number in free:
            values = self.column(number, everywhere)
            if len(set(values)) > 1 and sum(map(_is_name, values)) > len(values) / 2:
                return number
        return free[0] if free else 0


def _share(some: Set[str], others: Set[str]) -> float:
    """The share of some words that are among others."""
    return len(some & others) / max(1, len(some))


def _match_flags(table: _Table, kept: list[int], asked: QuestionForm) -> tuple[list[int], set[int]]:
    """The rows whose yes or no is what a question asks for ("not paid", "unpaid"); the columns.

    All rows if it names no such column. There are none if it is not sure what "not" refers to:
    one such column must be named, behind it, and no value of another one.
    """
    words = stem_words(asked.lower)
    wanted: dict[int, Set[str]] = {}
    said: dict[int, set[str]] = {}
    for number, name in enumerate(table.names):
        values = {value.lower() for value in table.column(number, range(len(table.rows)))}
        if not values <= _YES | _NO or len(values) < 2:
            continue
        stems = stem_content(name)
        opposites = {stem for stem in stems if f"un{stem}" in words}
        found = {*(stems & words), *opposites}
        if found:
            said[number] = found
            wanted[number] = _NO if opposites else _YES
    # "Which are in the free plan" names "In free plan", and not "In pro plan"; "in the plan" may
    # mean either.
    for number, found in said.items():
        if any(found < other for other in said.values()):
            del wanted[number]
    if any(found == said[n] for n in wanted for m, found in said.items() if m != n):
        return [], set()
    negations = list(_NEGATION.finditer(asked.lower))
    if wanted and negations:
        number, *others = wanted
        behind = asked.text[negations[0].end() :]
        if (
            others
            or len(negations) > 1
            or wanted[number] is _NO
            or not stem_content(table.names[number]) & stem_words(behind.lower())
            or _match_values(table, kept, behind)[1]
        ):
            return [], set()
        wanted[number] = _NO
    matching = [
        row
        for row in kept
        if all(table.cells[row][number].lower() in values for number, values in wanted.items())
    ]
    return matching, {*wanted}


def _match_values(table: _Table, kept: list[int], asked: str) -> tuple[list[int], set[int]]:
    """The rows with the values that a question names and that rows share; and their columns.

    All rows if it names no such value.
    """
    words = stem_words(asked.lower())
    used: set[int] = set()
    # A word is a condition on one column: on the one that the question names, if it does.
    by_name = sorted(range(len(table.names)), key=lambda n: not stem_words(table.names[n]) & words)
    for number in by_name:
        values = table.column(number, range(len(table.rows)))
        counts = Counter(values)
        if len(counts) > _MOST_DISTINCT * len(values) or len(counts) < 2:
            continue
        named = {
            value
            for value in counts
            if _has_letter(value)
            and (stems := stem_words(value))
            and stems <= words
            and (
                stem_content(value)
                or _is_capitalized_in(value, asked)
                or _stands_beside(value, table.names[number], asked.lower())
            )
        }
        if named:
            kept = [row for row in kept if values[row] in named]
            used.add(number)
            words = words.difference(*map(stem_words, named))
    return kept, used


def _is_capitalized_in(value: str, asked: str) -> bool:
    """Whether a question has a value with its capital, and not as its first word: "IT", "Will"."""
    return value[:1].isupper() and bool(re.search(rf"(?<=\W){re.escape(value)}\b", asked))


def _stands_beside(value: str, name: str, asked: str) -> bool:
    """Whether a value stands in a question right beside a word of its column's name: "grade A"."""
    for match in re.finditer(rf"\b{re.escape(value.lower())}\b", asked):
        near = [
            *_WORD.findall(asked[max(0, match.start() - _AROUND) : match.start()])[-1:],
            *_WORD.findall(asked[match.end() : match.end() + _AROUND])[:1],
        ]
        if stem_content(name) & stem_words(" ".join(near)):
            return True
    return False


def _find_rows_about(table: _Table, kept: list[int], asked: QuestionForm, about: str) -> list[int]:
    """The rows that name what is asked for, if no column and no heading does.

    "Which lock is the cheapest?" compares the locks of a price list.
    """
    if not asked.things or table.is_about(asked, about):
        return []
    wanted = stem_words(asked.things)
    return [row for row in kept if wanted <= stem_words(" ".join(table.cells[row]))]


def _find_extreme(table: _Table, kept: list[int], asked: QuestionForm) -> tuple[list[int], int]:
    """The rows with the highest or lowest value, if a question asks for it; and its column."""
    superlatives = _SUPERLATIVE.findall(asked.lower)
    is_high = not HIGHEST.isdisjoint(superlatives)
    if not superlatives or is_high is not LOWEST.isdisjoint(superlatives):
        return [], -1
    # The first one counts, and what stands between it and the next.
    _, superlative, after, *_ = _SUPERLATIVE.split(asked.lower)
    targets = table.find_named(stem_words(asked.things or ""))
    measured = {
        number: values
        for number in range(len(table.names))
        if number not in targets and (values := table.measure(number, kept)) is not None
    }
    # "The latest" compares dates, and "the highest" none, if there are others.
    compares_dates = superlative in _DATE_SUPERLATIVES
    dated = {n for n in measured if _parse_date(table.cells[kept[0]][n]) is not None}
    alike = {n: v for n, v in measured.items() if (n in dated) == compares_dates}
    measured = alike or measured
    compared = _PRICES if _compares_prices(superlative, after) else stem_words(after)
    named = [n for n in table.find_named(compared, stem_words(asked.lower)) if n in measured]
    if not named and (len(measured) != 1 or _UNMEASURED.search(asked.lower)):
        return [], -1
    number = named[0] if named else next(iter(measured))
    known = measured[number]
    best = max(known.values()) if is_high else min(known.values())
    return [row for row, value in known.items() if value == best], number


def _compares_prices(superlative: str, after: str) -> bool:
    """Whether "the cheapest" or "the most expensive" is asked for, by what follows it."""
    if superlative in ("most", "least"):
        return after.lstrip().startswith(_DEAR)
    return superlative in ("cheapest", "costliest")


def _parse_date(text: str) -> float | None:
    """The date that a cell holds, as a day number; None if it holds none."""
    match = _DATE.fullmatch(text.strip())
    if match is None:
        return None
    try:
        return float(date(*map(int, match.groups())).toordinal())
    except ValueError:
        return None


def _is_name(cell: str) -> bool:
    """Whether a cell may name something: by words or a code, not a number or date."""
    if _has_letter(cell):
        return True
    is_code = _CODE.fullmatch(cell.strip()) is not None
    return is_code and parse_number(cell) is None and _TIME.search(cell) is None


def _has_letter(text: str) -> bool:
    return any(character.isalpha() for character in text)


def is_wide(row: Passage) -> bool:
    """Whether a row, with the names of its columns, is too wide to be read whole."""
    return len(row.text) + sum(map(len, row.columns)) > _MOST_CHARACTERS


def choose_cells(asked: QuestionForm, row: Passage, quoted: Sequence[Span]) -> tuple[Span, ...]:
    """The cells to show of a row: those that name it, then those that are quoted.

    It is named by the cells in the question's words, or else by its first one. There are none if
    the passage is not a row, or is quoted whole.
    """
    cells = [cell for cell in find_cells(row) if len(cell)]
    chosen = [cell for cell in cells if any(span.overlaps(cell) for span in quoted)]
    if not chosen or len(chosen) == len(cells):
        return ()
    others = [cell for cell in cells if cell not in chosen]
    named = [cell for cell in others if _is_named(asked, cell.of(row.text))][:_MOST_NAMED]
    return (*(named or [cell for cell in cells[:1] if cell not in chosen]), *chosen)


def find_cell_beside(row: Passage, known: Span, reading: Reading) -> Span | None:
    """The cell that the reader would quote, beside the known one that tells which row is meant."""
    others = [cell for cell in find_cells(row) if cell != known and len(cell)]
    quoted = (cell for scored in reading.spans for cell in others if cell.holds(scored.span))
    return next(quoted, others[0] if len(others) == 1 else None)


def _is_named(asked: QuestionForm, cell: str) -> bool:
    """Whether half of the words of a cell, or more, stand in the question."""
    own = stem_content(cell)
    return bool(own) and 2 * len(own & stem_content(asked.lower)) >= len(own)
