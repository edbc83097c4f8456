"""Of two readers that were joined, the first one is taken out as it was."""

import numpy as np

from qa.training.split_reader import take_first_reader


def test_the_first_reader_is_what_it_was_before_it_was_joined():
    random = np.random.default_rng(3)
    edges, other_edges = random.normal(size=(2, 2, 384)).astype(np.float32)
    left, other_left = random.normal(size=(2, 64, 384)).astype(np.float32)
    layer, shared = random.normal(size=(2, 384, 384)).astype(np.float32)
    nothing = np.zeros_like(left)
    joined = {
        "backbone.encoder.layer.5.output.dense.weight": shared,
        "first.layer.0.output.dense.weight": layer,
        "second.layer.0.output.dense.weight": shared,
        "edges.weight": np.concatenate((edges, other_edges), 1) / 2,
        "left.weight": 0.5**0.25 * np.block([[left, nothing], [nothing, other_left]]),
        "left.bias": 0.5**0.25 * np.concatenate((left[:, 0], other_left[:, 0])),
    }
    first = take_first_reader(joined)
    assert set(first) == {
        "backbone.encoder.layer.5.output.dense.weight",
        "backbone.encoder.layer.6.output.dense.weight",
        *("edges.weight", "left.weight", "left.bias"),
    }
    for name, expected in (
        ("backbone.encoder.layer.5.output.dense.weight", shared),
        ("backbone.encoder.layer.6.output.dense.weight", layer),
        ("edges.weight", edges),
        ("left.weight", left),
        ("left.bias", left[:, 0]),
    ):
        np.testing.assert_allclose(first[name], expected, atol=2e-3, err_msg=name)
