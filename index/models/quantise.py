"""From a network in float32 to a small, fast, checked ONNX file.

The network is quantised, each time less aggressively, until it passes the caller's check. Nothing
here depends on what the network is for.

int8 arithmetic has one scale for all inputs of a matrix product. In transformers, a few
channels and a few tokens are twenty times as large as the others, for which only a dozen of
the 256 steps are left. So the inputs are smoothed first, which changes no result.

Large channels are the same in every text. So each channel is divided by a constant, and its
row of the matrix multiplied by it (SmoothQuant, Xiao et al. 2023). Large tokens are not the
same; they occur if a matrix has more inputs than outputs (the second of a feed-forward
layer). There every token is divided by its largest number, and its product multiplied by
that. On the trained reader the two together remove six tenths of the error of int8, and cost
a twentieth of the speed.
"""

from __future__ import annotations

import logging
import tempfile
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from index.arrays import Floats
from index.models.onnx_session import load_onnxruntime, processor, session_options
from index.reports import StageCallback

Inputs = Mapping[str, NDArray[Any]]

# How much of the difference between channels is moved to the matrix.
_SHARE = 0.65
# The smallest range, so that nothing is divided by zero.
_LEAST = 1e-5
_LAST_AXIS, _LEAST_RANGE = "last_axis", "least_range"


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
    progress: StageCallback = lambda *_: None,
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
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        quantised = Path(scratch) / "int8.onnx"
        for tried, quantisation in enumerate((*QUANTISATIONS, None)):
            share_left = 0.4 / (tried + 1)
            progress("Quantising", 1.0 - share_left)
            if quantisation is not None:
                _quantise(source, quantised, quantisation, sample)
            _optimise(source if quantisation is None else quantised, target)
            progress("Checking", 1.0 - share_left / 2)
            if check(target):
                progress("Ready", 1.0)
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
    helper.set_model_props(model, {"onnx.quant.pre_process": "onnxruntime.quant"})
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


def smooth_matrices(
    model: Any, sample: Iterable[Inputs], keeps: Callable[[int, int], bool]
) -> None:
    """Rewrite, in place, every matrix product that will be quantised.

    Args:
        model: an ONNX model in float32.
        sample: inputs that show how large its channels are.
        keeps: whether a matrix will stay in float32, by its number of inputs and of outputs.
    """
    graph = model.graph
    matrices = {
        weight.name: weight
        for weight in graph.initializer
        if len(weight.dims) == 2 and not keeps(*weight.dims)
    }
    # Products with the same input have the same scales.
    products: dict[str, list[Any]] = {}
    for node in graph.node:
        if node.op_type == "MatMul" and node.input[1] in matrices:
            products.setdefault(node.input[0], []).append(matrices[node.input[1]])
    used = Counter(name for node in graph.node for name in node.input)
    by_channel = [
        name
        for name, factors in products.items()
        # The rows of a matrix that is used twice cannot have the scales of two inputs.
        if all(used[matrix.name] == 1 for matrix in factors)
        and any(matrix.dims[0] <= matrix.dims[1] for matrix in factors)
    ]
    scales = {
        name: _scale_rows(products[name], largest)
        for name, largest in _measure_channels(model, by_channel, sample).items()
    }
    graph.initializer.extend(
        [
            numpy_helper.from_array(np.array([-1]), _LAST_AXIS),
            numpy_helper.from_array(np.array(_LEAST, dtype=np.float32), _LEAST_RANGE),
            *(
                numpy_helper.from_array(1 / values, _scale_name(name))
                for name, values in scales.items()
            ),
        ]
    )
    nodes: list[Any] = []
    smoothed: set[str] = set()
    for node in graph.node:
        name = node.input[0] if node.input else ""
        if node.op_type != "MatMul" or node.input[1] not in matrices:
            nodes.append(node)
            continue
        if name not in smoothed:
            smoothed.add(name)
            nodes += _divide_channels(name) if name in scales else _divide_tokens(name)
        node.input[0] = f"{name}.smooth"
        nodes.append(node)
        if name not in scales:
            [product] = node.output
            node.output[0] = f"{product}.unscaled"
            nodes.append(helper.make_node("Mul", [node.output[0], _scale_name(name)], [product]))
    del graph.node[:]
    graph.node.extend(nodes)


def _measure_channels(
    model: Any, names: Sequence[str], sample: Iterable[Inputs]
) -> dict[str, Floats]:
    """By name of a value, the largest magnitude of each of its channels over the sample."""
    if not names:
        # A session that is asked for no output returns all it has.
        return {}
    outputs = len(model.graph.output)
    given = {output.name for output in model.graph.output}
    model.graph.output.extend(
        helper.make_tensor_value_info(name, 1, None) for name in names if name not in given
    )
    session = load_onnxruntime().InferenceSession(
        model.SerializeToString(), session_options(), providers=["CPUExecutionProvider"]
    )
    del model.graph.output[outputs:]
    largest: dict[str, Floats] = {}
    for inputs in sample:
        for name, values in zip(names, session.run(list(names), dict(inputs)), strict=True):
            magnitude = np.abs(values).reshape(-1, values.shape[-1]).max(axis=0)
            largest[name] = np.maximum(largest.get(name, np.float32(_LEAST)), magnitude)
    return largest


def _scale_rows(matrices: Sequence[Any], largest: Floats) -> Floats:
    """Multiply rows of matrices, in place; returns the factors, to divide the inputs by."""
    arrays = [numpy_helper.to_array(matrix) for matrix in matrices]
    heaviest = np.maximum(np.max([np.abs(array).max(axis=1) for array in arrays], axis=0), _LEAST)
    logs = _SHARE * np.log(largest) - (1 - _SHARE) * np.log(heaviest)
    scales: Floats = np.exp(logs - logs.mean()).astype(np.float32)
    for matrix, array in zip(matrices, arrays, strict=True):
        matrix.CopyFrom(numpy_helper.from_array(array * scales[:, None], matrix.name))
    return scales


def _divide_channels(name: str) -> list[Any]:
    return [helper.make_node("Mul", [name, _scale_name(name)], [f"{name}.smooth"])]


def _divide_tokens(name: str) -> list[Any]:
    size, most = f"{name}.size", f"{name}.most"
    return [
        helper.make_node("Abs", [name], [size]),
        helper.make_node("ReduceMax", [size, _LAST_AXIS], [most], keepdims=1),
        helper.make_node("Max", [most, _LEAST_RANGE], [_scale_name(name)]),
        helper.make_node("Div", [name, _scale_name(name)], [f"{name}.smooth"]),
    ]


def _scale_name(name: str) -> str:
    return f"{name}.scale"
