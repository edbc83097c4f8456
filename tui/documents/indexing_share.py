"""One share for the whole of indexing, which reads and embeds by turns."""

from __future__ import annotations

# Reading takes about this share of the time, embedding the rest.
_READING = 0.1
_READ, _EMBEDDED = "reading", "embedding"


class IndexingShare:
    """The share of a job that is done. It never falls, however reading and embedding take turns."""

    def __init__(self) -> None:
        self._read: float | None = None
        self._embedded = 0.0
        self._share = 0.0

    def update(self, stage: str, done: int, total: int) -> float | None:
        """The share (0 to 1) after a step; None for a stage that is no part of it, or unknown.

        Args:
            stage: "reading" files or "embedding" the passages that were read so far.
        """
        if stage not in (_READ, _EMBEDDED) or not total:
            return None
        if stage == _READ:
            self._read = done / total
        else:
            self._embedded = done / total
        # What is embedded is a share of what was read so far. Without files to read, of all.
        read = 1.0 if self._read is None else self._read
        share = read * (_READING + (1 - _READING) * self._embedded)
        self._share = max(self._share, min(share, 1.0))
        return self._share
