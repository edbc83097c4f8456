"""Lines to text: paragraphs and headings, over columns and pages; words made whole again."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, zip_longest
from statistics import median

from index.documents import Content, Heading, Span
from index.loaders.pdf.columns import Line

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
# A heading's letters are so much larger than the text's; or bold, and its lines few.
_LARGER = 1.12
_HEADING_LINES, _HEADING_LENGTH = 3, 200
_HEADING_LEVELS = 6
_FEWEST_BOOKMARKS = 3

_SENTENCE_END = re.compile(r"[.!?:。！？：…][\"'”’»)\]）」』⁰¹²³⁴⁵⁶⁷⁸⁹]*$")
_ITEM = re.compile(r"(?:[•◦▪‣●○■□–—*·-]|\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,5})[.)]|\[\d{1,3}\])\s")
_BULLET = re.compile(r"[•◦▪‣●○■□]\s?")
_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
_LAST_WORD = re.compile(r"([^\W\d_]+(?:-[^\W\d_]+)*)-$")
_FIRST_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
# After "pre-" at the end of a line these are no second half of a word.
_CONJUNCTIONS = frozenset("and or nor und oder et ou y o e og och en of".split())
# Scripts that put no space between words.
_UNSPACED = re.compile("[\u2e80-\u303f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")


def prose(pages: Sequence[Page], outline: Sequence[tuple[int, int, str]] = ()) -> Content:
    """The text of a document, its headings and where its pages start.

    Args:
        pages: the lines of each page, column by column.
        outline: bookmarks, where there are any: page (from 0), level (from 1) and words.
    """
    writer = _Writer(_vocabulary(line.text for line in _all_lines(pages)))
    paragraphs = _paragraphs(pages)
    for paragraph in paragraphs:
        writer.write(paragraph)
    text = "".join(writer.pieces)
    located = _outlined(paragraphs, outline)
    levels = located if located is not None else _larger(paragraphs, _body_size(pages))
    headings = []
    for paragraph, span in zip(paragraphs, writer.spans, strict=True):
        level = levels.get(id(paragraph))
        if level is not None and len(span):
            headings.append(Heading(span, level, " ".join(span.of(text).split())))
    return Content(
        text, headings=tuple(headings), page_starts=tuple(writer.page_starts(len(pages)))
    )


@dataclass(frozen=True, slots=True)
class _Placed:
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
class _Paragraph:
    """Lines that belong together; those in `breaks` (from 1) start on a line of their own."""

    lines: list[_Placed]
    breaks: set[int] = field(default_factory=set)


def _all_lines(pages: Sequence[Page]) -> Iterator[Line]:
    return (line for page in pages for region in page for line in region)


def _body_size(pages: Sequence[Page]) -> float:
    found: Counter[float] = Counter()
    for line in _all_lines(pages):
        found[_half_points(line.size)] += len(line.text)
    return found.most_common(1)[0][0] if found else 0.0


def _half_points(size: float) -> float:
    """A size such that those which are meant to be the same are."""
    return round(2 * size) / 2


# Paragraphs


def _paragraphs(pages: Sequence[Page]) -> list[_Paragraph]:
    found: list[_Paragraph] = []
    for placed in _placed(pages):
        relation = _relation(found[-1], placed) if found else "apart"
        if relation == "apart" and placed.first:
            interrupted = _interrupted(found)
            if interrupted is not None and _relation(found[interrupted], placed) == "on":
                # Footnotes come before the paragraph that goes on after them.
                found.append(found.pop(interrupted))
                relation = "on"
        if relation == "apart":
            found.append(_Paragraph([placed]))
            continue
        if relation == "below":
            found[-1].breaks.add(len(found[-1].lines))
        found[-1].lines.append(placed)
    return found


def _interrupted(found: Sequence[_Paragraph]) -> int | None:
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


def _placed(pages: Sequence[Page]) -> Iterator[_Placed]:
    usual = _leading(region for page in pages for region in page) or 1.2
    for number, page in enumerate(pages):
        for region in page:
            if not region:
                continue
            leading = (_leading([region]) if len(region) > 8 else None) or usual
            edges: dict[float, list[float]] = defaultdict(list)
            for line in region:
                edges[_half_points(line.size)].append(line.right)
            # A line or two may stick out.
            rights = {size: sorted(ends)[-1 - len(ends) // 20] for size, ends in edges.items()}
            for place, line in enumerate(region):
                size = _half_points(line.size)
                few = len(edges[size]) < _FEWEST_LINES
                yield _Placed(line, number, rights[size], leading, place == 0, few)


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


def _relation(paragraph: _Paragraph, placed: _Placed) -> str:
    """How a line follows a paragraph: "on" in it, "below" on a line of its own, or "apart"."""
    before = paragraph.lines[-1]
    line, above = placed.line, before.line
    if not _same_size(line, above) or line.bold != above.bold:
        return "apart"
    em = max(line.size, 1.0)
    tabular = "\t" in line.text or "\t" in above.text
    full = _is_full(before, line)
    ended = bool(_SENTENCE_END.search(above.text))
    if placed.first:
        # Two headings, each alone in its column, are not one.
        goes_on = full and not ended and not tabular and not _ITEM.match(line.text)
        goes_on = goes_on and (line.text[:1].islower() or not before.few)
        return "on" if goes_on or _is_broken_word(above.text, line.text) else "apart"
    distance = (above.base - line.base) / em
    are_rows = tabular and min(line.parts, above.parts) > 1
    if distance < 0 or distance > (_WIDE_ROWS if are_rows else _WIDE) * placed.leading:
        return "apart"
    if tabular:
        return "below"
    if _is_broken_word(above.text, line.text):
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


def _last_break(paragraph: _Paragraph) -> int:
    return max(paragraph.breaks, default=0)


def _is_full(placed: _Placed, following: Line) -> bool:
    """Whether the next line's first word had no room on this one."""
    words = following.text.split(maxsplit=1)
    if not words:
        return True
    width = (following.right - following.left) / max(1, len(following.text))
    room = placed.right - placed.line.right
    return room < (len(words[0]) + 1) * width + 0.5 * following.size


# Headings


def _outlined(
    paragraphs: Sequence[_Paragraph], outline: Sequence[tuple[int, int, str]]
) -> dict[int, int] | None:
    """Levels of the paragraphs that bookmarks name, by id; None where most cannot be found."""
    by_page: dict[int, list[_Paragraph]] = {}
    for paragraph in paragraphs:
        by_page.setdefault(paragraph.lines[0].page, []).append(paragraph)
    found: dict[int, int] = {}
    missed = 0
    for page, level, words in outline:
        wanted = _bare(words)
        for paragraph in by_page.get(page, ()):
            if id(paragraph) in found or len(paragraph.lines) > _HEADING_LINES:
                continue
            have = _bare(" ".join(placed.line.text for placed in paragraph.lines))
            # The number of a section is often in one of the two only.
            if wanted and (have == wanted or have.lstrip("0123456789") == wanted):
                found[id(paragraph)] = min(level, _HEADING_LEVELS)
                break
        else:
            missed += 1
    return found if len(found) >= _FEWEST_BOOKMARKS and missed <= len(found) else None


def _bare(words: str) -> str:
    return "".join(letter for letter in words.lower() if letter.isalnum())


def _larger(paragraphs: Sequence[_Paragraph], body: float) -> dict[int, int]:
    """Levels of the paragraphs in larger or bold type, by id."""
    larger: list[tuple[float, _Paragraph]] = []
    bold: list[_Paragraph] = []
    for paragraph, following in zip_longest(paragraphs, paragraphs[1:]):
        first = paragraph.lines[0].line
        words = " ".join(placed.line.text for placed in paragraph.lines)
        if (
            len(paragraph.lines) > _HEADING_LINES
            or len(words) > _HEADING_LENGTH
            or "\t" in words
            or sum(map(str.isalpha, words)) < 0.5 * len(words)
        ):
            continue
        if first.size > _LARGER * body:
            larger.append((_half_points(first.size), paragraph))
        elif (
            first.bold
            and first.size > 0.88 * body
            and not paragraph.breaks
            and not re.search(r"[.,;:]$", words)
            and following is not None
            and not following.lines[0].line.bold
        ):
            bold.append(paragraph)
    ranks = sorted({size for size, _ in larger}, reverse=True)
    levels = {
        id(paragraph): min(ranks.index(size) + 1, _HEADING_LEVELS) for size, paragraph in larger
    }
    lowest = min(len(ranks) + 1, _HEADING_LEVELS)
    return levels | {id(paragraph): lowest for paragraph in bold}


# Words


def _vocabulary(texts: Iterable[str]) -> Counter[str]:
    """Words that stand within lines: those at their ends may be halves."""
    found: Counter[str] = Counter()
    for text in texts:
        words = _WORD.findall(text.lower())
        found.update(words[1 : -1 if text.endswith("-") else None])
    return found


def _is_broken_word(above: str, below: str) -> bool:
    """Whether a line ends in the middle of a word; in capitals where the word is."""
    last, first = _LAST_WORD.search(above), _FIRST_WORD.match(below)
    if last is None or first is None:
        return False
    return first[0].islower() or (len(last[1]) > 1 and last[1].isupper() and first[0].isupper())


@dataclass(slots=True)
class _Writer:
    """Writes paragraphs one after the other, and notes where they and the pages start."""

    words: Counter[str]
    pieces: list[str] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    length: int = 0
    _starts: dict[int, int] = field(default_factory=dict)

    def write(self, paragraph: _Paragraph) -> None:
        if self.length:
            self._put("\n\n")
        start = self.length
        for number, placed in enumerate(paragraph.lines):
            text = placed.line.text
            if number:
                text = self._joined(text, number in paragraph.breaks)
            self._starts.setdefault(placed.page, self.length)
            self._put(text)
        self.spans.append(Span(start, self.length))

    def page_starts(self, pages: int) -> Iterator[int]:
        """A page without text starts where the next one does; the first at the beginning."""
        starts = []
        following = self.length
        for page in reversed(range(pages)):
            following = self._starts.get(page, following) if page else 0
            starts.append(following)
        return reversed(starts)

    def _joined(self, text: str, apart: bool) -> str:
        """What follows the line above, with what parts them put before; the hyphen may go."""
        above = self.pieces[-1]
        if apart:
            self._put("\n")
            return text
        last, first = _LAST_WORD.search(above), _FIRST_WORD.match(text)
        if last is None or first is None:
            together = above.endswith(("-", "–", "/")) and text[0].isalnum() and above[-2:-1] != " "
            unspaced = _UNSPACED.match(above[-1]) and _UNSPACED.match(text)
            if not together and not unspaced:
                self._put(" ")
            return text
        if self._keeps_hyphen(last[1], first[0]):
            if first[0] in _CONJUNCTIONS:
                self._put(" ")
        else:
            self.pieces[-1] = above[:-1]
            self.length -= 1
        return text

    def _keeps_hyphen(self, start: str, end: str) -> bool:
        """Whether the hyphen between the halves of a word is more than where its line ends.

        The document itself tells, where it has the word elsewhere.
        """
        if not _is_broken_word(f"{start}-", end):
            return True
        start, end = start.lower(), end.lower()
        if start + end in self.words:
            return False
        if end in _CONJUNCTIONS or "-" in start or f"{start}-{end}" in self.words:
            return True
        return min(len(start), len(end)) > 2 and start in self.words and end in self.words

    def _put(self, piece: str) -> None:
        self.pieces.append(piece)
        self.length += len(piece)
