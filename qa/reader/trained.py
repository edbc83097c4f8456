"""The trained reader: exact spans from a compiled network, without torch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from index import Span
from qa.reader.decoding import Candidate, WindowScores, best_spans, span_matrix
from qa.reader.reading import Cancelled, Reading, ScoredSpan, never

if TYPE_CHECKING:
    from qa.reader.windows import Window, Windower

_BATCH = 8
# Spans kept of a passage: those after the first few never win.
_SPANS = 8

OUTPUTS = ("start", "end", "left", "right", "null")


class TrainedReader:
    """Scores are log odds against "not here" and compare across passages."""

    def __init__(self, session: Any, windower: Windower) -> None:
        """A reader over an onnxruntime session of the compiled network."""
        self._session = session
        self._windower = windower

    def read(
        self, question: str, passages: Sequence[str], cancelled: Callable[[], bool] = never
    ) -> list[Reading]:
        found: list[list[Candidate]] = [[] for _ in passages]
        relevance = [-np.inf] * len(passages)
        for number, window, scores in self._scored(question, passages, cancelled):
            found[number] += best_spans(window, scores, _SPANS)
            relevance[number] = max(relevance[number], _relevance(window, scores))
        return [
            Reading(_distinct(candidates), float(max(sure, -50.0)))
            for candidates, sure in zip(found, relevance, strict=True)
        ]

    def _scored(
        self, question: str, passages: Sequence[str], cancelled: Callable[[], bool]
    ) -> list[tuple[int, Window, WindowScores]]:
        """Every window of every passage with its scores, read in batches of like length."""
        asked, *encoded = self._windower.tokenize([question, *passages])
        windows = [
            (number, window)
            for number, passage in enumerate(encoded)
            for window in self._windower.windows(asked, passage)
        ]
        windows.sort(key=lambda pair: len(pair[1].ids))
        found = []
        for at in range(0, len(windows), _BATCH):
            if cancelled():
                raise Cancelled
            chunk = windows[at : at + _BATCH]
            scored = self._run([window for _, window in chunk])
            found += [(n, w, s) for (n, w), s in zip(chunk, scored, strict=True)]
        return found

    def _run(self, windows: Sequence[Window]) -> list[WindowScores]:
        length = max(len(window.ids) for window in windows)
        ids = np.zeros((len(windows), length), dtype=np.int64)
        mask, types = np.zeros_like(ids), np.zeros_like(ids)
        for row, window in enumerate(windows):
            used = len(window.ids)
            ids[row, :used] = window.ids
            mask[row, :used] = 1
            types[row, window.first : used] = 1
        inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}
        start, end, left, right, null = self._session.run(list(OUTPUTS), inputs)
        return [
            WindowScores(
                start[row, : len(window.ids)],
                end[row, : len(window.ids)],
                left[row, : len(window.ids)],
                right[row, : len(window.ids)],
                float(null[row]),
            )
            for row, window in enumerate(windows)
        ]


def _relevance(window: Window, scores: WindowScores) -> float:
    """Log odds that the window holds an answer: all spans together against "not here"."""
    matrix = span_matrix(window, scores)
    top = float(matrix.max())
    return top + float(np.log(np.exp(matrix - top).sum())) - scores.null


def _distinct(candidates: Sequence[Candidate]) -> tuple[ScoredSpan, ...]:
    """The best spans of a passage; one that several windows hold counts once, at its best."""
    best: dict[Span, float] = {}
    for candidate in sorted(candidates, key=lambda c: (-c.margin, c.start, c.end)):
        best.setdefault(Span(candidate.start, candidate.end), candidate.margin)
    return tuple(ScoredSpan(span, score) for span, score in list(best.items())[:_SPANS])
