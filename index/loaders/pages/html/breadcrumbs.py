"""The way from a site's first page to the one that is read: "Home > Bins > Bulky waste"."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

# What it is called; in a recipe, crumbs may be something else.
_NAME = re.compile(r"(?<![^\W\d_])bread-?crumbs?(?![^\W\d_])|(?<!\S)crumbs?(?!\S)", re.IGNORECASE)
_LABEL = re.compile(r"bread-?\s?crumbs?", re.IGNORECASE)
_HERE = re.compile(
    r"(?:you are here|sie sind hier|vous êtes ici|estás aquí)\s*:?\s*", re.IGNORECASE
)
# What parts the steps, and what else may where it is called so.
_SIGN, _ANY_SIGN = re.compile(r"[>›»→]"), re.compile(r"[>›»→|·•]|\s/\s")
_MOST_STEPS = 9
# Steps may be the items of a list.
_AROUND = " •"
# In characters.
_LONGEST = 300


def is_called_breadcrumbs(node: LexborNode) -> bool:
    """Whether an element says by its name, or to those who cannot see it, that it is such a way."""
    attributes = node.attributes
    names, label = attributes.get("class") or "", attributes.get("aria-label") or ""
    if "crumb" not in f"{names} {label}".lower():
        return False
    if not _NAME.search(names) and not _LABEL.search(label):
        return False
    words = node.text(deep=True).strip()
    is_way = node.css_first("a[href]") is not None or _ANY_SIGN.search(words) is not None
    return is_way and len(" ".join(words.split())) <= _LONGEST


def are_breadcrumbs(words: str, linked: int) -> bool:
    """Whether words are such a way: signs part its steps, which are links but for the last.

    Args:
        words: those of an element.
        linked: how many characters of them are in links.
    """
    words = _HERE.sub("", " ".join(words.split()), 1)
    steps = [step.strip(_AROUND) for step in _SIGN.split(words)]
    if len(words) > _LONGEST or not 1 < len(steps) <= _MOST_STEPS or not all(steps):
        return False
    # Spaces between the words of a link may be in none.
    return any(
        sum(len(step.replace(" ", "")) for step in links) <= linked <= sum(map(len, links))
        for links in (steps[:-1], steps)
    )
