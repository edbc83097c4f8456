"""Sizes, as people read them."""

from __future__ import annotations

_UNITS = ("B", "kB", "MB", "GB", "TB")


def describe_size(size: int) -> str:
    """Bytes in powers of 1000: `812 B`, `3.4 kB`, `256 MB`, `13.2 GB`."""
    power = 0
    while round(size / 1000**power) >= 1000 and power < len(_UNITS) - 1:
        power += 1
    value = size / 1000**power
    # Below a hundred the first decimal counts, unless it is 0.
    digits = f"{value:.1f}".removesuffix(".0") if value < 99.95 else f"{value:.0f}"
    return f"{digits} {_UNITS[power]}"
