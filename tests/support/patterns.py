"""Every regular expression of a package: found in its modules and in their source, without a list.

A pattern is a global of a module, is in one, or is written in a call such as `re.split("…", text)`.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

# What looks at one place of a text, and what looks for all places.
AT_ONE_PLACE = frozenset(("match", "fullmatch"))
_ANYWHERE = frozenset(("search", "finditer", "findall", "sub", "subn", "split"))
_METHODS = AT_ONE_PLACE | _ANYWHERE
# What trains models reads nothing that others have written.
_LEFT_OUT = "qa.training"
# Containers within containers that are looked into.
_MOST_DEEP = 4
# Stands for what is known only when a function is called.
_UNKNOWN = "x"


@dataclass(frozen=True, slots=True)
class FoundPattern:
    """A pattern of a module.

    Attributes:
        name: its name as a global, or its line.
        methods: those that the module, and those that import the pattern, call on it.
    """

    module: str
    name: str
    pattern: re.Pattern[Any]
    methods: frozenset[str]

    @property
    def place(self) -> str:
        return f"{self.module}.{self.name}"


def find_patterns(*packages: str) -> list[FoundPattern]:
    """The patterns of packages and of all modules in them, each once.

    Raises:
        ImportError: a module cannot be imported.
    """
    modules = [module for package in packages for module in _import_all(package)]
    calls = [_Calls(module) for module in modules]
    used: dict[tuple[str, str], set[str]] = defaultdict(set)
    for each in calls:
        for name, methods in each.methods.items():
            used[each.origins.get(name, (each.module.__name__, name))] |= methods
    found: dict[tuple[Any, int], FoundPattern] = {}
    for module, each in zip(modules, calls, strict=True):
        for name, value in vars(module).items():
            for pattern in _walk(value, 0):
                # Of patterns in a container, it is not told which method is called on which.
                origin = each.origins.get(name, (module.__name__, name))
                methods = used[origin] or each.all_methods or _METHODS
                _add(found, FoundPattern(module.__name__, name, pattern, frozenset(methods)))
        for written in each.written:
            _add(found, written)
    return [each if each.methods else replace(each, methods=_METHODS) for each in found.values()]


def _add(found: dict[tuple[Any, int], FoundPattern], new: FoundPattern) -> None:
    """Add a pattern; one that is found again, by its name or by where it is written, is the same."""
    key = new.pattern.pattern, new.pattern.flags
    before = found.get(key)
    if before is None:
        found[key] = new
    elif before.methods != new.methods:
        found[key] = replace(before, methods=before.methods | new.methods)


def _import_all(package: str) -> Iterator[ModuleType]:
    """The modules of a package that know regular expressions; importing others may take long."""
    (folder,) = importlib.import_module(package).__path__
    for file in sorted(Path(folder).rglob("*.py")):
        parts = [package, *file.relative_to(folder).with_suffix("").parts]
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        if name.startswith(_LEFT_OUT) or "import re\n" not in file.read_text(encoding="utf-8"):
            continue
        yield importlib.import_module(name)


def _walk(value: object, depth: int) -> Iterator[re.Pattern[Any]]:
    """The patterns in a value."""
    if isinstance(value, re.Pattern):
        yield value
    if depth == _MOST_DEEP:
        return
    inner: list[object] = []
    if isinstance(value, Mapping):
        inner = [*value.keys(), *value.values()]
    elif isinstance(value, (list, tuple, set, frozenset)):
        inner = [*value]
    elif is_dataclass(value) and not isinstance(value, type):
        inner = [getattr(value, field.name, None) for field in fields(value)]
    for each in inner:
        yield from _walk(each, depth + 1)


class _Calls:
    """What a module's source does with patterns: which methods it calls, which it writes out."""

    def __init__(self, module: ModuleType) -> None:
        self.module = module
        self.methods: dict[str, set[str]] = defaultdict(set)
        self.written: list[FoundPattern] = []
        # Where the names come from that another module has.
        self.origins: dict[str, tuple[str, str]] = {}
        tree = ast.parse(inspect.getsource(module))
        # `re.compile("…").split` is a call of that method.
        attributes = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
        of_compiled = {id(node.value): node.attr for node in attributes}
        for node in attributes:
            if node.attr in _METHODS and (name := _name_last(node.value)) not in (None, "re"):
                self.methods[name or ""].add(node.attr)
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                for name in node.names:
                    self.origins[name.asname or name.name] = node.module, name.name
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                method = of_compiled.get(id(node), node.func.attr)
                if _name_last(node.func.value) == "re" and node.args:
                    self._read_call(node, method)

    @property
    def all_methods(self) -> set[str]:
        return set[str]().union(*self.methods.values())

    def _read_call(self, call: ast.Call, method: str) -> None:
        named = {each.arg: each.value for each in call.keywords}
        flags = named.get("flags")
        if call.func.attr == "compile" and len(call.args) > 1:  # type: ignore[attr-defined]
            flags = call.args[1]
        try:
            source = self._evaluate(call.args[0])
            pattern = re.compile(source, self._evaluate(flags) if flags else 0)
        except (re.error, TypeError, ValueError, AttributeError, NameError, KeyError, IndexError):
            # What it is made of is known only when it is called.
            return
        # A pattern that is only compiled here is one of the globals, or is used in ways unknown.
        methods = frozenset((method,)) & _METHODS
        name = f"line {call.lineno}"
        self.written.append(FoundPattern(self.module.__name__, name, pattern, frozenset(methods)))

    def _evaluate(self, expression: ast.expr) -> Any:
        code = compile(ast.Expression(expression), self.module.__name__, "eval")
        return eval(code, vars(self.module), _Unknown(vars(self.module)))


class _Unknown(dict[str, Any]):
    """The names of a module; any other one is a parameter or a local variable of a function."""

    def __missing__(self, name: str) -> Any:
        builtins = self["__builtins__"]
        known = builtins if isinstance(builtins, dict) else vars(builtins)
        return known.get(name, _UNKNOWN)


def _name_last(node: ast.expr) -> str | None:
    """`b` of `b` and of `a.b`."""
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else None
