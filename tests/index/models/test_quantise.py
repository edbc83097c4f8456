"""A module becomes an ONNX file by the first recipe whose network passes the check."""

import numpy as np
import onnx
import pytest
import torch
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
from index.models.quantise import FLOAT32, QUANTISATIONS, NotExportable
from index.models.torch_export import export_int8

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
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 32,
    "attn_implementation": "eager",
}


LOCAL = {
    "global_attn_every_n_layers": 2,
    "local_attention": 8,
    "pad_token_id": 0,
    "bos_token_id": 1,
    "eos_token_id": 2,
    "cls_token_id": 1,
    "sep_token_id": 2,
}


@pytest.mark.parametrize(
    ("transformer", "masked"),
    [
        (lambda: BertModel(BertConfig(**SIZES), add_pooling_layer=False), 0),
        (lambda: LlamaModel(LlamaConfig(**SIZES)), 2),
        (lambda: ModernBertModel(ModernBertConfig(**SIZES, **LOCAL)), 1),
    ],
    ids=["sees everything", "sees what came before", "sees its surroundings in every other layer"],
)
def test_only_masks_that_hide_more_than_padding_are_computed(transformer, masked, tmp_path):
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
    assert len(softmax) == 2
    assert sum(made_of[node.input[0]].op_type == "Add" for node in softmax) == masked
