"""Sentence boundaries, found by rule.

A rule-based splitter is enough to show a span inside its sentence, needs no
model and never changes an offset: it only says where sentences start and end.
"""

from __future__ import annotations

import re

# A terminator followed by white space, a full-width terminator, a blank line,
# the start of a list item on a new line, of a table's row (cells are parted by
# tabs or bars) or of a log's line (by its time). Runs are matched whole and from their
# first character only, so that a page of dots costs no more than one of words.
_BOUNDARY = re.compile(
    r"""(?P<western>(?<![.!?…।॥؟۔])[.!?…।॥؟۔]++[)\]"'”’»]*+)(?=\s)
      | (?P<cjk>(?:[。！？｡]|．(?!\d))+[」』”’）》】〉]*)
      | (?P<break>(?>\r\n|[\r\n])
            (?:[ \t]*[\r\n]
              | (?=[ \t]*(?:[-*+•]|\d{1,3}[.)])[ \t] | [ \t]*\| | [^\s][^\r\n\t]*\t
                    | \[?\d{4}-\d\d-\d\d[T\ ]\d\d: | [A-Z][a-z]{2}\ [\ \d]\d\ \d\d:\d\d:)))""",
    re.VERBOSE,
)

_TITLES = frozenset(
    "mr mrs ms dr prof rev hon sen rep gov gen col lt sgt capt st mt ft messrs "
    "vs cf al e.g i.e viz ca approx dept univ inc ltd co corp bros u.s u.k u.n d.c ph.d".split()
)
_BEFORE_NUMBERS = frozenset(
    "no nos fig figs vol p pp ch sec eq art "
    "jan feb mar apr jun jul aug sep sept oct nov dec".split()
)
_LAST_WORD = re.compile(r"[^\W_](?:[\w.]*\w)?$")


def sentences(text: str) -> list[tuple[int, int]]:
    """Split `text` into sentences.

    Returns:
        `(start, end)` pairs in code points, ascending and disjoint, without
        the white space around them; together they cover every character that
        is not white space.
    """
    found: list[tuple[int, int]] = []
    start = 0
    for match in _BOUNDARY.finditer(text):
        if match["western"] and not _ends_sentence(text, match):
            continue
        _append_trimmed(found, text, start, match.end())
        start = match.end()
    _append_trimmed(found, text, start, len(text))
    return found


def _ends_sentence(text: str, match: re.Match[str]) -> bool:
    following = text[match.end() : match.end() + 40].lstrip()
    if not following:
        return True
    if following[0].islower():
        return False
    if match["western"] != ".":
        return True
    word = _LAST_WORD.search(text, max(0, match.start() - 20), match.start())
    if word is None:
        return True
    before = word[0].lower()
    if before in _BEFORE_NUMBERS and following[0].isdigit():
        return False
    is_initial = word[0][0].isupper() and all(len(part) == 1 for part in before.split("."))
    return before not in _TITLES and not is_initial


def _append_trimmed(found: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        found.append((start, end))
