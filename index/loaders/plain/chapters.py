"""Chapters of books in plain text: "CHAPTER IV.", "Book the Second", "Chap. II. Of Trout".

Their numbers are Roman, or words; one proves nothing, so at least three of a kind count on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from index.documents import Heading, Span
from index.loaders.plain.lines import Line, overlaps_any
from index.loaders.shared.roman import read_roman

_FEWEST_CHAPTERS = 3
# In characters: a title, on the same line or the next.
_LONGEST_TITLE = 80
_COUNTED = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen".split()
)
_ORDINAL = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth".split()
)
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50}
_NUMBERS = {name: at for names in (_COUNTED, _ORDINAL) for at, name in enumerate(names, 1)}
for _name, _ten in _TENS.items():
    _NUMBERS |= {_name: _ten, f"{_name[:-1]}ieth": _ten}
    _NUMBERS |= {
        f"{_name}-{unit}": _ten + at
        for names in (_COUNTED, _ORDINAL)
        for at, unit in enumerate(names[:9], 1)
    }
_CHAPTER = re.compile(
    rf"""(?P<kind>chapter|chap|book|part|volume|vol|act|canto|stave|letter|kapitel|chapitre
        |cap[ií]tulo)
      \.?[ ]{{1,3}}(?:the[ ]{{1,3}})?
      (?P<number>(?:{"|".join(_TENS)})[ -](?:{"|".join((*_COUNTED[:9], *_ORDINAL[:9]))})
        |[ivxlc]{{1,9}}|[a-z]{{3,11}})\b
      (?:[.:]?
        |[.:,]?[ ]{{0,3}}(?:[—–-]{{1,2}}[ ]{{0,3}})?(?P<title>[^\s].{{0,{_LONGEST_TITLE}}}))""",
    re.VERBOSE | re.IGNORECASE,
)
# What stands beside the chapters of a book.
_BESIDE = re.compile(
    r"(?:prologue|preface|foreword|introduction|contents|illustrations|epilogue|conclusion|appendix"
    r"|notes?|footnotes|afterword|postscript|glossary|index|bibliography|finis|the end"
    r"|transcriber['’]s notes?)\b.*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Chapter:
    """A line that may begin a chapter, and the line with its title."""

    span: Span
    words: str
    kind: str
    number: int


def find_chapters(lines: Sequence[Line]) -> list[Heading]:
    """The headings of chapters, and of what they are parts of, in order."""
    candidates = list(_drop_listed(list(_find_lines(lines)), lines))
    kinds = list(dict.fromkeys(each.kind for each in candidates))
    kept = [each for kind in kinds for each in _count_on(candidates, kind)]
    # What comes first is above the others.
    used = [kind for kind in kinds if any(each.kind == kind for each in kept)]
    kept.sort(key=lambda each: each.span)
    return [Heading(each.span, used.index(each.kind) + 1, each.words) for each in kept]


def place_beside(
    chapters: Sequence[Heading], others: Iterable[Heading], lines: Sequence[Line]
) -> list[Heading]:
    """The chapters, and other headings below them, but for those that stand beside chapters."""
    if not chapters:
        return list(others)
    first, deepest = chapters[0].span.start, max(each.level for each in chapters)
    spans = [each.span for each in chapters]
    levels = {_first_word(each): each.level for each in chapters}
    following = {line.end: below.start for line, below in pairwise(lines)}
    # What stands right above a chapter begins a part of the book.
    above = {span.start for span in spans}
    placed = []
    for each in sorted(others, key=lambda each: each.span, reverse=True):
        if overlaps_any(each.span, spans):
            continue
        if each.span.start < first or _BESIDE.fullmatch(each.text):
            placed.append(each)
        elif following.get(each.span.end) in above:
            above.add(each.span.start)
            placed.append(each)
        else:
            level = levels.get(_first_word(each), each.level + deepest)
            placed.append(replace(each, level=level))
    return sorted((*chapters, *placed), key=lambda each: each.span)


def _first_word(heading: Heading) -> str:
    return heading.text.split(maxsplit=1)[0].lower().rstrip(".") if heading.text else ""


def _find_lines(lines: Sequence[Line]) -> Iterator[_Chapter]:
    for at, line in enumerate(lines):
        if not line.is_below_blank or not line.words[0].isupper():
            continue
        match = _CHAPTER.fullmatch(line.words) if len(line.words) <= 2 * _LONGEST_TITLE else None
        number = _read_number(match["number"]) if match else None
        if match is None or number is None or at + 1 == len(lines):
            continue
        title = match["title"] or ""
        if title[:1].islower():
            continue
        end, words = line.end, line.words
        if not line.is_above_blank:
            below = lines[at + 1]
            if not below.is_above_blank or len(below.words) > _LONGEST_TITLE:
                continue
            end, words = below.end, f"{words} {below.words}"
        yield _Chapter(
            Span(line.start, end), " ".join(words.split()), match["kind"].lower(), number
        )


def _read_number(written: str) -> int | None:
    """The number that a Roman numeral or a word writes; None if they write none."""
    return read_roman(written) or _NUMBERS.get(written.lower().replace(" ", "-"))


def _drop_listed(candidates: Sequence[_Chapter], lines: Sequence[Line]) -> Iterator[_Chapter]:
    """The chapters that no table of contents lists: there, another of the kind comes next."""
    following = {line.end: below.start for line, below in pairwise(lines)}
    kinds = {each.span.start: each.kind for each in candidates}
    for each in candidates:
        below = following.get(each.span.end)
        if below is not None and kinds.get(below) != each.kind:
            yield each


def _count_on(candidates: Sequence[_Chapter], kind: str) -> list[_Chapter]:
    """All chapters of a kind from the first of those that count on; none if these are few.

    They count within each part anew. That of the first may stand before all that is kept of the
    book. One may be missing, or have a wrong number, once there are enough.
    """
    kept: list[_Chapter] = []
    last, is_new_part = 0, True
    for each in candidates:
        if each.kind != kind:
            is_new_part = True
        elif each.number == last + 1 or (is_new_part and each.number in (1, 2)):
            kept.append(each)
            last, is_new_part = each.number, False
    if len(kept) < _FEWEST_CHAPTERS:
        return []
    first = kept[0].span
    return [each for each in candidates if each.kind == kind and each.span >= first]
