"""Which version of Quoteback this is."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def read_version() -> str:
    """The version that is installed; "0" where it runs from a copy of its source."""
    try:
        return version("quoteback")
    except PackageNotFoundError:
        return "0"
