"""The trained reader: spans, relevance and evidence from a compiled network, without torch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from index import Cancelled, Span
from index.documents import replace_surrogates
from index.models import OnnxGraph
from index.text import split_sentences
from qa.defaults import never
from qa.passage_text import ModelPassage, RenderedPassage, render_passage
from qa.reader.reading import Reading, ScoredSpan
from qa.reader.windows import MakeInputs, Window, Windower, make_network_inputs

Floats = NDArray[np.float32]

# Tokens of the longest span that is an answer.
MAX_ANSWER_TOKENS = 80
# Spans kept of a passage: those after the first few never win.
_SPANS_KEPT = 8
# Spans looked at in a window: some only repeat the question.
_SPANS_TRIED = 12
# The network's relevance times this is on the scale of a cross-encoder's scores.
RANKING_SCALE = 2.5
# The relevance of a passage without a word.
_IRRELEVANT = -50.0


@dataclass(frozen=True, slots=True)
class WindowScores:
    """What the network says of one window, padding cut off.

    Attributes:
        start, end: float32 of shape (tokens,).
        left, right: float32 of shape (tokens, joint size).
        null: score of "not here".
        relevance: log odds that the passage answers.
        evidence: float32 of shape (tokens,): the mean over the tokens of a sentence gives the
            log odds that the sentence answers.
    """

    start: Floats
    end: Floats
    left: Floats
    right: Floats
    null: float
    relevance: float
    evidence: Floats


@dataclass(frozen=True, slots=True)
class CompiledReader:
    """A compiled `ReaderNetwork`, the windows that it reads, and the inputs that it takes."""

    graph: OnnxGraph
    windower: Windower
    make_inputs: MakeInputs = make_network_inputs


class TrainedReader:
    """Scores are log odds against "not here" and compare across passages. Thread-safe."""

    ranks_passages: Literal[True] = True

    def __init__(self, open_compiled: Callable[[], CompiledReader]) -> None:
        """A reader whose network is opened when it first reads: who only searches needs none."""
        self._open_compiled = open_compiled
        self._lock = Lock()
        self._opened: CompiledReader | None = None

    def load(self) -> None:
        """Open the network now, so that no question waits for it; raises as opening it does."""
        _ = self._compiled

    @property
    def _compiled(self) -> CompiledReader:
        # Threads that read for the first time wait for one network; they do not open one each.
        with self._lock:
            if self._opened is None:
                self._opened = self._open_compiled()
            return self._opened

    def read(
        self, question: str, passages: Sequence[ModelPassage], cancelled: Callable[[], bool] = never
    ) -> list[Reading]:
        windower = self._compiled.windower
        rendered = [render_passage(passage) for passage in passages]
        texts = [question, *(each.above for each in rendered), *(each.text for each in rendered)]
        # No tokenizer takes a lone surrogate.
        encoded_question, *encoded = windower.tokenize([replace_surrogates(text) for text in texts])
        headings, bodies = encoded[: len(rendered)], encoded[len(rendered) :]
        windows = [
            (number, window)
            for number, (body, heading) in enumerate(zip(bodies, headings, strict=True))
            for window in windower.windows(encoded_question, body, heading)
        ]
        # The longest first, so that no core is left with a long one at the end.
        windows.sort(key=lambda pair: -len(pair[1].ids))

        def score_window(window: Window) -> WindowScores:
            if cancelled():
                raise Cancelled
            return self.scores(window)

        results = self._compiled.graph.each(score_window, [window for _, window in windows])
        scored: list[list[tuple[Window, WindowScores]]] = [[] for _ in passages]
        for (number, window), scores in zip(windows, results, strict=True):
            scored[number].append((window, scores))
        return [
            _make_reading(passage, words, windows_scored)
            for passage, words, windows_scored in zip(passages, rendered, scored, strict=True)
        ]

    def scores(self, window: Window) -> WindowScores:
        """The network's scores of one window."""
        compiled = self._compiled
        outputs = compiled.graph.run(**compiled.make_inputs(window))
        return take_scores(outputs, 0, len(window.ids))


def take_scores(outputs: Sequence[Floats], row: int, tokens: int) -> WindowScores:
    """The network's outputs for one window of a batch, which has so many tokens."""
    start, end, left, right, null, relevance, evidence = (output[row] for output in outputs)
    return WindowScores(
        start[:tokens],
        end[:tokens],
        left[:tokens],
        right[:tokens],
        float(null),
        float(relevance),
        evidence[:tokens],
    )


def make_span_matrix(window: Window, scores: WindowScores) -> Floats:
    """The score of each span by its first and last token: float32 of shape (n, n).

    It is over the n tokens of the passage; -inf if there is no span.
    """
    first, count = window.passage_start, len(window.offsets)
    passage = slice(first, first + count)
    left, right = scores.left[passage], scores.right[passage]
    # Row by row: the product of whole matrices uses all cores, which wait for each other. On a
    # busy machine that takes a hundred times as long.
    matrix = (left[:, None] @ right.T)[:, 0] / np.float32(left.shape[1] ** 0.5)
    matrix += scores.start[passage, None] + scores.end[None, passage]
    distance = np.arange(count)[None, :] - np.arange(count)[:, None]
    matrix[(distance < 0) | (distance >= MAX_ANSWER_TOKENS)] = -np.inf
    return matrix


def find_best_span(window: Window, scores: WindowScores) -> ScoredSpan:
    """The best span of a window, with its log odds against "not here"."""
    return _choose_best_spans(window, make_span_matrix(window, scores), scores.null, 1)[0]


def _choose_best_spans(window: Window, matrix: Floats, null: float, n: int) -> list[ScoredSpan]:
    """The `n` best spans of a window, best first; ties go to the earlier, shorter span.

    Args:
        matrix: of the window, as `make_span_matrix` makes it.
        null: the score of "not here".
    """
    flat = matrix.ravel()
    kept = min(n, flat.size)
    top = np.argpartition(-flat, kept - 1)[:kept]
    top = top[np.isfinite(flat[top])]
    best = []
    for cell in sorted(top.tolist(), key=lambda cell: (-flat[cell], cell)):
        head, tail = divmod(cell, matrix.shape[1])
        span = Span(int(window.offsets[head, 0]), int(window.offsets[tail, 1]))
        best.append(ScoredSpan(span, float(flat[cell]) - null))
    return best


def _make_reading(
    passage: ModelPassage, rendered: RenderedPassage, windows: Sequence[tuple[Window, WindowScores]]
) -> Reading:
    """A passage's reading, from the scores of its windows."""
    sentences = tuple(
        ScoredSpan(
            sentence, max((_score_evidence(*each, read) for each in windows), default=_IRRELEVANT)
        )
        for sentence, read in _locate_sentences(passage, rendered)
    )
    best_sentence = max((scored.score for scored in sentences), default=_IRRELEVANT)
    spans: list[ScoredSpan] = []
    relevance = ranking = _IRRELEVANT
    for window, scores in windows:
        matrix = make_span_matrix(window, scores)
        for best in _choose_best_spans(window, matrix, scores.null, _SPANS_TRIED):
            span = rendered.locate(best.span)
            if span is not None:
                spans.append(ScoredSpan(span, best.score))
        relevance = max(relevance, _score_relevance(matrix, scores, best_sentence))
        ranking = max(ranking, scores.relevance)
    return Reading(_drop_repeats(spans), relevance, sentences, RANKING_SCALE * ranking)


def _score_relevance(matrix: Floats, scores: WindowScores, best_sentence: float) -> float:
    """Log odds that a window answers: the mean of three views of it.

    The relevance head knows questions of every kind. All spans together, against "not here", tell
    better if one detail is missing. The best sentence tells better which of two passages of the
    same section says what to do.
    """
    top = float(matrix.max())
    spans = top + float(np.log(np.exp(matrix - top).sum())) - scores.null
    return (scores.relevance + spans + best_sentence) / 3


def _locate_sentences(passage: ModelPassage, rendered: RenderedPassage) -> list[tuple[Span, Span]]:
    """The sentences of a passage, each with its span in the rendered text; a row is one."""
    if rendered.cells:
        return [(Span(0, len(passage.text)), Span(0, len(rendered.text)))]
    found = split_sentences(passage.text, passage.language)
    return [(Span(*sentence), Span(*sentence)) for sentence in found]


def _score_evidence(window: Window, scores: WindowScores, sentence: Span) -> float:
    """Log odds that a sentence answers: the mean over its tokens in a window."""
    offsets = window.offsets
    touched = (offsets[:, 1] > sentence.start) & (offsets[:, 0] < sentence.end)
    passage = scores.evidence[window.passage_start : window.passage_start + len(offsets)]
    return float(passage[touched].mean()) if touched.any() else _IRRELEVANT


def _drop_repeats(spans: Sequence[ScoredSpan]) -> tuple[ScoredSpan, ...]:
    """The best spans of a passage, each once, with its highest score."""
    best: dict[Span, ScoredSpan] = {}
    for scored in sorted(spans, key=lambda each: (-each.score, each.span)):
        best.setdefault(scored.span, scored)
    return tuple(best.values())[:_SPANS_KEPT]
