"""Which language a question is in, as far as its small words and its letters tell."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from qa.conversation.vocabulary import FOREIGN, SMALL_WORDS
from qa.conversation.words import Word, drop_marks, parse_words

_LEAST_FOREIGN = 2


def is_english(words: Sequence[Word]) -> bool:
    """Whether small words of English outnumber those of other languages."""
    english, foreign = _count_small_words(words)
    return english > foreign


def is_foreign(text: str) -> bool:
    """Whether a text is plainly in another language than English.

    It is where it has two small words of other languages and fewer of English, or where most of
    its letters are of another alphabet. A question word of English at its beginning says otherwise.
    """
    letters = [character for character in text if character.isalpha()]
    latin = sum("LATIN" in unicodedata.name(letter, "") for letter in letters)
    if 2 * latin < len(letters):
        return True
    words = parse_words(text)
    if words and words[0].word_class == "question":
        return False
    english, foreign = _count_small_words(words)
    return foreign >= _LEAST_FOREIGN and foreign > english


def _count_small_words(words: Sequence[Word]) -> tuple[int, int]:
    """How many small words are English, and how many of other languages."""
    lowers = [word.lower for word in drop_marks(words)]
    return sum(lower in SMALL_WORDS for lower in lowers), sum(lower in FOREIGN for lower in lowers)
