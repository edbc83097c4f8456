"""Words broken at the end of a line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable

_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
# The halves of a word that a hyphen at the end of a line may have broken.
LAST_WORD = re.compile(r"([^\W\d_]+(?:-[^\W\d_]+)*)-$")
FIRST_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
# After "pre-" at the end of a line these are no second half of a word.
CONJUNCTIONS = frozenset("and or nor und oder et ou y o e og och en of".split())


def vocabulary(texts: Iterable[str]) -> Counter[str]:
    """Words that stand within lines: those at their ends may be halves."""
    found: Counter[str] = Counter()
    for text in texts:
        words = _WORD.findall(text.lower())
        found.update(words[1 : -1 if text.endswith("-") else None])
    return found


def is_broken_word(above: str, below: str) -> bool:
    """Whether a line ends in the middle of a word; in capitals where the word is."""
    last, first = LAST_WORD.search(above), FIRST_WORD.match(below)
    if last is None or first is None:
        return False
    return first[0].islower() or (len(last[1]) > 1 and last[1].isupper() and first[0].isupper())


def keeps_hyphen(start: str, end: str, words: Container[str]) -> bool:
    """Whether the hyphen between the halves of a word is more than where its line ends.

    Args:
        words: those of the document: it tells itself, where it has the word elsewhere.
    """
    if not is_broken_word(f"{start}-", end):
        return True
    start, end = start.lower(), end.lower()
    if start + end in words:
        return False
    if end in CONJUNCTIONS or "-" in start or f"{start}-{end}" in words:
        return True
    return min(len(start), len(end)) > 2 and start in words and end in words
