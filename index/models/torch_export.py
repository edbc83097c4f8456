"""From a torch module to a compiled network.

Imports torch: only what compiles a model may import this.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from transformers.masking_utils import ALL_MASK_ATTENTION_FUNCTIONS, eager_mask

from index.models.quantise import NotExportable, quantise_graph, silence_libraries
from index.models.smoothing import Inputs
from index.reports import StageCallback


def export_int8(
    module: nn.Module,
    inputs: Mapping[str, Tensor],
    outputs: Sequence[str],
    target: Path,
    check: Callable[[Path], bool],
    *,
    sample: Sequence[Inputs],
    progress: StageCallback | None = None,
) -> str:
    """Compile a module to an ONNX file that `index.models.onnx_session.OnnxGraph` runs.

    Args:
        module: in evaluation mode, on the CPU, in float32.
        inputs: examples of its inputs by name, int64 of shape (batch, tokens), both above 1;
            the network takes batches of any size, and any number of tokens.
        outputs: names of its outputs, in order; names that the module uses inside are refused.
        target: the file to write, in a folder that exists.
        check: whether the network in this file is close enough to the module.
        sample: inputs that show how large its numbers are.
        progress: called with each stage and how much of the work is done, 0 to 1.

    Returns:
        The name of the quantisation that passed, or `float32`.

    Raises:
        NotExportable: it cannot be exported, or float32 does not pass either.
    """
    report = progress if progress is not None else lambda *_: None
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        exported = Path(scratch) / "float32.onnx"
        report("Exporting", 0.0)
        _export(module, inputs, outputs, exported)
        return quantise_graph(exported, target, check, sample=sample, progress=progress)


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
        # These errors have nothing to do with the module.
        raise
    except Exception as error:
        raise NotExportable(f"it cannot be exported: {error}") from error


@contextmanager
def _without_padding_masks() -> Iterator[None]:
    """Leave out attention masks that would only hide padding, as there never is any.

    Adding their zeros takes a twelfth of the time. Transformers leaves them out by itself when a
    model is run, but not when it is exported.
    """

    def mask(*args: Any, **options: Any) -> Tensor | None:
        plain = options.get("allow_is_bidirectional_skip") and options.get("local_size") is None
        return None if plain else eager_mask(*args, **options)

    ALL_MASK_ATTENTION_FUNCTIONS["eager"] = mask
    try:
        yield
    finally:
        del ALL_MASK_ATTENTION_FUNCTIONS["eager"]
