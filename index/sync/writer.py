"""The right to write to an index, and what its holder has at hand."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import inf
from typing import Any

from index.documents import Content
from index.engines.changes import ChangeGiven
from index.engines.model import EmbeddingModel
from index.engines.protocol import Engine, EngineWriter
from index.models.load import is_default_model
from index.reports import ProgressCallback, serialise_calls
from index.sync.batch import Batch
from index.text.passages import NewPassage, cut_passages, limit_passage_tokens


@contextmanager
def open_writer(
    engine: Engine, model: EmbeddingModel, progress: ProgressCallback
) -> Iterator[Writer]:
    """Hold the right to write to an index.

    Raises:
        IndexInUse, CannotWrite, ModelError, OtherVersion: as `Engine.open_writer` does.
    """
    progress = serialise_calls(progress)
    with engine.open_writer(model, progress) as changes:
        batch = Batch(engine, changes, model.load, progress)
        try:
            yield Writer(engine, changes, model, batch, progress)
            batch.embed_waiting()
        finally:
            batch.close(cancel=isinstance(sys.exc_info()[1], KeyboardInterrupt))


@dataclass(frozen=True, slots=True)
class Writer:
    """Changes an index for as long as its process has the right to; see `open_writer`.

    Attributes:
        changes: changes what was given at once.
        batch: gathers changes of documents.
        progress: called with each step.
    """

    engine: Engine
    changes: EngineWriter
    model: EmbeddingModel
    batch: Batch
    progress: ProgressCallback

    def change_given(self, **change: Sequence[Any]) -> None:
        """Note what was given or taken out, by the fields of `ChangeGiven`, if it is anything."""
        if any(change.values()):
            self.changes.commit([ChangeGiven(**change)])

    def cut(self, content: Content, seconds: float = inf) -> list[NewPassage]:
        """Cut a text into passages that fit the model."""
        encoder = self.model.load()
        most = limit_passage_tokens(encoder.max_tokens)
        english_alone = is_default_model(encoder.name)
        return cut_passages(
            content, encoder.count_tokens, most, seconds, reads_english_alone=english_alone
        )
