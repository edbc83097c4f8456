"""The words of keyword search in text that is not English: pieces of four letters.

They do as well as the stems of a language, and find the parts of compounds. In scripts without
spaces, a run of letters is cut in the same way. The keyword index knows a piece by a number after
"p0": a stemmer does not change that, and it is not a word of any text.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from index.search.bm25 import saturate, weigh_word
from index.text.patterns import HAN_AND_KANA, INVISIBLE

_LETTERS = 4
# Words whose pieces are kept in memory: most words of a text are common ones.
_WORDS_KEPT = 20_000
_BEFORE_PIECE = "p0"
# Accents, vowel points, and what only draws out a line: people leave them out.
_ACCENTS = re.compile(
    "[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]"
)
_CJK_RUN = re.compile(f"[{HAN_AND_KANA}\uac00-\ud7af]+")
_INVISIBLE = re.compile(INVISIBLE)
# A power of a number, and the number of a note after a word; not a unit's (km²).
_RAISED = re.compile(r"(?:(?<=\d)|(?<=[^\W\d_]{4}))(?=[⁰¹²³⁴-⁹])")
# Letters and digits, with the vowel signs of Indian and south-east Asian scripts, which count as
# marks.
_WORD = re.compile(
    r"(?:[^\W_]|[\u0900-\u0963\u0971-\u0df3\u0e31-\u0e3a\u0e47-\u0e4e\u0eb1-\u0ebc\u0ec8-\u0ece"
    r"\u0f71-\u0f84\u0f8d-\u0fbc\u102b-\u103e\u1056-\u1059\u105e-\u109d\u17b4-\u17d3])+"
)


def list_piece_words(text: str, language: str) -> list[str]:
    """A word for each piece of a text's words, in order. A word begins and ends with a space.

    Args:
        text: with its Chinese and the like in grams; see `separate_grams`.
        language: that it is in. Vietnamese keeps its accents, which tell many words apart.
    """
    if not text.isascii() and language != "vi":
        text = _ACCENTS.sub("", unicodedata.normalize("NFD", text))
        text = unicodedata.normalize("NFC", text)
    return [piece for word in _WORD.findall(text.lower()) for piece in _cut(word)]


def separate_grams(text: str) -> str:
    """Text in one form of characters, its runs of Chinese and the like as characters and pairs."""
    if text.isascii():
        return text
    text = unicodedata.normalize("NFKC", _RAISED.sub(" ", text))
    return _CJK_RUN.sub(lambda run: f" {' '.join(_list_grams(run[0]))} ", _INVISIBLE.sub("", text))


def list_search_pieces(text: str, language: str) -> list[str]:
    """The words by which keyword search finds a text that is not English: one for each piece."""
    return list_piece_words(separate_grams(text), language)


def score_texts(question: str, texts: Sequence[str], language: str) -> list[float]:
    """How well some texts fit a question by their pieces: BM25 among themselves.

    Args:
        language: that the texts are in.
    """
    wanted = set(list_search_pieces(question, language))
    counted = [Counter(list_search_pieces(text, language)) for text in texts]
    holding = Counter(piece for counts in counted for piece in counts.keys() & wanted)
    lengths = [float(counts.total()) for counts in counted]
    average = sum(lengths) / max(1, len(lengths))
    return [
        sum(
            weigh_word(holding[piece], len(texts)) * saturate(float(counts[piece]), length, average)
            for piece in counts.keys() & wanted
        )
        for counts, length in zip(counted, lengths, strict=True)
    ]


def _list_grams(run: str) -> list[str]:
    return [*run, *(run[at : at + 2] for at in range(len(run) - 1))]


def is_piece(word: str) -> bool:
    """Whether a word of keyword search stands for a piece."""
    return word.startswith(_BEFORE_PIECE)


@lru_cache(_WORDS_KEPT)
def _cut(word: str) -> tuple[str, ...]:
    spaced = f" {word} "
    starts = range(max(1, len(spaced) - _LETTERS + 1))
    return tuple(_spell(spaced[at : at + _LETTERS]) for at in starts)


def _spell(piece: str) -> str:
    return f"{_BEFORE_PIECE}{int.from_bytes(piece.encode('utf-16-be', 'surrogatepass'))}"
