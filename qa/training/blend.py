"""Blend two readers: `python -m qa.training.blend FIRST SECOND --out FOLDER`.

The mean of the weights before and after a further training keeps what the first was better at.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from qa.reader.loading import FILE
from qa.training.data_files import write_card
from qa.training.train import BASE, RERANKER

# The share of the second reader: with more, the words quoted become less exact.
_SHARE = 0.6


def blend_weights(
    first: dict[str, Tensor], second: dict[str, Tensor], share: float
) -> dict[str, Tensor]:
    """The weighted mean of two readers' weights; what is the same in both is kept as it is.

    Args:
        share: that of the second, 0 to 1.

    Raises:
        KeyError: the second lacks a weight of the first.
        ValueError: they differ in a weight that one of them stores in int8: such numbers mean
            nothing without their scale, and have no mean.
    """
    return {
        name: _blend_weight(name, weight, second[name], share) for name, weight in first.items()
    }


def _blend_weight(name: str, first: Tensor, second: Tensor, share: float) -> Tensor:
    if torch.equal(first, second):
        return first
    if not (first.is_floating_point() and second.is_floating_point()):
        raise ValueError(f"the two readers do not share the frozen weight {name}")
    return torch.lerp(first.float(), second.float(), share).to(first.dtype)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m qa.training.blend", description=__doc__)
    parser.add_argument("first", type=Path, help="folder of the reader before")
    parser.add_argument("second", type=Path, help="folder of the reader after")
    parser.add_argument("--share", type=float, default=_SHARE, help="that of the second")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    first, second = (load_file(each / FILE) for each in (arguments.first, arguments.second))
    arguments.out.mkdir(parents=True, exist_ok=True)
    save_file(blend_weights(first, second, arguments.share), arguments.out / FILE)
    write_card(arguments.out / FILE, BASE, RERANKER)


if __name__ == "__main__":
    main()
