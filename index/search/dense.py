"""The dense side of an index: its vectors, and the version of the model that makes them.

Vectors of two versions of a model must never be compared. So each version's lie in a folder
of their own, and one transaction of the store says which holds from now on: whoever has that
folder open has vectors of one version, whatever a writer does meanwhile, or is killed doing.
"""

from __future__ import annotations

import hashlib
import shutil
import threading
from contextlib import suppress

from index.defaults import DEFAULT_MODEL
from index.errors import OtherVersion
from index.models.encoder import Encoder
from index.models.find import ModelError, known_fingerprint, load_encoder
from index.reports import ProgressCallback, of_a_model
from index.search.vectors import Vectors
from index.storage.store import UNFINISHED, Store, write_setting

# Settings: the version of the model, and the folder of its vectors.
_FINGERPRINT, _FOLDER = "fingerprint", "vectors"


class Dense:
    """What an index needs of vectors and their model. Thread-safe."""

    def __init__(self, store: Store, encoder: Encoder | None, tell: ProgressCallback) -> None:
        """Nothing is loaded yet.

        Args:
            encoder: one of the caller's own, in place of the model that the store names.
            tell: told how far a model that is new here has come.
        """
        self._store = store
        self._own = encoder is not None
        self._encoder = encoder
        self._tell = tell
        self._loading = threading.Lock()
        self._opening = threading.Lock()
        self._vectors: tuple[str, Vectors] | None = None

    @property
    def model(self) -> str:
        """Name of the model."""
        return self._store.setting("model") or DEFAULT_MODEL

    @property
    def vectors(self) -> Vectors:
        """Those of the version that holds now."""
        name = self._store.setting(_FOLDER) or "vectors"
        with self._opening:
            if self._vectors is None or self._vectors[0] != name:
                self._vectors = name, Vectors(self._store.path.parent / name)
            return self._vectors[1]

    @property
    def encoder(self) -> Encoder:
        """The model, loaded when first needed.

        Raises:
            OtherVersion: another version of it has made the vectors.
            ModelError: it cannot be loaded.
        """
        encoder = self._loaded()
        known = self._store.setting(_FINGERPRINT)
        if known is not None and known != encoder.fingerprint:
            raise OtherVersion(
                f"{self._store.path.parent} was embedded with another version of the model "
                f"{self.model}: {self.remedy} to embed it anew"
            )
        return encoder

    @property
    def remedy(self) -> str:
        """What to do where another version has made the vectors."""
        return "call `Index.repair`" if self._own else "run `quoteback verify --repair`"

    def both(self) -> tuple[Vectors, Encoder]:
        """The vectors and the model that has made them; raises as `encoder` does."""
        while True:
            vectors, encoder = self.vectors, self.encoder
            # A writer may have begun anew in between.
            if vectors is self.vectors:
                return vectors, encoder

    def is_outdated(self, *, compiling: bool) -> bool:
        """Whether another version of the model has made the vectors.

        Args:
            compiling: find out even where the model has to be compiled for it; it is not
                known then otherwise, and taken to be the same. One that cannot be had is, too.
        """
        known = self._store.setting(_FINGERPRINT)
        return known is not None and self._fingerprint(compiling) not in (None, known)

    def renew(self) -> None:
        """Begin anew where another version of the model has made the vectors, and clear away.

        Needs the right to write. All passages count as not embedded then.

        Raises:
            ModelError: the model of an index in which nothing is embedded cannot be loaded.
        """
        known = self._store.setting(_FINGERPRINT)
        if known is None:
            self._store.set_setting(_FINGERPRINT, self._loaded().fingerprint)
        else:
            fingerprint = self._fingerprint(compiling=True)
            if fingerprint is not None and fingerprint != known:
                self._begin_with(fingerprint)
        current = self._store.setting(_FOLDER) or "vectors"
        for folder in self._store.path.parent.glob("vectors*"):
            if folder.name != current:
                shutil.rmtree(folder, ignore_errors=True)

    def _begin_with(self, fingerprint: str) -> None:
        # What may have been left there was made by this very version.
        name = f"vectors-{hashlib.sha256(fingerprint.encode()).hexdigest()[:16]}"
        with self._store.writing() as connection:
            write_setting(connection, _FINGERPRINT, fingerprint)
            write_setting(connection, _FOLDER, name)
            write_setting(connection, UNFINISHED, "yes")

    def _fingerprint(self, compiling: bool) -> str | None:
        """Of the version there is now; None where that is not known."""
        if self._encoder is not None:
            return self._encoder.fingerprint
        with suppress(ModelError):
            return known_fingerprint(self.model) or (
                self._loaded().fingerprint if compiling else None
            )
        return None

    def _loaded(self) -> Encoder:
        with self._loading:
            if self._encoder is None:
                self._encoder = load_encoder(
                    # Only a model named by a person is ever fetched.
                    self.model,
                    progress=of_a_model(self._tell),
                    download=False,
                )
            return self._encoder
