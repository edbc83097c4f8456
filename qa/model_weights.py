"""The weights of our models as they are stored: safetensors, some of them in int8.

Only training and compilation import this module.
"""

from __future__ import annotations

from pathlib import Path

from safetensors.torch import load_file
from torch import Tensor, int8

# An int8 tensor N comes with N.scale and N.zero_point; it stands for (N - zero point) * scale.
SCALE, ZERO_POINT = ".scale", ".zero_point"


def load_weights(path: Path) -> dict[str, Tensor]:
    """The weights in float32, by name."""
    return expand_weights(load_file(path))


def expand_weights(stored: dict[str, Tensor]) -> dict[str, Tensor]:
    """Stored tensors in float32, by name; scales and zero points are used up."""
    return {
        name: (tensor.float() - stored[name + ZERO_POINT].float()) * stored[name + SCALE].float()
        if tensor.dtype == int8
        else tensor.float()
        for name, tensor in stored.items()
        if not name.endswith((SCALE, ZERO_POINT))
    }
