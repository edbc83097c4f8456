"""Models that come with their weights: checked, compiled once, cached like every model.

Two of them embed questions: one in place of the default model, one in place of that of the part
`languages`. Weights are stored as safetensors, some of them in int8.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from index.arrays import Floats
from index.errors import ModelError, first_line
from index.models.cache import ModelSource, compiled_folder, hash_file, load_compiled
from index.models.encoder import GRAPH, MANIFEST, Encoder, Manifest, OnnxEncoder

T = TypeVar("T")
Weights = dict[str, Floats]

CARD = "card.json"
QUESTION_WEIGHTS = Path(__file__).with_name("question_weights")
LANGUAGES_QUESTION_WEIGHTS = Path(__file__).with_name("languages_question_weights")
QUESTION_WEIGHTS_FILE = "questions.safetensors"
# An int8 tensor N comes with N.scale and N.zero_point; it stands for (N - zero point) * scale.
SCALE, ZERO_POINT = ".scale", ".zero_point"


def load_weights(path: Path) -> Weights:
    """The weights of a file in float32, by name."""
    # Only training and compilation need it.
    from safetensors.numpy import load_file

    stored = load_file(path)
    return {
        name: (_to_floats(array) - _to_floats(stored[name + ZERO_POINT]))
        * _to_floats(stored[name + SCALE])
        if array.dtype == np.int8
        else _to_floats(array)
        for name, array in stored.items()
        if not name.endswith((SCALE, ZERO_POINT))
    }


def _to_floats(array: NDArray[Any]) -> Floats:
    return array.astype(np.float32)


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
            OSError: they cannot be read, or the disk is full.
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

        return load_compiled(self._source(), build, open_in)

    def is_compiled(self) -> bool:
        """Whether it has been compiled; `load` finds whether that is undamaged.

        Raises:
            ModelError: another user owns the cache, or can write to it.
        """
        folder = compiled_folder(self._source())
        return folder is not None and folder.is_dir()

    def _source(self) -> ModelSource:
        borrowed = (str(path.absolute()) for path in self.borrows)
        return ModelSource(self.folder, (self.file, CARD, *borrowed))


def load_question_encoder(
    folder: Path, passages: OnnxEncoder, compile_to: Callable[[Path, Path], object]
) -> Encoder:
    """A question encoder, compiled the first time it is used; warns and raises as `load` does.

    Args:
        folder: holds its weights.
        passages: the model that they belong to, whose tokenizer it takes.
        compile_to: compiles the model with some other weights, which are in a file, into a folder.
    """

    def compile_network(weights: Path, target: Path) -> None:
        try:
            compile_to(weights, target)
        except (OSError, ModelError):
            raise
        except Exception as error:
            # onnxruntime's errors have no common base class.
            raise ModelError(
                f"the question encoder cannot be compiled: {first_line(error)}"
            ) from error
        for path in target.iterdir():
            if path.name not in (GRAPH, MANIFEST):
                path.unlink()

    def load(target: Path) -> Encoder:
        manifest = Manifest.read(target / MANIFEST)
        return OnnxEncoder(passages.name, manifest, target / GRAPH, passages.tokenizer_file)

    shipped = ShippedModel(folder, QUESTION_WEIGHTS_FILE, "question encoder")
    return shipped.load(compile_network, load)
