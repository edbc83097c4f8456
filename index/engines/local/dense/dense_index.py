"""The dense part of a local index: its vectors, by the version of the model that made them.

Vectors of two versions of a model must never be compared. So the vectors of each version lie
in a folder of their own, and one transaction of the store says which folder counts. An open
folder holds vectors of one version, whatever a writer does meanwhile, even if it is killed.
"""

from __future__ import annotations

import hashlib
import shutil
import threading

import numpy as np

from index.engines.local.dense.vectors import Vectors
from index.engines.local.storage.rows import write_setting
from index.engines.local.storage.store import UNFINISHED, Store

# Settings: the version of the model, and the folder of its vectors.
_FINGERPRINT, _FOLDER = "fingerprint", "vectors"


class DenseIndex:
    """The vectors of an index. Thread-safe."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._opening = threading.Lock()
        self._vectors: tuple[str, Vectors] | None = None

    @property
    def vectors(self) -> Vectors:
        """The vectors of the version that counts now."""
        name = self._store.setting(_FOLDER) or "vectors"
        with self._opening:
            if self._vectors is None or self._vectors[0] != name:
                folder = self._store.path.parent / name
                self._vectors = name, Vectors(folder, self._store.index_id)
            return self._vectors[1]

    def open_vectors(self, fingerprint: str) -> Vectors | None:
        """The vectors of one version of the model; None where another version counts."""
        while True:
            vectors = self.vectors
            if self._store.setting(_FINGERPRINT) not in (None, fingerprint):
                return None
            # A writer may have begun a new version in between.
            if vectors is self.vectors:
                return vectors

    def count_missing(self) -> int:
        """How many passages of the store have no vector."""
        vectors = self.vectors
        vectors.refresh()
        return len(np.setdiff1d(self._store.passage_ids(), vectors.ids(), assume_unique=True))

    def begin_version(self, fingerprint: str) -> None:
        """Let the vectors of another version count; the caller holds the writer's lock."""
        # The folder may hold vectors already: this very version made them.
        name = f"vectors-{hashlib.sha256(fingerprint.encode()).hexdigest()[:16]}"
        with self._store.writing() as connection:
            write_setting(connection, _FINGERPRINT, fingerprint)
            write_setting(connection, _FOLDER, name)
            write_setting(connection, UNFINISHED, "yes")

    def delete_older(self) -> None:
        """Delete the vectors of all other versions; the caller holds the writer's lock."""
        current = self._store.setting(_FOLDER) or "vectors"
        for folder in self._store.path.parent.glob("vectors*"):
            if folder.name != current:
                shutil.rmtree(folder, ignore_errors=True)
