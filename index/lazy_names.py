"""Names of a package that are imported when they are first used.

numpy, the search engine and much else take time to import, which a question that another process
answers need not spend.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

_STATEMENT = re.compile(r"^from (\S+) import (\([^)]*\)|.*)", re.MULTILINE)
_EXPORTED = re.compile(r"\b(\w+) as \1\b")


def export_lazily(
    package: str, file: str
) -> tuple[list[str], Callable[[str], Any], Callable[[], list[str]]]:
    """What a package takes as its `__all__`, `__getattr__` and `__dir__`.

    Its names stand in the stub `__init__.pyi` beside its `__init__.py`, where type checkers and
    editors find them too: `from MODULE import NAME as NAME`.

    Args:
        package, file: its `__name__` and its `__file__`.
    """
    stub = Path(file).with_name("__init__.pyi").read_text(encoding="utf-8")
    statements = _STATEMENT.findall(stub)
    modules = {name: module for module, names in statements for name in _EXPORTED.findall(names)}

    def find(name: str) -> Any:
        if name in modules:
            return getattr(import_module(modules[name]), name)
        raise AttributeError(f"module {package!r} has no attribute {name!r}")

    def list_names() -> list[str]:
        return sorted({*vars(import_module(package)), *modules})

    return sorted(modules), find, list_names
