"""The reader as a torch module: the encoder's backbone with span and "not here" heads.

Only training and compilation import this module; answering runs the compiled
graph without torch.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from torch import Tensor, nn
from transformers import AutoModel
from transformers.utils import logging

from index import quiet

JOINT_SIZE = 64


@contextmanager
def _no_progress_bar() -> Iterator[None]:
    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        with quiet():
            yield
    finally:
        if shown:
            logging.enable_progress_bar()


class ReaderNetwork(nn.Module):
    """Scores every passage span, and that the passage holds no answer.

    The score of the span from token i to token j is
    `start[i] + end[j] + left[i] · right[j] / √64`; `null` is the score of "not here",
    on the same scale. The product lets the end depend on the start.
    """

    def __init__(self, base: Path) -> None:
        super().__init__()
        # Eager attention: on a CPU its backward pass in bfloat16 is several
        # times faster than the fused kernel's at this head size.
        with _no_progress_bar():
            self.backbone = AutoModel.from_pretrained(
                str(base), attn_implementation="eager", add_pooling_layer=False
            )
        for module in self.backbone.modules():
            if isinstance(module, nn.Dropout):
                module.p = 0.0
        self.backbone.embeddings.requires_grad_(False)
        hidden = self.backbone.config.hidden_size
        self.edges = nn.Linear(hidden, 2)
        self.null = nn.Linear(hidden, 1)
        self.left = nn.Linear(hidden, JOINT_SIZE)
        self.right = nn.Linear(hidden, JOINT_SIZE)

    def forward(
        self, input_ids: Tensor, token_type_ids: Tensor, attention_mask: Tensor | None = None
    ) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        """Score a batch of windows.

        Args:
            input_ids, token_type_ids: int64 of shape (batch, tokens).
            attention_mask: the same, 0 on padding; not needed without padding.

        Returns:
            `start`, `end` of shape (batch, tokens); `left`, `right` of shape
            (batch, tokens, 64); `null` of shape (batch,).
        """
        states = self.backbone(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        edges = self.edges(states)
        null = self.null(states[:, 0]).squeeze(-1)
        return edges[..., 0], edges[..., 1], self.left(states), self.right(states), null


def span_scores(start: Tensor, end: Tensor, left: Tensor, right: Tensor) -> Tensor:
    """Scores of all (start, end) token pairs, shape (batch, tokens, tokens), unmasked."""
    joint = left @ right.transpose(1, 2) / JOINT_SIZE**0.5
    scores: Tensor = start.unsqueeze(2) + end.unsqueeze(1) + joint
    return scores
