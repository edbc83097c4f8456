"""Headings of plain text that stand right above their paragraphs, as in leaflets.

Such a line has a blank line above, begins with a capital and ends without a stop. It is much
shorter than the lines of its paragraph: their first word would still have stood in it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.documents import Heading, Span
from index.loaders.plain.lines import Line

_FEWEST, _LONGEST, _FEWEST_LETTERS = 3, 60, 4
# A paragraph has a line of so many characters, and so many more than its heading has.
_WIDE, _FARTHER = 60, 1.25
# Lines of a paragraph that are looked at; the share of a text that headings may have.
_LOOK, _MOST = 12, 0.2
_HEADING = re.compile(r"[^\W\d_](?:[^\W_]|[ ,'’()&/?\"“”‘–-](?! {2}))*[\w)?’'\"”]")
_BELOW = re.compile(r"[-*•·–][ \t]+\S|[\"'“‘(]?[^\W_]")
# Of laws, licences and letters.
_NO_HEADING = re.compile(
    r"copyright|©|\(c\)|all rights|dear\b|yours\b|kind\b|best\b|with\b.*\blove\b|permission\b",
    re.IGNORECASE,
)


def find_subheadings(lines: Sequence[Line]) -> list[Heading]:
    """The headings right above their paragraphs, in order; none where they are few or too many."""
    chosen = [line for at, line in enumerate(lines) if _is_heading(lines, at)]
    size = sum(len(line.words) for line in lines)
    if len(chosen) < _FEWEST or sum(len(line.words) for line in chosen) > _MOST * size:
        return []
    return [Heading(Span(line.start, line.end), 1, line.words) for line in chosen]


def _is_heading(lines: Sequence[Line], at: int) -> bool:
    line = lines[at]
    if line.is_above_blank or not line.is_below_blank or len(line.words) > _LONGEST:
        return False
    if not line.words[0].isupper() or not _HEADING.fullmatch(line.words):
        return False
    if _NO_HEADING.match(line.words) or sum(map(str.isalpha, line.words)) < _FEWEST_LETTERS:
        return False
    below = lines[at + 1]
    # Paragraphs in capitals have lines of any length.
    if line.words.isupper() and below.words.isupper():
        return False
    if below.indent < line.indent or below.words[0].islower() or not _BELOW.match(below.words):
        return False
    widest = 0
    for each in lines[at + 1 : at + 1 + _LOOK]:
        widest = max(widest, len(each.words))
        if each.is_above_blank:
            break
    first_word = below.words.split(maxsplit=1)[0]
    return widest >= max(_WIDE, _FARTHER * len(line.words), len(line.words) + len(first_word) + 1)
