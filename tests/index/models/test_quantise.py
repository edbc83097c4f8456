"""A module becomes an ONNX file by the first recipe whose network passes the check.

Before that it is made easy to quantise, and computes what it computed before.
"""

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn
from transformers import (
    BertConfig,
    BertModel,
    LlamaConfig,
    LlamaModel,
    ModernBertConfig,
    ModernBertModel,
)

from index.models.onnx_session import OnnxGraph
from index.models.quantise import FLOAT32, QUANTISATIONS, NotExportable, smooth_matrices
from index.models.sentence_transformer import export_int8

pytestmark = pytest.mark.slow


class Network(nn.Module):
    """Two inputs, two outputs, a matrix that widens and one that narrows."""

    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(50, 16)
        self.wide = nn.Linear(16, 64)
        self.narrow = nn.Linear(64, 16)

    def forward(self, numbers, types):
        states = self.words(numbers) + types.unsqueeze(-1)
        states = self.narrow(torch.relu(self.wide(states)))
        return states, states[:, 0].sum(dim=-1)


class Unexportable(nn.Module):
    def forward(self, numbers):
        return numbers * (2.0 if numbers.sum().item() > 7 else 3.0)


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(0)
    return Network().eval()


def inputs(batch, tokens):
    numbers = torch.arange(batch * tokens).reshape(batch, tokens) % 50
    return {"numbers": numbers, "types": numbers % 2}


def sample():
    return [{name: tensor.numpy() for name, tensor in inputs(1, 6).items()}]


def outputs(path, given):
    return OnnxGraph(path).run(**{name: tensor.numpy() for name, tensor in given.items()})


@pytest.mark.parametrize("refused", range(len(QUANTISATIONS) + 1))
def test_recipes_are_tried_in_order_until_one_passes(refused, network, tmp_path):
    seen = []

    def check(path):
        given = inputs(3, 5)
        with torch.inference_mode():
            expected = network(**given)
        found = outputs(path, given)
        assert [array.shape for array in found] == [(3, 5, 16), (3,)]
        seen.append(max(np.abs(a - b.numpy()).max() for a, b in zip(found, expected, strict=True)))
        return len(seen) > refused

    target = tmp_path / "network.onnx"
    recipe = export_int8(network, inputs(2, 4), ["states", "first"], target, check, sample=sample())
    assert recipe == [*(recipe.name for recipe in QUANTISATIONS), FLOAT32][refused]
    assert seen == sorted(seen, reverse=True)
    assert [path.name for path in tmp_path.iterdir()] == ["network.onnx"]
    assert outputs(target, inputs(1, 9))[0].shape == (1, 9, 16)


def test_a_network_that_never_passes_leaves_no_file(network, tmp_path):
    with pytest.raises(NotExportable):
        export_int8(
            network,
            inputs(2, 4),
            ["states", "first"],
            tmp_path / "network.onnx",
            lambda _: False,
            sample=sample(),
        )
    assert not list(tmp_path.iterdir())


def test_a_module_that_decides_by_its_numbers_is_not_exportable(tmp_path):
    example = {"numbers": inputs(2, 4)["numbers"]}
    with pytest.raises(NotExportable):
        export_int8(
            Unexportable(), example, ["out"], tmp_path / "n.onnx", lambda _: True, sample=sample()
        )
    assert not list(tmp_path.iterdir())


class States(nn.Module):
    """A transformer's last states alone."""

    def __init__(self, transformer):
        super().__init__()
        self.transformer = transformer

    def forward(self, input_ids):
        return self.transformer(input_ids, use_cache=False).last_hidden_state


SIZES = {
    "vocab_size": 50,
    "hidden_size": 16,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "intermediate_size": 32,
    "attn_implementation": "eager",
}


LOCAL = {
    "num_hidden_layers": 2,
    "global_attn_every_n_layers": 2,
    "local_attention": 8,
    "pad_token_id": 0,
    "bos_token_id": 1,
    "eos_token_id": 2,
    "cls_token_id": 1,
    "sep_token_id": 2,
}


@pytest.mark.parametrize(
    ("transformer", "layers", "masked"),
    [
        (lambda: BertModel(BertConfig(**SIZES), add_pooling_layer=False), 1, 0),
        (lambda: LlamaModel(LlamaConfig(**SIZES)), 1, 1),
        (lambda: ModernBertModel(ModernBertConfig(**SIZES | LOCAL)), 2, 1),
    ],
    ids=["sees everything", "sees what came before", "sees its surroundings in every other layer"],
)
def test_only_masks_that_hide_more_than_padding_are_computed(transformer, layers, masked, tmp_path):
    torch.manual_seed(0)
    network = States(transformer()).eval()
    ids = {"input_ids": torch.arange(40).reshape(2, 20)}
    target = tmp_path / "network.onnx"

    def check(path):
        with torch.inference_mode():
            expected = network(ids["input_ids"]).numpy()
        return np.abs(outputs(path, ids)[0] - expected).max() < 0.1

    export_int8(network, ids, ["states"], target, check, sample=[{"input_ids": np.array([[1, 2]])}])
    nodes = onnx.load(str(target)).graph.node
    made_of = {name: node for node in nodes for name in node.output}
    softmax = [node for node in nodes if node.op_type == "Softmax"]
    assert len(softmax) == layers
    assert sum(made_of[node.input[0]].op_type == "Add" for node in softmax) == masked


WIDTH, WIDE = 12, 40


def make_graph(tmp_path, *, shared=False):
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
        "make_graph",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", "tokens", WIDTH])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["batch", "tokens", WIDE])],
        [numpy_helper.from_array(m.astype(np.float32), name) for name, m in matrices.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)


def make_texts(channel=40.0, token=1.0):
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
    model = make_graph(tmp_path, shared=shared)
    expected = [computed(model, tmp_path / "n.onnx", text) for text in make_texts()]
    smooth_matrices(model, make_texts()[:2], lambda *_: False)
    for text, vector in zip(make_texts(), expected, strict=True):
        found = computed(model, tmp_path / "n.onnx", text)
        np.testing.assert_allclose(found, vector, rtol=1e-4, atol=1e-4 * np.abs(vector).max())


def test_a_token_of_zeros_stays_one(tmp_path):
    model = make_graph(tmp_path)
    smooth_matrices(model, make_texts(), lambda *_: False)
    nothing = computed(model, tmp_path / "n.onnx", {"x": np.zeros((1, 2, WIDTH), np.float32)})
    assert not nothing.any()


def test_a_matrix_that_is_kept_is_left_alone(tmp_path):
    model = make_graph(tmp_path)
    smooth_matrices(model, make_texts(), lambda inputs, outputs: inputs > outputs)
    [product] = [node for node in model.graph.node if node.name == "narrow product"]
    assert list(product.input) == ["sum", "narrow"]
    assert list(product.output) == ["back"]


def test_outputs_are_those_it_had(tmp_path):
    model = make_graph(tmp_path)
    smooth_matrices(model, make_texts(), lambda *_: False)
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
    given = make_texts(channel, token)
    plain, eased = make_graph(tmp_path), make_graph(tmp_path)
    smooth_matrices(eased, given, lambda *_: False)
    for text in given:
        before, after = error(plain, tmp_path, text), error(eased, tmp_path, text)
        for product in products:
            assert after[product] < 0.5 * before[product]
