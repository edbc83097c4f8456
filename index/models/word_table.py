"""The vectors of a tokenizer's pieces, four bits a number, read from the disk as they are needed.

A block is 32 numbers, from -8 to 7, and their scale. Of a piece's vector, only its blocks are read:
a text needs some hundred of a quarter of a million.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.arrays import Floats

# The file of a compiled model.
WORDS = "words.bin"
BLOCK_SIZE = 32
# Two numbers a byte: those of the first half of the block are the lower four bits.
BLOCK = np.dtype([("scale", "<f2"), ("pairs", "u1", (BLOCK_SIZE // 2,))])
_ZERO = 8


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
