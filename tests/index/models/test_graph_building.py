"""Graphs made by hand compute what torch's modules do."""

import numpy as np
import onnx
import pytest
import torch
from transformers import BertConfig, BertModel

from index.models import GraphBuilder, OnnxGraph

INPUTS = ("ids", "types")


@pytest.fixture(scope="module")
def bert():
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=50, hidden_size=24, num_hidden_layers=2, num_attention_heads=3,
        intermediate_size=40, max_position_embeddings=16,
    )  # fmt: skip
    return BertModel(config, add_pooling_layer=False).eval()


@pytest.fixture
def weights(bert):
    return {f"bert.{name}": each.numpy() for name, each in bert.state_dict().items()}


def run(model, path, **inputs):
    onnx.save(model, str(path))
    return OnnxGraph(path).run(**inputs)


@pytest.mark.parametrize(("batch", "tokens"), [(1, 1), (1, 16), (3, 7)])
def test_bert_is_that_of_transformers(bert, weights, tmp_path, batch, tokens):
    graph = GraphBuilder(weights)
    model = graph.build(INPUTS, {"states": graph.add_bert(*INPUTS, "bert.", heads=3)})
    numbers = torch.arange(batch * tokens).reshape(batch, tokens) % 50
    inputs = {"ids": numbers, "types": numbers % 2}
    [states] = run(model, tmp_path / "bert.onnx", **{k: v.numpy() for k, v in inputs.items()})
    with torch.inference_mode():
        expected = bert(input_ids=inputs["ids"], token_type_ids=inputs["types"])
    np.testing.assert_allclose(states, expected.last_hidden_state.numpy(), atol=1e-5)


def test_a_constant_that_is_used_twice_is_kept_once(tmp_path):
    graph = GraphBuilder({})
    first, again, other = (graph.add_integers(*values) for values in ((1, 2), (1, 2), (2, 1)))
    assert first == again != other
    model = graph.build(["ids"], {"sum": graph.add("Cast", graph.add("Add", "ids", first), to=1)})
    assert len(model.graph.initializer) == 2
    [total] = run(model, tmp_path / "sum.onnx", ids=np.array([[5, 6]]))
    assert total.tolist() == [[6.0, 8.0]]


def test_a_missing_weight_is_named(weights):
    del weights["bert.encoder.layer.1.intermediate.dense.bias"]
    with pytest.raises(KeyError, match=r"layer\.1\.intermediate\.dense\.bias"):
        GraphBuilder(weights).add_bert(*INPUTS, "bert.", heads=3)


def test_the_vectors_of_words_may_be_given(weights, tmp_path):
    tokens = np.array([[3, 1, 4, 1, 5]])
    both = GraphBuilder(weights)
    by_number = both.build(["ids"], {"states": both.add_bert("ids", None, "bert.", heads=3)})
    embedded = GraphBuilder(weights)
    states = embedded.add_embedded_bert("words", "bert.", heads=3)
    by_vector = embedded.build([], {"states": states}, vectors=["words"])
    words = weights["bert.embeddings.word_embeddings.weight"][tokens]
    [expected] = run(by_number, tmp_path / "number.onnx", ids=tokens)
    [given] = run(by_vector, tmp_path / "vector.onnx", words=words)
    np.testing.assert_allclose(given, expected, atol=1e-6)
