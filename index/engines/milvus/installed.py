"""Checking that the packages of the extra are installed, without importing them."""

from __future__ import annotations

from importlib.util import find_spec

_PACKAGES = ("pymilvus", "milvus_lite")


def check_installed() -> None:
    """Raise ImportError where a package is missing."""
    for name in _PACKAGES:
        if find_spec(name) is None:
            raise ImportError(f"No module named {name!r}", name=name)
