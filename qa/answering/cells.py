"""Cells of a table: the numbers, dates and words in them, and the cell that a question asks for."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date

from index import MONTH, Passage, Span
from qa.model_text import find_cells
from qa.question_cues import offers_choice, wants_verdict

_WORD = re.compile(r"\w+")
_ENDINGS = ("ies", "ing", "es", "ed", "s", "y", "e")
_SHORTEST_STEM = 3
YES = frozenset({"yes", "y", "true", "x", "✓", "✔"})
NO = frozenset({"no", "n", "false", "-", "–", ""})
HIGHEST = frozenset(
    "most highest largest biggest greatest longest oldest tallest maximum max latest newest"
    " heaviest costliest".split()
)
LOWEST = frozenset(
    "least lowest smallest shortest fewest minimum min earliest cheapest lightest".split()
)
_NUMBER = re.compile(r"\W*?([-−]?\d[\d,.' ]*+)\s*+(°?[^\W\d]*+)\W*+")
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_ASKS_HOW_MUCH = re.compile(r"\bhow\s+much\b")
_ASKS_WHEN = re.compile(r"^\W*(?:(?:and|so|but|since|until|till|by|from)\s+)*when\b")
# The noun that a question asks for, which a column may be named after.
_ASKED_COLUMN = re.compile(
    r"\b(?:which|what)\s+(?:(?:is|was|are|were|all|of|the|other)\s+)*([^\W\d]\w*)\b"
)
# Three digits or more, with letters, hyphens or points among them: an invoice's number, a date;
# not "1/2" or "10-12".
_CODE = re.compile(r"(?=(?:[^\d\s]*\d){3})(?!\d{1,3}[-/]\d{1,3}\Z)[\w./#-]+")
_TIME = re.compile(
    rf"""\d{{4}}-\d\d\b | (?<![\w-])(?:1\d|20)\d\ds?(?![\w-]) | \d{{1,2}}[./]\d{{1,2}}[./]\d
       | \d[:.]\d\d\b | \d\s?[ap]\.?m\b | \b{MONTH}\b""",
    re.IGNORECASE | re.VERBOSE,
)
# A cell repeats a question where more than this share of its words stand in it.
_MOST_REPEATED = 0.7


def find_asked_cell(
    question: str, row: Passage, quoted: Span, spans: Sequence[Span]
) -> Span | None:
    """The cell that a question asks for, where another one would be quoted.

    It is the one that the question names by its column ("which network"); or, where what would be
    quoted cannot answer, the best of those that can. No yes or no tells when, no code or date how
    much, and a cell in the question's own words only tells which row is meant.
    None where what would be quoted may answer, or no other cell can.

    Args:
        quoted: what would be quoted, in the row's text.
        spans: what the reader would quote, best first, likewise.
    """
    cells = find_cells(row.text, len(row.columns)) if len(row.columns) > 1 else []
    if len(cells) != len(row.columns):
        return None
    holder = _find_holder(cells, quoted)
    if holder is None:
        return None
    question = question.lower()
    named = _find_named(question, row, cells, cells.index(holder))
    if named is not None:
        return named
    can_answer = _make_check(question)
    if can_answer(holder.of(row.text)):
        return None
    fitting = [cell for cell in cells if can_answer(cell.of(row.text))]
    holders = (_find_holder(fitting, span) for span in spans)
    best = next((cell for cell in holders if cell is not None), None)
    return fitting[0] if best is None and len(fitting) == 1 else best


def find_cell_beside(
    question: str, row: Passage, known: Span, spans: Sequence[Span]
) -> Span | None:
    """The cell that a question asks for of a row that another cell identifies.

    Args:
        known: the cell that tells which row is meant.
        spans: what the reader would quote, best first, in the row's text.
    """
    cells = find_cells(row.text, len(row.columns))
    quoted = cells.index(known) if len(cells) == len(row.columns) and known in cells else None
    if quoted is None:
        return None
    named = _find_named(question.lower(), row, cells, quoted)
    others = [cell for cell in cells if cell != known and _fits_any(cell.of(row.text))]
    holders = (_find_holder(others, span) for span in spans)
    best = named or next((cell for cell in holders if cell is not None), None)
    return others[0] if best is None and len(others) == 1 else best


def _find_named(question: str, row: Passage, cells: Sequence[Span], quoted: int) -> Span | None:
    """The one cell whose column the question names as what it asks for.

    None where it names the column of the quoted cell, too.
    """
    words = stem_words(question)
    opening = [
        cell
        for name, cell in zip(row.columns, cells, strict=True)
        if len(name.split()) > 1
        and question.lstrip().startswith(name.strip().lower())
        and _fits_any(cell.of(row.text))
        and cell != cells[quoted]
    ]
    if opening:
        return opening[0]  # "How often …" of a column "How often".
    if stem_words(row.columns[quoted]) & words:
        return None
    if _ASKS_WHEN.search(question):
        asked, fits = words, _names_time
    elif (noun := _ASKED_COLUMN.search(question)) is not None:
        asked, fits = stem_words(noun[1]), _fits_any
    else:
        return None
    named = [
        cell
        for name, cell in zip(row.columns, cells, strict=True)
        if asked & stem_words(name)
        and stem_words(name) <= words
        and fits(cell.of(row.text))
        and not _repeats_question(question, cell.of(row.text))
    ]
    return named[0] if len(named) == 1 else None


def _make_check(question: str) -> Callable[[str], bool]:
    """A function that says whether a cell may answer a question."""
    fits = _fits_any
    if _ASKS_HOW_MUCH.search(question):
        fits = _fits_amount
    elif _ASKS_WHEN.search(question):
        fits = _fits_time
    if offers_choice(question) or wants_verdict(question):
        return fits
    return lambda cell: fits(cell) and not _repeats_question(question, cell)


def _fits_any(cell: str) -> bool:
    return any(map(str.isalnum, cell))


def _fits_amount(cell: str) -> bool:
    """Whether a cell may tell how much: in words, or by a number that is no date and no code."""
    if any(map(str.isdigit, cell)):
        return parse_number(cell) is not None or not _CODE.fullmatch(cell.strip())
    return _fits_any(cell) and cell.lower() not in YES | NO


def _names_time(cell: str) -> bool:
    return any(map(str.isdigit, cell)) and _fits_time(cell)


def _fits_time(cell: str) -> bool:
    """Whether a cell may tell when: in words, or by a number that is no code."""
    if any(map(str.isdigit, cell)):
        return _TIME.search(cell) is not None or not _CODE.fullmatch(cell.strip())
    return _fits_any(cell) and cell.lower() not in YES | NO


def _repeats_question(question: str, cell: str) -> bool:
    """Whether most words of a cell stand in the question, beside what it asks for."""
    noun = _ASKED_COLUMN.search(question)
    words = stem_content(question) - (stem_words(noun[1]) if noun else set())
    own = stem_content(cell)
    return bool(own) and len(own & words) > _MOST_REPEATED * len(own)


def _find_holder(cells: Sequence[Span], span: Span) -> Span | None:
    return next((c for c in cells if c.holds(span)), None)


def parse_number(text: str) -> float | None:
    """The number that a cell holds, without its unit; None where it holds none or several."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    digits = re.sub(r"[,' ](?=\d{3}\b)", "", match[1]).rstrip(" .,'")
    try:
        return float(digits.replace(",", ".").replace("−", "-"))
    except ValueError:
        return None


def find_unit(text: str) -> str:
    """The unit after a number, in the singular; "" where there is none."""
    match = _NUMBER.fullmatch(text)
    return match[2].lower().removesuffix("s") if match else ""


def parse_date(text: str) -> float | None:
    """The date that a cell holds, as a day number; None where it holds none."""
    match = _DATE.fullmatch(text.strip())
    if match is None:
        return None
    try:
        return float(date(*map(int, match.groups())).toordinal())
    except ValueError:
        return None


def is_name(cell: str) -> bool:
    """Whether a cell may name something: by words, or by a code that is no number and no date."""
    if has_letter(cell):
        return True
    is_code = _CODE.fullmatch(cell.strip()) is not None
    return is_code and parse_number(cell) is None and _TIME.search(cell) is None


def has_letter(text: str) -> bool:
    return any(character.isalpha() for character in text)


def stem_words(text: str) -> set[str]:
    """The words of a text as they are compared: in lower case, without endings."""
    return {_stem_word(word) for word in _WORD.findall(text.lower().replace("_", " "))}


def _stem_word(word: str) -> str:
    if word in HIGHEST or word in LOWEST:
        return word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word.removesuffix(ending)
    return word


def stem_content(text: str) -> set[str]:
    """The stems of a text's words without those that stand in most sentences."""
    return stem_words(text) - _COMMON_STEMS


_COMMON_STEMS = stem_words(
    "a an and are as at be by did do does for from had has have how in is it its of on or s that "
    "the there this to was were what when where which who whom whose why will with"
)
