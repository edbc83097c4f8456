"""A tokenizer's pieces and their vectors, looked up in files that are mapped into memory.

A tokenizer of a quarter of a million pieces takes more than half a second to load, and 300 MB. A
question and the passages found for it need some hundreds of them.

Pieces are looked up by their hashes. The tokens are those of the whole tokenizer: the likeliest
pieces, a word at a time (Kudo, "Subword Regularization", 2018). Of the vectors, with four bits a
number, only those of a text's pieces are read. A block is 32 numbers, from -8 to 7, and their
scale.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

from index.arrays import Floats

_ROW = np.dtype([("hash", "<u8"), ("id", "<i4"), ("score", "<f4")])
# Pieces have no more letters, and a text that is encoded no more tokens.
_LONGEST_PIECE = 16
# The numbers of the tokens before and after each text, and of an unknown letter.
START, END, UNKNOWN = 0, 2, 3
# The name of a piece that no text holds: a text is prepared without it.
_NO_TEXT = "\0"

BLOCK_SIZE = 32
# Two numbers a byte: those of the first half of the block are the lower four bits.
BLOCK = np.dtype([("scale", "<f2"), ("pairs", "u1", (BLOCK_SIZE // 2,))])
_ZERO = 8

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


class Tokens(NamedTuple):
    """A text as tokens, without special ones.

    Attributes:
        ids: their numbers.
        offsets: where each begins and ends in the text, in code points.
    """

    ids: list[int]
    offsets: list[tuple[int, int]]


class PieceTable:
    """Cuts texts into tokens. Thread-safe."""

    def __init__(self, path: Path) -> None:
        rows = np.memmap(path, _ROW, "r")
        # Apart, so that few pages of the disk are read.
        self._hashes = np.array(rows["hash"])
        self._rows = rows
        # An unknown letter is less likely than all pieces, by as much as the library says.
        self._rarest = _NO_TEXT + "rarest", float(rows["score"].min())

    def encode(self, text: str, most: int) -> list[int]:
        """The numbers of a text's tokens, with the special ones around them, at most so many."""
        [tokens] = self.tokenize([text[: most * _LONGEST_PIECE]])
        return [START, *tokens.ids[: most - 2], END]

    def tokenize(self, texts: Sequence[str]) -> list[Tokens]:
        """Each text as the whole tokenizer would cut it.

        That is done by a tokenizer of those pieces alone that the texts may have.
        """
        numbers, scores = self._look_up({part for text in texts for part in _list_parts(text)})
        pieces = [(_NO_TEXT, 0.0), self._rarest, *scores]
        tokenizer = Tokenizer(models.Unigram(pieces, unk_id=0, byte_fallback=False))
        tokenizer.normalizer, tokenizer.pre_tokenizer = NORMALIZER, PRE_TOKENIZER
        ids = [UNKNOWN, UNKNOWN, *numbers]
        return [
            Tokens([ids[number] for number in encoded.ids], encoded.offsets)
            for encoded in tokenizer.encode_batch(list(texts), add_special_tokens=False)
        ]

    def _look_up(self, parts: Iterable[str]) -> tuple[list[int], list[tuple[str, float]]]:
        """The numbers of those parts that are pieces, and these with their scores."""
        names = list(parts)
        hashes = np.array([_hash(name) for name in names], dtype=np.uint64)
        places = np.searchsorted(self._hashes, hashes).clip(max=len(self._hashes) - 1)
        found = np.flatnonzero(self._hashes[places] == hashes)
        rows = self._rows[places[found]]
        known = [names[at] for at in found.tolist()]
        return rows["id"].tolist(), list(zip(known, rows["score"].tolist(), strict=True))


def _list_parts(text: str) -> set[str]:
    """The parts of a text's words that may be pieces."""
    words = PRE_TOKENIZER.pre_tokenize_str(NORMALIZER.normalize_str(text))
    return {
        word[start:end]
        for word in {word for word, _ in words}
        for start in range(len(word))
        for end in range(start + 1, min(len(word), start + _LONGEST_PIECE) + 1)
    }


def _hash(name: str) -> int:
    return int.from_bytes(
        blake2b(name.encode("utf-8", "replace"), digest_size=8).digest(), "little"
    )


def widen_blocks(blocks: NDArray[Any]) -> Floats:
    """Blocks of shape (rows, blocks) as numbers of shape (rows, 32 × blocks)."""
    pairs = blocks["pairs"]
    numbers = np.concatenate((pairs & 15, pairs >> 4), axis=-1).astype(np.float32) - _ZERO
    scaled: Floats = numbers * blocks["scale"].astype(np.float32)[..., None]
    return scaled.reshape(len(blocks), -1)


class WordTable:
    """The vectors of all pieces. Thread-safe."""

    def __init__(self, blocks: NDArray[Any], dimension: int) -> None:
        """A table of the blocks of all vectors, one vector after the other."""
        self._blocks = blocks.reshape(-1, dimension // BLOCK_SIZE)

    @classmethod
    def open(cls, path: Path, dimension: int) -> WordTable:
        """Open a file of blocks; nothing is read yet."""
        return cls(np.memmap(path, BLOCK, "r"), dimension)

    def __len__(self) -> int:
        return len(self._blocks)

    def look_up(self, ids: Sequence[int]) -> Floats:
        """The vectors of some pieces, of shape (pieces, dimension)."""
        return widen_blocks(self._blocks[np.asarray(ids)])
