"""Words as they are compared: by their stems, in lower case and without endings."""

from __future__ import annotations

import re

from qa.question_form import HIGHEST, LOWEST

_WORD = re.compile(r"\w+")
_ENDINGS = ("ies", "ing", "es", "ed", "s", "y", "e")
_SHORTEST_STEM = 3


def stem_words(text: str) -> set[str]:
    """The words of a text as they are compared: in lower case, without endings."""
    return {_stem_word(word) for word in _WORD.findall(text.lower().replace("_", " "))}


def _stem_word(word: str) -> str:
    if word in HIGHEST or word in LOWEST:
        return word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word.removesuffix(ending)
    return word


def stem_content(text: str) -> set[str]:
    """The stems of a text's words without those that stand in most sentences."""
    return stem_words(text) - _COMMON_STEMS


_COMMON_STEMS = stem_words(
    "a an and are as at be by did do does for from had has have how in is it its of on or s that "
    "the there this to was were what when where which who whom whose why will with"
)
