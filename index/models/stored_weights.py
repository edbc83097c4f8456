"""The weights of our models as they are stored: safetensors, some of them in int8.

Only training and compilation import this module.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

Weights = dict[str, NDArray[np.float32]]

# An int8 tensor N comes with N.scale and N.zero_point; it stands for (N - zero point) * scale.
SCALE, ZERO_POINT = ".scale", ".zero_point"


def load_weights(path: Path) -> Weights:
    """The weights in float32, by name."""
    return expand_weights(load_file(path))


def expand_weights(stored: Mapping[str, NDArray[Any]]) -> Weights:
    """Stored arrays in float32, by name; scales and zero points are used up."""
    return {
        name: (_to_floats(array) - _to_floats(stored[name + ZERO_POINT]))
        * _to_floats(stored[name + SCALE])
        if array.dtype == np.int8
        else _to_floats(array)
        for name, array in stored.items()
        if not name.endswith((SCALE, ZERO_POINT))
    }


def _to_floats(array: NDArray[Any]) -> NDArray[np.float32]:
    return array.astype(np.float32)
