"""The forms of a word: its stem, its singular and its plural."""

from __future__ import annotations

import re

_ENDINGS = (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("es", "e"))
_IRREGULAR = {
    "people": "person",
    "children": "child",
    "men": "man",
    "women": "woman",
    "feet": "foot",
    "teeth": "tooth",
    "mice": "mouse",
}


def stem_word(lower: str) -> str:
    """A lower-case word without its ending, so that its forms are equal."""
    for ending, replacement in _ENDINGS:
        if lower.endswith(ending) and len(lower) > len(ending) + 3:
            return (lower[: -len(ending)] + replacement).rstrip("e")
    if lower.endswith("s") and not lower.endswith("ss") and len(lower) > 3:
        lower = lower[:-1]
    return lower.rstrip("e") if len(lower) > 3 else lower


def is_plural(noun: str) -> bool:
    """Whether a noun looks like a plural."""
    lower = noun.lower()
    if lower in _IRREGULAR:
        return True
    return lower.endswith("s") and not lower.endswith(("ss", "us", "is", "'s")) and len(noun) > 2


def make_singular(noun: str) -> str:
    """A noun in the singular; unchanged if it is one already."""
    if noun in _IRREGULAR:
        return _IRREGULAR[noun]
    if not is_plural(noun):
        return noun
    if noun.endswith("ies") and len(noun) > 4:
        return noun[:-3] + "y"
    if noun.endswith(("sses", "shes", "ches", "xes")):
        return noun[:-2]
    return noun[:-1]


def make_plural(noun: str) -> str:
    """A noun in the plural; unchanged if it is one already."""
    if is_plural(noun):
        return noun
    if re.search(r"[^aeiou]y$", noun):
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "x", "ch", "sh")) else "s")
