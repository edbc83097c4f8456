"""The title of a plain text, its headings that a rule marks, and the rules that mark none.

A rule is a line of nothing but one sign. It stands below a heading and is about as long; or it is
as long as the lines of the text are and has a blank line below; or it stands above a heading, again
and again; or two of a length are around it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.documents import Heading, Span
from index.loaders.plain.lines import Line

_MOST_CHARACTERS, _FEWEST_LETTERS = 80, 3
# Lines in capitals that make up a title, at most.
_MOST_LINES = 3
# Columns of a table; after the number of a section there may be more than one space.
_COLUMNS = re.compile(r"\S(?: {2,}|\t)\S")
_NUMBER = re.compile(r"\A(?:[A-Z]|\d{1,3}(?:\.\d{1,3}){0,3})[.)]?[ \t]+")
_SENTENCE_ENDS = tuple(".,;")
_OTHER_ENDS = tuple(":!?|")
# Signs that may begin a heading that something else marks: "-y, --yes", "'uniq' and 'sort'".
_BEGINS = re.compile(r"\w|[-+/@.$<\[(`\"'“‘«„][^\W_]|--\w")
# The signs of rules, from the highest level to the lowest.
_SIGNS = "#*=-_~^+."
_SHORTEST, _LONG = 3, 20
# As wide as a text is; those between letters of a digest are not.
_WIDE_CHARACTERS = 40
# How far the length of a rule, and where it begins, may be from those of its heading.
_OFF = 3
# Lines of a heading between two rules, at most; headings below a rule alone, at least.
_MOST_BOXED, _FEWEST_BELOW, _FEWEST_LONG = 3, 3, 2
_AROUND, _ABOVE, _BELOW = 1, 2, 3
# What only parts, and is not a word of any sentence.
_PARTING = re.compile(r"([-=_*~#])\1{2,}|[-=_*~#]{10,}|(?:[*] ){2,}[*]")


def may_be_heading(words: str) -> bool:
    """Whether a line that something marks may be a heading: it may ask, and begin with a sign."""
    return (
        _BEGINS.match(words) is not None
        and _has_letters(words)
        and not words.endswith(_SENTENCE_ENDS)
        and "|" not in words
        and not has_columns(_NUMBER.sub("", words, count=1))
    )


def has_columns(words: str) -> bool:
    """Whether a line has gaps as the rows of a table have."""
    return _COLUMNS.search(words) is not None


def find_title(lines: Sequence[Line]) -> str | None:
    """The words of the first line, if it is one; they stay part of the text as well.

    It stands alone or has words in capitals. Lines in capitals right below it belong to it.
    """
    if len(lines) < 2 or not _may_be_title(lines[0].words):
        return None
    # One word in capitals may be the name of what stands under it: SUMMARY.
    first = lines[0]
    is_capital = first.words.isupper()
    if not first.is_above_blank and not (is_capital and " " in first.words):
        return None
    words = [first.words]
    if is_capital and not first.is_above_blank:
        for line in lines[1:_MOST_LINES]:
            if not (line.words.isupper() and _may_be_title(line.words)):
                break
            words.append(line.words)
            if line.is_above_blank:
                break
    return " ".join(" ".join(words).split())


def _may_be_title(words: str) -> bool:
    return (
        words[:1].isalnum()
        and _has_letters(words)
        and not words.endswith(_SENTENCE_ENDS + _OTHER_ENDS)
        and not has_columns(words)
    )


def _has_letters(words: str) -> bool:
    if len(words) > _MOST_CHARACTERS:
        return False
    letters = sum(map(str.isalpha, words))
    return letters >= _FEWEST_LETTERS and 2 * letters > len(words)


@dataclass(frozen=True, slots=True)
class _Ruled:
    """A heading that may be one.

    Attributes:
        kind: where its rule is, its sign, and its length if that alone tells.
        sure: whether it is one, whatever others there are.
    """

    span: Span
    words: str
    kind: tuple[int, str]
    length: int = 0
    sure: bool = True


def find_ruled_headings(lines: Sequence[Line]) -> list[Heading]:
    """The headings that rules mark, in order; their rules are in their spans."""
    candidates = list(_find_ruled(lines))
    long = Counter((each.kind, each.length) for each in candidates if not each.sure)
    any_sure = any(each.sure for each in candidates)
    kept = [
        each
        for each in candidates
        if each.sure
        or long[each.kind, each.length]
        >= (_FEWEST_BELOW if each.kind[0] == _ABOVE else _FEWEST_LONG - any_sure)
    ]
    kinds = sorted({each.kind for each in kept}, key=lambda kind: (kind[0], _SIGNS.index(kind[1])))
    return [Heading(each.span, kinds.index(each.kind) + 1, each.words) for each in kept]


def _find_ruled(lines: Sequence[Line]) -> Iterator[_Ruled]:
    signs = [_find_sign(line.words) for line in lines]
    at, last = 0, len(lines) - 1
    while at <= last:
        ruled, past = None, at + 1
        if signs[at]:
            ruled, past = _read_below_rule(lines, signs, at)
        elif at + 1 < last and signs[at + 1] and not lines[at].is_above_blank:
            ruled, past = _read_above_rule(lines[at], lines[at + 1], signs[at + 1]), at + 2
        if ruled is not None:
            yield ruled
            at = past
        else:
            at += 1


def _find_sign(words: str) -> str:
    sign = words[0]
    is_rule = sign in _SIGNS and len(words) >= _SHORTEST and words == sign * len(words)
    return sign if is_rule else ""


def _read_above_rule(line: Line, rule: Line, sign: str) -> _Ruled | None:
    longer = len(rule.words) - len(line.words)
    if (
        not line.is_below_blank
        or abs(rule.indent - line.indent) > _OFF
        or not may_be_heading(line.words)
    ):
        return None
    span, text = Span(line.start, rule.end), " ".join(line.words.split())
    if abs(longer) <= _OFF:
        return _Ruled(span, text, (_BELOW, sign))
    if (
        longer > 0
        and len(rule.words) >= _WIDE_CHARACTERS
        and rule.is_above_blank
        and sign in "=-_*~"
    ):
        return _Ruled(span, text, (_BELOW, sign), len(rule.words), sure=False)
    return None


def _read_below_rule(
    lines: Sequence[Line], signs: Sequence[str], at: int
) -> tuple[_Ruled | None, int]:
    """A heading below a rule, or between it and another; and the number of the line after it."""
    rule, sign = lines[at], signs[at]
    if not rule.is_below_blank or rule.is_above_blank:
        return None, at
    past = at + 1
    while past < min(len(lines), at + 1 + _MOST_BOXED) and not signs[past]:
        if not may_be_heading(lines[past].words) or lines[past].is_above_blank:
            break
        past += 1
    if (
        at + 1 < past < len(lines) - 1
        and signs[past] == sign
        and abs(len(lines[past].words) - len(rule.words)) <= _OFF
    ):
        words = " ".join(" ".join(line.words for line in lines[at + 1 : past]).split())
        return _Ruled(Span(rule.start, lines[past].end), words, (_AROUND, sign)), past + 1
    line = lines[at + 1]
    if len(rule.words) < _LONG or not line.is_above_blank or at + 2 >= len(lines):
        return None, at
    if signs[at + 1] or not may_be_heading(line.words):
        return None, at
    span = Span(rule.start, line.end)
    kind, text = (_ABOVE, sign), " ".join(line.words.split())
    return _Ruled(span, text, kind, len(rule.words), sure=False), at + 2


def find_parting_rules(lines: Sequence[Line]) -> Iterator[Span]:
    """The rules between paragraphs, and those in one that is not a table."""
    for at, line in enumerate(lines):
        if not _PARTING.fullmatch(line.words):
            continue
        around = [
            *([] if line.is_below_blank else [lines[at - 1].words]),
            *([] if line.is_above_blank else [lines[at + 1].words]),
        ]
        if len(around) < 2 or not any("|" in words or has_columns(words) for words in around):
            yield Span(line.start, line.end)
