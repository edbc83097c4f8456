"""Make one reader of two: `python -m qa.training.join FIRST SECOND --out FOLDER`.

With `--blend` it has the mean of their weights: that before and after a further training keeps what
the first was better at.

Otherwise they are joined. The second went on from the first with its lowest layers frozen. These
are kept once, the layers above them twice. Spans score the mean of what both readers say: these
heads are twice as wide, and see the states of both side by side. Whether a passage or a sentence
answers, the first one says.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from qa.networks.weights import SCALE, ZERO_POINT
from qa.reader.compiling import BRANCHES
from qa.reader.loading import FILE
from qa.training.data_files import write_card
from qa.training.train import BASE, RERANKER

_LAYER = re.compile(r"backbone\.encoder\.layer\.(\d+)\.(.+)")
# Heads whose outputs are averaged.
_AVERAGED = "edges", "null"
# Heads whose outputs stand side by side, times a factor. The product of the two is divided by the
# root of their size, which has doubled: so it is the mean of both readers' products.
_STACKED = "left", "right"
_FACTOR = 0.5**0.25
_HIGHEST = 127
# The share of the second reader in a blend: with more, the words quoted become less exact.
_SHARE = 0.6


def join_readers(first: Mapping[str, Tensor], second: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The weights of both readers as one, named as `qa.reader.compiling` reads them.

    Matrices of the layers that are kept twice are stored in int8, with a scale for each output.

    Args:
        first, second: as they are stored, see `qa.networks.weights`.

    Raises:
        ValueError: the readers share no layer, or differ in what lies below the layers.
    """
    layers = {name: match for name in first if (match := _LAYER.match(name))}
    lowest = min(
        (
            int(match[1])
            for name, match in layers.items()
            if not torch.equal(first[name], second[name])
        ),
        default=0,
    )
    if not lowest:
        raise ValueError("the two readers share no layer, or all of them")
    joined: dict[str, Tensor] = {}
    for name, weight in first.items():
        layer = layers.get(name)
        if layer is not None and int(layer[1]) >= lowest:
            own = f"layer.{int(layer[1]) - lowest}.{layer[2]}"
            for branch, reader in zip(BRANCHES, (first, second), strict=True):
                joined |= _store(f"{branch}.{own}", reader[name])
            continue
        if name.startswith("backbone.") and not torch.equal(weight, second[name]):
            raise ValueError(f"the two readers do not share {name}")
        joined[name] = weight
    for head in (*_AVERAGED, *_STACKED):
        for kind in ("weight", "bias"):
            pair = [reader[f"{head}.{kind}"].float() for reader in (first, second)]
            joined[f"{head}.{kind}"] = _join_head(head, kind, pair).half()
    return joined


def _join_head(head: str, kind: str, pair: Sequence[Tensor]) -> Tensor:
    if head in _AVERAGED:
        return torch.cat(tuple(pair), 1) / 2 if kind == "weight" else sum(pair, torch.zeros(1)) / 2
    if kind == "bias":
        return _FACTOR * torch.cat(tuple(pair))
    first, second = pair
    nothing = torch.zeros_like(first)
    rows = torch.cat((first, nothing), 1), torch.cat((nothing, second), 1)
    return _FACTOR * torch.cat(rows)


def _store(name: str, weight: Tensor) -> dict[str, Tensor]:
    """A weight as it is stored: a matrix in int8, each row with its own scale."""
    if weight.ndim < 2:
        return {name: weight}
    scale = (weight.float().abs().amax(1, keepdim=True) / _HIGHEST).clamp_min(1e-8)
    return {
        name: (weight.float() / scale).round().to(torch.int8),
        name + SCALE: scale,
        name + ZERO_POINT: torch.zeros(1, dtype=torch.int8),
    }


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
    parser = argparse.ArgumentParser(prog="python -m qa.training.join", description=__doc__)
    parser.add_argument("first", type=Path, help="folder of a reader")
    parser.add_argument("second", type=Path, help="folder of one that went on from it")
    parser.add_argument("--blend", action="store_true", help="take the mean of their weights")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    first, second = (load_file(each / FILE) for each in (arguments.first, arguments.second))
    arguments.out.mkdir(parents=True, exist_ok=True)
    one = blend_weights(first, second, _SHARE) if arguments.blend else join_readers(first, second)
    save_file(one, arguments.out / FILE)
    write_card(arguments.out / FILE, BASE, RERANKER)


if __name__ == "__main__":
    main()
