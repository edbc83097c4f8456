"""Lines to paragraphs, over columns and pages."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from index.loaders.pdf.columns import Line
from index.loaders.pdf.hyphens import is_broken_word

Page = Sequence[Sequence[Line]]

# The edge of a column is told by so many lines.
_FEWEST_LINES = 3
# Two lines of one paragraph differ in size by less than this share.
_SAME_SIZE = 0.08
# A gap between lines is one between paragraphs above this share of the usual distance;
# rows of a table are set wider.
_WIDE, _WIDE_ROWS = 1.25, 2.0
# In ems: the least indent of a paragraph.
_INDENT = 0.8
# Footnotes are in type smaller than this share of the text's, and no more than so many.
_NOTE_SIZE, _MOST_NOTES = 0.95, 12

_SENTENCE_END = re.compile(r"[.!?:。！？：…][\"'”’»)\]）」』⁰¹²³⁴⁵⁶⁷⁸⁹]*$")
_ITEM = re.compile(r"(?:[•◦▪‣●○■□–—*·-]|\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,5})[.)]|\[\d{1,3}\])\s")
_BULLET = re.compile(r"[•◦▪‣●○■□]\s?")


@dataclass(frozen=True, slots=True)
class Placed:
    """A line and what is around it.

    Attributes:
        page: from 0.
        right: where lines of its size end in its column.
        leading: usual distance of baselines there, in ems.
        first: whether it is the first line of its column.
        few: whether so few lines there are of its size that no edge can be told.
    """

    line: Line
    page: int
    right: float
    leading: float
    first: bool
    few: bool


@dataclass(slots=True)
class Paragraph:
    """Lines that belong together; those in `breaks` (from 1) start on a line of their own."""

    lines: list[Placed]
    breaks: set[int] = field(default_factory=set)


def paragraphs(pages: Sequence[Page]) -> list[Paragraph]:
    """The lines of all pages, those that belong together as one."""
    found: list[Paragraph] = []
    for placed in _placed(pages):
        relation = _relation(found[-1], placed) if found else "apart"
        if relation == "apart" and placed.first:
            interrupted = _interrupted(found)
            if interrupted is not None and _relation(found[interrupted], placed) == "on":
                # Footnotes come before the paragraph that goes on after them.
                found.append(found.pop(interrupted))
                relation = "on"
        if relation == "apart":
            found.append(Paragraph([placed]))
            continue
        if relation == "below":
            found[-1].breaks.add(len(found[-1].lines))
        found[-1].lines.append(placed)
    return found


def _interrupted(found: Sequence[Paragraph]) -> int | None:
    """The place of the last paragraph before those in smaller type that end a column."""
    if not found:
        return None
    last = found[-1].lines[-1]
    for place in range(len(found) - 2, max(-1, len(found) - _MOST_NOTES - 2), -1):
        end = found[place].lines[-1]
        if end.page != last.page:
            return None
        if last.line.size < _NOTE_SIZE * end.line.size:
            return place
    return None


def _placed(pages: Sequence[Page]) -> Iterator[Placed]:
    usual = _leading(region for page in pages for region in page) or 1.2
    for number, page in enumerate(pages):
        for region in page:
            if not region:
                continue
            leading = (_leading([region]) if len(region) > 8 else None) or usual
            edges: dict[float, list[float]] = defaultdict(list)
            for line in region:
                edges[half_points(line.size)].append(line.right)
            # A line or two may stick out.
            rights = {size: sorted(ends)[-1 - len(ends) // 20] for size, ends in edges.items()}
            for place, line in enumerate(region):
                size = half_points(line.size)
                few = len(edges[size]) < _FEWEST_LINES
                yield Placed(line, number, rights[size], leading, place == 0, few)


def _leading(regions: Iterable[Sequence[Line]]) -> float | None:
    """The usual distance of two baselines, in ems."""
    distances = [
        (above.base - below.base) / below.size
        for region in regions
        for above, below in pairwise(region)
        if _same_size(above, below) and 0.8 < (above.base - below.base) / below.size < 3
    ]
    return median(distances) if distances else None


def _same_size(one: Line, other: Line) -> bool:
    return abs(one.size - other.size) <= _SAME_SIZE * max(one.size, other.size)


def _relation(paragraph: Paragraph, placed: Placed) -> str:
    """How a line follows a paragraph: "on" in it, "below" on a line of its own, or "apart"."""
    before = paragraph.lines[-1]
    line, above = placed.line, before.line
    tabular = "\t" in line.text or "\t" in above.text
    are_rows = tabular and min(line.parts, above.parts) > 1
    # The names of columns may be in bold type.
    is_header = are_rows and above.bold and len(paragraph.lines) == 1 and line.parts == above.parts
    if not _same_size(line, above) or (line.bold != above.bold and not is_header):
        return "apart"
    if "\t" in line.text and not any("\t" in placed.line.text for placed in paragraph.lines):
        # A table begins.
        return "apart"
    em = max(line.size, 1.0)
    full = _is_full(before, line)
    ended = bool(_SENTENCE_END.search(above.text))
    if placed.first:
        if are_rows and line.parts == above.parts:
            return "below"
        # Two headings, each alone in its column, are not one.
        goes_on = full and not ended and not tabular and not _ITEM.match(line.text)
        goes_on = goes_on and (line.text[:1].islower() or not before.few)
        return "on" if goes_on or is_broken_word(above.text, line.text) else "apart"
    distance = (above.base - line.base) / em
    if distance < 0 or distance > (_WIDE_ROWS if are_rows else _WIDE) * placed.leading:
        return "apart"
    if tabular:
        return "below"
    if is_broken_word(above.text, line.text):
        return "on"
    if _BULLET.match(line.text) or (_ITEM.match(line.text) and (ended or not full)):
        return "below"
    indent = (line.left - above.left) / em
    centred = abs(line.left + line.right - above.left - above.right) < em and abs(indent) > 0.1
    is_item = bool(_ITEM.match(paragraph.lines[_last_break(paragraph)].line.text))
    if indent > _INDENT and not is_item and not centred and (ended or not full):
        return "apart"
    if indent < -_INDENT and not centred and len(paragraph.lines) - _last_break(paragraph) > 1:
        # Back from an indent that was not that of a first line only.
        return "on" if full and not ended else "apart"
    if full or centred:
        return "on"
    return "apart" if ended and not is_item else "below"


def _last_break(paragraph: Paragraph) -> int:
    return max(paragraph.breaks, default=0)


def _is_full(placed: Placed, following: Line) -> bool:
    """Whether the next line's first word had no room on this one."""
    words = following.text.split(maxsplit=1)
    if not words:
        return True
    width = (following.right - following.left) / max(1, len(following.text))
    room = placed.right - placed.line.right
    return room < (len(words[0]) + 1) * width + 0.5 * following.size


def half_points(size: float) -> float:
    """A size such that those which are meant to be the same are."""
    return round(2 * size) / 2
