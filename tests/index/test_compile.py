"""A module becomes an ONNX file by the first recipe whose network passes the check."""

import numpy as np
import pytest
import torch
from torch import nn

from index.compile import FLOAT32, RECIPES, NotExportable, export_int8
from index.graph import Graph


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


def outputs(path, given):
    return Graph(path).run(**{name: tensor.numpy() for name, tensor in given.items()})


@pytest.mark.parametrize("refused", range(len(RECIPES) + 1))
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
    recipe = export_int8(network, inputs(2, 4), ["states", "first"], target, check)
    assert recipe == [*(recipe.name for recipe in RECIPES), FLOAT32][refused]
    assert seen == sorted(seen, reverse=True)
    assert [path.name for path in tmp_path.iterdir()] == ["network.onnx"]
    assert outputs(target, inputs(1, 9))[0].shape == (1, 9, 16)


def test_a_network_that_never_passes_leaves_no_file(network, tmp_path):
    with pytest.raises(NotExportable):
        export_int8(
            network, inputs(2, 4), ["states", "first"], tmp_path / "network.onnx", lambda _: False
        )
    assert not list(tmp_path.iterdir())


def test_a_module_that_decides_by_its_numbers_is_not_exportable(tmp_path):
    example = {"numbers": inputs(2, 4)["numbers"]}
    with pytest.raises(NotExportable):
        export_int8(Unexportable(), example, ["out"], tmp_path / "n.onnx", lambda _: True)
    assert not list(tmp_path.iterdir())
