"""Headings of plain text that nothing marks but a number or capitals, and where they stand.

A numbered line is one below a blank line and above text: "5. Deposit", "Section 3: Fees", "B. Age",
"B2. Children". One number proves nothing, and the steps of a list are numbered, too: at least three
such lines count on from 1, or from A. Other signs and words for a section are in `sections`. A
line in capitals has blank lines on both sides.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.documents import Heading, Span
from index.loaders.plain.lines import Line, overlaps_any
from index.loaders.plain.lines import is_below_blank as is_below_blank_line
from index.loaders.plain.sections import find_sections
from index.text.patterns import SECTION_WORDS

_FEWEST_NUMBERED = 3
# Capitals are not headings if more than the first share of the text is set in such lines, unless
# the second share of these lines stands above paragraphs that end a sentence.
_MOST_CAPITALS, _ABOVE_SENTENCES = 0.2, 0.6
_SENTENCE_ENDS = tuple(".!?:;…。！？;։।؟")
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
              (?:[.:]?[ ]{{1,3}}(?:(?:[–—-]|--)[ ])?(?P<named>{_TITLE})\.?)?
        | (?P<number>\d{{1,2}})(?:\.|(?P<below>(?:\.\d{{1,2}}){{1,3}})\.?)
              [ ]{{1,3}}(?P<title>{_QUESTION}|{_TITLE})
        | (?P<letter>[A-Z])(?:\.|(?P<part>\d{{1,2}})\.?)[ ]{{1,3}}(?P<lettered>{_TITLE})
      ){_END}""",
    re.VERBOSE | re.IGNORECASE,
)
_CAPITALS = re.compile(r"[^\W\d_a-z][^a-z\t|.;!,*]{2,59}")
_ITEM = re.compile(r"(?:\d{1,3}|[A-Z])[.)][ \t]")
_NUMBER_BELOW = re.compile(r"\s{1,80}\d{1,3}[.)]\s")
_SMALL_ITEM = re.compile(r"[a-z][.)][ \t]")
_WORD = re.compile(r"\S")


@dataclass(frozen=True, slots=True)
class _Numbered:
    """A line that may be a heading.

    Attributes:
        number: of its section, and of each within that; a letter counts as its place.
        is_lettered: whether a letter stands in place of the first number.
    """

    span: Span
    number: tuple[int, ...]
    is_lettered: bool
    is_below_blank: bool


def find_bare_headings(text: str, lines: Sequence[Line]) -> list[Heading]:
    """The headings of a text that no rule marks, in order."""
    candidates = _find_numbered(text)
    series = [
        _count_on([each for each in candidates if each.is_lettered == lettered])
        for lettered in (False, True)
    ]
    taken = sorted(each.span for kind in series for each in kind)
    for spans in find_sections(lines):
        others = [span for span in spans if not overlaps_any(span, taken)]
        series.append([_Numbered(span, (1,), False, True) for span in others])
    # What comes first is above the others.
    series = sorted((each for each in series if each), key=lambda each: each[0].span.start)
    numbered = sorted((each for kind in series for each in kind), key=lambda each: each.span)
    above, below = _part_capitals(
        text, _find_capitals(text, lines), [each.span for each in numbered]
    )
    headings = [Heading(span, 1, _words(text, span)) for span in above]
    level = 1 if above else 0
    for kind in series:
        headings += [
            Heading(each.span, level + len(each.number), _words(text, each.span)) for each in kind
        ]
        level += max(len(each.number) for each in kind)
    headings += [Heading(span, level + 1, _words(text, span)) for span in below]
    return sorted(headings, key=lambda heading: heading.span.start)


def _part_capitals(
    text: str, capitals: Sequence[Span], numbered: Sequence[Span]
) -> tuple[list[Span], list[Span]]:
    """Of the lines in capitals those above numbered ones, and those within their sections.

    Once there are numbers, capitals are above them only if all stand right above one.
    """
    starts = {span.start for span in numbered}
    # "SECTION 1 - FEES" is both.
    capitals = [span for span in capitals if span.start not in starts]
    first = min(starts, default=0)
    before = [span for span in capitals if span.start < first]
    after = [span for span in capitals if span.start >= first]
    if before and all(_find_next(text, span.end) in starts for span in after):
        return [*before, *after], []
    return before, after


def _find_next(text: str, at: int) -> int:
    """Where the next words begin."""
    following = _WORD.search(text, at)
    return following.start() if following else len(text)


def _find_numbered(text: str) -> list[_Numbered]:
    numbered: list[_Numbered] = []
    for match in _NUMBERED.finditer(text):
        title = match["title"] or match["named"] or match["lettered"] or ""
        first = match["word"] or match["letter"] or "X"
        if title[:1].islower() or first[0].islower():
            continue
        number = _read_number(match)
        span = Span(match.start(), match.start() + len(match[0].rstrip()))
        is_below_blank = is_below_blank_line(text, span.start)
        # A list may stand below what a word marks; in a table of contents it is of sections.
        is_named = match["word"] and title and not _NUMBER_BELOW.match(text, match.end())
        if (is_below_blank or match["below"]) and _follows_text(
            text,
            match.end(),
            number,
            within=bool(match["part"] or is_named),
            close=not is_below_blank,
        ):
            numbered.append(_Numbered(span, number, match["letter"] is not None, is_below_blank))
    return numbered


def _read_number(match: re.Match[str]) -> tuple[int, ...]:
    if match["letter"]:
        ordinal = ord(match["letter"]) - ord("A") + 1
        return (ordinal, int(match["part"])) if match["part"] else (ordinal,)
    below = (match["below"] or "").split(".")[1:]
    return (int(match["number"] or match["after"]), *map(int, below))


def _count_on(candidates: Sequence[_Numbered]) -> list[_Numbered]:
    """The numbered lines that count on from the first; none if they are few."""
    kept: list[_Numbered] = []
    last: tuple[int, ...] = ()
    for each in candidates:
        number = each.number
        if not last:
            follows = number in ((0,), (1,))
        elif len(number) > len(last):
            follows = number == (*last, 1) and each.is_below_blank
        else:
            follows = number == (*last[: len(number) - 1], last[len(number) - 1] + 1)
        if follows:
            kept.append(each)
            last = number
    sections = sum(len(each.number) == 1 for each in kept)
    return kept if sections >= _FEWEST_NUMBERED else []


def _follows_text(
    text: str, end: int, number: tuple[int, ...], *, within: bool, close: bool
) -> bool:
    """Whether text of a section comes below a line, or a section within its own.

    What is indented, or goes on in lower case, belongs to an item of a list.

    Args:
        within: whether a letter and a number mark the line, or a word, as they mark no item.
        close: whether no blank line is above it, so that it may be one of a list.
    """
    following = _WORD.search(text, end)
    if following is None:
        return False
    if following[0].islower() and not (within and _SMALL_ITEM.match(text, following.start())):
        return False
    if not within and text[following.start() - 1] in " \t":
        return False
    numbered = _NUMBERED.match(text, following.start())
    if numbered is None:
        return _ITEM.match(text, following.start()) is None
    if close:
        return False
    if numbered["letter"]:
        return numbered["part"] is not None and _read_number(numbered)[0] == number[0]
    return numbered["below"] is not None and int(numbered["number"]) == number[0]


def _find_capitals(text: str, lines: Sequence[Line]) -> list[Span]:
    """The lines in capitals: one alone only if it begins the text."""
    capitals = [
        at
        for at, line in enumerate(lines[:-1])
        if not line.indent
        and line.is_below_blank
        and line.is_above_blank
        and _CAPITALS.fullmatch(line.words)
        and _is_in_capitals(line.words)
    ]
    spans = [Span(lines[at].start, lines[at].end) for at in capitals]
    if len(spans) == 1 and text[: spans[0].start].strip():
        return []
    if sum(map(len, spans)) <= _MOST_CAPITALS * len(text):
        return spans
    above = sum(_ends_sentence(lines, at + 1) for at in capitals)
    is_enough = above >= max(_FEWEST_NUMBERED, _ABOVE_SENTENCES * len(spans))
    return spans if is_enough else []


def _ends_sentence(lines: Sequence[Line], first: int) -> bool:
    """Whether the paragraph that begins in a line ends a sentence."""
    last = first
    while not lines[last].is_above_blank:
        last += 1
    return lines[last].words.endswith(_SENTENCE_ENDS)


def _is_in_capitals(line: str) -> bool:
    letters = sum(map(str.isalpha, line))
    return line.isupper() and letters >= _FEWEST_LETTERS and 2 * letters > len(line.rstrip())


def _words(text: str, span: Span) -> str:
    return " ".join(span.of(text).split())
