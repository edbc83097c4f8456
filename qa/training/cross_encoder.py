"""The reranker that the reader starts from: it tells which passages may answer a question."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from index.models import load_weights
from qa.defaults import never
from qa.networks.passage_text import ModelPassage, render_passage
from qa.networks.windows import make_default_windower
from qa.reader.network import ReaderNetwork
from qa.reader.trained import RANKING_SCALE
from qa.training.batches import Target
from qa.training.development import score_windows


class CrossEncoder:
    """Scores are the network's logits, about -11 to 11: see `qa.answering.models.Reranker`."""

    def __init__(self, weights: Path) -> None:
        """A reranker from the file that `qa.training.convert_reranker` writes."""
        self._network = ReaderNetwork().eval()
        self._network.load_reranker(load_weights(weights))
        self._windower = make_default_windower()

    def score(
        self,
        question: str,
        passages: Sequence[ModelPassage],
        _cancelled: Callable[[], bool] = never,
    ) -> list[float]:
        rendered = [render_passage(passage) for passage in passages]
        texts = [question, *(each.above for each in rendered), *(each.text for each in rendered)]
        encoded_question, *encoded = self._windower.tokenize(texts)
        pairs = zip(encoded[len(rendered) :], encoded[: len(rendered)], strict=True)
        # Of a passage that does not fit one window, the first is enough here.
        windows = [self._windower.windows(encoded_question, *pair)[0] for pair in pairs]
        scored = score_windows(self._network, [(window, Target()) for window in windows])
        return [RANKING_SCALE * each.relevance for each in scored]
