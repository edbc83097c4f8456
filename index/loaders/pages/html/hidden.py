"""What a page hides: some of it for good, some until a reader opens it or a script chooses it.

If everything in an element is hidden, a script shows one of its variants, such as the keys of
one system or another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from selectolax.lexbor import LexborNode

# More are not variants of one another, nor are they with more words and comments between them.
_MOST_VARIANTS, _MOST_PARTS = 12, 30
_DEFAULT = re.compile(r"(?<![a-z])default", re.IGNORECASE)
# What is opened over a page, or tells of its state.
_OVERLAY = re.compile(
    r"(?<![a-z])(?:alert|cookie|dialog|drop-?down|error|flyout|gdpr|lightbox|load(?:er|ing)|menu|modal"
    r"|nav|notification|overlay|popover|pop-?up|search|sidebar|snackbar|spinner|template|toast"
    r"|tooltip)",
    re.IGNORECASE,
)
_VARIANTS = frozenset("span div p section tbody pre code li dd".split())
_BLOCKS = frozenset("p div ul ol dl table pre section h1 h2 h3 h4 h5 h6".split())
_CONTROLS = frozenset("form input button select textarea iframe nav".split())
# Of each, only so many elements and words are looked at: variants may be in variants.
_MOST_LOOKED_AT = 300


def is_hidden(node: LexborNode) -> bool:
    """Whether an element is hidden, and not one that a reader could come to see."""
    attributes = node.attributes
    if "hidden" not in attributes and attributes.get("aria-hidden") != "true":
        return False
    if attributes.get("role") == "tabpanel" or attributes.get("hidden") == "until-found":
        return False
    return "hidden" not in attributes or not _is_shown_variant(node)


def _is_shown_variant(node: LexborNode) -> bool:
    """Whether a hidden element is to be read for all that its parent holds, which is hidden, too.

    That is the one called default, else each that has paragraphs of its own, else the last.
    """
    variants = _list_variants(node)
    if not variants:
        return False
    default = [each for each in variants if any(map(_DEFAULT.search, _read_names(each)))]
    if default:
        return default[0].mem_id == node.mem_id
    later = variants[[each.mem_id for each in variants].index(node.mem_id) + 1 :]
    return not later or (
        _has_any(node, _BLOCKS) and _read_words(node) not in map(_read_words, later)
    )


def _list_variants(node: LexborNode) -> list[LexborNode]:
    """The children of an element's parent, if all of them may be variants of one text."""
    parent = node.parent
    if parent is None or parent.tag == "body" or _is_overlay(parent):
        return []
    parts = list(islice(parent.iter(include_text=True), _MOST_PARTS + 1))
    elements = [part for part in parts if not (part.tag or "-").startswith(("-", "!"))]
    if len(parts) > _MOST_PARTS or len(elements) > _MOST_VARIANTS:
        return []
    if not all(map(_may_be_variant, elements)):
        return []
    if any(part.tag == "-text" and (part.text_content or "").strip() for part in parts):
        return []
    return elements


def _may_be_variant(node: LexborNode) -> bool:
    attributes = node.attributes
    return (
        "hidden" in attributes
        and node.tag in _VARIANTS
        and "role" not in attributes
        and attributes.get("aria-hidden") != "true"
        and not _is_overlay(node)
        and not _has_any(node, _CONTROLS)
    )


def _is_overlay(node: LexborNode) -> bool:
    classes, identity = _read_names(node)
    # An identity may be made from the name of the page, on menus or whatever it is about.
    names = classes or ("" if _DEFAULT.match(identity) else identity)
    return _OVERLAY.search(names) is not None


def _read_names(node: LexborNode) -> tuple[str, str]:
    attributes = node.attributes
    return attributes.get("class") or "", attributes.get("id") or ""


def _has_any(node: LexborNode, tags: frozenset[str]) -> bool:
    return any(each.tag in tags and each.mem_id != node.mem_id for each in _look_at(node))


def _read_words(node: LexborNode) -> list[str]:
    texts = (each.text_content or "" for each in _look_at(node) if each.tag == "-text")
    return "".join(texts).split()


def _look_at(node: LexborNode) -> Iterator[LexborNode]:
    return islice(node.traverse(include_text=True), _MOST_LOOKED_AT)
