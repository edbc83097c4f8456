"""The trained reader from its weights: checked, compiled once, cached like every model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from index import OnnxGraph, default_model_folder
from qa.reader.trained import TrainedReader
from qa.reader.windows import Windower, load_tokenizer
from qa.shipped_model import CARD, ShippedModel

__all__ = ["CARD", "FILE", "load_reader", "load_window_model"]

FILE = "reader.safetensors"
T = TypeVar("T")


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

    def compile_to(weights: Path, windower: Windower, target: Path) -> None:
        from qa.reader.export import export

        export(weights, windower, target, progress)

    return load_window_model(
        ShippedModel(folder, FILE, "trained reader"), compile_to, TrainedReader
    )


def load_window_model(
    shipped: ShippedModel,
    compile_to: Callable[[Path, Windower, Path], None],
    make_model: Callable[[OnnxGraph, Windower], T],
) -> T:
    """A model that reads windows, compiled the first time it is used.

    Args:
        compile_to: compiles weights into an ONNX file, checked on windows.

    Warns:
        Notice: the compiled model cannot be kept.

    Raises:
        ModelError: the weights are missing, altered or cannot be compiled.
    """

    graph = Path(shipped.file).with_suffix(".onnx").name

    def make_windower() -> Windower:
        # The default encoder's tokenizer is that of these models, too.
        return Windower(load_tokenizer(default_model_folder()))

    return shipped.load(
        lambda weights, folder: compile_to(weights, make_windower(), folder / graph),
        lambda folder: make_model(OnnxGraph(folder / graph), make_windower()),
    )
