"""The trained reader from its weights: checked, compiled once, cached like every model."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from index.models import (
    CARD,
    PIECES,
    OnnxGraph,
    PieceTable,
    ShippedModel,
    check_languages_weights,
    languages_weights_file,
    open_languages_weights,
    write_pieces,
)
from qa.reader.trained import CompiledReader, TrainedReader
from qa.reader.windows import Windower, make_default_windower, make_vector_inputs

__all__ = ["CARD", "FILE", "load_languages_reader", "load_reader"]

FILE = "reader.safetensors"
_GRAPH = "reader.onnx"


def load_reader(
    folder: Path, progress: Callable[[str, float], None] | None = None
) -> TrainedReader:
    """The trained reader, compiled the first time; its network is opened when it first reads.

    Args:
        folder: holds `reader.safetensors` and `card.json` with its sha256.
        progress: told each stage of compiling and how much is done, 0 to 1.

    Warns:
        Notice: the compiled model cannot be kept.

    Raises:
        ModelError: the weights are missing, altered or cannot be compiled.
    """

    def compile_to(weights: Path, compiled: Path) -> None:
        from qa.reader.compiling import compile_reader

        compile_reader(weights, make_default_windower(), compiled / _GRAPH, progress)

    def open_in(compiled: Path) -> CompiledReader:
        return CompiledReader(OnnxGraph(compiled / _GRAPH), make_default_windower())

    shipped = ShippedModel(folder, FILE, "trained reader")
    reader = TrainedReader(partial(shipped.load, compile_to, open_in))
    if not shipped.is_compiled():
        reader.load()
    return reader


def load_languages_reader(
    folder: Path, progress: Callable[[str, float], None] | None = None
) -> TrainedReader:
    """The reader of all languages, opened at once.

    Its words, and layers that its weights lack, are those of the part `languages`.

    Arguments and warnings are those of `load_reader`.

    Raises:
        ModelError: the weights or the part are missing, altered or cannot be compiled.
        OSError, ValueError: the part's file cannot be read.
    """
    file = languages_weights_file()
    part = open_languages_weights(file)

    def make_windower(compiled: Path) -> Windower:
        return Windower(PieceTable(compiled / PIECES).tokenize, part.marks)

    def compile_to(weights: Path, compiled: Path) -> None:
        from qa.reader.compiling import compile_reader

        check_languages_weights(file)
        write_pieces(part.read_pieces(), compiled / PIECES)
        compile_reader(weights, make_windower(compiled), compiled / _GRAPH, progress, part)

    def open_in(compiled: Path) -> CompiledReader:
        make_inputs = partial(make_vector_inputs, part.open_words())
        return CompiledReader(OnnxGraph(compiled / _GRAPH), make_windower(compiled), make_inputs)

    shipped = ShippedModel(folder, FILE, "reader of all languages", borrows=(file,))
    reader = TrainedReader(partial(shipped.load, compile_to, open_in))
    reader.load()
    return reader
