"""The reranker from its weights: checked, compiled once, cached like every model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from index.models import CARD, ShippedModel
from qa.networks.loading import load_window_model
from qa.networks.windows import Windower
from qa.reranker.cross_encoder import CrossEncoder

__all__ = ["CARD", "FILE", "load_reranker"]

FILE = "reranker.safetensors"


def load_reranker(
    folder: Path, progress: Callable[[str, float], None] | None = None
) -> CrossEncoder:
    """The reranker, compiled the first time it is used.

    Args:
        folder: holds `reranker.safetensors` and `card.json` with its sha256.
        progress: told each stage of compiling and how much is done, 0 to 1.

    Warns:
        Notice: the compiled model cannot be kept.

    Raises:
        ModelError: the weights are missing, altered or cannot be compiled.
    """

    def compile_to(weights: Path, windower: Windower, target: Path) -> None:
        from qa.reranker.compiling import compile_reranker

        compile_reranker(weights, windower, target, progress)

    return load_window_model(ShippedModel(folder, FILE, "reranker"), compile_to, CrossEncoder)
