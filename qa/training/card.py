"""The card beside weights: what they are and what they were trained from."""

from __future__ import annotations

import json
from pathlib import Path

from index.models import CARD, hash_file


def write_card(weights: Path, base: str, base_weights: Path) -> None:
    """Write the card of a file of weights, beside it.

    Args:
        base: the model that training started from.
        base_weights: the file with its weights.
    """
    card = {
        "sha256": hash_file(weights),
        "base": base,
        "base_sha256": hash_file(base_weights),
    }
    (weights.parent / CARD).write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
