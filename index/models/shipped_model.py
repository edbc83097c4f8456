"""Models that come with their weights: checked, compiled once, cached like every model.

One of them embeds questions in place of the default model.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from index.errors import ModelError, first_line
from index.models.cache import ModelSource, hash_file, load_compiled
from index.models.encoder import Encoder
from index.reports import StageCallback

CARD = "card.json"

T = TypeVar("T")
QUESTION_WEIGHTS = Path(__file__).with_name("question_weights")
QUESTION_WEIGHTS_FILE = "questions.safetensors"


@dataclass(frozen=True, slots=True)
class ShippedModel:
    """A folder that holds weights and, in `card.json`, their sha256.

    Attributes:
        folder: where they are.
        file: name of the weights' file.
        name: what the model is called in messages.
        borrows: other files that it is compiled from.
    """

    folder: Path
    file: str
    name: str
    borrows: tuple[Path, ...] = ()

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

        borrowed = (str(path.absolute()) for path in self.borrows)
        return load_compiled(ModelSource(self.folder, (self.file, CARD, *borrowed)), build, open_in)


def load_question_encoder(
    base: Path, load: Callable[[Path], Encoder], progress: StageCallback
) -> Encoder:
    """The question encoder, compiled the first time it is used.

    Args:
        base: the default model's folder, which has its tokenizer and the other layers.
        load: loads a compiled encoder from its folder.
        progress: told each stage of compiling and how much is done, 0 to 1.

    Warns:
        Notice: the compiled model cannot be kept.

    Raises:
        ModelError: the weights are missing, altered or cannot be compiled.
        OSError: they cannot be read, or the disk is full.
    """

    def compile_to(weights: Path, target: Path) -> None:
        # It imports onnx: only if a model is compiled.
        from index.models.default_model import compile_default_model

        try:
            compile_default_model(base, target, hash_file(weights), progress, trained=weights)
        except (OSError, ModelError):
            raise
        except Exception as error:
            # onnxruntime's errors have no common base class.
            raise ModelError(
                f"the question encoder cannot be compiled: {first_line(error)}"
            ) from error

    shipped = ShippedModel(QUESTION_WEIGHTS, QUESTION_WEIGHTS_FILE, "question encoder")
    return shipped.load(compile_to, load)
