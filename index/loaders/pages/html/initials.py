"""Large initials of books that are pictures: the letter that begins a word is in no other place."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

_LETTER = re.compile(r"[\"'“‘«„]?[^\W\d_a-z]")
_GOES_ON = re.compile(r"\s*[^\W\d_]|\s*['’][^\W\d_]")
# Letters that may be words; a space after them is one.
_WORDS = frozenset("AIOÀÉ")
_INLINE = frozenset("span a b i em strong big font small".split())
_MOST_AROUND, _MOST_AFTER = 3, 5


def read_initial(picture: LexborNode) -> tuple[str, bool]:
    """The letter that a picture shows, and whether a word goes on right after it.

    "" where it shows something else, or no words follow it.
    """
    letter = (picture.attributes.get("alt") or "").strip()
    if not _LETTER.fullmatch(letter):
        return "", False
    following = _read_following(picture)
    if not _GOES_ON.match(following):
        return "", False
    return letter, letter[-1] not in _WORDS or not following[0].isspace()


def _read_following(node: LexborNode) -> str:
    """The words after a node in its paragraph, with the space before them."""
    space = ""
    for _ in range(_MOST_AROUND):
        below = node.next
        for _ in range(_MOST_AFTER):
            if below is None:
                break
            is_text = below.tag == "-text"
            if not is_text and below.tag not in _INLINE:
                return ""
            words = (below.text_content or "") if is_text else below.text(deep=True)
            if words.strip():
                return space + words
            space, below = space or words, below.next
        if node.parent is None or node.parent.tag not in _INLINE:
            return ""
        node = node.parent
    return ""
