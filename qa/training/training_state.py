"""The state of a training run: weights, their average, the optimiser, and the step."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, distributed

from qa.networks.weights import Weights
from qa.reader.network import ReaderNetwork, translate_name
from qa.training.batches import Batch
from qa.training.losses import compute_losses, sum_losses
from qa.training.recipe import Recipe

# A young average forgets faster than the recipe says, or it would remember untrained heads.
_YOUNG = 10
_HEAD_SCALES = {"pooler": 0.5, "relevance": 0.5}


class TrainingState:
    """A network in training.

    Several workers may train one network: each calls `advance` with its part of a batch, and all
    take the same step, by the mean of their gradients.
    """

    def __init__(self, reranker: Weights, recipe: Recipe, start: Weights | None = None) -> None:
        """Start from a reranker, or from a reader.

        Args:
            reranker: its weights, see `ReaderNetwork.load_reranker`.
            start: a reader's weights.
        """
        torch.manual_seed(recipe.seed)
        self.recipe = recipe
        self.network = ReaderNetwork()
        self.network.load_reranker(reranker)
        if start is not None:
            tensors = {name: torch.from_numpy(weight) for name, weight in start.items()}
            self.network.load_state_dict(tensors)
        self._reranker = ReaderNetwork().eval().requires_grad_(False)
        self._reranker.load_reranker(reranker)
        backbone = self.network.backbone
        backbone.embeddings.requires_grad_(False)
        for layer in backbone.encoder.layer[: recipe.frozen_layers]:
            layer.requires_grad_(False)
        self.trained = {n: p for n, p in self.network.named_parameters() if p.requires_grad}
        self.average = {name: p.detach().clone() for name, p in self.trained.items()}
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

    def _find_rate_scale(self, name: str) -> float:
        """The share of the learning rate that a parameter gets."""
        parts = name.split(".")
        if parts[0] == "backbone":
            layers = self.network.backbone.config.num_hidden_layers
            return float(self.recipe.layer_decay ** (layers - 1 - int(parts[3])))
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
        with torch.autocast("cpu", dtype=torch.bfloat16):
            scores = None
            if self.step % self.recipe.reranker_every == 0:
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

    def shipped_weights(self, stored: dict[str, Tensor]) -> dict[str, Tensor]:
        """All weights as they ship: averages in half precision, frozen weights in int8.

        Args:
            stored: the weights that training started from, the reranker's or a reader's, as they
                are stored, see `qa.networks.weights`.
        """
        own = {translate_name(name): tensor for name, tensor in stored.items()}
        weights = {name: tensor.to(torch.float16) for name, tensor in self.average.items()}
        for name, parameter in self.network.named_parameters():
            if name not in weights:
                kept = {each: own[each] for each in own if each.startswith(name)}
                weights |= kept or {name: parameter.detach().to(torch.float16)}
        return weights

    def averaged(self) -> ReaderNetwork:
        """A network with the averaged weights, for evaluation."""
        network = ReaderNetwork()
        network.load_state_dict({**self.network.state_dict(), **self.average})
        return network.eval()
