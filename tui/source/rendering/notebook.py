"""Jupyter notebooks: cells of code are found in the text again by what the file says of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tui.source.rendering.extracted import Code

NOTEBOOK = ".ipynb"
# A larger file is drawn as text.
_MOST_BYTES = 64 * 2**20
# Of a file of which so many cells are not in the text, more need not be looked for: it has changed.
_MOST_MISSING = 100


def find_code_cells(path: str, text: str) -> list[Code]:
    """The cells of code in the text of a notebook; none where its file cannot be read.

    Args:
        path: of the file; it may have changed since it was indexed.
        text: the text that was extracted from it.
    """
    try:
        file = Path(path)
        if file.stat().st_size > _MOST_BYTES:
            return []
        notebook = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        return []
    return list(_iterate_cells(notebook, text))


def _iterate_cells(notebook: Any, text: str) -> Iterator[Code]:
    language = _dict(_dict(_dict(notebook).get("metadata")).get("kernelspec")).get("language")
    language = language if isinstance(language, str) else "python"
    at = missing = 0
    for cell in _list(_dict(notebook).get("cells")):
        if _dict(cell).get("cell_type") != "code":
            continue
        source = _join(_dict(cell).get("source")).strip()
        if missing == _MOST_MISSING:
            return
        start = text.find(source, at) if source else -1
        if start < 0 or (start > 0 and text[start - 1] != "\n"):
            missing += bool(source)
            continue
        at = start + len(source)
        count = _dict(cell).get("execution_count")
        yield Code(start, at, language, f"In [{count if isinstance(count, int) else ' '}]")
        for output in _list(_dict(cell).get("outputs")):
            shown = _dict(_dict(output).get("data", output))
            words = _join(_dict(output).get("text", shown.get("text/plain"))).strip()
            # An output follows its cell at once; a changed or shortened one is drawn as text.
            start = text.find(words, at, at + 4 + len(words)) if words else -1
            if start >= 0:
                at = start + len(words)
                yield Code(start, at, "", "Out")


def _join(value: Any) -> str:
    lines = value if isinstance(value, list) else [value]
    return "".join(line for line in lines if isinstance(line, str))


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
