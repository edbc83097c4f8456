"""Parts of Quoteback that a plain installation lacks, such as engines and servers."""

from __future__ import annotations


def explain_installation(part: str) -> str:
    """How to install a part, by the name of its extra; as the README says it."""
    return (
        f"install Quoteback again with its part `{part}`: `pipx install --force '.[{part}]'` "
        "in a clone of its repository"
    )
