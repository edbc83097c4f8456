"""A network that reads windows from its weights: checked, compiled once, cached."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from index.models import OnnxGraph, ShippedModel, default_model_folder
from qa.networks.windows import Windower, load_tokenizer

T = TypeVar("T")


def make_default_windower() -> Windower:
    """The windower for networks that read English; it has the default encoder's tokenizer."""
    return Windower(load_tokenizer(default_model_folder()))


def load_window_model(
    shipped: ShippedModel,
    compile_to: Callable[[Path, Windower, Path], None],
    make_model: Callable[[OnnxGraph, Windower], T],
    make_windower: Callable[[], Windower] = make_default_windower,
) -> T:
    """A model that reads windows, compiled the first time it is used.

    Args:
        compile_to: compiles weights into an ONNX file, checked on windows.
        make_windower: makes what cuts windows for it.

    Warns:
        Notice: the compiled model cannot be kept.

    Raises:
        ModelError: the weights are missing, altered or cannot be compiled.
    """

    graph = Path(shipped.file).with_suffix(".onnx").name

    return shipped.load(
        lambda weights, folder: compile_to(weights, make_windower(), folder / graph),
        lambda folder: make_model(OnnxGraph(folder / graph), make_windower()),
    )
