"""The training objective.

For one window: the negative log likelihood of the gold spans in one softmax
over all spans and "not here" (so that a span's score minus "not here" is its log
odds), plus half of those of the start and of the end alone (the compound
objective of Fajcik et al. 2020). For a question with several passages: also one
softmax over the spans of all of them (shared normalisation, Clark & Gardner
2018), which makes scores comparable from passage to passage.
"""

from __future__ import annotations

import torch
from torch import Tensor

from qa.reader.decoding import MAX_ANSWER_TOKENS
from qa.reader.network import span_scores
from qa.training.batches import Batch

_NEVER = -1e9


def reader_loss(
    outputs: tuple[Tensor, Tensor, Tensor, Tensor, Tensor], batch: Batch, shared_weight: float
) -> Tensor:
    """The mean loss of a batch (a scalar)."""
    start, end, left, right, null = (output.float() for output in outputs)
    rows, length = start.shape
    scores = span_scores(start, end, left, right)
    distance = torch.arange(length)[None, :] - torch.arange(length)[:, None]
    allowed = (distance >= 0) & (distance < MAX_ANSWER_TOKENS)
    allowed = allowed & batch.passage[:, :, None] & batch.passage[:, None, :]
    scores = scores.masked_fill(~allowed, _NEVER)
    over_spans = scores.flatten(1).logsumexp(1)
    over_all = torch.logaddexp(over_spans, null)

    where, first, last = batch.golds.unbind(1)
    gold = _logsumexp_by(scores[where, first, last], where, rows)
    answerable = torch.zeros(rows, dtype=torch.bool)
    answerable[where] = True
    loss = over_all - torch.where(answerable, gold, null)

    edges = torch.zeros(rows)
    for edge, position in ((start, first), (end, last)):
        edge = edge.masked_fill(~batch.passage, _NEVER)
        edges = edges + edge.logsumexp(1) - _logsumexp_by(edge[where, position], where, rows)
    loss = loss + torch.where(answerable, edges / 2, 0.0)
    total = (loss * batch.weights).sum() / batch.weights.sum()

    groups = int(batch.group[-1]) + 1
    sizes = torch.bincount(batch.group, minlength=groups)
    several = (sizes[batch.group] > 1) & answerable
    if several.any():
        group_total = _logsumexp_by(over_spans, batch.group, groups)
        shared = (group_total[batch.group] - gold)[several]
        total = total + shared_weight * shared.sum() / groups
    return total


def _logsumexp_by(values: Tensor, group: Tensor, groups: int) -> Tensor:
    """Log-sum-exp of `values` within each group; very small where a group is empty."""
    top = torch.full((groups,), _NEVER).scatter_reduce(0, group, values.detach(), "amax")
    summed = torch.zeros(groups).index_add(0, group, (values - top[group]).exp())
    return summed.clamp_min(1e-30).log() + top
