"""Compile the reader's weights. Imports onnx: only compiling imports this."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import onnx

from index import ModelError
from index.models import (
    VECTORS,
    GraphBuilder,
    LanguagesWeights,
    OnnxGraph,
    Weights,
    load_weights,
    quantise_graph,
)
from qa.reader.trained import CompiledReader, TrainedReader, WindowScores, find_best_span
from qa.reader.windows import (
    INPUTS,
    MakeInputs,
    Window,
    Windower,
    make_network_inputs,
    make_vector_inputs,
)

# Attention heads of the reader.
_HEADS = 12
# The compiled network must choose the float network's span on this share of the sample.
AGREEMENT = 0.85
# Its margins, relevance and evidence must differ from the float network's by less on average.
DRIFT = 1.0

# Written for this check: passages, and questions of every kind that each is read for.
_SAMPLE = {
    (
        "The ferry across the Tamble carried its last passengers on 3 May 1956, two weeks "
        "after the bridge had been opened by the mayor, Louisa Penhale."
    ): ("When did the ferry stop running?", "Who opened the bridge?"),
    (
        "Lake Orna covers eleven square kilometres and reaches a depth of 84 metres at its "
        "northern end, where the old quarry lies under water."
    ): ("How deep is the lake?",),
    (
        "The quarry was worked until 1931. It was given up because the pumps could no longer "
        "keep the water out, and the company had no money for new ones."
    ): ("Why was the quarry given up?",),
    (
        "The chair is made of beech and comes in grey, moss green or dark blue. Orders are "
        "delivered within six weeks; assembled chairs take a week longer."
    ): ("Which colours can be ordered?",),
    (
        "A green light shows that the battery is full. If the light turns red, the charger is "
        "too hot: unplug it, let it cool for half an hour and try again."
    ): ("What does the red light mean?",),
    (
        "In 1988 a plumber found 214 letters behind the bath of a house in Rua das Flores. "
        "They had been written by a sailor to his sister between 1871 and 1879."
    ): ("Where were the letters found?", "How many letters were there?"),
    (
        "Soy sauce used to be brewed in kioke, large barrels of cedar wood held together by "
        "hoops of braided bamboo. A good one lasts for more than a century."
    ): ("What is a kioke?",),
    (
        "Cover the bowl with a damp cloth and set it in the switched-off oven with the lamp "
        "on; the lamp keeps the dough at about 26 °C through the night."
    ): ("How is the dough kept warm?",),
    (
        "The choir rehearses on Tuesdays. Its organ, built by a firm from Lucca, was paid for "
        "by the widow of a brewer, and it has 1,312 pipes."
    ): ("Who paid for the new organ?", "What is the capital of Peru?"),
}


def compile_reader(
    weights: Path,
    windower: Windower,
    target: Path,
    progress: Callable[[str, float], None] | None = None,
    part: LanguagesWeights | None = None,
) -> str:
    """Compile a reader; returns the name of the quantisation that passed the check.

    Args:
        weights: see `index.models.load_weights`.
        target: the ONNX file to write.
        part: of a reader of all languages, the encoder whose words are its own.

    Raises:
        ModelError: the weights do not fit the network, or it cannot be compiled.
    """
    windows = [
        windower.windows(*windower.tokenize([question, passage]))[0]
        for passage, questions in _SAMPLE.items()
        for question in questions
    ]
    make_inputs: MakeInputs = make_network_inputs
    if part is not None:
        make_inputs = partial(make_vector_inputs, part.open_words())

    def report_stage(stage: str, done: float) -> None:
        if progress is not None:
            progress(f"{stage} the reader", done)

    def summarise(path: Path) -> list[tuple[int, int, float, float, float]]:
        compiled = CompiledReader(OnnxGraph(path), windower, make_inputs)
        reader = TrainedReader(lambda: compiled)
        return [_summarise_best(window, reader.scores(window)) for window in windows]

    def agrees(compiled: Path) -> bool:
        expected, summaries = summarise(original), summarise(compiled)
        same = sum(a[:2] == b[:2] for a, b in zip(summaries, expected, strict=True))
        distances = np.abs(
            [np.subtract(a[2:], b[2:]) for a, b in zip(summaries, expected, strict=True)]
        )
        return bool(same >= AGREEMENT * len(windows) and (distances.mean(0) < DRIFT).all())

    report_stage("Exporting", 0.0)
    try:
        own = load_weights(weights)
        model = build_reader(own) if part is None else build_languages_reader(own, part)
    except KeyError as error:
        raise ModelError("the reader's weights do not fit: reinstall quoteback") from error
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        original = Path(scratch) / "float32.onnx"
        onnx.save(model, str(original))
        try:
            return quantise_graph(
                original,
                target,
                agrees,
                sample=[make_inputs(window) for window in windows],
                progress=report_stage,
            )
        except ValueError as error:
            raise ModelError(f"the reader cannot be compiled: {error}") from error


def build_reader(weights: Weights) -> Any:
    """The network in float32 as an ONNX model.

    It computes what `qa.training.reader.network.ReaderNetwork` does.

    Raises:
        KeyError: a weight is missing.
    """
    graph = GraphBuilder(weights)
    outputs = _add_heads(graph, graph.add_bert(*INPUTS, "backbone.", _HEADS))
    return graph.build(INPUTS, outputs)


def build_languages_reader(weights: Weights, part: LanguagesWeights) -> Any:
    """As `build_reader`, from the vectors of a window's tokens.

    Args:
        weights: the reader's own.
        part: has the layers that it lacks.
    """
    borrowed = {f"backbone.{name}": each for name, each in part.widen_tensors().items()}
    graph = GraphBuilder({**borrowed, **weights})
    outputs = _add_heads(graph, graph.add_embedded_bert(VECTORS, "backbone.", _HEADS))
    return graph.build([], outputs, vectors=[VECTORS])


def _add_heads(graph: GraphBuilder, states: str) -> dict[str, str]:
    """The reader's outputs by name, from the states of the tokens."""
    first, second = (graph.add_constant(np.array(number)) for number in (0, 1))
    last = graph.add_integers(-1)
    token = graph.add("Gather", states, first, axis=1)
    edges = graph.add_linear(states, "edges")
    pooled = graph.add("Tanh", graph.add_linear(token, "pooler"))
    return {
        "start": graph.add("Gather", edges, first, axis=2),
        "end": graph.add("Gather", edges, second, axis=2),
        "left": graph.add_linear(states, "left"),
        "right": graph.add_linear(states, "right"),
        "null": graph.add("Squeeze", graph.add_linear(token, "null"), last),
        "relevance": graph.add("Squeeze", graph.add_linear(pooled, "relevance"), last),
        "evidence": graph.add("Squeeze", graph.add_linear(states, "evidence"), last),
    }


def _summarise_best(window: Window, scores: WindowScores) -> tuple[int, int, float, float, float]:
    """The best span, its margin, the relevance, and the mean evidence of the passage."""
    best = find_best_span(window, scores)
    passage = slice(window.passage_start, window.passage_start + len(window.offsets))
    evidence = float(scores.evidence[passage].mean())
    return best.span.start, best.span.end, best.score, scores.relevance, evidence
