"""In which precision the networks are trained."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import torch

_PROCESSOR = Path("/proc/cpuinfo")


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
