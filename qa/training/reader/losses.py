"""The training objective: a weighted sum of six losses, one or two for each head.

*span*: the negative log likelihood of the answers in one softmax over all spans of a window and
"not here" (so that a span's score minus "not here" is its log odds), plus half of the same for
the start alone and for the end alone (the compound objective of Fajcik et al. 2020). If only a
region is known, all spans inside of it are right, at half weight.
*shared*: one softmax over the spans of all passages of a question (shared normalisation, Clark &
Gardner 2018), which makes scores comparable from passage to passage.
*relevance*: the cross entropy of "this passage answers"; *ranking*: one softmax over the relevance
of all passages of a question; *reranker*: how far relevance is from the reranker's own score.
*evidence*: the cross entropy of "this sentence answers".
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from qa.reader.trained import MAX_ANSWER_TOKENS
from qa.training.reader.batches import Batch
from qa.training.reader.network import Outputs, score_spans

_NEVER = -1e9
_REGION_WEIGHT = 0.5
# What labels are smoothed to, (no, yes): some of them are wrong.
_RELEVANCE_TARGETS = (0.02, 0.93)
_EVIDENCE_TARGETS = (0.01, 0.96)


@dataclass(frozen=True, slots=True)
class LossWeights:
    """How much each loss counts."""

    span: float
    shared: float
    relevance: float
    ranking: float
    reranker: float
    evidence: float


def compute_losses(
    outputs: Outputs, batch: Batch, reranker: Tensor | None = None
) -> dict[str, Tensor]:
    """The losses of a batch by name, scalars; without those that the batch has no labels for.

    Args:
        reranker: the reranker's scores on the scale of relevance, of shape (windows,).
    """
    losses = _compute_span_losses(outputs, batch) | _compute_relevance_losses(outputs, batch)
    losses["evidence"] = _compute_evidence_loss(outputs.evidence.float(), batch)
    if reranker is not None:
        distance = functional.smooth_l1_loss(outputs.relevance.float(), reranker, reduction="none")
        trusted = batch.trusts_reranker
        losses["reranker"] = (distance * trusted).sum() / trusted.sum().clamp_min(1)
    return losses


def sum_losses(losses: dict[str, Tensor], weights: LossWeights) -> Tensor:
    """The weighted sum, a scalar."""
    return torch.stack([getattr(weights, name) * loss for name, loss in losses.items()]).sum()


def _compute_span_losses(outputs: Outputs, batch: Batch) -> dict[str, Tensor]:
    start, end, left, right, null = (output.float() for output in outputs[:5])
    rows, length = start.shape
    position = torch.arange(length)
    distance = position[None, :] - position[:, None]
    allowed = (distance >= 0) & (distance < MAX_ANSWER_TOKENS)
    allowed = allowed & batch.is_passage[:, :, None] & batch.is_passage[:, None, :]
    scores = score_spans(start, end, left, right).masked_fill(~allowed, _NEVER)
    over_spans = scores.flatten(1).logsumexp(1)

    where, first, last = batch.answers.unbind(1)
    answer = _join_by(scores[where, first, last], where, batch.requires_all)
    has_answer = _mark_rows(where, rows)
    has_region = batch.region.amax(1) > 0
    if has_region.any():
        some = has_region.nonzero().squeeze(1)
        region = batch.region[some]
        inside = (region[:, :, None] == region[:, None, :]) & (region[:, :, None] > 0)
        spans = scores[some].masked_fill(~inside, _NEVER).flatten(1)
        answer = answer.index_copy(0, some, spans.logsumexp(1))
    located = has_answer | has_region
    loss = torch.logaddexp(over_spans, null) - torch.where(located, answer, null)

    edges = torch.zeros(rows)
    for edge, token in ((start, first), (end, last)):
        masked = edge.masked_fill(~batch.is_passage, _NEVER)
        right_edge = _join_by(masked[where, token], where, batch.requires_all)
        edges = edges + masked.logsumexp(1) - right_edge
    loss = loss + torch.where(has_answer, edges / 2, 0.0)

    share = torch.where(has_region, _REGION_WEIGHT, 1.0)
    # Where a passage answers, but the answer is not located, spans cannot be learned.
    known = located | ~_answers_question(batch)
    weights = batch.weights * share * known
    losses = {"span": (loss * weights).sum() / weights.sum().clamp_min(1e-6)}
    questions = int(batch.question[-1]) + 1
    several = _has_others(batch, questions) & located
    if several.any():
        over_question = _logsumexp_by(over_spans, batch.question, questions)[batch.question]
        shared = (over_question - answer) * share
        losses["shared"] = shared[several].sum() / questions
    return losses


def _compute_relevance_losses(outputs: Outputs, batch: Batch) -> dict[str, Tensor]:
    relevance = outputs.relevance.float()
    answers = _answers_question(batch)
    no, yes = _RELEVANCE_TARGETS
    targets = torch.where(answers, yes, no)
    entropy = functional.binary_cross_entropy_with_logits(relevance, targets, reduction="none")
    losses = {"relevance": (entropy * batch.weights).mean()}
    questions = int(batch.question[-1]) + 1
    several = _has_others(batch, questions) & answers
    if several.any():
        over_question = _logsumexp_by(relevance, batch.question, questions)[batch.question]
        losses["ranking"] = (over_question - relevance)[several].sum() / questions
    return losses


def _compute_evidence_loss(evidence: Tensor, batch: Batch) -> Tensor:
    """The mean over windows of the mean over their sentences."""
    where, first, end = batch.sentences.unbind(1)
    passed = evidence.masked_fill(~batch.is_passage, 0.0).cumsum(1)
    passed = functional.pad(passed, (1, 0))
    scores = (passed[where, end] - passed[where, first]) / (end - first)
    no, yes = _EVIDENCE_TARGETS
    targets = torch.where(batch.is_evidence, yes, no)
    entropy = functional.binary_cross_entropy_with_logits(scores, targets, reduction="none")
    return (_mean_by(entropy, where, len(batch.weights)) * batch.weights).mean()


def _answers_question(batch: Batch) -> Tensor:
    """Whether each window answers, bool of shape (windows,)."""
    rows = len(batch.weights)
    has_evidence = _mark_rows(batch.sentences[batch.is_evidence, 0], rows)
    return has_evidence | _mark_rows(batch.answers[:, 0], rows) | (batch.region.amax(1) > 0)


def _has_others(batch: Batch, questions: int) -> Tensor:
    """Whether the question of each window has other windows too, bool of shape (windows,)."""
    return torch.bincount(batch.question, minlength=questions)[batch.question] > 1


def _mark_rows(where: Tensor, rows: int) -> Tensor:
    marks = torch.zeros(rows, dtype=torch.bool)
    marks[where] = True
    return marks


def _join_by(values: Tensor, where: Tensor, requires_all: Tensor) -> Tensor:
    """For each window one of its answers (log-sum-exp), or all of them if it needs all (mean)."""
    rows = len(requires_all)
    return torch.where(
        requires_all, _mean_by(values, where, rows), _logsumexp_by(values, where, rows)
    )


def _mean_by(values: Tensor, group: Tensor, groups: int) -> Tensor:
    """The mean of `values` within each group; 0 if a group is empty."""
    sizes = torch.bincount(group, minlength=groups).clamp_min(1)
    return torch.zeros(groups).index_add(0, group, values) / sizes


def _logsumexp_by(values: Tensor, group: Tensor, groups: int) -> Tensor:
    """Log-sum-exp of `values` within each group; very small if a group is empty."""
    top = torch.full((groups,), _NEVER).scatter_reduce(0, group, values.detach(), "amax")
    summed = torch.zeros(groups).index_add(0, group, (values - top[group]).exp())
    return summed.clamp_min(1e-30).log() + top
