"""The BM25 of PostgreSQL's engine: what is left out for speed never changes who is found."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.documents import PassageWithContext
from index.engines.local.keywords import KeywordIndex

pytest.importorskip("psycopg")
pytest.importorskip("pgvector")

from index.engines.postgres.keywords import (
    _rank,
    count_words,
    drop_dead,
    join_batches,
    read_entries,
)
from index.search.analyzer import Analyzer

WORDS = ["the", "of", "heron", "river", "stone", "lamp", "quay", "tide"]
passages = st.lists(
    st.lists(st.sampled_from([*WORDS, "the", "the", "of"]), min_size=1, max_size=12),
    min_size=1,
    max_size=60,
)


def make(texts, first=1):
    return count_words(Analyzer(), enumerate(map(" ".join, texts), first))


@given(passages, st.sets(st.sampled_from(WORDS), min_size=1), st.integers(1, 8), st.booleans())
def test_the_best_are_those_of_scoring_all(texts, asked, k, confined):
    words = make(texts)
    rows = dict(words.make_rows())
    found = [
        read_entries([rows[word]]) for word in Analyzer().stem(" ".join(asked)) if word in rows
    ]
    length = words.total / len(texts)
    among = np.arange(1, len(texts) + 1, 2) if confined else None
    all_of_them = _rank(found, len(texts), length, 10_000, among)
    best = _rank(found, len(texts), length, k, among)
    assert sorted(all_of_them.values(), reverse=True)[:k] == pytest.approx(list(best.values()))
    for number, score in best.items():
        assert all_of_them[number] == pytest.approx(score)
        assert not confined or number % 2


@given(passages, passages)
def test_batches_joined_are_as_one(first, second):
    one = make([*first, *second])
    joined = join_batches([make(first), make(second, len(first) + 1)])
    assert (joined.make_rows(), joined.total) == (one.make_rows(), one.total)


@given(passages, st.data())
def test_what_was_removed_is_dropped(texts, data):
    alive = np.asarray(sorted(data.draw(st.sets(st.integers(1, len(texts))))), dtype=np.int64)
    lengths = np.zeros(len(alive), dtype=np.int64)
    rows = make(texts).make_rows()
    left = drop_dead([entries for _, entries in rows], lengths, alive)
    for (word, _), entries in zip(rows, left, strict=True):
        assert read_entries([entries]).ids.tolist() == [
            number
            for number in alive.tolist()
            if word in Analyzer().stem(" ".join(texts[number - 1]))
        ]
    assert lengths.tolist() == [len(texts[number - 1]) for number in alive]


def test_passages_are_ranked_as_by_the_local_engine(tmp_path):
    chosen = np.random.default_rng(3)
    texts = [
        " ".join(chosen.choice(WORDS, size=chosen.integers(3, 30))) + f" word{number % 50}"
        for number in range(400)
    ]
    local = KeywordIndex(tmp_path / "keywords")
    local.add([PassageWithContext(number, text, None) for number, text in enumerate(texts, 1)])
    words = count_words(Analyzer(), enumerate(texts, 1))
    rows = dict(words.make_rows())
    for question in ("heron river", "the word7", "tide of the quay word3 word4"):
        found = [read_entries([rows[word]]) for word in Analyzer().stem(question)]
        ours = _rank(found, 400, words.total / 400, 400, None)
        theirs = dict(local.search(question, 400))
        assert ours.keys() == theirs.keys()
        # Theirs knows lengths roughly.
        scores = np.asarray([(ours[number], theirs[number]) for number in ours])
        assert np.corrcoef(scores.T)[0, 1] > 0.99
