"""Headings of plain text that nothing marks but a number or capitals, and where they stand.

A numbered line is one below a blank line and above text: "5. Deposit", "Section 3: Fees". One
number proves nothing, and the steps of a list are numbered, too: at least three such lines count
on from 1. A line in capitals has blank lines on both sides.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.content import Heading
from index.documents import Span
from index.loaders.shared.blank_lines import is_below_blank
from index.text.patterns import SECTION_WORDS

_FEWEST_NUMBERED = 3
# Capitals are no headings where more than this share of the text is set in such lines.
_MOST_CAPITALS = 0.2
_FEWEST_LETTERS = 3

_END = r"[ \t]*(?=[\r\n]|\Z)"
# A blank line, or nothing, above: no line end is split.
_BELOW_BLANK = r"(?:\A|(?<=\n)|(?<=\r)(?!\n))"
_TITLE = r"[^\W\d_](?:[^\r\n\t|]{0,58}[\w)?’'\"”])?"
# A question may be longer, and go on in lines that are set in; a blank line is below.
_QUESTION = (
    r"[^\W\d_][^\r\n\t|]{0,99}(?:(?>\r\n|\n|\r)[ \t]{1,20}[^\s|][^\r\n\t|]{0,99}){0,4}"
    r"\?(?=[ \t]*(?>\r\n|\n|\r)[ \t]*[\r\n])"
)
_NUMBERED = re.compile(
    rf"""{_BELOW_BLANK}
      (?: (?P<word>{SECTION_WORDS})[ ](?P<after>\d{{1,2}})
              (?:[.:]?[ ]{{1,3}}(?:[–—-][ ])?(?P<named>{_TITLE}))?
        | (?P<number>\d{{1,2}})(?:\.|(?P<below>(?:\.\d{{1,2}}){{1,3}})\.?)
              [ ]{{1,3}}(?P<title>{_QUESTION}|{_TITLE})
      ){_END}""",
    re.VERBOSE | re.IGNORECASE,
)
_CAPITALS = re.compile(rf"{_BELOW_BLANK}[^\W\d_a-z][^\r\na-z\t|.;!,]{{2,59}}{_END}")
_LINE_END = re.compile(r"\r\n|\n|\r")
_ITEM = re.compile(r"\d{1,3}[.)][ \t]")
_WORD = re.compile(r"\S")
_LONGEST_BLANK = 80


@dataclass(frozen=True, slots=True)
class _Numbered:
    """A line that may be a heading.

    Attributes:
        number: of its section, and of each within that.
    """

    span: Span
    number: tuple[int, ...]


def find_bare_headings(text: str) -> list[Heading]:
    """The headings of a text in which none are underlined, in order."""
    numbered = _find_numbered(text)
    taken = {each.span.start for each in numbered}
    # "SECTION 1 - FEES" is both.
    capitals = [span for span in _find_capitals(text) if span.start not in taken]
    # What comes first is above the other.
    is_above = bool(capitals) and (not numbered or capitals[0].start < numbered[0].span.start)
    depth = max((len(each.number) for each in numbered), default=0)
    level = 1 if is_above else depth + 1
    headings = [Heading(span, level, _words(text, span)) for span in capitals]
    headings += [
        Heading(each.span, len(each.number) + is_above, _words(text, each.span))
        for each in numbered
    ]
    return sorted(headings, key=lambda heading: heading.span.start)


def _find_numbered(text: str) -> list[_Numbered]:
    """The numbered lines that count on from the first; none where they are few."""
    found: list[_Numbered] = []
    for match in _NUMBERED.finditer(text):
        title = match["title"] or match["named"] or ""
        if title[:1].islower() or (match["word"] or "X")[0].islower():
            continue
        below = (match["below"] or "").split(".")[1:]
        number = (int(match["number"] or match["after"]), *map(int, below))
        span = Span(match.start(), match.start() + len(match[0].rstrip()))
        if is_below_blank(text, span.start) and _follows_text(text, match.end(), number):
            found.append(_Numbered(span, number))
    return _count_on(found)


def _count_on(found: Sequence[_Numbered]) -> list[_Numbered]:
    kept: list[_Numbered] = []
    last: tuple[int, ...] = ()
    for each in found:
        number = each.number
        if not last:
            follows = number in ((0,), (1,))
        elif len(number) > len(last):
            follows = number == (*last, 1)
        else:
            follows = number == (*last[: len(number) - 1], last[len(number) - 1] + 1)
        if follows:
            kept.append(each)
            last = number
    sections = sum(len(each.number) == 1 for each in kept)
    return kept if sections >= _FEWEST_NUMBERED else []


def _follows_text(text: str, end: int, number: tuple[int, ...]) -> bool:
    """Whether text of a section comes below a line, or a section within its own.

    What is indented, or goes on in lower case, belongs to an item of a list.
    """
    following = _WORD.search(text, end)
    if following is None or following[0].islower() or text[following.start() - 1] in " \t":
        return False
    numbered = _NUMBERED.match(text, following.start())
    if numbered is None:
        return _ITEM.match(text, following.start()) is None
    return numbered["below"] is not None and int(numbered["number"]) == number[0]


def _find_capitals(text: str) -> list[Span]:
    """The lines in capitals: one alone only where it begins the text."""
    last = len(text.rstrip())
    spans = [
        Span(match.start(), match.start() + len(match[0].rstrip()))
        for match in _CAPITALS.finditer(text)
        if _is_in_capitals(match[0])
        and is_below_blank(text, match.start())
        and _is_above_blank(text, match.end())
        and match.end() < last
    ]
    if len(spans) == 1 and text[: spans[0].start].strip():
        return []
    return spans if sum(map(len, spans)) <= _MOST_CAPITALS * len(text) else []


def _is_in_capitals(line: str) -> bool:
    letters = sum(map(str.isalpha, line))
    return line.isupper() and letters >= _FEWEST_LETTERS and 2 * letters > len(line.rstrip())


def _is_above_blank(text: str, end: int) -> bool:
    """Whether a blank line comes below the line that ends here."""
    below = text[end : end + _LONGEST_BLANK]
    lines = _LINE_END.split(below, 2)
    return len(lines) == 3 and not lines[1].strip()


def _words(text: str, span: Span) -> str:
    return " ".join(span.of(text).split())
