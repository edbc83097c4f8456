"""From a torch module to a small, fast, checked ONNX file.

A module is exported in float32, then quantised, each time less aggressively, until the
network passes the caller's check. Nothing here depends on what the network is for. Imports
torch: only what compiles a model may import this.
"""

from __future__ import annotations

import logging
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import onnx
import torch
from torch import Tensor, nn
from transformers.masking_utils import ALL_MASK_ATTENTION_FUNCTIONS, eager_mask

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
QUANTISATIONS = (INT8, INT8_IN_PART)
FLOAT32 = "float32"


class NotExportable(ValueError):
    """The module cannot be exported, or the exported network computes something else."""


def export_int8(
    module: nn.Module,
    inputs: Mapping[str, Tensor],
    outputs: Sequence[str],
    target: Path,
    check: Callable[[Path], bool],
    *,
    sample: Sequence[Inputs],
    quantisations: Sequence[Quantisation] = QUANTISATIONS,
    progress: StageCallback | None = None,
) -> str:
    """Compile a module to an ONNX file that `index.models.onnx_session.OnnxGraph` runs.

    Args:
        module: in evaluation mode, on the CPU, in float32.
        inputs: examples of its inputs by name, int64 of shape (batch, tokens), both above 1;
            the network takes any batch and any number of tokens.
        outputs: names of its outputs, in order; names that the module uses inside are refused.
        target: the file to write, in a folder that exists.
        check: whether the network in this file is close enough to the module.
        sample: inputs that show how large its numbers are.
        quantisations: tried in this order, and float32 last.
        progress: called with each stage and how much of the work is done, 0 to 1.

    Returns:
        The name of the quantisation that passed, or `float32`.

    Raises:
        NotExportable: it cannot be exported, or float32 does not pass either.
    """
    report = progress if progress is not None else lambda *_: None
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        exported, quantised = Path(scratch) / "float32.onnx", Path(scratch) / "int8.onnx"
        report("Exporting", 0.0)
        _export(module, inputs, outputs, exported)
        for tried, quantisation in enumerate((*quantisations, None)):
            left = 0.4 / (tried + 1)
            report("Quantising", 1.0 - left)
            if quantisation is not None:
                _quantise(exported, quantised, quantisation, sample)
            _optimise(exported if quantisation is None else quantised, target)
            report("Checking", 1.0 - left / 2)
            if check(target):
                report("Ready", 1.0)
                return FLOAT32 if quantisation is None else quantisation.name
    target.unlink()
    raise NotExportable("the exported network does not agree with the original")


def _export(
    module: nn.Module, inputs: Mapping[str, Tensor], outputs: Sequence[str], path: Path
) -> None:
    free = {0: torch.export.Dim.DYNAMIC, 1: torch.export.Dim.DYNAMIC}
    try:
        with silence_libraries(), _without_padding_masks(), torch.no_grad():
            torch.onnx.export(
                module,
                tuple(inputs.values()),
                str(path),
                input_names=list(inputs),
                output_names=list(outputs),
                dynamic_shapes=tuple(free for _ in inputs),
                dynamo=True,
                external_data=False,
                verbose=False,
            )
    except (OSError, MemoryError):
        # It says nothing of the module.
        raise
    except Exception as error:
        raise NotExportable(f"it cannot be exported: {error}") from error


@contextmanager
def _without_padding_masks() -> Iterator[None]:
    """Leave out attention masks that would only hide padding, as there never is any.

    Adding their zeros takes a twelfth of the time. Where a model is run, transformers leaves
    them out by itself, but not where it is exported.
    """

    def mask(*args: Any, **options: Any) -> Tensor | None:
        plain = options.get("allow_is_bidirectional_skip") and options.get("local_size") is None
        return None if plain else eager_mask(*args, **options)

    ALL_MASK_ATTENTION_FUNCTIONS["eager"] = mask
    try:
        yield
    finally:
        del ALL_MASK_ATTENTION_FUNCTIONS["eager"]


def _quantise(
    source: Path, target: Path, quantisation: Quantisation, sample: Sequence[Inputs]
) -> None:
    load_onnxruntime()
    # Only now: it imports onnxruntime, which must not report to its maker.
    from onnxruntime.quantization import QuantType, quantize_dynamic

    model = onnx.load(str(source))
    smooth_matrices(model, sample, quantisation.keeps)
    # It says that the graph is prepared for quantisation, which is true: the exporter infers
    # shapes and folds constants. Without it the library warns in the root logger.
    onnx.helper.set_model_props(model, {"onnx.quant.pre_process": "onnxruntime.quant"})
    with silence_libraries():
        quantize_dynamic(
            model,
            str(target),
            op_types_to_quantize=["MatMul", "Gather"] if quantisation.embeddings else ["MatMul"],
            # One scale for a whole matrix is no faster, and loses ten times as much accuracy.
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
    # Extended, not all: the others depend on the very processor, not only on its kind.
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
