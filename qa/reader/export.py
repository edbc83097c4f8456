"""Weights to a compiled network. Imports torch: only compiling imports this."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import nn

from index import ModelError, OnnxGraph, export_int8
from qa.model_weights import load_weights
from qa.reader.decoding import WindowScores, find_best_spans
from qa.reader.network import Outputs, ReaderNetwork
from qa.reader.trained import TrainedReader, make_network_inputs, make_window_scores
from qa.reader.windows import Window, Windower

# The compiled network must choose the float network's span on this share of the sample.
AGREEMENT = 0.85
# Its margins, relevance and evidence must differ from the float network's by less on average.
DRIFT = 1.0

# Written for this check: questions of every kind, over one passage each.
_SAMPLE = (
    (
        "When did the ferry stop running?",
        "The ferry across the Tamble carried its last passengers on 3 May 1956, two weeks "
        "after the bridge had been opened by the mayor, Louisa Penhale.",
    ),
    (
        "Who opened the bridge?",
        "The ferry across the Tamble carried its last passengers on 3 May 1956, two weeks "
        "after the bridge had been opened by the mayor, Louisa Penhale.",
    ),
    (
        "How deep is the lake?",
        "Lake Orna covers eleven square kilometres and reaches a depth of 84 metres at its "
        "northern end, where the old quarry lies under water.",
    ),
    (
        "Why was the quarry given up?",
        "The quarry was worked until 1931. It was given up because the pumps could no longer "
        "keep the water out, and the company had no money for new ones.",
    ),
    (
        "Which colours can be ordered?",
        "The chair is made of beech and comes in grey, moss green or dark blue. Orders are "
        "delivered within six weeks; assembled chairs take a week longer.",
    ),
    (
        "What does the red light mean?",
        "A green light shows that the battery is full. If the light turns red, the charger is "
        "too hot: unplug it, let it cool for half an hour and try again.",
    ),
    (
        "Where were the letters found?",
        "In 1988 a plumber found 214 letters behind the bath of a house in Rua das Flores. "
        "They had been written by a sailor to his sister between 1871 and 1879.",
    ),
    (
        "How many letters were there?",
        "In 1988 a plumber found 214 letters behind the bath of a house in Rua das Flores. "
        "They had been written by a sailor to his sister between 1871 and 1879.",
    ),
    (
        "What is a kioke?",
        "Soy sauce used to be brewed in kioke, large barrels of cedar wood held together by "
        "hoops of braided bamboo. A good one lasts for more than a century.",
    ),
    (
        "How is the dough kept warm?",
        "Cover the bowl with a damp cloth and set it in the switched-off oven with the lamp "
        "on; the lamp keeps the dough at about 26 °C through the night.",
    ),
    (
        "Who paid for the new organ?",
        "The choir rehearses on Tuesdays. Its organ, built by a firm from Lucca, was paid for "
        "by the widow of a brewer, and it has 1,312 pipes.",
    ),
    (
        "What is the capital of Peru?",
        "The choir rehearses on Tuesdays. Its organ, built by a firm from Lucca, was paid for "
        "by the widow of a brewer, and it has 1,312 pipes.",
    ),
)


def export(
    weights: Path,
    windower: Windower,
    target: Path,
    progress: Callable[[str, float], None] | None = None,
) -> str:
    """Compile a trained network; returns the name of the quantisation that passed the check.

    Args:
        weights: see `load_network`.
        target: the ONNX file to write.

    Raises:
        ModelError: the weights do not fit the network, or it cannot be exported.
    """
    network = load_network(weights)
    sample = [
        (windower.windows(question, passage)[0], question, passage)
        for question, passage in zip(
            windower.tokenize([question for question, _ in _SAMPLE]),
            windower.tokenize([passage for _, passage in _SAMPLE]),
            strict=True,
        )
    ]
    expected = [_summarise_best(window, score_window(network, window)) for window, *_ in sample]

    def agrees(path: Path) -> bool:
        reader = TrainedReader(OnnxGraph(path), windower)
        summaries = [_summarise_best(window, reader.scores(window)) for window, *_ in sample]
        same = sum(a[:2] == b[:2] for a, b in zip(summaries, expected, strict=True))
        distances = np.abs(
            [np.subtract(a[2:], b[2:]) for a, b in zip(summaries, expected, strict=True)]
        )
        return bool(same >= AGREEMENT * len(sample) and (distances.mean(0) < DRIFT).all())

    windows = [window for window, *_ in sample]
    return export_network(network, Outputs._fields, target, agrees, windows, "reader", progress)


def export_network(
    network: nn.Module,
    outputs: Sequence[str],
    target: Path,
    agrees: Callable[[Path], bool],
    sample: Sequence[Window],
    name: str,
    progress: Callable[[str, float], None] | None = None,
) -> str:
    """Compile a network that reads windows; returns the name of the quantisation that passed.

    Args:
        outputs: what the network's outputs are called.
        target: the ONNX file to write.
        agrees: checks a compiled network.
        sample: windows like those that will be read.
        name: of the model, for messages.

    Raises:
        ModelError: it cannot be exported.
    """
    ids = torch.randint(1000, 2000, (2, 24))

    def report_stage(stage: str, done: float) -> None:
        if progress is not None:
            progress(f"{stage} the {name}", done)

    try:
        return export_int8(
            network,
            {"input_ids": ids, "token_type_ids": torch.zeros_like(ids)},
            outputs,
            target,
            agrees,
            sample=[make_network_inputs(window) for window in sample],
            progress=report_stage,
        )
    except ValueError as error:
        raise ModelError(f"the {name} cannot be compiled: {error}") from error


def load_network(weights: Path) -> ReaderNetwork:
    """The float network with its trained weights, for evaluation.

    Args:
        weights: all of them, as `qa.model_weights` reads them.

    Raises:
        ModelError: the weights do not fit the network.
    """
    network = ReaderNetwork()
    try:
        network.load_state_dict(load_weights(weights))
    except RuntimeError as error:
        raise ModelError("the reader's weights do not fit: reinstall quoteback") from error
    return network.eval()


def score_window(network: ReaderNetwork, window: Window) -> WindowScores:
    """Scores of one window by the float network."""
    inputs = {name: torch.from_numpy(array) for name, array in make_network_inputs(window).items()}
    with torch.inference_mode():
        outputs = network(**inputs)
    return make_window_scores(*(output.numpy() for output in outputs))


def _summarise_best(window: Window, scores: WindowScores) -> tuple[int, int, float, float, float]:
    """The best span, its margin, the relevance, and the mean evidence of the passage."""
    best = find_best_spans(window, scores, 1)[0]
    passage = slice(window.first, window.first + len(window.offsets))
    evidence = float(scores.evidence[passage].mean())
    return best.start, best.end, best.margin, scores.relevance, evidence
