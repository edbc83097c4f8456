"""The language of a text, as ISO 639-1 names it, by its script and by the pieces of its words.

Most scripts have one language that is known here. In the others a linear model decides, whose
features are pieces of up to five letters: `python -m qa.training.languages` makes its weights. In a
language that is not known, a text gets the name of one that resembles it.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.documents import ENGLISH

LANGUAGE_WEIGHTS = Path(__file__).with_name("language_weights.npz")
# The letters of the longest piece, and of the part of a word that is looked at.
_LONGEST_PIECE, _LONGEST_WORD = 5, 40
# More of a text tells nothing more.
_MOST_CHARACTERS = 1_000
# A long text is looked at in so many places, so many characters in each.
_PLACES, _CHARACTERS_A_PLACE = 10, 100
# Words whose pieces are kept in memory: most words of a text are common ones.
_WORDS_KEPT = 20_000
# A text is taken for the usual language unless the log odds of another are higher by this much: of
# a question a little, as half of it may be a name; of a passage a lot, as it is hardly ever in
# another language than its neighbours.
_QUESTION_LEAD, PASSAGE_LEAD = 0.5, 8.0
# Keywords ("boiler pressure") resemble many a language.
_FEW_WORDS, _LEAD_OF_FEW = 3, 4.0
# So many letters of another alphabet are more than a symbol.
_LEAST_LETTERS = 4
# How many letters of an alphabet a character stands for in scripts without one.
_LETTERS_A_CHARACTER = 2
# With fewer words that begin with a small letter, those with a capital tell more.
_ENOUGH_WORDS = 3
# Words that begin a question in English, and in no other language; names may follow.
_ENGLISH_QUESTION = re.compile(
    r"\W{0,3}(?:who|whom|whose|what|which|when|where|why|how|does|did|could|should|would)\b", re.I
)
_LONGEST_QUESTION = 200
# An English passage is known at once by these.
_COMMON_ENGLISH = (" the ", " of ", " and ", " to ", " is ", " for ", " you ", " with ")
_ENOUGH_COMMON = 5
# Of so many characters one is not ASCII, at most: a quotation mark or a dash.
_ASCII = 40

_WORD = re.compile(r"[^\W\d_]+")
_LATIN, _CYRILLIC, _ARABIC, _HAN, _KANA = "latin", "cyrillic", "arabic", "zh", "ja"
# The first characters of stretches of Unicode, each with the language of its letters, or with a
# script that several languages share, which are told apart by their words.
_SCRIPTS = (
    (0x0000, _LATIN), (0x0370, "el"), (0x0400, _CYRILLIC), (0x0530, "hy"), (0x0590, "he"),
    (0x0600, _ARABIC), (0x0900, "hi"), (0x0980, "bn"), (0x0A00, "pa"), (0x0A80, "gu"),
    (0x0B00, "or"), (0x0B80, "ta"), (0x0C00, "te"), (0x0C80, "kn"), (0x0D00, "ml"),
    (0x0D80, "si"), (0x0E00, "th"), (0x0E80, "lo"), (0x0F00, "bo"), (0x1000, "my"),
    (0x10A0, "ka"), (0x1100, "ko"), (0x1200, "am"), (0x13A0, _LATIN), (0x1780, "km"),
    (0x1800, _LATIN), (0x1F00, "el"), (0x2000, _LATIN), (0x3005, _HAN), (0x3040, _KANA),
    (0x3100, _HAN), (0x3130, "ko"), (0x3190, _HAN), (0xA000, _LATIN), (0xAC00, "ko"),
    (0xD7B0, _LATIN), (0xF900, _HAN), (0xFB00, _LATIN), (0xFB50, _ARABIC), (0xFF00, _LATIN),
    (0x20000, _HAN), (0x40000, _LATIN),
)  # fmt: skip
_STARTS = [start for start, _ in _SCRIPTS]
_SHARED = frozenset((_LATIN, _CYRILLIC, _ARABIC))
_DENSE = frozenset((_HAN, _KANA, "ko"))
_DENSE_CHARACTER = re.compile(
    "[\u1100-\u11ff\u3005-\ua000\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]"
)


@dataclass(frozen=True, slots=True)
class _Model:
    """A linear model.

    Attributes:
        languages: in the order of columns.
        rows: by piece, the row of its weights.
        weights: of shape (pieces, languages), in units of `unit`.
        biases: of languages, in log odds.
    """

    languages: tuple[str, ...]
    rows: dict[str, int]
    weights: NDArray[np.int8]
    biases: NDArray[np.float64]
    unit: float


def detect_language(text: str, usual: str = ENGLISH, lead: float = _QUESTION_LEAD) -> str:
    """The language of a text; the usual one if it cannot be told.

    Args:
        usual: what the text is in, unless it is clearly in another language.
        lead: by how many log odds another language must be likelier.
    """
    text = text[:_MOST_CHARACTERS]
    if usual == ENGLISH and _is_plainly_english(text):
        return ENGLISH
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
        script = _find_script(text)
        if script not in _SHARED:
            return script
        words = [word for word in _WORD.findall(text) if _name_script(word[0]) == script]
    else:
        words = _WORD.findall(text)
    model = _load_model()
    words = _choose_words(words)
    rows = [row for word in words for row in _find_rows(word)]
    if not rows:
        return usual
    if len(words) < _FEW_WORDS:
        lead = max(lead, _LEAD_OF_FEW)
    scores = model.biases + model.unit * model.weights[rows].sum(axis=0, dtype=np.int64)
    best = int(scores.argmax())
    if usual in model.languages and scores[best] < scores[model.languages.index(usual)] + lead:
        return usual
    return model.languages[best]


def find_question_language(question: str) -> str | None:
    """The language of a question; None of a name, a number or a few words that do not tell it."""
    language = detect_language(question)
    few = len(_WORD.findall(question[:_MOST_CHARACTERS])) < _FEW_WORDS
    return None if few and language == ENGLISH else language


def find_main_language(text: str) -> str:
    """The language that most of a text is in."""
    if len(text) > _MOST_CHARACTERS:
        places = range(0, len(text), -(-len(text) // _PLACES))
        text = " ".join(text[at : at + _CHARACTERS_A_PLACE] for at in places)
    return detect_language(text)


def count_letters(text: str) -> int:
    """How long a text is, in letters of an alphabet."""
    if text.isascii():
        return len(text)
    return len(text) + (_LETTERS_A_CHARACTER - 1) * len(_DENSE_CHARACTER.findall(text))


def list_pieces(word: str) -> list[str]:
    """The pieces of a word in lower case, which begins and ends with a space."""
    spaced = f" {word[:_LONGEST_WORD]} "
    return [
        spaced[at : at + length]
        for length in range(1, _LONGEST_PIECE + 1)
        for at in range(len(spaced) - length + 1)
    ]


def split_words(text: str) -> list[str]:
    """The words of a text in lower case, as the model sees them."""
    return _WORD.findall(text.lower())


def _is_plainly_english(text: str) -> bool:
    if len(text) <= _LONGEST_QUESTION and _ENGLISH_QUESTION.match(text):
        return True
    is_ascii = len(text.encode(errors="replace")) < len(text) * (1 + 2 / _ASCII)
    return is_ascii and sum(word in text for word in _COMMON_ENGLISH) >= _ENOUGH_COMMON


def _choose_words(words: Sequence[str]) -> list[str]:
    """The words that tell the language of a text, in lower case, each once.

    A column of "yes" and "no" has the same word many times. Names tell nothing: a word with a
    capital may be one, unless it is the first.
    """
    telling = [word for at, word in enumerate(words) if word[0].islower() or not at]
    chosen = telling if len(telling) >= _ENOUGH_WORDS else words
    return [*dict.fromkeys(word.lower() for word in chosen)]


def _find_script(text: str) -> str:
    """The script of most of a text's letters, or the language that has it."""
    letters: Counter[str] = Counter()
    for character, count in Counter(text).items():
        if character.isalpha():
            script = _name_script(character)
            letters[script] += count * (_LETTERS_A_CHARACTER if script in _DENSE else 1)
    # Japanese has both.
    if letters[_KANA] and letters[_HAN]:
        letters[_KANA] += letters.pop(_HAN)
    script, count = max(letters.items(), key=lambda pair: pair[1], default=(_LATIN, 0))
    return script if count >= _LEAST_LETTERS else _LATIN


def _name_script(character: str) -> str:
    return _SCRIPTS[bisect(_STARTS, ord(character)) - 1][1]


@lru_cache(_WORDS_KEPT)
def _find_rows(word: str) -> tuple[int, ...]:
    rows = _load_model().rows
    return tuple(rows[piece] for piece in list_pieces(word) if piece in rows)


@cache
def _load_model() -> _Model:
    with np.load(LANGUAGE_WEIGHTS, allow_pickle=False) as stored:
        languages, pieces = (
            bytes(stored[name]).decode().split("\n") for name in ("languages", "pieces")
        )
        return _Model(
            tuple(languages),
            {piece: row for row, piece in enumerate(pieces)},
            stored["weights"],
            stored["biases"].astype(np.float64),
            float(stored["unit"]),
        )
