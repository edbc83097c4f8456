"""The trained reader from its weights: checked, compiled once, cached like every model."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from index.models import (
    CARD,
    ShippedModel,
    check_languages_weights,
    languages_weights_file,
    open_languages_weights,
)
from qa.networks.loading import load_window_model
from qa.networks.windows import Windower, make_vector_inputs
from qa.reader.trained import TrainedReader

__all__ = ["CARD", "FILE", "load_languages_reader", "load_reader"]

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


def load_languages_reader(
    folder: Path, progress: Callable[[str, float], None] | None = None
) -> TrainedReader:
    """The reader of all languages, whose words and lowest layers are those of the part `languages`.

    Arguments and warnings are those of `load_reader`.

    Raises:
        ModelError: the weights or the part are missing, altered or cannot be compiled.
        OSError, ValueError: the part's file cannot be read.
    """
    file = languages_weights_file()
    part = open_languages_weights(file)

    def compile_to(weights: Path, windower: Windower, target: Path) -> None:
        from qa.reader.compiling import compile_reader

        check_languages_weights(file)
        compile_reader(weights, windower, target, progress, part)

    return load_window_model(
        ShippedModel(folder, FILE, "reader of all languages", borrows=(file,)),
        compile_to,
        partial(TrainedReader, make_inputs=partial(make_vector_inputs, part.open_words())),
        lambda: Windower(part.make_tokenizer(), marks=part.marks),
    )
