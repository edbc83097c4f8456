"""Blending two runs: the mean of their weights, with a card that tells the sum."""

import json
import sys

import pytest
import torch
from safetensors.torch import load_file, save_file

from index import sha256_of
from qa.answering.models import READER_WEIGHTS as WEIGHTS
from qa.reader.compiled import CARD, FILE
from qa.training import blend
from qa.training.blend import blended

FIRST = {"edges.bias": torch.tensor([0.0, 4.0]), "null.bias": torch.tensor([1.0])}
SECOND = {"edges.bias": torch.tensor([1.0, 2.0]), "null.bias": torch.tensor([1.0])}


@pytest.mark.parametrize(("share", "edges"), [(0, [0, 4]), (0.25, [0.25, 3.5]), (1, [1, 2])])
def test_every_weight_lies_between_those_of_the_runs(share, edges):
    mixed = blended(FIRST, SECOND, share)
    assert mixed["edges.bias"].tolist() == edges
    assert mixed["null.bias"].tolist() == [1]
    assert {tensor.dtype for tensor in mixed.values()} == {torch.float16}


@pytest.mark.parametrize(
    "other", [{"edges.bias": torch.zeros(2)}, {**SECOND, "null.bias": torch.zeros(2)}]
)
def test_weights_of_another_network_are_refused(other):
    with pytest.raises(ValueError, match="different networks"):
        blended(FIRST, other, 0.5)


def test_the_reader_it_writes_comes_with_its_card(tmp_path, monkeypatch):
    for name, weights in (("first", FIRST), ("second", SECOND)):
        save_file(weights, tmp_path / name)
    out = tmp_path / "out"
    runs = [str(tmp_path / "first"), str(tmp_path / "second")]
    monkeypatch.setattr(sys, "argv", ["blend", *runs, "--share", "0.5", "--out", str(out)])
    blend.main()
    assert load_file(out / FILE)["edges.bias"].tolist() == [0.5, 3.0]
    card = json.loads((out / CARD).read_text(encoding="utf-8"))
    shipped = json.loads((WEIGHTS / CARD).read_text(encoding="utf-8"))
    assert card == {**shipped, "sha256": sha256_of(out / FILE)}
