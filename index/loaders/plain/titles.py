"""What may be a title or a heading by its words; and the title of a plain text."""

from __future__ import annotations

import re
from collections.abc import Sequence

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
