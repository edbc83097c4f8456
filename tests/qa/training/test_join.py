"""Two readers become one network: spans by both, relevance and evidence by the first."""

import numpy as np
import onnx
import pytest
import torch

from index.models import OnnxGraph, default_model_folder
from qa.networks.weights import expand_weights, load_weights
from qa.networks.windows import Windower, load_tokenizer, make_network_inputs
from qa.reader.compiling import build_reader
from qa.reader.decoding import make_span_matrix
from qa.reader.network import ReaderNetwork
from qa.reader.trained import make_window_scores
from qa.training.join import join_readers
from qa.training.train import RERANKER

LOWEST = 6


@pytest.fixture(scope="module")
def readers():
    """Two readers that share the embeddings and six layers."""
    torch.manual_seed(1)
    network = ReaderNetwork()
    network.load_reranker(load_weights(RERANKER))
    first = {name: weight.half() for name, weight in network.state_dict().items()}
    second = {
        name: weight if is_shared(name) else weight + 0.06 * torch.randn_like(weight)
        for name, weight in first.items()
    }
    return first, second


def is_shared(name):
    parts = name.split(".")
    return parts[:2] == ["backbone", "embeddings"] or (
        parts[0] == "backbone" and int(parts[3]) < LOWEST
    )


def score(weights, file):
    """What a reader with these weights makes of a window: see `qa.reader.decoding`."""
    onnx.save(build_reader(expand_weights({n: w.numpy() for n, w in weights.items()})), str(file))
    windower = Windower(load_tokenizer(default_model_folder()))
    texts = windower.tokenize(["Who opened it?", "The mayor opened the old ferry in 1956."])
    window = windower.windows(*texts)[0]
    scores = make_window_scores(*OnnxGraph(file).run(**make_network_inputs(window)))
    matrix = make_span_matrix(window, scores)
    return {
        "spans": matrix[np.isfinite(matrix)],
        "null": scores.null,
        "relevance": scores.relevance,
        "evidence": scores.evidence,
    }


def test_spans_score_the_mean_of_both_and_the_first_judges_passage_and_sentences(readers, tmp_path):
    first, second = (score(reader, tmp_path / "reader.onnx") for reader in readers)
    joined = score(join_readers(*readers), tmp_path / "joined.onnx")
    for name in ("spans", "null", "relevance", "evidence"):
        assert not np.allclose(first[name], second[name], atol=0.06), name
    for name in ("spans", "null"):
        mean = (first[name] + second[name]) / 2
        np.testing.assert_allclose(joined[name], mean, atol=0.05, err_msg=name)
    for name in ("relevance", "evidence"):
        np.testing.assert_allclose(joined[name], first[name], atol=0.05, err_msg=name)


def test_what_both_share_is_kept_once(readers):
    joined = join_readers(*readers)
    shared = [name for name in joined if name.startswith("backbone.encoder.layer.")]
    assert {int(name.split(".")[3]) for name in shared} == set(range(LOWEST))
    for branch in ("first", "second"):
        layers = {name.split(".")[2] for name in joined if name.startswith(f"{branch}.layer.")}
        assert layers == set(map(str, range(12 - LOWEST)))
    assert joined["first.layer.0.output.dense.weight"].dtype == torch.int8


def test_readers_that_share_nothing_are_not_joined(readers):
    first, second = readers
    name = "backbone.encoder.layer.0.output.dense.bias"
    with pytest.raises(ValueError, match="share no layer"):
        join_readers(first, {**second, name: second[name] + 1})
    with pytest.raises(ValueError, match="share no layer"):
        join_readers(first, first)
    name = "backbone.embeddings.word_embeddings.weight"
    with pytest.raises(ValueError, match="word_embeddings"):
        join_readers(first, {**second, name: second[name] + 1})
