"""The trained reader from its weights: checked, compiled once, cached like every model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from index.models import CARD, ShippedModel
from qa.networks.loading import load_window_model
from qa.networks.windows import Windower
from qa.reader.trained import TrainedReader

__all__ = ["CARD", "FILE", "load_reader"]

FILE = "reader.safetensors"


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
        from qa.reader.compiling import compile_reader

        compile_reader(weights, windower, target, progress)

    return load_window_model(
        ShippedModel(folder, FILE, "trained reader"), compile_to, TrainedReader
    )
