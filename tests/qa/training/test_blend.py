"""Two readers are blended weight by weight."""

import pytest
import torch

from qa.training.join import blend_weights


def test_a_blend_lies_between_its_parts():
    first = {"a": torch.tensor([0.0, 2.0], dtype=torch.float16)}
    second = {"a": torch.tensor([1.0, 4.0], dtype=torch.float16)}
    blended = blend_weights(first, second, 0.25)["a"]
    assert blended.dtype == torch.float16
    assert blended.tolist() == [0.25, 2.5]


def test_what_is_the_same_stays_as_it_is_stored():
    frozen = torch.tensor([-3, 127], dtype=torch.int8)
    assert torch.equal(blend_weights({"a": frozen}, {"a": frozen.clone()}, 0.6)["a"], frozen)


def test_readers_of_another_shape_are_not_blended():
    with pytest.raises(KeyError):
        blend_weights({"a": torch.zeros(1)}, {"b": torch.zeros(1)}, 0.5)


@pytest.mark.parametrize("dtype", [torch.int8, torch.float16])
def test_frozen_weights_that_differ_are_not_blended(dtype):
    frozen = torch.tensor([-3, 127], dtype=torch.int8)
    with pytest.raises(ValueError, match="frozen"):
        blend_weights({"layer.2": torch.tensor([5, 6], dtype=dtype)}, {"layer.2": frozen}, 0.6)
