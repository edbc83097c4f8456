"""A training run: its settings, and its state: weights, their average, the optimiser, the step."""

from __future__ import annotations

import tomllib
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, distributed

from index.models import Weights
from qa.training.questions.mixture import Mixture, Source
from qa.training.reader.batches import Batch
from qa.training.reader.losses import LossWeights, compute_losses, sum_losses
from qa.training.reader.network import ReaderNetwork, count_layers, mixed_precision, store_weight

# A young average forgets faster than the recipe says, or it would remember untrained heads.
_YOUNG = 10
_HEAD_SCALES = {"pooler": 0.5, "relevance": 0.5}


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
        """Read a recipe; raises TypeError if a setting is missing or unknown."""
        values = tomllib.loads(path.read_text(encoding="utf-8"))
        values["losses"] = LossWeights(**values["losses"])
        mixture = values["mixture"]
        mixture["sources"] = {name: Source(**source) for name, source in mixture["sources"].items()}
        values["mixture"] = Mixture(**mixture)
        return cls(**values)

    def rate_at(self, progress: float) -> float:
        """The learning rate at a share of the run: a short rise, a plateau, a fall to zero."""
        rise = (progress + 1 / self.steps) / self.warmup
        fall = (1 - progress) / self.fall
        return self.peak_rate * max(0.0, min(1.0, rise, fall))


def _is_reranker(weights: Weights) -> bool:
    return "classifier.weight" in weights


def _make_network(base: Weights) -> ReaderNetwork:
    """A network with the weights of a reranker or an encoder."""
    is_reranker = _is_reranker(base)
    prefix = "bert." if is_reranker else ""
    network = ReaderNetwork(
        count_layers(base), len(base[f"{prefix}embeddings.word_embeddings.weight"])
    )
    if is_reranker:
        network.load_reranker(base)
    else:
        network.load_backbone(base)
    return network


class TrainingState:
    """A network in training.

    Several workers may train one network: each calls `advance` with its part of a batch, and all
    take the same step, by the mean of their gradients.
    """

    def __init__(self, base: Weights, recipe: Recipe, start: Weights | None = None) -> None:
        """Start from a reranker or an encoder, or from a reader.

        Args:
            base: the weights of a reranker, see `ReaderNetwork.load_reranker`, or those of an
                encoder, see `ReaderNetwork.load_backbone`. A reader stays close to a reranker.
            start: a reader's weights.

        Raises:
            ValueError: these are not a reader's weights.
        """
        torch.manual_seed(recipe.seed)
        self.recipe = recipe
        self._layers = count_layers(base)
        self.network = _make_network(base)
        self._reranker = None
        if _is_reranker(base):
            self._reranker = _make_network(base).eval().requires_grad_(False)
        backbone = self.network.backbone
        backbone.embeddings.requires_grad_(False)
        for layer in backbone.encoder.layer[: recipe.frozen_layers]:
            layer.requires_grad_(False)
        self.trained = {n: p for n, p in self.network.named_parameters() if p.requires_grad}
        if start is not None:
            self._load_reader(start)
        self.average = {name: p.detach().clone() for name, p in self.trained.items()}
        # Heads that begin with random weights are better without them.
        copied = {} if start is None else self.average
        self._start = {name: weight.clone() for name, weight in copied.items()}
        self.step = 0
        self.seconds = 0.0
        groups = [
            {
                "params": [parameter],
                "scale": self._find_rate_scale(name),
                "weight_decay": recipe.weight_decay if parameter.ndim > 1 else 0.0,
            }
            for name, parameter in self.trained.items()
        ]
        self._optimizer = torch.optim.AdamW(
            groups, lr=recipe.peak_rate, betas=(0.9, 0.98), fused=True
        )

    def _load_reader(self, weights: Weights) -> None:
        """Take the weights of a reader; raises ValueError if they are not those of one."""
        tensors = {name: torch.from_numpy(weight) for name, weight in weights.items()}
        loaded = self.network.load_state_dict(tensors, strict=False)
        # What stays as it is in a reader of all languages is the encoder's.
        needed = self.network.state_dict() if self._reranker else self.trained
        wrong = [*loaded.unexpected_keys, *(n for n in loaded.missing_keys if n in needed)]
        if wrong:
            raise ValueError(f"not a reader's weights: {wrong[0]}")

    def _find_rate_scale(self, name: str) -> float:
        """The share of the learning rate that a parameter gets."""
        parts = name.split(".")
        if parts[0] == "backbone":
            return float(self.recipe.layer_decay ** (self._layers - 1 - int(parts[3])))
        return _HEAD_SCALES.get(parts[0], 1.0)

    def advance(self, batch: Batch, progress: float) -> dict[str, float]:
        """Take one step; returns the losses.

        Args:
            progress: how much of the run is done, 0 to 1.
        """
        rate = self.recipe.rate_at(progress)
        for group in self._optimizer.param_groups:
            group["lr"] = rate * group["scale"]
        inputs = batch.input_ids, batch.token_type_ids, batch.attention_mask
        with mixed_precision():
            scores = None
            if self._reranker is not None and self.step % self.recipe.reranker_every == 0:
                with torch.no_grad():
                    scores = self._reranker(*inputs).relevance.float()
            outputs = self.network(*inputs)
        losses = compute_losses(outputs, batch, scores)
        torch.autograd.backward(sum_losses(losses, self.recipe.losses))
        self._share_gradients()
        torch.nn.utils.clip_grad_norm_(list(self.trained.values()), self.recipe.clip)
        self._optimizer.step()
        self._optimizer.zero_grad(set_to_none=True)
        self.step += 1
        keep = min(self.recipe.average, self.step / (self.step + _YOUNG))
        with torch.no_grad():
            for name, parameter in self.trained.items():
                self.average[name].lerp_(parameter, 1 - keep)
        return {name: loss.item() for name, loss in losses.items()}

    def _share_gradients(self) -> None:
        """Replace the gradients of each worker by the mean over all workers."""
        if not distributed.is_initialized():
            return
        parameters = list(self.trained.values())
        # A head has no gradient if a worker's part has no labels for its loss.
        gradients = [torch.zeros_like(p) if p.grad is None else p.grad for p in parameters]
        flat = torch.cat([gradient.view(-1) for gradient in gradients])
        distributed.all_reduce(flat)
        flat /= distributed.get_world_size()
        shared = torch.split(flat, [parameter.numel() for parameter in parameters])
        for parameter, gradient in zip(parameters, shared, strict=True):
            parameter.grad = gradient.view_as(parameter)

    def save(self, path: Path) -> None:
        """Write a checkpoint; it appears whole or not at all."""
        tensors: dict[str, Tensor] = {}
        for name, parameter in self.trained.items():
            state = self._optimizer.state[parameter]
            tensors[f"weights/{name}"] = parameter.detach()
            tensors[f"average/{name}"] = self.average[name]
            tensors[f"first/{name}"] = state["exp_avg"]
            tensors[f"second/{name}"] = state["exp_avg_sq"]
        aside = path.with_suffix(".part")
        save_file(tensors, aside, {"step": str(self.step), "seconds": str(self.seconds)})
        aside.replace(path)

    def restore(self, path: Path) -> None:
        """Load a checkpoint."""
        with safe_open(path, framework="pt") as file, torch.no_grad():
            about = file.metadata()
            self.step, self.seconds = int(about["step"]), float(about["seconds"])
            for name, parameter in self.trained.items():
                parameter.copy_(file.get_tensor(f"weights/{name}"))
                self.average[name].copy_(file.get_tensor(f"average/{name}"))
                self._optimizer.state[parameter] = {
                    "step": torch.tensor(float(self.step)),
                    "exp_avg": file.get_tensor(f"first/{name}"),
                    "exp_avg_sq": file.get_tensor(f"second/{name}"),
                }

    def shipped_weights(self) -> dict[str, Tensor]:
        """All weights as they ship: matrices in int8, the rest in half precision.

        The lowest layers of an encoder, which stay as they are, are its own.
        """
        weights: dict[str, Tensor] = {}
        final = self._mix()
        for name, parameter in self.network.named_parameters():
            if self._reranker is None and name not in final:
                continue
            weight = final.get(name, parameter.detach())
            is_head = not name.startswith("backbone.")
            weights |= {name: weight.to(torch.float16)} if is_head else store_weight(name, weight)
        return weights

    def averaged(self) -> ReaderNetwork:
        """A network with the weights that ship, for evaluation."""
        network = deepcopy(self.network)
        network.load_state_dict(self._mix(), strict=False)
        return network.eval()

    def _mix(self) -> dict[str, Tensor]:
        """The mean of the averaged weights and those of the start."""
        share = self.recipe.start_share
        return {n: torch.lerp(w, self._start.get(n, w), share) for n, w in self.average.items()}
