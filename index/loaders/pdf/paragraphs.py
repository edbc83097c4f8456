"""Lines to paragraphs, over the ends of columns and pages."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from itertools import pairwise
from statistics import median

from index.loaders.pdf.fragments import are_same_size, half_points, has_room
from index.loaders.pdf.line_ends import is_broken_word
from index.loaders.pdf.lines import Line, find_body_size
from index.loaders.shared.table_header import are_names

# The columns of a page, each with its lines.
Page = Sequence[Sequence[Line]]

# From so many lines on their right edge is known; from more on, even if they are ragged.
_FEWEST_LINES, _MANY_LINES = 3, 6
# Fewer lines show their edge if this share of them ends there, give or take so many points,
# or if they are as wide as this, in ems.
_AT_EDGE, _EDGE, _WIDE_LINE = 0.6, 5.0, 25
# A distance above this share of the usual one separates paragraphs; rows of tables and items
# of lists are set wider, but items of more lines are paragraphs.
_WIDE, _WIDE_ROWS, _WIDE_ITEMS = 1.25, 2.0, 1.7
# The names of another table stand lower by this factor than the last rows above are apart.
_NEXT_TABLE, _ROWS_ABOVE = 1.2, 8
_LONGEST_ITEM = 4
# In ems: the least indent of a paragraph.
_INDENT = 0.8
# A line of prose is at least so wide, in ems, and reaches this share of the way to the edge.
_PROSE_LINE, _PROSE_REACH = 20, 0.8
# Footnotes are in type smaller than this share of the text's; a page has at most so many.
_NOTE_SIZE, _MOST_NOTES = 0.95, 12

_SENTENCE_END = re.compile(r"[.!?:。！？：…][\"'”’»)\]）」』⁰¹²³⁴⁵⁶⁷⁸⁹]*$")
_ITEM = re.compile(r"(?:[•◦▪‣●○■□–—*·-]|\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,5})[.)]|\[\d{1,3}\])\s")
_BULLET = re.compile(r"[•◦▪‣●○■□]\s?")
# The labels of numbered paragraphs, and those that may be a number in a sentence as well.
_PARAGRAPH_NUMBER = re.compile(r"§.*|\d+(?:\.\d+)+\.?")
_BARE_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class ColumnLine:
    """A line with what is known of its column.

    Attributes:
        page: its page, from 0.
        edge: the right edge of lines of its size, in points.
        leading: the usual distance of baselines in the column, in ems.
        is_edge_known: there are enough lines of its size to tell their edge.
    """

    line: Line
    page: int
    edge: float
    leading: float
    is_first: bool
    is_edge_known: bool


@dataclass(slots=True)
class Paragraph:
    """Lines that belong together. The lines numbered in `breaks` are not joined to the one above.

    Lines are numbered from 0; items of lists, rows of tables and lines of code are in `breaks`.
    """

    lines: list[ColumnLine]
    breaks: set[int] = field(default_factory=set)


class _Relation(Enum):
    """How a line follows a paragraph."""

    CONTINUES = auto()
    NEW_LINE = auto()
    NEW_PARAGRAPH = auto()


def group_paragraphs(pages: Sequence[Page]) -> list[Paragraph]:
    """The paragraphs of a document in reading order."""
    has_code = not _is_mostly_monospaced(pages)
    body_size = find_body_size(line for page in pages for column in page for line in column)
    paragraphs: list[Paragraph] = []
    for line in _measure_columns(pages):
        relation = _Relation.NEW_PARAGRAPH
        if paragraphs:
            relation = _relate(paragraphs[-1], line, has_code=has_code)
            if relation is _Relation.NEW_PARAGRAPH and line.is_first:
                interrupted = _find_interrupted(paragraphs, body_size)
                if interrupted is not None:
                    relation = _relate(paragraphs[interrupted], line, has_code=has_code)
                    if relation is not _Relation.NEW_PARAGRAPH:
                        # Its footnotes come before a paragraph that continues after them.
                        paragraphs.append(paragraphs.pop(interrupted))
        if relation is _Relation.NEW_PARAGRAPH:
            paragraphs.append(Paragraph([line]))
            continue
        if relation is _Relation.NEW_LINE:
            paragraphs[-1].breaks.add(len(paragraphs[-1].lines))
        paragraphs[-1].lines.append(line)
    return paragraphs


def _is_mostly_monospaced(pages: Sequence[Page]) -> bool:
    """Whether the text itself is in a monospaced font, as typewritten documents are."""
    lines = [line for page in pages for column in page for line in column]
    code = sum(len(line.text) for line in lines if line.monospaced)
    return 2 * code > sum(len(line.text) for line in lines)


def _find_interrupted(paragraphs: Sequence[Paragraph], body_size: float) -> int | None:
    """The index of the last paragraph before the footnotes at the end of a column.

    It is of the text's size: what is smaller than a heading is not a footnote for that.
    """
    last = paragraphs[-1].lines[-1]
    if last.line.size >= _NOTE_SIZE * body_size:
        return None
    for index in range(len(paragraphs) - 2, max(-1, len(paragraphs) - _MOST_NOTES - 2), -1):
        end = paragraphs[index].lines[-1]
        if end.page != last.page:
            return None
        if are_same_size(end.line.size, body_size) and not end.line.bold:
            return index
    return None


def _measure_columns(pages: Sequence[Page]) -> Iterator[ColumnLine]:
    """The lines of all pages with the measures of their columns."""
    columns = [column for page in pages for column in page]
    within = _usual_leading(columns, within=True)
    usual = _usual_leading(columns) or 1.2
    for number, page in enumerate(pages):
        for column in page:
            if not column:
                continue
            leading = (
                _usual_leading([column], within=True)
                or within
                or (_usual_leading([column]) if len(column) > 8 else None)
                or usual
            )
            by_size: dict[float, list[Line]] = defaultdict(list)
            for line in column:
                by_size[half_points(line.size)].append(line)
            widest = _right_edge(column)
            edges = {size: _edge_of_size(lines, widest) for size, lines in by_size.items()}
            for index, line in enumerate(column):
                size = half_points(line.size)
                is_edge_known = len(by_size[size]) >= _FEWEST_LINES
                yield ColumnLine(line, number, edges[size], leading, index == 0, is_edge_known)


def _right_edge(lines: Sequence[Line]) -> float:
    """Where lines end, in points; one in twenty may be longer."""
    return sorted(line.right for line in lines)[-1 - len(lines) // 20]


def _edge_of_size(lines: Sequence[Line], widest: float) -> float:
    """The edge of lines of one size; that of the column if a few short lines show none."""
    edge = _right_edge(lines)
    if not _FEWEST_LINES <= len(lines) < _MANY_LINES:
        return edge
    at_edge = sum(abs(line.right - edge) <= _EDGE for line in lines)
    width = edge - min(line.left for line in lines)
    is_shown = at_edge >= _AT_EDGE * len(lines) or width >= _WIDE_LINE * lines[0].size
    return edge if is_shown else widest


def _usual_leading(columns: Iterable[Sequence[Line]], *, within: bool = False) -> float | None:
    """The usual distance of two baselines, in ems; None if no lines tell it.

    Args:
        within: only that of lines of one sentence, which no space between paragraphs parts.
    """
    distances = [
        (above.foot - below.base) / below.size
        for column in columns
        for above, below in pairwise(column)
        if are_same_size(above.size, below.size)
        and 0.8 < (above.foot - below.base) / below.size < 3
        and not (within and not _is_same_sentence(above, below))
    ]
    return median(distances) if len(distances) >= (_FEWEST_LINES if within else 1) else None


def _is_same_sentence(above: Line, below: Line) -> bool:
    """Whether a sentence surely goes on from one line to the next."""
    is_row = "\t" in above.text or "\t" in below.text
    return not is_row and below.text[:1].islower() and not _SENTENCE_END.search(above.text)


def _relate(paragraph: Paragraph, following: ColumnLine, *, has_code: bool) -> _Relation:
    """How a line follows a paragraph, by position, type and words.

    Args:
        has_code: lines in a monospaced font are code.
    """
    before = paragraph.lines[-1]
    line, above = following.line, before.line
    is_code = has_code and line.monospaced and above.monospaced
    are_cells = "\t" in line.text or "\t" in above.text
    are_rows = are_cells and min(line.parts, above.parts) > 1
    # The names of columns may be in bold type.
    is_header = are_rows and above.bold and len(paragraph.lines) == 1 and line.parts == above.parts
    is_same_type = line.bold == above.bold or is_header or is_code
    if not are_same_size(line.size, above.size) or not is_same_type:
        return _Relation.NEW_PARAGRAPH
    has_cells = any("\t" in each.line.text for each in paragraph.lines)
    if not is_code and "\t" in line.text and not has_cells:
        # A table begins.
        return _Relation.NEW_PARAGRAPH
    if following.is_first:
        if are_rows and _begins_table(paragraph, line):
            return _Relation.NEW_PARAGRAPH
        return _relate_over_columns(before, following, are_cells=are_cells, are_rows=are_rows)
    em = max(line.size, 1.0)
    distance = (above.foot - line.base) / em
    if distance < 0 or distance > (_WIDE_ROWS if are_rows else _WIDE) * following.leading:
        is_near = 0 < distance <= _WIDE_ITEMS * following.leading
        is_listed = is_near and not are_cells and _is_in_list(paragraph, line)
        return _Relation.NEW_LINE if is_listed else _Relation.NEW_PARAGRAPH
    if are_rows and _stands_apart(paragraph, line) and _begins_table(paragraph, line):
        return _Relation.NEW_PARAGRAPH
    if are_cells or is_code:
        return _Relation.NEW_LINE
    if is_broken_word(above.text, line.text):
        return _Relation.CONTINUES
    goes_on = _goes_on(before, line)
    is_full = goes_on or _is_full(before, line)
    has_ended = bool(_SENTENCE_END.search(above.text))
    start = max(paragraph.breaks, default=0)
    item = paragraph.lines[start].line
    if _is_numbered_paragraph(line):
        is_apart = has_ended or abs(line.left - item.left) > _INDENT * em
        return _Relation.NEW_PARAGRAPH if is_apart else _Relation.NEW_LINE
    if (
        _BULLET.match(line.text)
        or _has_label(line, is_inside=is_full and not has_ended)
        or (_is_item(line) and (has_ended or not is_full))
    ):
        return _Relation.NEW_LINE
    if goes_on:
        return _Relation.CONTINUES
    is_item = _is_item(item)
    indent = (line.left - above.left) / em
    is_centred = abs(line.left + line.right - above.left - above.right) < em and abs(indent) > 0.1
    if indent > _INDENT and not is_item and not is_centred and (has_ended or not is_full):
        return _Relation.NEW_PARAGRAPH
    if indent < -_INDENT and not is_centred and len(paragraph.lines) - start > 1:
        # The indent that ends here was not only that of a first line.
        is_continued = is_full and not has_ended
        return _Relation.CONTINUES if is_continued else _Relation.NEW_PARAGRAPH
    if is_full or is_centred:
        return _Relation.CONTINUES
    return _Relation.NEW_PARAGRAPH if has_ended and not is_item else _Relation.NEW_LINE


def _relate_over_columns(
    before: ColumnLine, following: ColumnLine, *, are_cells: bool, are_rows: bool
) -> _Relation:
    """How the first line of a column follows the last one of a paragraph before it."""
    line, above = following.line, before.line
    if are_rows and line.parts == above.parts:
        return _Relation.NEW_LINE
    if is_broken_word(above.text, line.text):
        return _Relation.CONTINUES
    is_continued = (
        _is_full(before, line)
        and not _SENTENCE_END.search(above.text)
        and not are_cells
        and not line.label
        and not _is_item(line)
        # Two headings, each alone in its column, are not one.
        and (line.text[:1].islower() or before.is_edge_known)
    )
    return _Relation.CONTINUES if is_continued else _Relation.NEW_PARAGRAPH


def _begins_table(paragraph: Paragraph, line: Line) -> bool:
    """Whether a row has no values, but those above it do that stand below names of columns."""
    names, rows = paragraph.lines[0], paragraph.lines[max(1, len(paragraph.lines) - _ROWS_ABOVE) :]
    return (
        len(rows) > 1
        and _has_names(line)
        and _has_names(names.line)
        and not any(_has_names(row.line) for row in rows)
    )


def _has_names(row: Line) -> bool:
    return are_names(row.text.split("\t"))


def _stands_apart(paragraph: Paragraph, line: Line) -> bool:
    """Whether a row is farther from the last one than those above are from each other."""
    rows = [row.line for row in paragraph.lines[-_ROWS_ABOVE:]]
    apart = max((above.foot - below.base for above, below in pairwise(rows)), default=0.0)
    return rows[-1].foot - line.base > _NEXT_TABLE * apart


def _is_in_list(paragraph: Paragraph, line: Line) -> bool:
    """Whether a line below a gap is another item of a list, or set in below the words of one."""
    last = [each.line for each in paragraph.lines[-_LONGEST_ITEM:]]
    item = next((each for each in reversed(last) if _is_item(each)), None)
    if item is None:
        return False
    return _is_item(line) or line.left - item.left > _INDENT * line.size


def _is_item(line: Line) -> bool:
    """Whether a line looks like the first one of an item of a list."""
    is_labelled = bool(line.label) and not _is_numbered_paragraph(line)
    return is_labelled or _ITEM.match(line.text) is not None


def _is_numbered_paragraph(line: Line) -> bool:
    return _PARAGRAPH_NUMBER.fullmatch(line.label) is not None


def _has_label(line: Line, *, is_inside: bool) -> bool:
    """Whether a line begins an item, whatever stands above it.

    Args:
        is_inside: by the line above, a sentence may go on: a number may be part of it.
    """
    words = line.text.removeprefix(line.label).lstrip()
    may_be_part = is_inside and _BARE_NUMBER.fullmatch(line.label) and words[:1].islower()
    return bool(line.label) and not may_be_part


def _goes_on(before: ColumnLine, line: Line) -> bool:
    """Whether a sentence surely goes on from a line of prose that ends before the edge."""
    above = before.line
    width = above.right - above.left
    return (
        _is_same_sentence(above, line)
        and not _is_item(line)
        and not above.text.endswith(";")
        and width >= _PROSE_LINE * above.size
        and width >= _PROSE_REACH * (before.edge - above.left)
    )


def _is_full(before: ColumnLine, following: Line) -> bool:
    """Whether the first word of the next line had no room on this one."""
    room, width = before.edge - before.line.right, following.right - following.left
    return not following.text.strip() or not has_room(room, following.text, width, following.size)
