"""A network that was made easy to quantise computes what it computed before."""

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from index.models.onnx_session import OnnxGraph
from index.models.smoothing import smooth_matrices

WIDTH, WIDE = 12, 40


def network(tmp_path, *, shared=False):
    """x → two widening products, their sum → a narrowing one; the first matrix twice if shared."""
    random = np.random.default_rng(0)
    matrices = {
        "first": random.normal(size=(WIDTH, WIDE)),
        "second": random.normal(size=(WIDTH, WIDE)),
        "narrow": random.normal(size=(WIDE, WIDTH)),
        "last": random.normal(size=(WIDTH, WIDE)),
    }
    nodes = [
        helper.make_node("MatMul", ["x", "first"], ["a"], name="first product"),
        helper.make_node("MatMul", ["x", "second"], ["b"], name="second product"),
        helper.make_node("Add", ["a", "b"], ["sum"]),
        helper.make_node("MatMul", ["sum", "narrow"], ["back"], name="narrow product"),
        helper.make_node(
            "MatMul", ["back", "first" if shared else "last"], ["y"], name="last product"
        ),
    ]
    graph = helper.make_graph(
        nodes,
        "network",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", "tokens", WIDTH])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["batch", "tokens", WIDE])],
        [numpy_helper.from_array(m.astype(np.float32), name) for name, m in matrices.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)


def texts(channel=40.0, token=1.0):
    """Activations as transformers have them: one channel or one token far above the others."""
    random = np.random.default_rng(1)
    values = random.normal(size=(4, 1, 7, WIDTH)).astype(np.float32)
    values[..., 3] *= channel
    values[:, :, 0] *= token
    return [{"x": text} for text in values]


def computed(model, path, text):
    onnx.save(model, str(path))
    return OnnxGraph(path).run(**text)[0]


@pytest.mark.parametrize("shared", [False, True])
def test_it_computes_the_same(shared, tmp_path):
    model = network(tmp_path, shared=shared)
    expected = [computed(model, tmp_path / "n.onnx", text) for text in texts()]
    smooth_matrices(model, texts()[:2], lambda *_: False)
    for text, vector in zip(texts(), expected, strict=True):
        found = computed(model, tmp_path / "n.onnx", text)
        np.testing.assert_allclose(found, vector, rtol=1e-4, atol=1e-4 * np.abs(vector).max())


def test_a_token_of_zeros_stays_one(tmp_path):
    model = network(tmp_path)
    smooth_matrices(model, texts(), lambda *_: False)
    nothing = computed(model, tmp_path / "n.onnx", {"x": np.zeros((1, 2, WIDTH), np.float32)})
    assert not nothing.any()


def test_a_matrix_that_is_kept_is_left_alone(tmp_path):
    model = network(tmp_path)
    smooth_matrices(model, texts(), lambda inputs, outputs: inputs > outputs)
    [product] = [node for node in model.graph.node if node.name == "narrow product"]
    assert list(product.input) == ["sum", "narrow"]
    assert list(product.output) == ["back"]


def test_outputs_are_those_it_had(tmp_path):
    model = network(tmp_path)
    smooth_matrices(model, texts(), lambda *_: False)
    assert [output.name for output in model.graph.output] == ["y"]
    onnx.checker.check_model(model, full_check=True)


def rounded(values, levels=255):
    """As int8 arithmetic sees numbers: that many steps over all of their range."""
    low, high = min(values.min(), 0), max(values.max(), 0)
    step = (high - low) / levels
    return np.round(values / step) * step


def error(model, tmp_path, text):
    """What each product loses where all that goes into it is rounded, as a share of it."""
    products = [node for node in model.graph.node if node.op_type == "MatMul"]
    inputs = sorted({node.input[0] for node in products})
    probe = onnx.ModelProto()
    probe.CopyFrom(model)
    probe.graph.output.extend(
        helper.make_tensor_value_info(name, TensorProto.FLOAT, None)
        for name in inputs
        if name != "x"
    )
    onnx.save(probe, str(tmp_path / "probe.onnx"))
    names = [output.name for output in probe.graph.output]
    values = dict(
        zip(names, OnnxGraph(tmp_path / "probe.onnx").run(**text), strict=True), x=text["x"]
    )
    weights = {w.name: numpy_helper.to_array(w) for w in model.graph.initializer}
    lost = {}
    for node in products:
        exact = values[node.input[0]] @ weights[node.input[1]]
        rough = rounded(values[node.input[0]]) @ weights[node.input[1]]
        # By token, as every one of them matters as much to what follows.
        size = np.linalg.norm(exact, axis=-1)
        lost[node.name] = float((np.linalg.norm(rough - exact, axis=-1) / size).mean())
    return lost


@pytest.mark.parametrize(
    ("channel", "token", "products"),
    [(40.0, 1.0, ["first product", "second product"]), (1.0, 40.0, ["narrow product"])],
    ids=["a large channel", "a large token"],
)
def test_rounding_takes_less_from_it(channel, token, products, tmp_path):
    given = texts(channel, token)
    plain, eased = network(tmp_path), network(tmp_path)
    smooth_matrices(eased, given, lambda *_: False)
    for text in given:
        before, after = error(plain, tmp_path, text), error(eased, tmp_path, text)
        for product in products:
            assert after[product] < 0.5 * before[product]
