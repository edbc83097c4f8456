"""Weights come out of a quantised ONNX file as the values that its integers stand for."""

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors.numpy import save_file

from index.models import load_weights
from qa.training.convert_reranker import convert, extract_weights

EMBEDDINGS = "bert.embeddings.word_embeddings.weight"
NORM = "bert.embeddings.LayerNorm.weight"


@pytest.fixture(scope="module")
def floats():
    random = np.random.default_rng(7)
    return {
        EMBEDDINGS: random.normal(0.3, 1.0, (50, 8)).astype(np.float32),
        NORM: random.normal(1.0, 0.1, 8).astype(np.float32),
        "onnx::MatMul_12": random.normal(0.0, 0.2, (8, 4)).astype(np.float32),
        "classifier.bias": random.normal(0.0, 1.0, 4).astype(np.float32),
    }


@pytest.fixture(scope="module", params=[QuantType.QInt8, QuantType.QUInt8])
def quantised(request, floats, tmp_path_factory):
    """A file that looks up embeddings and multiplies them by a matrix without a name."""
    folder = tmp_path_factory.mktemp("onnx")
    graph = helper.make_graph(
        [
            helper.make_node("Gather", [EMBEDDINGS, "input_ids"], ["rows"]),
            helper.make_node("Mul", ["rows", NORM], ["scaled"]),
            helper.make_node("MatMul", ["scaled", "onnx::MatMul_12"], ["product"]),
            helper.make_node("Add", ["classifier.bias", "product"], ["logits"]),
        ],
        "look up and multiply",
        [helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["tokens"])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["tokens", 4])],
        [numpy_helper.from_array(array, name) for name, array in floats.items()],
    )
    opset = [helper.make_opsetid("", 17)]
    onnx.save(helper.make_model(graph, opset_imports=opset, ir_version=9), folder / "float.onnx")
    quantize_dynamic(
        folder / "float.onnx",
        folder / "int8.onnx",
        op_types_to_quantize=["Gather", "MatMul"],
        weight_type=request.param,
    )
    return onnx.load(folder / "int8.onnx").graph


def test_values_and_names_are_those_of_the_torch_module(quantised, floats, tmp_path):
    save_file(extract_weights(quantised), tmp_path / "weights.safetensors")
    weights = load_weights(tmp_path / "weights.safetensors")
    assert set(weights) == {EMBEDDINGS, NORM, "classifier.weight", "classifier.bias"}
    for name in (NORM, "classifier.bias"):
        np.testing.assert_array_equal(weights[name], floats[name])
    for name, expected in (
        (EMBEDDINGS, floats[EMBEDDINGS]),
        ("classifier.weight", floats["onnx::MatMul_12"].T),
    ):
        step = (expected.max() - expected.min()) / 250
        np.testing.assert_allclose(weights[name], expected, atol=step)


def test_matrices_are_kept_as_int8(quantised):
    stored = extract_weights(quantised)
    assert stored[EMBEDDINGS].dtype == stored["classifier.weight"].dtype == np.int8


def test_another_file_is_refused(tmp_path):
    (tmp_path / "model.onnx").write_bytes(b"not the model")
    with pytest.raises(ValueError, match="not the file"):
        convert(tmp_path / "model.onnx", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["model.onnx"]
