"""Compile a network that reads windows. Imports onnx: only compiling imports this."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import onnx

from index import ModelError
from index.models import Weights, load_weights, quantise_graph
from qa.networks.windows import MakeInputs, Window, make_network_inputs

# Attention heads of the reader.
HEADS = 12


def compile_graph(
    weights: Path,
    build: Callable[[Weights], Any],
    target: Path,
    agrees: Callable[[Path, Path], bool],
    sample: Sequence[Window],
    name: str,
    progress: Callable[[str, float], None] | None = None,
    make_inputs: MakeInputs = make_network_inputs,
) -> str:
    """Compile a network that reads windows; returns the name of the quantisation that passed.

    Args:
        weights: see `index.models.stored_weights`.
        build: makes an ONNX model in float32 of them; raises KeyError if one is missing.
        target: the ONNX file to write.
        agrees: whether the second file's network is close enough to the first's, in float32.
        sample: windows like those that will be read.
        name: of the model, for messages.
        make_inputs: what the network takes of a window.

    Raises:
        ModelError: the weights do not fit the network, or it cannot be compiled.
    """

    def report_stage(stage: str, done: float) -> None:
        if progress is not None:
            progress(f"{stage} the {name}", done)

    report_stage("Exporting", 0.0)
    try:
        model = build(load_weights(weights))
    except KeyError as error:
        raise ModelError(f"the {name}'s weights do not fit: reinstall quoteback") from error
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        original = Path(scratch) / "float32.onnx"
        onnx.save(model, str(original))
        try:
            return quantise_graph(
                original,
                target,
                lambda compiled: agrees(original, compiled),
                sample=[make_inputs(window) for window in sample],
                progress=report_stage,
            )
        except ValueError as error:
            raise ModelError(f"the {name} cannot be compiled: {error}") from error
