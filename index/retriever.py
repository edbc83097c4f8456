"""Hybrid search: BM25 and dense candidates, fused on normalised scores.

BM25 looks for the question without the words that make it one. The scores of each side are
z-normalised over all candidates and mixed, 0.65 dense to 0.35 BM25, or 0.75 to 0.25 with the model
of all languages (a convex combination; Bruch et al., "An Analysis of Fusion Functions for Hybrid
Retrieval", 2023, show why it beats reciprocal rank fusion). A candidate that only BM25 has found
gets its true cosine, which is cheap. One that only the dense side has found gets BM25's lowest
score, or 0 if BM25 has found every passage with a word that it looked for.

The default model reads English alone. Where the question or a passage is in another language, its
cosine says nothing, and BM25 decides. The model of the part `languages` compares texts of any two
languages: where they differ, BM25 says nothing, and the cosine decides.
"""

from __future__ import annotations

import math
import os
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from index.arrays import Floats, batched
from index.concurrency import run_cancellable
from index.defaults import DEFAULT_HITS, DEFAULT_MODE, MODES, Mode
from index.documents import ENGLISH, Hit, Surroundings, replace_surrogates
from index.engines.protocol import PassageVectors, Selection
from index.errors import DamagedKeywords, QuotebackError
from index.index import Index
from index.models.encoder import Encoder, check_vectors
from index.models.load import is_default_model, reads_all_languages
from index.search.filters import Filter
from index.search.questions import correct_spelling, drop_question_words
from index.text.codes import find_codes
from index.text.language import detect_language, find_question_language

# How much the cosine counts in the mix of both scores, the rest being BM25's. Mixed documents and
# abstracts are searched best with 0.7, Wikipedia and the manual of a television with 0.6.
DENSE_SHARE = 0.65
# The same for the model of all languages, whose question encoder was trained on questions in other
# words than the text's. Of 385 such questions in four languages the passage comes first for .43 in
# place of .39, and is among the first eight for .91 in place of .88; in three languages of XQuAD
# it comes first for one question of 199 more, as many, and one fewer.
DENSE_SHARE_OF_ALL_LANGUAGES = 0.75
# What passages that hold a code of the question gain, in BM25 scores of the best of them for the
# code alone: BM25 by itself prefers short passages with other words of the question to the wide row
# of a table. Of 171 questions on tables, the answer is in the first passage for 93 in place of 81.
_CODE_GAIN = 1.0
# The least number of candidates from each side, and of rows read at once.
_DEPTH = 100


class Retriever:
    """Finds the passages of an index that bear on a question."""

    def __init__(self, index: Index) -> None:
        if isinstance(index, str | os.PathLike):
            raise TypeError(f"Retriever takes an open index: Retriever(Index.open({index!r}))")
        self.index = index
        self._engine = index.engine

    def __repr__(self) -> str:
        return f"Retriever({self.index!r})"

    def search(
        self,
        question: str,
        k: int = DEFAULT_HITS,
        mode: Mode = DEFAULT_MODE,
        *,
        filter: Filter | None = None,
    ) -> list[Hit]:
        """The best `k` passages, best first; ties go to the earlier passage.

        A question without a word finds nothing by keyword, and an empty one finds nothing at
        all. Passages whose file no longer exists are left out; those whose file has changed are
        marked stale.

        Args:
            filter: confines the search to some documents.

        Raises:
            ValueError: `k` is less than 1, or there is no such mode.
            BadPattern: a pattern of the filter is invalid.
            DamagedIndex: a part of the index that is needed cannot be read.
            OtherVersion: another version of the model has embedded the passages.
            ModelError: the embedding model cannot be loaded.
        """
        return self.search_many([question], k, mode, filter=filter)[0]

    async def asearch(
        self,
        question: str,
        k: int = DEFAULT_HITS,
        mode: Mode = DEFAULT_MODE,
        *,
        filter: Filter | None = None,
    ) -> list[Hit]:
        """As `search`, in a thread. A search that was cancelled while it waited is not begun."""
        return await run_cancellable(lambda _: self.search(question, k, mode, filter=filter))

    def correct_spelling(self, question: str) -> str:
        """The question with misspelt words replaced by words of the index.

        Words that are in the index or common in the encoder's language stay, as do short words,
        numbers, and what is in quotes. If the index or the model cannot be read, all stay.
        """
        try:
            words = self._engine.vocabulary
            return question if words is None else correct_spelling(question, words, self._is_common)
        except QuotebackError:
            # The search itself will say what is wrong.
            return question

    def _is_common(self, word: str) -> bool:
        """Whether a word is a single token of the encoder."""
        return self.index.encoder.count_tokens([word]) == [1]

    def search_many(
        self,
        questions: Sequence[str],
        k: int = DEFAULT_HITS,
        mode: Mode = DEFAULT_MODE,
        *,
        filter: Filter | None = None,
    ) -> list[list[Hit]]:
        """As `search`, for several questions, which are embedded together."""
        if k < 1:
            raise ValueError("k must be at least 1")
        if isinstance(questions, str) or not all(isinstance(each, str) for each in questions):
            raise TypeError("a question is a string, and search_many takes a list of them")
        if not isinstance(filter, Filter | None):
            raise TypeError(f"filter is an index.Filter, not {filter!r}")
        if mode not in MODES:
            raise ValueError(f"no mode {mode!r}: choose one of {', '.join(MODES)}")
        # A command line that is not UTF-8 arrives with lone surrogates.
        questions = [replace_surrogates(question) for question in questions]
        among = self._engine.select(filter) if filter else None
        encoded = self._encode([self._is_compared(each, mode) for each in questions], questions)
        return [
            self._search(question, encoded_question, k, mode, among)
            for question, encoded_question in zip(questions, encoded, strict=True)
        ]

    @property
    def _reads_english_alone(self) -> bool:
        return is_default_model(self._engine.model)

    def _is_compared(self, question: str, mode: Mode) -> bool:
        """Whether a question is compared with passages by meaning."""
        if mode == "bm25" or not question.strip():
            return False
        is_read = not self._reads_english_alone or detect_language(question) == ENGLISH
        return is_read or mode == "dense"

    def _encode(
        self, compared: Sequence[bool], questions: Sequence[str]
    ) -> list[_EncodedQuestion | None]:
        """The vectors of those questions that are compared; None if there is nothing to compare."""
        encoded: list[_EncodedQuestion | None] = [None] * len(questions)
        rows = [row for row, is_compared in enumerate(compared) if is_compared]
        if rows and self._engine.has_vectors:
            vectors, encoder = self._open_vectors()
            encoded_rows = encoder.encode_questions([questions[row] for row in rows])
            encoded_rows = check_vectors(encoded_rows, encoder, len(rows))
            for row, vector in zip(rows, encoded_rows, strict=True):
                encoded[row] = _EncodedQuestion(vector, vectors)
        return encoded

    def _open_vectors(self) -> tuple[PassageVectors, Encoder]:
        """The vectors, and the encoder of the version that made them."""
        while True:
            encoder = self.index.encoder
            vectors = self._engine.open_vectors(encoder.fingerprint)
            # None if a writer has begun a new version in between.
            if vectors is not None:
                return vectors, encoder

    def _search(
        self,
        question: str,
        encoded: _EncodedQuestion | None,
        k: int,
        mode: Mode,
        among: Selection | None,
    ) -> list[Hit]:
        depth = max(_DEPTH, 2 * k)
        codes = {} if mode == "dense" else self._search_codes(question, among)
        gains = {number: code.gain for number, code in codes.items()}
        while True:
            dense: dict[int, float] = {}
            if encoded is not None:
                dense = dict(encoded.passages.search(encoded.vector, depth, among))
            bm25: Mapping[int, float] = {}
            if mode != "dense":
                bm25 = self._search_keywords(question, depth, among, needed=encoded is None)
            is_all = len(bm25) < depth and len(dense) < depth
            least = 0.0 if len(bm25) < depth else min(bm25.values())
            if bm25:
                # Of passages that only codes have found, the score for these is all that is known.
                bm25 = {**{number: code.score for number, code in codes.items()}, **bm25}
            cosines = _add_missing_cosines(dense, bm25, encoded)
            others: Container[int] = ()
            dense_share = DENSE_SHARE
            if bm25 and dense and reads_all_languages(self._engine.model):
                dense_share = DENSE_SHARE_OF_ALL_LANGUAGES
                asked = find_question_language(question)
                others = () if asked is None else self._find_others(asked, cosines)
            ranked = _fuse(bm25, gains, cosines, mode, least, dense_share, others)
            hits = self._read_hits(ranked, k)
            is_mixed = (
                mode == "hybrid"
                and encoded is not None
                and self._reads_english_alone
                and any(hit.passage.language != ENGLISH for hit in hits)
            )
            if is_mixed:
                unread = self._find_others(ENGLISH, cosines)
                cosines = {number: c for number, c in cosines.items() if number not in unread}
                hits = self._read_hits(_fuse(bm25, gains, cosines, mode, least, dense_share), k)
            # There are fewer than k if passages were deleted meanwhile: look deeper.
            if len(hits) == k or is_all or is_mixed:
                return hits
            depth *= 4

    def _find_others(self, language: str, numbers: Iterable[int]) -> set[int]:
        """Which of some passages are in another language, or gone."""
        numbers = set(numbers)
        rows = self._engine.passages([*numbers])
        alike = {number for number, (row, _) in rows.items() if row.language == language}
        return numbers - alike

    def _search_keywords(
        self, question: str, depth: int, among: Selection | None, *, needed: bool
    ) -> dict[int, float]:
        try:
            if detect_language(question) == ENGLISH:
                question = drop_question_words(question)
            return self._engine.search_keywords(question, depth, among)
        except DamagedKeywords:
            # The next writer rebuilds them; until then vectors have to do, if there are any.
            if needed:
                raise
            return {}

    def _search_codes(self, question: str, among: Selection | None) -> dict[int, _CodeScore]:
        """The passages that hold codes of a question."""
        found: dict[int, _CodeScore] = {}
        for code in find_codes(question):
            try:
                holding = self._engine.search_keywords(code, _DEPTH, among)
            except DamagedKeywords:
                # The search for the whole question says so if it matters.
                return {}
            # What very many passages hold tells none of them apart.
            if len(holding) < _DEPTH:
                gain = _CODE_GAIN * max(holding.values(), default=0.0)
                for number, score in holding.items():
                    known = found.get(number, _CodeScore(0.0, 0.0))
                    found[number] = _CodeScore(known.score + score, known.gain + gain)
        return found

    def _read_hits(
        self, ranked: Sequence[tuple[int, float, dict[str, float]]], k: int
    ) -> list[Hit]:
        """The first `k` that the index still holds and whose file exists."""
        hits: list[Hit] = []
        current: dict[int, bool | None] = {}
        for chunk in batched(ranked, max(_DEPTH, k)):
            rows = self._engine.passages([number for number, _, _ in chunk])
            ids = [*{document.id for _, document in rows.values()}]
            states = {found.id: state for found, state in self._engine.find_documents(ids=ids)}
            for number, score, scores in chunk:
                if number not in rows:
                    continue
                passage, document = rows[number]
                if document.id not in current:
                    state = states.get(document.id)
                    current[document.id] = self.index.is_as_read(document, state)
                if (is_current := current[document.id]) is not None:
                    read = partial(self._read_surroundings, document.path)
                    stale = not is_current
                    hits.append(Hit(passage, document, score, scores, stale, read))
                if len(hits) == k:
                    return hits
        return hits

    def _read_surroundings(self, path: str) -> Surroundings | None:
        try:
            return Surroundings(self.index.text(path), self.index.passages(path))
        except (QuotebackError, OSError):
            return None


@dataclass(frozen=True, slots=True)
class _CodeScore:
    """The BM25 score of a passage for the codes of a question, and what it gains by them."""

    score: float
    gain: float


@dataclass(frozen=True, slots=True)
class _EncodedQuestion:
    """A question's vector, and the passages' vectors by the same version of the model."""

    vector: Floats
    passages: PassageVectors


def _add_missing_cosines(
    dense: dict[int, float], bm25: Mapping[int, float], encoded: _EncodedQuestion | None
) -> dict[int, float]:
    """`dense`, with the cosines of the passages that only keywords have found."""
    missing = [number for number in bm25 if number not in dense]
    if encoded is None or not missing:
        return dense
    return {**dense, **encoded.passages.scores(encoded.vector, missing)}


def _fuse(
    bm25: Mapping[int, float],
    gains: Mapping[int, float],
    dense: Mapping[int, float],
    mode: Mode,
    least: float,
    dense_share: float,
    others: Container[int] = (),
) -> list[tuple[int, float, dict[str, float]]]:
    """(id, score in 0 to 1, parts) of all candidates, best first.

    Args:
        gains: what is added to BM25 scores.
        least: the BM25 score of passages that only the dense side has found.
        dense_share: how much the cosine counts in the mix.
        others: passages in another language than the question, whose BM25 score says nothing.
    """
    ids = sorted(bm25.keys() | dense.keys())
    if not ids:
        return []
    if mode == "dense" or not bm25:
        # Rounding makes some cosines a little more than 1.
        mixed = {number: min(1.0, max(0.0, (1 + cosine) / 2)) for number, cosine in dense.items()}
    elif mode == "bm25" or not dense:
        raised = {number: score + gains.get(number, 0.0) for number, score in bm25.items()}
        mixed = {number: score / (1 + score) for number, score in raised.items()}
    else:
        lowest = min(dense.values())
        by_meaning = _z_scores([dense.get(number, lowest) for number in ids])
        by_words = by_meaning.copy()
        alike = [place for place, number in enumerate(ids) if number not in others]
        by_words[alike] = _z_scores(
            [bm25.get(ids[place], least) + gains.get(ids[place], 0.0) for place in alike]
        )
        z = dense_share * by_meaning + (1 - dense_share) * by_words
        mixed = {
            number: 1 / (1 + math.exp(-value))
            for number, value in zip(ids, z.tolist(), strict=True)
        }
    order = sorted(mixed, key=lambda number: (-mixed[number], number))
    sides = {"bm25": bm25, "dense": dense}
    return [
        (number, mixed[number], {name: s[number] for name, s in sides.items() if number in s})
        for number in order
    ]


def _z_scores(values: Sequence[float]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    scores = np.asarray(values, dtype=np.float64)
    spread = scores.std() if len(scores) else 0.0
    return (scores - scores.mean()) / spread if spread > 0 else np.zeros_like(scores)
