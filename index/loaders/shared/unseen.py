"""Characters that nobody sees, and that stand in the way of whoever searches for a word.

They tell a program where a line may be broken, and where not, and which way words run. A file that
is its own canonical text keeps them.
"""

from __future__ import annotations

import re

# Scripts in which a zero width non-joiner (U+200C) chooses the form of a letter: from Arabic to
# those of India and South-East Asia.
_SHAPING = "\u0600-\u180d\u180f-\u1cff\ua800-\uabff\ufb50-\ufdff\ufe70-\ufefc\U00010a00-\U00011fff"
# Soft hyphen, zero width space, word joiner, signs of mathematics, byte order mark, marks of
# direction, the vowel separator of Mongolian; zero width joiners (U+200D) make one emoji of
# several, and letters of some scripts.
_UNSEEN = re.compile(
    f"[\u00ad\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
    f"|(?<![{_SHAPING}])\u200c(?![{_SHAPING}])",
)


def drop_unseen(words: str) -> str:
    """The words without the characters that nobody sees."""
    return words if words.isascii() else _UNSEEN.sub("", words)
