"""The reader as a torch module, and what is common to the networks in training.

The reader is a reranker's backbone with heads of its own. Questions are answered by the same
network as an ONNX graph, which `qa.reader.compiling.build_reader` builds without torch.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from index.models import CARD, SCALE, ZERO_POINT, Weights, hash_file, silence_libraries
from qa.reader.trained import RANKING_SCALE

# The model of the part `languages`, as it is known.
LANGUAGES_BASE = "intfloat/multilingual-e5-small"
# The largest number in int8 that has its opposite.
_HIGHEST = 127
_PROCESSOR = Path("/proc/cpuinfo")
JOINT_SIZE = 64
_KINDS = "embeddings.token_type_embeddings.weight"


class Outputs(NamedTuple):
    """What the network says of a batch of windows.

    Attributes:
        start, end: of shape (batch, tokens).
        left, right: of shape (batch, tokens, 64).
        null: of shape (batch,): "no span of this window answers", on the scale of spans.
        relevance: of shape (batch,): log odds that the passage answers.
        evidence: of shape (batch, tokens): the mean over the tokens of a sentence gives the log
            odds that the sentence answers.
    """

    start: Tensor
    end: Tensor
    left: Tensor
    right: Tensor
    null: Tensor
    relevance: Tensor
    evidence: Tensor


class ReaderNetwork(nn.Module):
    """MiniLM; one pass scores spans, "not here", relevance and sentences.

    The score of the span from token i to token j is
    `start[i] + end[j] + left[i] · right[j] / √64`. The product lets the end depend on the start.
    """

    def __init__(self, layers: int = 12, pieces: int = 30_522) -> None:
        """A network with random weights, for a tokenizer of so many pieces."""
        super().__init__()
        hidden = 384
        self.backbone = make_bert(layers, pieces, hidden, heads=12)
        self.pooler = nn.Linear(hidden, hidden)
        self.relevance = nn.Linear(hidden, 1)
        self.edges = nn.Linear(hidden, 2)
        self.left = nn.Linear(hidden, JOINT_SIZE)
        self.right = nn.Linear(hidden, JOINT_SIZE)
        self.null = nn.Linear(hidden, 1)
        self.evidence = nn.Linear(hidden, 1)

    def forward(
        self, input_ids: Tensor, token_type_ids: Tensor, attention_mask: Tensor | None = None
    ) -> Outputs:
        """Score a batch of windows.

        Args:
            input_ids, token_type_ids: int64 of shape (batch, tokens).
            attention_mask: likewise, 0 on padding; not needed without padding.
        """
        states = self.backbone(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        first = states[:, 0]
        edges = self.edges(states)
        return Outputs(
            edges[..., 0],
            edges[..., 1],
            self.left(states),
            self.right(states),
            self.null(first).squeeze(-1),
            self.relevance(torch.tanh(self.pooler(first))).squeeze(-1),
            self.evidence(states).squeeze(-1),
        )

    def load_backbone(self, weights: Weights) -> None:
        """Take the backbone of an encoder, a `BertModel` of transformers; the heads stay.

        Raises:
            RuntimeError: the weights do not fit.
        """
        own = {name: torch.from_numpy(each) for name, each in weights.items()}
        # An encoder has read one text at a time: it knows no second kind of token.
        kinds = own[_KINDS]
        own[_KINDS] = kinds[:1].expand_as(kinds)
        self.backbone.load_state_dict(own)

    def load_reranker(self, weights: Weights) -> None:
        """Take backbone and relevance head of a `BertForSequenceClassification`; others stay.

        Raises:
            RuntimeError: the weights do not fit.
        """
        own = {translate_name(name): torch.from_numpy(each) for name, each in weights.items()}
        for name in ("relevance.weight", "relevance.bias"):
            own[name] = own[name] / RANKING_SCALE
        loaded = self.load_state_dict(own, strict=False)
        missing = [name for name in loaded.missing_keys if name.startswith(("backbone", "pooler"))]
        if missing or loaded.unexpected_keys:
            raise RuntimeError(f"not a reranker's weights: {(missing + loaded.unexpected_keys)[0]}")


def make_bert(layers: int, pieces: int, width: int, heads: int) -> BertModel:
    """A BERT without a pooler, with random weights; nothing is dropped out in training."""
    # Eager attention: on a CPU its backward pass in bfloat16 is several times faster than the
    # fused kernel's at this head size.
    config = BertConfig(
        vocab_size=pieces,
        hidden_size=width,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        intermediate_size=4 * width,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        attn_implementation="eager",
    )
    with silence_libraries():
        return BertModel(config, add_pooling_layer=False)


def count_layers(weights: Weights) -> int:
    """How many layers a network with these weights has."""
    names = (re.search(r"\.layer\.(\d+)\.", name) for name in weights)
    return 1 + max(int(found[1]) for found in names if found)


def translate_name(name: str) -> str:
    """The name that a weight of a `BertForSequenceClassification` has here."""
    for other, own in (
        ("bert.pooler.dense.", "pooler."),
        ("bert.", "backbone."),
        ("classifier.", "relevance."),
    ):
        if name.startswith(other):
            return own + name.removeprefix(other)
    return name


def score_spans(start: Tensor, end: Tensor, left: Tensor, right: Tensor) -> Tensor:
    """Scores of all (start, end) token pairs, shape (batch, tokens, tokens), unmasked."""
    joint = left @ right.transpose(1, 2) / JOINT_SIZE**0.5
    scores: Tensor = start.unsqueeze(2) + end.unsqueeze(1) + joint
    return scores


@cache
def has_bfloat16() -> bool:
    """Whether the processor computes in bfloat16, as far as Linux says so."""
    return _PROCESSOR.exists() and "avx512_bf16" in _PROCESSOR.read_text(encoding="utf-8")


def mixed_precision() -> torch.autocast:
    """A context in which matrices are multiplied in bfloat16.

    A processor that has to emulate it takes several times as long as for float32: there, it changes
    nothing.
    """
    return torch.autocast("cpu", dtype=torch.bfloat16, enabled=has_bfloat16())


def store_weight(name: str, weight: Tensor) -> dict[str, Tensor]:
    """A weight as it is stored, see `index.models.load_weights`.

    A matrix is stored in int8, each row with its own scale; all else in half precision.
    """
    if weight.ndim < 2:
        return {name: weight.to(torch.float16)}
    scale = (weight.float().abs().amax(1, keepdim=True) / _HIGHEST).clamp_min(1e-8)
    return {
        name: (weight.float() / scale).round().to(torch.int8),
        name + SCALE: scale,
        name + ZERO_POINT: torch.zeros(1, dtype=torch.int8),
    }


def write_card(weights: Path, base: str, base_weights: Path) -> None:
    """Write the card of a file of weights, with the model that training started from, beside it."""
    card = {
        "sha256": hash_file(weights),
        "base": base,
        "base_sha256": hash_file(base_weights),
    }
    (weights.parent / CARD).write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
