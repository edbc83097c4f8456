"""The reranker as a torch module. Only compilation imports it."""

from __future__ import annotations

from pathlib import Path

from torch import Tensor, nn
from transformers import BertForSequenceClassification

from index import ModelError, silence_libraries
from qa.model_weights import load_weights
from qa.reader.network import make_config


class RerankerNetwork(nn.Module):
    """MiniLM with twelve layers and one logit: how well the second text answers the first."""

    def __init__(self) -> None:
        super().__init__()
        with silence_libraries():
            self.classifier = BertForSequenceClassification(make_config(num_labels=1)).eval()

    def forward(self, input_ids: Tensor, token_type_ids: Tensor) -> Tensor:
        """Tokens, int64 of shape (batch, tokens), to logits of shape (batch,)."""
        output = self.classifier(input_ids=input_ids, token_type_ids=token_type_ids)
        logits: Tensor = output.logits
        return logits.squeeze(-1)


def load_network(weights: Path) -> RerankerNetwork:
    """The network in float32, for evaluation.

    Args:
        weights: see `qa.model_weights`.

    Raises:
        ModelError: the weights do not fit the network.
    """
    network = RerankerNetwork()
    try:
        network.classifier.load_state_dict(load_weights(weights))
    except RuntimeError as error:
        raise ModelError("the reranker's weights do not fit: reinstall quoteback") from error
    return network
