"""The reranker's weights to a compiled network. Imports torch: only compiling imports this."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from index import OnnxGraph
from qa.reader.export import export_network
from qa.reader.trained import make_network_inputs
from qa.reader.windows import Window, Windower
from qa.reranker.cross_encoder import CrossEncoder
from qa.reranker.network import RerankerNetwork, load_network

# The compiled network's scores of the sample must correlate with the float network's as well as
# this, and differ from them by no more on average. They spread from -11 to 10.
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


def export(
    weights: Path,
    windower: Windower,
    target: Path,
    progress: Callable[[str, float], None] | None = None,
) -> str:
    """Compile the reranker; returns the name of the quantisation that passed the check.

    Args:
        weights: see `load_network`.
        target: the ONNX file to write.

    Raises:
        ModelError: the weights do not fit the network, or it cannot be exported.
    """
    network = load_network(weights)
    sample = sample_windows(windower)
    expected = [float_score(network, window) for window in sample]

    def agrees(path: Path) -> bool:
        compiled = CrossEncoder(OnnxGraph(path), windower)
        scores = [compiled.score_window(window) for window in sample]
        correlation = np.corrcoef(scores, expected)[0, 1]
        difference = np.abs(np.subtract(scores, expected)).mean()
        return bool(correlation >= CORRELATION and difference <= DIFFERENCE)

    return export_network(network, ("logits",), target, agrees, sample, "reranker", progress)


def sample_windows(windower: Windower) -> list[Window]:
    """Every question of the sample with every passage."""
    questions, passages = windower.tokenize(_QUESTIONS), windower.tokenize(_PASSAGES)
    return [
        windower.windows(question, passage)[0] for question in questions for passage in passages
    ]


def float_score(network: RerankerNetwork, window: Window) -> float:
    """The float network's score of one window."""
    inputs = {name: torch.from_numpy(array) for name, array in make_network_inputs(window).items()}
    with torch.inference_mode():
        return float(network(**inputs)[0])
