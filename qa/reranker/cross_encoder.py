"""The default reranker: a cross-encoder, which reads question and passage together.

Nogueira and Cho, "Passage re-ranking with BERT" (2019), describe the method.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from index import Cancelled
from index.documents import replace_surrogates
from index.models import OnnxGraph
from qa.cancellation import never
from qa.networks.passage_text import ModelPassage, render_passage
from qa.networks.windows import Window, Windower, make_network_inputs

# Windows of one passage that are scored. Only the widest rows of tables have more: this bounds
# the time that one of them takes.
_MAX_WINDOWS = 8
# The score of a passage without a token: lower than any of the network.
_LOWEST = -12.0


class CrossEncoder:
    """Scores are the network's logits, about -11 to 11; -12 without a token to read. Thread-safe.

    A passage that does not fit one window of tokens scores as its best window.
    """

    def __init__(self, graph: OnnxGraph, windower: Windower) -> None:
        """A reranker over the compiled network of `build_reranker` (compiling.py)."""
        self._graph = graph
        self._windower = windower

    def score(
        self,
        question: str,
        passages: Sequence[ModelPassage],
        cancelled: Callable[[], bool] = never,
    ) -> list[float]:
        """One logit a passage, in the order given; see `Reranker.score`.

        Raises:
            Cancelled: `cancelled()` turned true between two windows.
        """
        # The same text may be given many times, and is scored once.
        distinct = list(dict.fromkeys(passages))
        windows = dict(zip(distinct, self._make_windows(question, distinct), strict=True))
        # The longest first, so that no core is left with a long one at the end.
        ordered = sorted(
            {window.ids: window for each in windows.values() for window in each}.values(),
            key=lambda window: -len(window.ids),
        )

        def score_window(window: Window) -> float:
            if cancelled():
                raise Cancelled
            return self.score_window(window)

        scores = self._graph.each(score_window, ordered)
        by_ids = {window.ids: score for window, score in zip(ordered, scores, strict=True)}
        best = {
            passage: max((by_ids[window.ids] for window in each), default=_LOWEST)
            for passage, each in windows.items()
        }
        return [best[passage] for passage in passages]

    def score_window(self, window: Window) -> float:
        """The network's logit for one window."""
        [logits] = self._graph.run(**make_network_inputs(window))
        return float(logits[0])

    def _make_windows(self, question: str, passages: Sequence[ModelPassage]) -> list[list[Window]]:
        """For each passage, the windows that are scored."""
        rendered = [render_passage(passage) for passage in passages]
        texts = [question, *(f"{each.above}:" if each.above else "" for each in rendered)]
        texts += [each.text for each in rendered]
        # No tokenizer takes a lone surrogate.
        encoded_question, *encoded = self._windower.tokenize(
            [replace_surrogates(text) for text in texts]
        )
        headings, bodies = encoded[: len(rendered)], encoded[len(rendered) :]
        question_ids = frozenset(encoded_question.ids)
        return [
            _choose_windows(self._windower.windows(encoded_question, body, heading), question_ids)
            for heading, body in zip(headings, bodies, strict=True)
        ]


def _choose_windows(windows: Sequence[Window], question_ids: frozenset[int]) -> list[Window]:
    """At most `_MAX_WINDOWS`: those that share most tokens with the question."""
    ordered = sorted(
        windows, key=lambda window: -len(question_ids & set(window.ids[window.passage_start :]))
    )
    return ordered[:_MAX_WINDOWS]
