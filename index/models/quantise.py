"""From a network in float32 to a small, fast, checked ONNX file.

The network is quantised, each time less aggressively, until it passes the caller's check. Nothing
here depends on what the network is for.
"""

from __future__ import annotations

import logging
import tempfile
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import onnx

from index.models.onnx_session import load_onnxruntime, processor, session_options
from index.models.smoothing import Inputs, smooth_matrices
from index.reports import StageCallback


@dataclass(frozen=True, slots=True)
class Quantisation:
    """Which of a network's weights become int8, with one scale for every column of a matrix.

    Attributes:
        name: for people and for the manifest.
        embeddings: whether look-up tables are quantised, too.
        keeps: whether a matrix stays in float32, by its number of inputs and of outputs.
    """

    name: str
    embeddings: bool = True
    keeps: Callable[[int, int], bool] = lambda *_: False


INT8 = Quantisation("int8")
# Matrices with more inputs than outputs are the second ones of feed-forward layers; their
# inputs have the widest range.
INT8_IN_PART = Quantisation(
    "int8 in part", embeddings=False, keeps=lambda inputs, outputs: inputs > outputs
)
# Tried in this order, and float32 last.
QUANTISATIONS = (INT8, INT8_IN_PART)
FLOAT32 = "float32"


class NotExportable(ValueError):
    """The module cannot be exported, or the exported network computes something else."""


def quantise_graph(
    source: Path,
    target: Path,
    check: Callable[[Path], bool],
    *,
    sample: Sequence[Inputs],
    progress: StageCallback | None = None,
) -> str:
    """Compile an ONNX file in float32 to one that `index.models.onnx_session.OnnxGraph` runs.

    Args:
        source: the network in float32.
        target: the file to write, in a folder that exists.
        check: whether the network in this file is close enough to the one in float32.
        sample: inputs that show how large its numbers are.
        progress: called with each stage and how much of the work is done, 0 to 1.

    Returns:
        The name of the quantisation that passed, or `float32`.

    Raises:
        NotExportable: onnxruntime does not take it, or float32 does not pass either.
    """
    report = progress if progress is not None else lambda *_: None
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        quantised = Path(scratch) / "int8.onnx"
        for tried, quantisation in enumerate((*QUANTISATIONS, None)):
            share_left = 0.4 / (tried + 1)
            report("Quantising", 1.0 - share_left)
            if quantisation is not None:
                _quantise(source, quantised, quantisation, sample)
            _optimise(source if quantisation is None else quantised, target)
            report("Checking", 1.0 - share_left / 2)
            if check(target):
                report("Ready", 1.0)
                return FLOAT32 if quantisation is None else quantisation.name
    target.unlink()
    raise NotExportable("the exported network does not agree with the original")


def _quantise(
    source: Path, target: Path, quantisation: Quantisation, sample: Sequence[Inputs]
) -> None:
    load_onnxruntime()
    # Only now: it imports onnxruntime, which must not report to its maker.
    from onnxruntime.quantization import QuantType, quantize_dynamic

    model = onnx.load(str(source))
    smooth_matrices(model, sample, quantisation.keeps)
    # Says that the graph is prepared for quantisation, which is true: the exporter infers shapes
    # and folds constants. Without this, the library warns in the root logger.
    onnx.helper.set_model_props(model, {"onnx.quant.pre_process": "onnxruntime.quant"})
    with silence_libraries():
        quantize_dynamic(
            model,
            str(target),
            op_types_to_quantize=["MatMul", "Gather"] if quantisation.embeddings else ["MatMul"],
            # One scale for a whole matrix is not faster, and loses ten times as much accuracy.
            per_channel=True,
            reduce_range=processor() == "x86_64",
            weight_type=QuantType.QInt8,
            nodes_to_exclude=_find_kept(model, quantisation),
        )


def _find_kept(model: Any, quantisation: Quantisation) -> list[str]:
    """Names of the matrix products that stay in float32."""
    shapes = {weight.name: tuple(weight.dims) for weight in model.graph.initializer}
    return [
        node.name
        for node in model.graph.node
        if node.op_type == "MatMul"
        and len(shapes.get(node.input[1], ())) == 2
        and quantisation.keeps(*shapes[node.input[1]])
    ]


def _optimise(source: Path, target: Path) -> None:
    """Fuse operators now, so that loading the network takes half as long."""
    onnxruntime = load_onnxruntime()
    options = session_options()
    # Extended, not all: the other optimisations depend on the very processor, not only its kind.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(target)
    try:
        onnxruntime.InferenceSession(
            str(source),
            options,
            providers=["CPUExecutionProvider"],
            # On one thread the fused kernel is several times slower than the two parts.
            disabled_optimizers=["SkipLayerNormFusion"],
        )
    except (OSError, MemoryError):
        raise
    except Exception as error:
        raise NotExportable(f"onnxruntime does not take it: {error}") from error


@contextmanager
def silence_libraries() -> Iterator[None]:
    """Silence warnings and log lines: what matters is raised as an exception."""
    disabled = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(disabled)
