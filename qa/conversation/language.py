"""Which language a question is in, as far as its small words and its letters tell.

What is neither English nor plainly foreign, such as a name or a formula, is told as neither.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from qa.conversation.vocabulary import FOREIGN, SMALL_WORDS
from qa.conversation.words import Word, drop_marks, parse_words

_LEAST_FOREIGN_WORDS = 2
# So many letters are more than a symbol, or a foreign word in passing.
_LEAST_FOREIGN_LETTERS = 6
# Words that begin an English question, and hardly one in another language.
_ENGLISH_BEGINNINGS = frozenset("are can could did do does please should would".split())
# "van der Waals", "El Niño", "Los Angeles": parts of names.
_NAME_PARTICLES = re.compile(
    r"\b(?:[Vv][ao]n(?: de[rn]?)?|[Dd]e(?: l[ao]s?)?|[Dd]el|[Dd][iau]|[Ll][ae]s?|[Ll]os|[Ee]l) "
    r"(?=[A-ZÀ-Þ])"
)
# Abbreviations, unless all is in capitals.
_ABBREVIATION = re.compile(r"\b[A-Z]{2,}\b")


def is_english(words: Sequence[Word]) -> bool:
    """Whether small words of English outnumber those of other languages."""
    lowers = [word.lower for word in drop_marks(words)]
    foreign = sum(lower in FOREIGN for lower in lowers)
    return sum(lower in SMALL_WORDS for lower in lowers) > foreign


def is_foreign(text: str) -> bool:
    """Whether a text is plainly in another language than English.

    True if it has two different small words of other languages, and more than of English; or
    if most of its letters are of another alphabet. False if it begins as questions in English
    do.
    """
    words = drop_marks(parse_words(text))
    if words and (words[0].word_class == "question" or words[0].lower in _ENGLISH_BEGINNINGS):
        return False
    letters = [character for character in text if character.isalpha()]
    others = [letter for letter in letters if not _is_latin_or_sign(letter)]
    if len(others) >= _LEAST_FOREIGN_LETTERS and 2 * len(others) > len(letters):
        return True
    if not text.isupper():
        text = _ABBREVIATION.sub("", text)
    lowers = [word.lower for word in drop_marks(parse_words(_NAME_PARTICLES.sub("", text)))]
    foreign = {lower for lower in lowers if lower in FOREIGN}
    english = sum(lower in SMALL_WORDS for lower in lowers)
    return len(foreign) >= _LEAST_FOREIGN_WORDS and len(foreign) > english


def _is_latin_or_sign(letter: str) -> bool:
    name = unicodedata.name(letter, "")
    return any(word in name for word in ("LATIN", "MATHEMATICAL", "SIGN", "ORDINAL"))
