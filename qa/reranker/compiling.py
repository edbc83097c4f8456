"""Compile the reranker's weights. Imports onnx: only compiling imports this."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from index.models import GraphBuilder, OnnxGraph
from qa.networks.compiling import HEADS, compile_graph
from qa.networks.weights import Weights
from qa.networks.windows import INPUTS, Window, Windower
from qa.reranker.cross_encoder import CrossEncoder

# On the sample, the compiled network's scores must correlate with the float network's at least
# so much, and differ from them by no more than this on average. They range from about -11 to 11.
CORRELATION = 0.99
DIFFERENCE = 0.5

# Written for this check: every question is paired with every passage.
_QUESTIONS = (
    "When did the ferry stop running?",
    "why was the quarry given up",
    "What does the red light mean?",
    "How is the dough kept warm?",
    "Can I pay by card?",
)
_PASSAGES = (
    "Tamble bridge › History: The ferry across the Tamble carried its last passengers on 3 May "
    "1956, two weeks after the bridge had been opened by the mayor, Louisa Penhale.",
    "The quarry was worked until 1931. It was given up because the pumps could no longer keep the "
    "water out, and the company had no money for new ones.",
    "A green light shows that the battery is full. If the light turns red, the charger is too hot: "
    "unplug it, let it cool for half an hour and try again.",
    "Cover the bowl with a damp cloth and set it in the switched-off oven with the lamp on; the "
    "lamp keeps the dough at about 26 °C through the night.",
    "Tickets: Single: £2.40; Return: £4.10; Payment: cash or card;",
    "Contents",
)


def compile_reranker(
    weights: Path,
    windower: Windower,
    target: Path,
    progress: Callable[[str, float], None] | None = None,
) -> str:
    """Compile the reranker; returns the name of the quantisation that passed the check.

    Args:
        weights: see `qa.networks.weights`.
        target: the ONNX file to write.

    Raises:
        ModelError: the weights do not fit the network, or it cannot be compiled.
    """
    sample = sample_windows(windower)

    def score(path: Path) -> list[float]:
        compiled = CrossEncoder(OnnxGraph(path), windower)
        return [compiled.score_window(window) for window in sample]

    def agrees(original: Path, compiled: Path) -> bool:
        scores, expected = score(compiled), score(original)
        correlation = np.corrcoef(scores, expected)[0, 1]
        difference = np.abs(np.subtract(scores, expected)).mean()
        return bool(correlation >= CORRELATION and difference <= DIFFERENCE)

    return compile_graph(weights, build_reranker, target, agrees, sample, "reranker", progress)


def build_reranker(weights: Weights) -> Any:
    """The network in float32 as an ONNX model: a `BertForSequenceClassification` with one logit.

    Raises:
        KeyError: a weight is missing.
    """
    graph = GraphBuilder(weights)
    states = graph.add_bert(*INPUTS, "bert.", HEADS)
    token = graph.add("Gather", states, graph.add_constant(np.array(0)), axis=1)
    pooled = graph.add("Tanh", graph.add_linear(token, "bert.pooler.dense"))
    logit = graph.add_linear(pooled, "classifier")
    return graph.build(INPUTS, {"logits": graph.add("Squeeze", logit, graph.add_integers(-1))})


def sample_windows(windower: Windower) -> list[Window]:
    """Every question of the sample with every passage."""
    questions, passages = windower.tokenize(_QUESTIONS), windower.tokenize(_PASSAGES)
    return [
        windower.windows(question, passage)[0] for question in questions for passage in passages
    ]
