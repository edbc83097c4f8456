"""The dense part of an index: its vectors, and the version of the model that has made them.

Vectors of two versions of a model must never be compared. So the vectors of each version lie
in a folder of their own, and one transaction of the store says which folder counts. Whoever
has a folder open has vectors of one version, whatever a writer does meanwhile, even if it is
killed.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import threading
from contextlib import suppress

import numpy as np

from index.defaults import DEFAULT_MODEL
from index.errors import ModelError, OtherVersion
from index.models.encoder import Encoder
from index.models.load import load_encoder, read_fingerprint
from index.reports import ProgressCallback, as_stage_callback
from index.search.vectors import Vectors
from index.storage.rows import write_setting
from index.storage.store import UNFINISHED, Store

# Settings: the version of the model, and the folder of its vectors.
_FINGERPRINT, _FOLDER = "fingerprint", "vectors"


class DenseIndex:
    """The vectors of an index and their model. Thread-safe."""

    def __init__(self, store: Store, encoder: Encoder | None, progress: ProgressCallback) -> None:
        """Nothing is loaded yet.

        Args:
            encoder: one of the caller's own, in place of the model that the store names.
            progress: called while a model is compiled that is new on this machine.
        """
        self._store = store
        self._is_own = encoder is not None
        self._encoder = encoder
        self._progress = progress
        self._loading = threading.Lock()
        self._opening = threading.Lock()
        self._vectors: tuple[str, Vectors] | None = None

    @property
    def model(self) -> str:
        """Name of the model."""
        return self._store.setting("model") or DEFAULT_MODEL

    @property
    def vectors(self) -> Vectors:
        """The vectors of the version that counts now."""
        name = self._store.setting(_FOLDER) or "vectors"
        with self._opening:
            if self._vectors is None or self._vectors[0] != name:
                adopted = frozenset(json.loads(self._store.setting("adopted") or "[]"))
                folder = self._store.path.parent / name
                self._vectors = name, Vectors(folder, self._store.index_id, adopted)
            return self._vectors[1]

    @property
    def encoder(self) -> Encoder:
        """The model, loaded when first needed.

        Raises:
            OtherVersion: another version of it has made the vectors.
            ModelError: it cannot be loaded.
        """
        encoder = self._load_encoder()
        known = self._store.setting(_FINGERPRINT)
        if known is not None and known != encoder.fingerprint:
            raise OtherVersion(
                f"{self._store.path.parent} was embedded with another version of the model "
                f"{self.model}: {self.advice} to embed it again"
            )
        return encoder

    @property
    def advice(self) -> str:
        """What to do where another version of the model has made the vectors."""
        return "call `Index.repair`" if self._is_own else "run `quoteback verify --repair`"

    def vectors_and_encoder(self) -> tuple[Vectors, Encoder]:
        """The vectors, and the encoder of the version that has made them.

        Raises:
            OtherVersion, ModelError: as `encoder` does.
        """
        while True:
            vectors, encoder = self.vectors, self.encoder
            # A writer may have begun with a new version in between.
            if vectors is self.vectors:
                return vectors, encoder

    def count_missing(self) -> int:
        """How many passages of the store have no vector."""
        vectors = self.vectors
        vectors.refresh()
        return len(np.setdiff1d(self._store.passage_ids(), vectors.ids(), assume_unique=True))

    def is_outdated(self, *, may_compile: bool) -> bool:
        """Whether another version of the model has made the vectors.

        False also where the version of the model is not known: it cannot be loaded, or has yet
        to be compiled.

        Args:
            may_compile: compile the model if its version is only known after that.
        """
        known = self._store.setting(_FINGERPRINT)
        return known is not None and self._find_fingerprint(may_compile) not in (None, known)

    def reset_if_outdated(self) -> None:
        """Begin without vectors where another version of the model has made them.

        The caller holds the writer's lock. Old vectors are deleted, and no passage counts as
        embedded.

        Raises:
            ModelError: the model of an index in which nothing is embedded cannot be loaded.
        """
        known = self._store.setting(_FINGERPRINT)
        if known is None:
            self._store.set_setting(_FINGERPRINT, self._load_encoder().fingerprint)
        else:
            fingerprint = self._find_fingerprint(may_compile=True)
            if fingerprint is not None and fingerprint != known:
                self._begin_version(fingerprint)
        current = self._store.setting(_FOLDER) or "vectors"
        for folder in self._store.path.parent.glob("vectors*"):
            if folder.name != current:
                shutil.rmtree(folder, ignore_errors=True)

    def _begin_version(self, fingerprint: str) -> None:
        # Vectors that are left in this folder were made by this very version.
        name = f"vectors-{hashlib.sha256(fingerprint.encode()).hexdigest()[:16]}"
        with self._store.writing() as connection:
            write_setting(connection, _FINGERPRINT, fingerprint)
            write_setting(connection, _FOLDER, name)
            write_setting(connection, UNFINISHED, "yes")

    def _find_fingerprint(self, may_compile: bool) -> str | None:
        """The fingerprint of the present version of the model; None where it is not known."""
        if self._encoder is not None:
            return self._encoder.fingerprint
        with suppress(ModelError):
            fingerprint = read_fingerprint(self.model)
            if fingerprint is None and may_compile:
                fingerprint = self._load_encoder().fingerprint
            return fingerprint
        return None

    def _load_encoder(self) -> Encoder:
        with self._loading:
            if self._encoder is None:
                self._encoder = load_encoder(
                    # Only a model named by a person is ever downloaded.
                    self.model,
                    progress=as_stage_callback(self._progress),
                    download=False,
                )
            return self._encoder
