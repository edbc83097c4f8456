"""Superscripts of a page, written so that they read right without their markup: 2⁴⁸, 2^(k+m)."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from index.loaders.pages.html.page import Page

_RAISED = str.maketrans("0123456789+-−()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁽⁾ⁿⁱ")
_CAN_BE_RAISED = re.compile(r"[-+−]?[0-9ni]+(?:[-+−][0-9ni]+)*[-+−]?|\([-+−]?[0-9n]+\)")
# What is no power: 1st, 3e, M^lle, a trade mark.
_NO_POWERS = frozenset("st nd rd th e er re me ème eme lle mme a o os as tm sm".split())
# What can have a power: a number, a bracket that closes, a variable.
_BASE = re.compile(r"(?:\d|[)\]]|(?<![^\W\d_])[^\W\d_])\Z")
_LONGEST = 20


def raise_text(node: LexborNode, page: Page) -> str:
    """The words of a superscript as they are to be written; "" where nothing need be done."""
    words = " ".join(node.text(deep=True).split())
    if not words or len(words) > _LONGEST:
        return ""
    if _CAN_BE_RAISED.fullmatch(words):
        return words.translate(_RAISED)
    if page.start is None or page.gap or not _BASE.search(page.pieces[-1]):
        return ""
    if words.lower() in _NO_POWERS or not words[-1].isalnum():
        return ""
    return f"^{words}" if words.isalnum() else f"^({words})"
