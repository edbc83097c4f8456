"""Models that ship with their weights: checked, compiled once, cached like every model."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from index.errors import ModelError
from index.models.cache import ModelSource, hash_file, load_compiled

CARD = "card.json"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ShippedModel:
    """A folder that holds weights and, in `card.json`, their sha256.

    Attributes:
        folder: where they are.
        file: name of the weights' file.
        name: what the model is called in messages.
    """

    folder: Path
    file: str
    name: str

    def load(self, compile_to: Callable[[Path, Path], object], open_in: Callable[[Path], T]) -> T:
        """The model, compiled the first time it is used.

        Args:
            compile_to: compiles the weights' file into a folder.
            open_in: opens what was compiled into a folder.

        Warns:
            Notice: the compiled model cannot be kept.

        Raises:
            ModelError: the weights are missing, altered or cannot be compiled.
        """
        weights, card = self.folder / self.file, self.folder / CARD
        if not weights.is_file() or not card.is_file():
            raise ModelError(f"the {self.name}'s weights are missing: reinstall quoteback")

        def build(target: Path, _digest: str) -> None:
            try:
                wanted = json.loads(card.read_text(encoding="utf-8"))["sha256"]
            except (ValueError, TypeError, KeyError):
                wanted = None
            if hash_file(weights) != wanted:
                raise ModelError(f"the {self.name}'s weights are damaged: reinstall quoteback")
            compile_to(weights, target)

        return load_compiled(ModelSource(self.folder, (self.file, CARD)), build, open_in)
