"""The embedding model of an index: loaded when first needed, never mixed with another; texts cut
for it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from math import inf
from pathlib import Path
from typing import Protocol

from index.documents import Content
from index.errors import ModelError, OtherVersion
from index.locations import Location
from index.models.encoder import Encoder
from index.models.load import is_default_model, load_encoder, read_fingerprint, reads_all_languages
from index.reports import ProgressCallback, as_stage_callback
from index.text.passages import NewPassage, cut_passages, limit_passage_tokens


def cut_for(encoder: Encoder, content: Content, seconds: float = inf) -> list[NewPassage]:
    """Cut a text into passages that fit a model; raises `TimeoutError` if it takes longer."""
    return cut_passages(
        content,
        encoder.count_tokens,
        limit_passage_tokens(encoder.max_tokens),
        seconds,
        reads_english_alone=is_default_model(encoder.name),
    )


class _Embedded(Protocol):
    """What an engine says of its model; see `Engine`."""

    @property
    def location(self) -> Location: ...
    @property
    def folder(self) -> Path | None: ...
    @property
    def model(self) -> str: ...
    @property
    def fingerprint(self) -> str | None: ...


class EmbeddingModel:
    """The model that an engine names. Thread-safe."""

    def __init__(
        self,
        engine: _Embedded,
        encoder: Encoder | None,
        progress: ProgressCallback,
        named: str | None = None,
    ) -> None:
        """Nothing is loaded yet.

        Args:
            encoder: one of the caller's own, in place of the model that the engine names.
            named: the same model as a person names it, which allows to download it, or to read
                it from a folder.
            progress: called while a model is compiled that is new on this machine.
        """
        self._engine = engine
        self._is_own = encoder is not None
        self._encoder = encoder
        self._named = named
        self._progress = progress
        self._loading = threading.Lock()

    @property
    def name(self) -> str | None:
        """Its name, as far as it is known without asking the engine."""
        return self._named if self._encoder is None else self._encoder.name

    @property
    def encoder(self) -> Encoder:
        """The model, loaded when first needed; raises `OtherVersion`, or `ModelError`."""
        encoder = self.load()
        known = self._engine.fingerprint
        if known is not None and known != encoder.fingerprint:
            raise self.refuse()
        return encoder

    def settle(self, known: str | None, set_first: Callable[[str], str | None]) -> None:
        """Let the first writer say which version makes the vectors; refuse another one after that.

        Args:
            known: the version that has made them.
            set_first: keeps this version, unless another writer was first; returns what is kept.

        Raises:
            OtherVersion: it is another one.
        """
        if known is None:
            known = set_first(self.load().fingerprint)
        if self.find_fingerprint(may_compile=True) not in (None, known):
            raise self.refuse()

    def refuse(self) -> OtherVersion:
        """The error of an index whose vectors another version of the model has made."""
        return OtherVersion(f"{self._engine.location} was embedded {self.difference}")

    def find_problems(self) -> list[str]:
        """What is wrong if another version of it has made the vectors; a line, or none."""
        outdated = self.is_outdated(may_compile=True)
        return [f"vectors: it was embedded {self.difference}"] if outdated else []

    @property
    def difference(self) -> str:
        """How the vectors were made, if not by the model here, and what to do."""
        other = f"with another version of the model {self._engine.model}"
        if self.is_embedded_anew:
            repair = "call `Index.repair`" if self._is_own else "run `quoteback verify --repair`"
            return f"{other}: {repair} to embed it again"
        return (
            f"{other}, or on another kind of processor: use a machine of the kind that filled it, "
            "or index its documents into another index"
        )

    @property
    def is_embedded_anew(self) -> bool:
        """Whether the next run embeds all anew then; in an engine, it refuses to write."""
        return self._engine.folder is not None

    def is_outdated(self, *, may_compile: bool) -> bool:
        """Whether another version of the model has made the vectors.

        False also if the version of the model is not known: it cannot be loaded, or has yet
        to be compiled, which is done only if it may be.
        """
        known = self._engine.fingerprint
        return known is not None and self.find_fingerprint(may_compile) not in (None, known)

    def find_fingerprint(self, may_compile: bool) -> str | None:
        """The fingerprint of the present version of the model; None if it is not known."""
        if self._encoder is not None and not self._is_replaced:
            return self._encoder.fingerprint
        with suppress(ModelError):
            fingerprint = read_fingerprint(
                self._named or self._engine.model, by_person=self._named is not None
            )
            if fingerprint is None and may_compile:
                fingerprint = self.load().fingerprint
            return fingerprint
        return None

    @property
    def _is_replaced(self) -> bool:
        """Whether the index has been given another model since this one was loaded."""
        if self._is_own or self._named is not None or self._encoder is None:
            return False
        # In other engines an index keeps its model.
        if self._engine.folder is None:
            return False
        model = self._engine.model
        return reads_all_languages(model) != reads_all_languages(self._encoder.name)

    def load(self) -> Encoder:
        """The model, whatever version has made the vectors; raises `ModelError`."""
        with self._loading:
            if self._encoder is None or self._is_replaced:
                self._encoder = load_encoder(
                    self._named or self._engine.model,
                    progress=as_stage_callback(self._progress),
                    # Only then is it downloaded, or read from a folder.
                    by_person=self._named is not None,
                )
            return self._encoder
