"""The trained reader from its weights: checked, compiled once, cached like every model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from index import OnnxGraph, default_model_folder
from qa.reader.trained import TrainedReader
from qa.reader.windows import Windower, load_tokenizer
from qa.shipped_model import CARD, ShippedModel

__all__ = ["CARD", "FILE", "load_reader"]

FILE = "reader.safetensors"
_GRAPH = "reader.onnx"


def load_reader(
    folder: Path, progress: Callable[[str, float], None] | None = None
) -> TrainedReader:
    """The trained reader, compiled the first time it is used.

    Args:
        folder: holds `reader.safetensors` and `card.json` with its sha256.
        progress: told each stage of compiling and how much is done, 0 to 1.

    Warns:
        Notice: the compiled model cannot be kept.

    Raises:
        ModelError: the weights are missing, altered or cannot be compiled.
    """
    shipped = ShippedModel(folder, FILE, "trained reader")

    def compile_to(weights: Path, target: Path) -> None:
        from qa.reader.export import export

        export(weights, windower(), target / _GRAPH, progress)

    def windower() -> Windower:
        # The default encoder's tokenizer is this model's, too.
        return Windower(load_tokenizer(default_model_folder()))

    return shipped.load(
        compile_to, lambda folder: TrainedReader(OnnxGraph(folder / _GRAPH), windower())
    )
