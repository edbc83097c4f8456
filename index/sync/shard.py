"""Shards: parts of the files, so that several processes can index the same folders at once."""

from __future__ import annotations

import os
from dataclasses import dataclass
from hashlib import blake2b

_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Shard:
    """One of several parts of the files, which are dealt out by a hash of their paths.

    Attributes:
        number: from 1.
        of: how many parts there are.
    """

    number: int
    of: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= self.of <= _MOST:
            raise ValueError(f"no shard {self.number}/{self.of}: it is one from 1/N to N/N")

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"

    def holds(self, path: str) -> bool:
        """Whether a path is in this part. Each path is in one part, the same on every machine."""
        if self.of == 1:
            return True
        digest = blake2b(os.fsencode(path), digest_size=8).digest()
        return int.from_bytes(digest, "big") % self.of == self.number - 1


# All files.
WHOLE = Shard(1, 1)
