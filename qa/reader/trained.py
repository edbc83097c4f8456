"""The trained reader: spans, relevance and evidence from a compiled network, without torch."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index import Graph, Span, sentences, well_formed
from qa.model_text import ModelPassage, RenderedPassage, render_passage
from qa.question_cues import offers_choice, required_pattern, wants_verdict
from qa.reader.decoding import Floats, WindowScores, best_of, span_matrix
from qa.reader.reading import Cancelled, Reading, ScoredSpan, never

if TYPE_CHECKING:
    from qa.reader.windows import Window, Windower

# Spans kept of a passage: those after the first few never win.
_SPANS = 8
# Looked at, since some only repeat the question.
_CANDIDATES = 12
# The relevance of a passage without a word.
_IRRELEVANT = -50.0
_WORD = re.compile(r"\w+")


class TrainedReader:
    """Scores are log odds against "not here" and compare across passages. Thread-safe."""

    def __init__(self, graph: Graph, windower: Windower) -> None:
        """A reader over a compiled `ReaderNetwork`."""
        self._graph = graph
        self._windower = windower

    def read(
        self,
        question: str,
        passages: Sequence[ModelPassage],
        cancelled: Callable[[], bool] = never,
    ) -> list[Reading]:
        read = [render_passage(passage) for passage in passages]
        texts = [question, *(each.above for each in read), *(each.text for each in read)]
        # No tokenizer takes a lone surrogate.
        asked, *encoded = self._windower.tokenize([well_formed(text) for text in texts])
        headings, bodies = encoded[: len(read)], encoded[len(read) :]
        windows = [
            (number, window)
            for number, (body, heading) in enumerate(zip(bodies, headings, strict=True))
            for window in self._windower.windows(asked, body, heading)
        ]
        # The longest first, so that no core is left with a long one at the end.
        windows.sort(key=lambda pair: -len(pair[1].ids))

        def scored(window: Window) -> WindowScores:
            if cancelled():
                raise Cancelled
            return self.scores(window)

        results = self._graph.each(scored, [window for _, window in windows])
        found: list[list[ScoredSpan]] = [[] for _ in passages]
        relevance = [_IRRELEVANT] * len(passages)
        units = [_sentences(passage, each) for passage, each in zip(passages, read, strict=True)]
        evidence = [[_IRRELEVANT] * len(each) for each in units]
        form = required_pattern(question)
        may_repeat = offers_choice(question) or wants_verdict(question)
        known = frozenset() if may_repeat else frozenset(_words(question))
        for (number, window), scores in zip(windows, results, strict=True):
            spans = span_matrix(window, scores)
            for candidate in best_of(window, spans, scores.null, _CANDIDATES):
                span = read[number].locate(Span(candidate.start, candidate.end))
                text = span.of(passages[number].text) if span else ""
                if span and not _repeats(text, known) and (form is None or form.search(text)):
                    found[number].append(ScoredSpan(span, candidate.margin))
            relevance[number] = max(
                relevance[number], (scores.relevance + _span_relevance(spans, scores.null)) / 2
            )
            for unit, (_, span) in enumerate(units[number]):
                score = _evidence(window, scores, span)
                evidence[number][unit] = max(evidence[number][unit], score)
        return [
            Reading(
                _distinct(found[number]),
                relevance[number],
                tuple(
                    ScoredSpan(sentence, score)
                    for (sentence, _), score in zip(units[number], evidence[number], strict=True)
                ),
            )
            for number in range(len(passages))
        ]

    def scores(self, window: Window) -> WindowScores:
        """The network's scores of one window."""
        return window_scores(*self._graph.run(**network_inputs(window)))


def network_inputs(window: Window) -> dict[str, NDArray[np.int64]]:
    """A window as a batch of one: token ids, and 1 after the question."""
    types = np.zeros((1, len(window.ids)), dtype=np.int64)
    types[0, window.second :] = 1
    return {"input_ids": np.asarray([window.ids], dtype=np.int64), "token_type_ids": types}


def window_scores(
    start: Floats,
    end: Floats,
    left: Floats,
    right: Floats,
    null: Floats,
    relevance: Floats,
    evidence: Floats,
) -> WindowScores:
    """The network's outputs for a batch of one window."""
    return WindowScores(
        start[0], end[0], left[0], right[0], float(null[0]), float(relevance[0]), evidence[0]
    )


def _sentences(passage: ModelPassage, rendered: RenderedPassage) -> list[tuple[Span, Span]]:
    """The sentences of a passage and where they stand in what is read; a row of a table is one."""
    if rendered.cells:
        return [(Span(0, len(passage.text)), Span(0, len(rendered.text)))]
    found = [Span(start, end) for start, end in sentences(passage.text)]
    return [(sentence, sentence) for sentence in found]


def _evidence(window: Window, scores: WindowScores, sentence: Span) -> float:
    """Log odds that a sentence answers: the mean over its tokens in a window."""
    offsets = window.offsets
    touched = (offsets[:, 1] > sentence.start) & (offsets[:, 0] < sentence.end)
    passage = scores.evidence[window.first : window.first + len(offsets)]
    return float(passage[touched].mean()) if touched.any() else _IRRELEVANT


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _repeats(answer: str, known: frozenset[str]) -> bool:
    """Whether an answer says nothing but words of the question ("how much": "much")."""
    words = _words(answer)
    return bool(words) and known.issuperset(words)


def _span_relevance(spans: Floats, null: float) -> float:
    """Log odds that a window holds an answer: all its spans together against "not here"."""
    top = float(spans.max())
    return top + float(np.log(np.exp(spans - top).sum())) - null


def _distinct(found: Sequence[ScoredSpan]) -> tuple[ScoredSpan, ...]:
    """The best spans of a passage; one that is found several times counts once, at its best."""
    best: dict[Span, ScoredSpan] = {}
    for scored in sorted(found, key=lambda each: (-each.score, each.span)):
        best.setdefault(scored.span, scored)
    return tuple(best.values())[:_SPANS]
