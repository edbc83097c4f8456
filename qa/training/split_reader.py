"""Take the reader for documents out of the weights of two readers that were joined.

    python -m qa.training.split_reader JOINED.safetensors FOLDER

So the weights before these were kept: the upper six layers and the heads of spans twice, the
reader for documents first. The training goes on from that one.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

from index.models import Weights, load_weights
from qa.reader.loading import FILE

_HIDDEN, _JOINT = 384, 64
_UPPER = re.compile(r"(first|second)\.layer\.(\d)\.(.+)")
# Heads of both readers stand side by side: the mean of what they say, or their products.
_AVERAGED, _STACKED = ("edges", "null"), ("left", "right")
_FACTOR = 0.5**0.25


def take_first_reader(joined: Weights) -> dict[str, NDArray[np.float16]]:
    """The weights of the first reader."""
    first: Weights = {}
    for name, weight in joined.items():
        head, _, kind = name.partition(".")
        upper = _UPPER.fullmatch(name)
        if upper is not None:
            if upper[1] == "first":
                first[f"backbone.encoder.layer.{int(upper[2]) + 6}.{upper[3]}"] = weight
        elif head in _AVERAGED and kind == "weight":
            first[name] = 2 * weight[:, :_HIDDEN]
        elif head in _STACKED:
            part = weight[:_JOINT, :_HIDDEN] if kind == "weight" else weight[:_JOINT]
            first[name] = part / _FACTOR
        else:
            first[name] = weight
    return {name: np.ascontiguousarray(each, np.float16) for name, each in first.items()}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m qa.training.split_reader")
    parser.add_argument("joined", type=Path, help="the weights of two readers")
    parser.add_argument("folder", type=Path, help="where those of the first are written")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    first = take_first_reader(load_weights(arguments.joined))
    save_file(first, arguments.folder / FILE)


if __name__ == "__main__":
    main()
