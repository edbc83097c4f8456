"""Kinds of files in words, by their names."""

from __future__ import annotations

from pathlib import Path

_KINDS = {
    "md": "Markdown",
    "txt": "plain text",
    "rst": "reStructuredText",
    "htm": "HTML",
    "html": "HTML",
    "docx": "Word",
    "csv": "table (CSV)",
    "tsv": "table (TSV)",
    "ipynb": "notebook",
    "py": "Python",
}


def describe_kind(path: str) -> str:
    """The kind of a file in words, by its name."""
    suffixes = [suffix.lstrip(".").lower() for suffix in Path(path).suffixes]
    packed = suffixes[-1:] == ["gz"]
    suffix = next(iter(suffixes[-2:-1] if packed else suffixes[-1:]), "")
    kind = _KINDS.get(suffix, suffix.upper() or "plain text")
    return f"packed {kind}" if packed else kind
