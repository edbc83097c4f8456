"""The tokens of a question, by a table of pieces on the disk.

A tokenizer of a quarter of a million pieces takes more than half a second to load, and 300 MB. A
question needs some hundred of them: they are looked up by their hashes, in a file that is mapped
into memory. The tokens are those of the tokenizer: the likeliest pieces, a word at a time (Kudo,
"Subword Regularization", 2018).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path

import numpy as np
from tokenizers import Regex, normalizers, pre_tokenizers

_ROW = np.dtype([("hash", "<u8"), ("id", "<i4"), ("score", "<f4")])
# Pieces have no more letters, and a text that is encoded no more tokens.
_LONGEST_PIECE = 16
# The numbers of the tokens before and after each text, and of an unknown letter.
START, END, UNKNOWN = 0, 2, 3
# By how much an unknown letter is less likely than the rarest piece.
_UNKNOWN_PENALTY = 10.0

# How a text is prepared: one form of each character, one space between words, before each a mark.
NORMALIZER = normalizers.Sequence(
    [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
)
PRE_TOKENIZER = pre_tokenizers.Metaspace()


def write_pieces(pieces: Sequence[tuple[str, float]], path: Path) -> None:
    """Write a table of pieces, each with its score, in the order of their numbers."""
    rows = np.zeros(len(pieces), _ROW)
    rows["hash"] = [_hash(name) for name, _ in pieces]
    rows["id"] = np.arange(len(pieces))
    rows["score"] = [score for _, score in pieces]
    rows.sort(order="hash")
    path.write_bytes(rows.tobytes())


class PieceTable:
    """Cuts texts into tokens. Thread-safe."""

    def __init__(self, path: Path) -> None:
        rows = np.memmap(path, _ROW, "r")
        # Apart, so that few pages of the disk are read.
        self._hashes = np.array(rows["hash"])
        self._rows = rows
        self._unknown = float(rows["score"].min()) - _UNKNOWN_PENALTY

    def encode(self, text: str, most: int) -> list[int]:
        """The numbers of a text's tokens, with the special ones around them, at most so many."""
        return [START, *self.cut(text[: most * _LONGEST_PIECE])[: most - 2], END]

    def cut(self, text: str) -> list[int]:
        """The numbers of all tokens of a text, without the special ones."""
        prepared = PRE_TOKENIZER.pre_tokenize_str(NORMALIZER.normalize_str(text))
        words = [word for word, _ in prepared]
        found = self._look_up({part for word in words for _, _, part in _list_parts(word)})
        return [number for word in words for number in self._cut(word, found)]

    def _look_up(self, parts: set[str]) -> dict[str, tuple[int, float]]:
        """The number and the score of those parts that are pieces."""
        names = list(parts)
        hashes = np.array([_hash(name) for name in names], dtype=np.uint64)
        places = np.searchsorted(self._hashes, hashes).clip(max=len(self._hashes) - 1)
        rows = self._rows[places]
        return {
            name: (number, score)
            for name, is_there, number, score in zip(
                names,
                (rows["hash"] == hashes).tolist(),
                rows["id"].tolist(),
                rows["score"].tolist(),
                strict=True,
            )
            if is_there
        }

    def _cut(self, word: str, found: dict[str, tuple[int, float]]) -> list[int]:
        """The numbers of a word's likeliest pieces."""
        # Of the likeliest pieces up to each place: their score, where the last begins, its number.
        best = [(0.0, 0, UNKNOWN), *[(-math.inf, 0, UNKNOWN)] * len(word)]
        for start, past, part in _list_parts(word):
            number, score = found.get(part, (UNKNOWN, self._unknown))
            if number == UNKNOWN and past > start + 1:
                continue
            total = best[start][0] + score
            if total > best[past][0]:
                best[past] = total, start, number
        numbers: list[int] = []
        at = len(word)
        while at:
            _, at, number = best[at]
            # Unknown letters beside each other are one token.
            if number != UNKNOWN or numbers[-1:] != [UNKNOWN]:
                numbers.append(number)
        return numbers[::-1]


def _list_parts(word: str) -> list[tuple[int, int, str]]:
    """The parts of a word that may be pieces, each with its start and its end, in order."""
    return [
        (start, past, word[start:past])
        for start in range(len(word))
        for past in range(start + 1, min(len(word), start + _LONGEST_PIECE) + 1)
    ]


def _hash(name: str) -> int:
    return int.from_bytes(
        blake2b(name.encode("utf-8", "replace"), digest_size=8).digest(), "little"
    )
