"""Fit the model that tells languages: `python -m qa.training.languages --words FOLDER`.

FOLDER holds the lists of words, with their frequencies, of the package wordfreq (its folder `data`;
CC BY-SA 4.0). Texts of random words are made of them, a few of these from another language, as
names are. The questions written for documents (`qa/training/data`) come with the project; they are
what English questions look like.
"""

from __future__ import annotations

import argparse
import gzip
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from index.documents import ENGLISH
from index.text import LANGUAGE_WEIGHTS, list_pieces, split_words
from qa.training.follow_ups import WRITTEN
from qa.training.questions.rows import read_json_lines
from qa.training.questions.written import is_held_out

# Languages that share their script with others; the others are told by their script.
LANGUAGES = "en de fr es it pt nl pl cs sv da ro tr vi fi hu nb id ru uk bg ar fa ur".split()
# Norwegian is called by the name of both of its written forms.
_NAMES = {"nb": "no"}
_PIECES = 9_000
# Words of a language, the most frequent ones.
_WORDS = 25_000
_TEXTS, _MOST_WORDS, _QUESTIONS = 2_500, 14, 4_000
# The share of texts that hold a word of another language.
_MIXED = 0.25
# Texts have more of the rare words than long ones do: frequencies to this power.
_FLATTENING = 0.8
_WEIGHT_PENALTY, _ROUNDS = 0.05, 80


def read_words(path: Path) -> dict[str, float]:
    """The frequencies of the most frequent words of a list, which is in wordfreq's format.

    That is a list of lists: the first is a header, then come the words whose frequency
    is 0, -1, -2, … centibels.
    """
    with gzip.open(path) as stored:
        _, *lists = msgspec.msgpack.decode(stored.read())
    words = ((word, 10 ** (-at / 100)) for at, same in enumerate(lists) for word in same)
    known = {word: often for word, often in words if split_words(word)}
    return dict(list(known.items())[:_WORDS])


def choose_pieces(words: dict[str, dict[str, float]]) -> list[str]:
    """The pieces that are frequent in any of the languages, whose words are given."""
    most: Counter[str] = Counter()
    for frequencies in words.values():
        total = sum(frequencies.values())
        own: Counter[str] = Counter()
        for text, often in frequencies.items():
            for word in split_words(text):
                for piece in list_pieces(word):
                    own[piece] += often / total  # type: ignore[assignment]
        for piece, often in own.items():
            most[piece] = max(most[piece], often)
    del most[" "]
    return [piece for piece, _ in most.most_common(_PIECES)]


def make_texts(words: dict[str, dict[str, float]]) -> Iterator[tuple[str, str]]:
    """Texts of random words, each with its language."""
    chance = np.random.default_rng(0)
    names = [list(frequencies) for frequencies in words.values()]
    for language, frequencies in words.items():
        known = list(frequencies)
        weights = np.array(list(frequencies.values())) ** _FLATTENING
        weights /= weights.sum()
        for length in chance.integers(1, _MOST_WORDS, _TEXTS):
            text = [known[at] for at in chance.choice(len(known), length, p=weights)]
            if length > 2 and chance.random() < _MIXED:
                other = names[chance.integers(len(names))]
                text[chance.integers(length)] = other[chance.integers(len(other))]
            yield " ".join(text), language


def make_english() -> Iterator[tuple[str, str]]:
    """Written questions, as they are and without their first words."""
    chance = np.random.default_rng(1)
    rows = read_json_lines(WRITTEN / "corpus_questions.jsonl.gz")
    written = [row["question"] for row in rows if not is_held_out(row["document"])]
    for at in chance.permutation(len(written))[:_QUESTIONS]:
        words = written[at].split()
        yield " ".join(words[chance.integers(min(4, len(words))) :]), ENGLISH


def fit(
    texts: Sequence[tuple[str, str]], pieces: Sequence[str]
) -> tuple[list[str], NDArray[np.float64], NDArray[np.float64]]:
    """The languages, the weights of pieces, and the biases of a logistic regression."""
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    rows = {piece: row for row, piece in enumerate(pieces)}
    columns: list[int] = []
    ends = [0]
    for text, _ in texts:
        found = (rows.get(piece) for word in split_words(text) for piece in list_pieces(word))
        columns.extend(row for row in found if row is not None)
        ends.append(len(columns))
    counts = csr_matrix((np.ones(len(columns)), columns, ends), shape=(len(texts), len(pieces)))
    model = LogisticRegression(C=_WEIGHT_PENALTY, max_iter=_ROUNDS)
    model.fit(counts, [language for _, language in texts])
    return list(model.classes_), model.coef_.T, model.intercept_


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--words", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--out", type=Path, default=LANGUAGE_WEIGHTS)
    args = parser.parse_args()
    words = {
        _NAMES.get(language, language): read_words(args.words / f"small_{language}.msgpack.gz")
        for language in LANGUAGES
    }
    pieces = choose_pieces(words)
    languages, weights, biases = fit([*make_texts(words), *make_english()], pieces)
    unit = np.abs(weights).max() / 127
    np.savez_compressed(
        args.out,
        languages=np.frombuffer("\n".join(languages).encode(), np.uint8),
        pieces=np.frombuffer("\n".join(pieces).encode(), np.uint8),
        weights=np.round(weights / unit).astype(np.int8),
        biases=biases.astype(np.float32),
        unit=np.float32(unit),
    )
    print(f"{args.out}: {args.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
