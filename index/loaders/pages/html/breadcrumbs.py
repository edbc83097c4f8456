"""The way from a site's first page to the one that is read: "Home > Bins > Bulky waste"."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

# What it is called, and where that counts.
_NAME = re.compile(r"(?<![^\W\d_])bread-?crumbs?(?![^\W\d_])|(?<!\S)crumbs?(?!\S)", re.IGNORECASE)
_LABEL = re.compile(r"bread-?\s?crumbs?", re.IGNORECASE)
_CALLED = frozenset("nav ol ul div p".split())
_HERE = re.compile(
    r"(?:you are here|sie sind hier|vous êtes ici|estás aquí)\s*:?\s*", re.IGNORECASE
)
# What parts the steps, and what else may where it is called so, such as the items of a list.
_SIGN = re.compile(r"[>›»→]")
_ANY_SIGN = re.compile(r"\s?(?:[>›»→|·•]|\n\d\.\s)\s?|\s/\s|\n")
_FIRST_SIGN = re.compile(r"\s?(?:•|1\.\s)\s?")
_BLANKS = re.compile(r"\s+")
_MOST_STEPS = 9
# Steps may be the items of a list.
_AROUND = " •"
# In characters.
_LONGEST = 300


def is_called_breadcrumbs(node: LexborNode) -> bool:
    """Whether an element says by its name, or to those who cannot see it, that it is such a way."""
    if node.tag not in _CALLED:
        return False
    attributes = node.attributes
    names, label = attributes.get("class") or "", attributes.get("aria-label") or ""
    if "crumb" not in f"{names} {label}".lower():
        return False
    return _NAME.search(names) is not None or _LABEL.search(label) is not None


def are_breadcrumbs(words: str, linked: int, *, is_called: bool = False) -> bool:
    """Whether words are such a way: signs part its steps, which are links but for the last.

    Args:
        words: those of an element.
        linked: how many characters of them are in links.
        is_called: the element is called so, and other signs may part the steps.
    """
    if is_called:
        lines = _BLANKS.sub(lambda gap: "\n" if "\n" in gap[0] else " ", words.strip())
        parts = _ANY_SIGN.split(_FIRST_SIGN.sub("", lines, 1))
        words = " > ".join(" ".join(part.split()) for part in parts if part.strip())
    words = _HERE.sub("", " ".join(words.split()), 1)
    steps = [step.strip(_AROUND) for step in _SIGN.split(words)]
    if len(words) > _LONGEST or not 1 < len(steps) <= _MOST_STEPS or not all(steps):
        return False
    # Spaces between the words of a link may be in none.
    return any(
        sum(len(step.replace(" ", "")) for step in links) <= linked <= sum(map(len, links))
        for links in (steps[:-1], steps)
    )
