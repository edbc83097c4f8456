"""Abbreviations that spell a common word, as words of their own: "IT" is not "it"."""

from __future__ import annotations

import re

_CAPITALS = re.compile(r"\b[A-Z]{2,3}\b")
_COMMON_WORDS = frozenset(
    "ALL AM AN AND ANY AS AT BE BY CAN DO FOR GO HE HER HIS HOW IF IN IS IT ITS MAY ME MY NO NOT "
    "OF ON OR OUR OUT SO THE TO UP US WAS WE WHO WHY YOU".split()
)


def abbreviation_words(text: str) -> list[str]:
    """A word for each abbreviation in a text; none if all of its letters are capitals.

    Only those that spell a common word need one: others are rare in either case.
    """
    if text.isupper():
        return []
    return [f"cap0{word.lower()}" for word in _CAPITALS.findall(text) if word in _COMMON_WORDS]
