"""The settings of a training run, read from a TOML file."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from qa.training.losses import LossWeights
from qa.training.mixture import Mixture, Source


@dataclass(frozen=True, slots=True)
class Recipe:
    """The settings of a run.

    Attributes:
        steps: optimisation steps.
        peak_rate: the highest learning rate, that of the last layer and the heads.
        layer_decay: the rate of each layer as a share of that of the layer above.
        frozen_layers: how many of the lowest layers keep the reranker's weights.
        warmup: share of the run in which the rate rises.
        fall: share of the run, at its end, in which the rate falls to zero.
        batch: windows a step.
        clip: the largest norm of the gradient.
        average: how much of the moving average of the weights each step keeps.
        start_share: how much the weights of the start count in those that are written. The mean
            of both knows more of what the training has not shown (Wortsman et al. 2022,
            arXiv:2109.01903).
        reranker_every: the reranker is asked too in one of so many steps.
        development_sample: questions asked of each development set during the run.
        development_minutes: how often they are asked.
    """

    seed: int
    steps: int
    peak_rate: float
    layer_decay: float
    frozen_layers: int
    warmup: float
    fall: float
    weight_decay: float
    batch: int
    clip: float
    average: float
    start_share: float
    reranker_every: int
    development_sample: int
    development_minutes: float
    losses: LossWeights
    mixture: Mixture

    @classmethod
    def load(cls, path: Path) -> Recipe:
        """Read a recipe.

        Raises:
            TypeError: a setting is missing or unknown.
        """
        values = tomllib.loads(path.read_text(encoding="utf-8"))
        values["losses"] = LossWeights(**values["losses"])
        mixture = values["mixture"]
        mixture["sources"] = {name: Source(**source) for name, source in mixture["sources"].items()}
        values["mixture"] = Mixture(**mixture)
        return cls(**values)

    def rate_at(self, progress: float) -> float:
        """The learning rate: a short rise, a plateau, a straight fall to zero.

        Args:
            progress: how much of the run is done, 0 to 1.
        """
        rise = (progress + 1 / self.steps) / self.warmup
        fall = (1 - progress) / self.fall
        return self.peak_rate * max(0.0, min(1.0, rise, fall))
