"""Keyword search by sparse vectors whose products are BM25.

Words are cut by our analyser, as in the local engine, and a word's hash is its dimension. The
vector of a passage holds BM25's weight for how often it has each word, and for its length; that
of a question, BM25's weight for how many passages have each word. The counts for the latter are
kept in parts: each commit adds one, and now and then one takes the place of many.

Milvus has a BM25 function of its own. Its analyser knows neither our forms of characters nor our
dates, and Milvus Lite counts within each segment only.
"""

from __future__ import annotations

import base64
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

import numpy as np

from index.arrays import find_ids
from index.documents import ENGLISH
from index.engines.stored_rows import inflate
from index.search.analyzer import Analyzer
from index.search.bm25 import saturate, weigh_word

_ANALYZER = Analyzer()
_DIMENSIONS = 2**32 - 3
# Words whose dimensions are kept in memory, some 10 MB: most words of a text are common ones.
_WORDS_KEPT = 50_000
# A passage without a word has this dimension, which no word has.
_NO_WORD = {0: 1e-6}
# Bytes of unpacked counts, 12 for each word.
_MOST_BYTES = 2**30
_Dimensions = np.ndarray[tuple[int], np.dtype[np.uint32]]
_Counts = np.ndarray[tuple[int], np.dtype[np.int64]]


def count_words(above: str, text: str, language: str = ENGLISH) -> Counter[int]:
    """How often a passage has each word, by dimension."""
    return Counter(map(_find_dimension, _ANALYZER.stem_all(f"{above}\n{text}", language)))


def find_words(question: str) -> list[int]:
    """The words of a question, each once, by dimension."""
    return [_find_dimension(word) for word in _ANALYZER.list_words(question)]


@lru_cache(_WORDS_KEPT)
def _find_dimension(word: str) -> int:
    return 1 + int.from_bytes(blake2b(word.encode(), digest_size=8).digest()) % _DIMENSIONS


def weigh_passage(words: Mapping[int, int], average: float) -> dict[int, float]:
    """The sparse vector of a passage; `average` is the mean number of words of one."""
    length = sum(words.values())
    weights = {word: saturate(float(count), length, average) for word, count in words.items()}
    return weights or dict(_NO_WORD)


@dataclass(frozen=True, slots=True)
class WordCounts:
    """How many passages have each word, or by how many that has changed.

    Attributes:
        passages: how many there are.
        length: number of words of all passages together.
        dimensions: of the words, ascending.
        counts: of passages, for each dimension.
    """

    passages: int
    length: int
    dimensions: _Dimensions
    counts: _Counts

    def __neg__(self) -> WordCounts:
        return WordCounts(-self.passages, -self.length, self.dimensions, -self.counts)

    @property
    def average(self) -> float:
        """Mean number of words of a passage."""
        return self.length / self.passages if self.passages > 0 else 0.0

    def count(self, words: Sequence[int]) -> _Counts:
        """How many passages have each of some words."""
        counts = np.zeros(len(words), np.int64)
        places, are_known = find_ids(self.dimensions, np.asarray(words, np.uint32))
        counts[are_known] = self.counts[places[are_known]]
        return counts


def count_passages(passages: Iterable[tuple[Iterable[int], int]]) -> WordCounts:
    """The counts of passages, each given by its words and its length."""
    number = length = 0
    words: Counter[int] = Counter()
    for passage_words, size in passages:
        words.update(word for word in passage_words if word)
        number, length = number + 1, length + size
    dimensions = np.fromiter(words.keys(), np.uint32, len(words))
    counts = np.fromiter(words.values(), np.int64, len(words))
    order = np.argsort(dimensions)
    return WordCounts(number, length, dimensions[order], counts[order])


def add_counts(parts: Sequence[WordCounts]) -> WordCounts:
    """The sum of several counts."""
    dimensions = np.concatenate([np.empty(0, np.uint32), *(part.dimensions for part in parts)])
    counts = np.concatenate([np.empty(0, np.int64), *(part.counts for part in parts)])
    unique, places = np.unique(dimensions, return_inverse=True)
    sums = np.zeros(len(unique), np.int64)
    np.add.at(sums, places, counts)
    kept = sums != 0
    return WordCounts(
        sum(part.passages for part in parts),
        sum(part.length for part in parts),
        unique[kept],
        sums[kept],
    )


def weigh_question(words: Sequence[int], parts: Sequence[WordCounts]) -> dict[int, float]:
    """The sparse vector of a question."""
    total = max(0, sum(part.passages for part in parts))
    known = sum((part.count(words) for part in parts), np.zeros(len(words), np.int64))
    return {
        word: weigh_word(min(max(count, 0), total), total)
        for word, count in zip(words, known.tolist(), strict=True)
    }


def pack_counts(counts: WordCounts) -> str:
    """Counts as text."""
    steps = np.diff(counts.dimensions, prepend=np.uint32(0))
    data = steps.astype("<u4").tobytes() + counts.counts.astype("<i8").tobytes()
    return base64.b64encode(zlib.compress(data, 1)).decode()


def unpack_counts(passages: int, length: int, text: str) -> WordCounts:
    """The counts of a text; raises ValueError or `DamagedRow` if it is damaged."""
    data = inflate(base64.b64decode(text, validate=True), _MOST_BYTES)
    size = len(data) // 12
    steps = np.frombuffer(data, "<u4", size)
    counts = np.frombuffer(data, "<i8", size, 4 * size)
    return WordCounts(passages, length, np.cumsum(steps, dtype=np.uint32), counts.astype(np.int64))
