"""Words as they are compared: by their stems, in lower case."""

from __future__ import annotations

import re

from qa.conversation.vocabulary import SMALL_WORDS
from qa.conversation.words import stem_word
from qa.question_form import HIGHEST, LOWEST

_WORD = re.compile(r"\w+")


def stem_words(text: str) -> set[str]:
    """The words of a text as they are compared; superlatives as they are."""
    return set(map(_stem, _split_words(text)))


def stem_content(text: str) -> set[str]:
    """The stems of a text's words without those that stand in most sentences."""
    return {_stem(word) for word in _split_words(text) if word not in SMALL_WORDS}


def _split_words(text: str) -> list[str]:
    return _WORD.findall(text.lower().replace("_", " "))


def _stem(word: str) -> str:
    return word if word in HIGHEST or word in LOWEST else stem_word(word)
