"""Names of a package that are imported when they are first used.

numpy, the search engine and much else take time to import, which a question that another process
answers need not spend.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def export_lazily(
    package: str, names: Mapping[str, str]
) -> tuple[list[str], Callable[[str], Any], Callable[[], list[str]]]:
    """What a package takes as its `__all__`, `__getattr__` and `__dir__`.

    Args:
        package: its `__name__`.
        names: by module, its names that the package exports, with spaces between them.
    """
    modules = {name: module for module, words in names.items() for name in words.split()}

    def find(name: str) -> Any:
        if name in modules:
            return getattr(import_module(modules[name]), name)
        raise AttributeError(f"module {package!r} has no attribute {name!r}")

    def list_names() -> list[str]:
        return sorted({*vars(import_module(package)), *modules})

    return sorted(modules), find, list_names
