"""Keyword search: BM25 over postings that are kept in rows and scored here.

A word has a row for each batch of passages that were written together: which of them hold it,
how often, and how long they are. Rows never change, so the rows of words that were asked for
are kept in memory, and only what was committed since is read. PostgreSQL's own ranking
knows nothing of how rare a word is, and reads every passage that holds any word of the
question; this one takes the rare words first, and looks up the common ones only for passages
that may still be among the best.

Passages that were removed stay in the rows, and may be found, until rows are merged.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.arrays import Ids, find_ids
from index.engines.postgres.connections import Connection, Connections, fetch, one_moment
from index.engines.postgres.schema import read_number
from index.engines.stored_rows import check_number, refuse_nonsense
from index.errors import DamagedRow
from index.search.analyzer import Analyzer
from index.search.bm25 import MOST_SATURATION, saturate, weigh_word

# A passage that holds a word: its id, how often, and how many words it has in all.
_ENTRIES = np.dtype([("id", "<i8"), ("count", "<u2"), ("length", "<u2")])
ENTRY_BYTES, _HIGHEST = _ENTRIES.itemsize, 2**16 - 1
# Entries that a question may read; its most common words are left out to stay below that.
_MOST_ENTRIES = 5_000_000
# Entries that are kept in memory, 12 bytes each.
MOST_KEPT = 20_000_000

Weights = NDArray[np.float64]


class Postings(NamedTuple):
    """The passages that hold a word, by id."""

    ids: Ids
    counts: NDArray[np.uint16]
    lengths: NDArray[np.uint16]


@dataclass(frozen=True, slots=True, eq=False)
class BatchWords:
    """The words of some passages.

    Attributes:
        words: the word of each entry.
        entries: see `_ENTRIES`; those of a passage side by side, passages by id.
        total: how many words there are in all passages.
        forms: words as they are written, each once for a passage; see `Analyzer.forms`.
    """

    words: list[str]
    entries: NDArray[np.void]
    total: int
    forms: list[str]

    def make_rows(self) -> list[tuple[str, bytes]]:
        """Each word, ascending, with its entries as they are stored."""
        names = sorted(set(self.words))
        places = dict(zip(names, range(len(names)), strict=True))
        codes = np.fromiter(map(places.__getitem__, self.words), np.int64, len(self.words))
        order = np.argsort(codes, kind="stable")
        packed = self.entries[order].tobytes()
        ends = ENTRY_BYTES * np.cumsum(np.bincount(codes, minlength=len(names)))
        bounds = pairwise([0, *ends.tolist()])
        return [(name, packed[at:end]) for name, (at, end) in zip(names, bounds, strict=True)]


def count_words(analyzer: Analyzer, passages: Iterable[tuple[int, str]]) -> BatchWords:
    """The words of passages, each given with its id, ascending, and its prepared text."""
    words: list[str] = []
    counts: list[int] = []
    forms: list[str] = []
    sizes, ids, lengths = [], [], []
    for number, prepared in passages:
        stems = analyzer.stems.analyze(prepared)
        forms.extend(set(analyzer.forms.analyze(prepared)))
        counted = Counter(stems)
        words.extend(counted)
        counts.extend(counted.values())
        sizes.append(len(counted))
        ids.append(number)
        lengths.append(len(stems))
    entries = np.empty(len(words), dtype=_ENTRIES)
    entries["id"] = np.repeat(np.asarray(ids, dtype=np.int64), sizes)
    entries["count"] = np.minimum(np.asarray(counts, dtype=np.int64), _HIGHEST)
    entries["length"] = np.repeat(np.minimum(np.asarray(lengths, np.int64), _HIGHEST), sizes)
    return BatchWords(words, entries, sum(lengths), forms)


def read_entries(parts: Sequence[bytes | memoryview]) -> Postings:
    """Postings from the rows of one word."""
    entries = np.frombuffer(b"".join(parts), dtype=_ENTRIES)
    ids = entries["id"].astype(np.int64)
    order = np.argsort(ids, kind="stable")
    return Postings(ids[order], entries["count"][order], entries["length"][order])


def join_batches(parts: Sequence[BatchWords]) -> BatchWords:
    """Several batches as one; their passages come one after the other."""
    return BatchWords(
        list(chain.from_iterable(part.words for part in parts)),
        np.concatenate([part.entries for part in parts]),
        sum(part.total for part in parts),
        list(chain.from_iterable(part.forms for part in parts)),
    )


@refuse_nonsense
def drop_dead(words: Sequence[bytes], lengths: Ids, alive: Ids) -> list[bytes]:
    """The entries of each of some words, without those of removed passages.

    Args:
        lengths: of the passages in `alive`; set here for those that hold one of the words.
        alive: ids of the passages that exist, ascending.
    """
    rows = np.frombuffer(b"".join(words), dtype=_ENTRIES)
    places, is_alive = find_ids(alive, rows["id"].astype(np.int64))
    lengths[places[is_alive]] = rows["length"][is_alive]
    packed = rows[is_alive].tobytes()
    ends = np.cumsum([0, *map(len, words)]) // ENTRY_BYTES
    bounds = ENTRY_BYTES * np.cumsum(np.concatenate(([0], is_alive)))[ends]
    return [packed[at:end] for at, end in pairwise(bounds.tolist())]


class Keywords:
    """The keyword search of an index. Thread-safe."""

    def __init__(self, connections: Connections) -> None:
        """Nothing is read yet."""
        self._connections = connections
        self._analyzer = Analyzer()
        self._lock = threading.Lock()
        self._commit = -1
        # The batches that are known, each with its numbers of passages and of words.
        self._batches: dict[int, tuple[int, int]] = {}
        # By word that was asked for, its rows by batch; None for a word that is too common.
        self._rows: dict[str, dict[int, bytes] | None] = {}
        self._postings: dict[str, Postings] = {}
        self._kept = 0

    def search(self, question: str, k: int, among: Ids | None) -> dict[int, float]:
        """The best `k` passages with BM25 scores, best first, among some ids, ascending, or all."""
        words = self._analyzer.list_words(question)
        if not words or (among is not None and not len(among)):
            return {}
        with self._lock:
            self._connections.run(lambda connection: self._refresh(connection, words))
            passages = sum(size for size, _ in self._batches.values())
            length = sum(total for _, total in self._batches.values()) / max(1, passages)
            postings = [self._merge(word) for word in words if self._rows[word]]
        return _rank(postings, passages, length, k, among)

    def _refresh(self, connection: Connection, words: Sequence[str]) -> None:
        """Read what was committed since, and the rows of words that were not asked for before."""
        if read_number(connection) == self._commit and all(word in self._rows for word in words):
            return
        if self._kept > MOST_KEPT:
            self._rows.clear()
            self._postings.clear()
            self._kept = 0
        with one_moment(connection):
            commit = read_number(connection)
            batches = {
                number: (check_number(passages), check_number(total))
                for number, passages, total in fetch(
                    connection, "SELECT id, passages, words FROM batches"
                )
            }
            known = [word for word, rows in self._rows.items() if rows is not None]
            new = [batch for batch in batches if batch not in self._batches]
            gone = self._batches.keys() - batches.keys()
            later = _read_rows(connection, known, new) if known and new else []
            missing = [word for word in words if word not in self._rows]
            rare = _drop_common(connection, missing)
            first = _read_rows(connection, rare, None) if rare else []
        for batch in gone:
            for rows in self._rows.values():
                if rows is not None:
                    rows.pop(batch, None)
        if gone or new:
            self._postings.clear()
        self._rows |= dict.fromkeys(missing) | {word: {} for word in rare}
        for word, batch, entries in [*later, *first]:
            rows = self._rows[word]
            if rows is not None:
                rows[batch] = bytes(entries)
                self._kept += len(entries) // ENTRY_BYTES
        self._batches, self._commit = batches, commit

    def _merge(self, word: str) -> Postings:
        if word not in self._postings:
            self._postings[word] = read_entries(list((self._rows[word] or {}).values()))
        return self._postings[word]


def _read_rows(
    connection: Connection, words: Sequence[str], batches: Sequence[int] | None
) -> list[tuple[str, int, bytes]]:
    query = "SELECT word, batch, entries FROM postings WHERE word = ANY(%s)"
    if batches is None:
        rows = fetch(connection, query, list(words))
    else:
        rows = fetch(connection, f"{query} AND batch = ANY(%s)", list(words), list(batches))
    return [(word, batch, _check_entries(entries)) for word, batch, entries in rows]


def _check_entries(entries: bytes) -> bytes:
    if len(entries) % ENTRY_BYTES:
        raise DamagedRow("entries of a word are cut short")
    return entries


def _drop_common(connection: Connection, words: Sequence[str]) -> list[str]:
    """The words without the most common ones, whose entries would be too many to read."""
    if not words:
        return []
    sizes = fetch(
        connection,
        "SELECT word, sum(octet_length(entries)) FROM postings WHERE word = ANY(%s) "
        "GROUP BY word ORDER BY 2, 1",
        list(words),
    )
    bytes_left = _MOST_ENTRIES * ENTRY_BYTES
    common = set()
    for word, size in sizes:
        bytes_left -= int(size)
        if bytes_left < 0:
            common.add(word)
    return [word for word in words if word not in common]


def _rank(
    postings: Sequence[Postings], passages: int, length: float, k: int, among: Ids | None
) -> dict[int, float]:
    """Scores of the best `k` passages; `length` is the mean length of a passage, in words."""
    parts = sorted(postings, key=lambda part: len(part.ids))
    weights = [weigh_word(len(part.ids), passages) for part in parts]
    # What the words from each one on can add at most.
    most = [MOST_SATURATION * sum(weights[at:]) for at in range(len(parts))]
    ids: Ids = np.empty(0, dtype=np.int64)
    scores: Weights = np.empty(0)
    for part, weight, rest in zip(parts, weights, most, strict=True):
        least = float(np.partition(scores, -k)[-k]) if len(scores) >= k else 0.0
        if len(scores) >= k and least > rest:
            # A passage with only this word and more common ones can no longer be among the best.
            kept = scores + rest >= least
            ids, scores = ids[kept], scores[kept]
            at, holds = find_ids(part.ids, ids)
            at = at[holds]
            scores[holds] += weight * _saturate(part.counts[at], part.lengths[at], length)
            continue
        added = weight * _saturate(part.counts, part.lengths, length)
        new = part.ids
        if among is not None:
            _, holds = find_ids(among, new)
            new, added = new[holds], added[holds]
        ids, place = np.unique(np.concatenate([ids, new]), return_inverse=True)
        scores = np.bincount(place, np.concatenate([scores, added]), len(ids)).astype(np.float64)
    best = np.argsort(-scores, kind="stable")[:k]
    return {int(ids[at]): max(0.0, float(scores[at])) for at in best}


def _saturate(counts: NDArray[np.uint16], lengths: NDArray[np.uint16], length: float) -> Weights:
    return saturate(counts.astype(np.float64), lengths.astype(np.float64), length)


def add_forms(connection: Connection, forms: Sequence[str]) -> None:
    """Add the words of new passages to the counts, each word once for a passage."""
    counts = sorted(Counter(forms).items())
    connection.execute(
        "INSERT INTO forms SELECT * FROM unnest(%s::text[], %s::bigint[]) ON CONFLICT (word) "
        "DO UPDATE SET passages = forms.passages + excluded.passages",
        [[word for word, _ in counts], [count for _, count in counts]],
    )


@dataclass(frozen=True, slots=True)
class PostgresVocabulary:
    """The words of an index; see `Vocabulary`."""

    connections: Connections
    analyzer: Analyzer

    def count_passages(self, word: str) -> int:
        """How many passages hold, or held, a word."""
        query = "SELECT passages FROM forms WHERE word = %s"
        counts = self.connections.read(lambda row: check_number(row[0]), query, word)
        return counts[0] if counts else 0

    def words_with_prefix(self, prefix: str, most: int) -> list[tuple[str, int]]:
        """The most frequent words with a prefix."""
        return self.connections.read(
            lambda row: (row[0], check_number(row[1])),
            "SELECT word, passages FROM forms WHERE starts_with(word, %s) "
            "ORDER BY passages DESC, word LIMIT %s",
            prefix,
            most,
        )

    def stem(self, text: str) -> list[str]:
        """The stems of a text's words."""
        return self.analyzer.stem(text)
