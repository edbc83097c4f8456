"""Rules with a name and a switch: the program knows nothing of them, a rule is replaced from outside.

A rule is a function, a pattern or a number of a module of `qa`. To switch it off, its "off" form is
put in its place, in each module that has imported it.
"""

from __future__ import annotations

import importlib
import inspect
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

NOTHING = re.compile(r"(?!)")
"""In place of a pattern: one that is found nowhere."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """What is put in the place of a part of a rule.

    Attributes:
        module: within `qa`: "answering.spans".
        name: in that module.
        off: its off form.
    """

    module: str
    name: str
    off: Any

    @property
    def original(self) -> Any:
        """What is replaced.

        Raises:
            AttributeError: the module has nothing of that name.
        """
        return getattr(importlib.import_module(f"qa.{self.module}"), self.name)

    def find_holders(self) -> Iterator[Any]:
        """The modules that answer with it. Those that measure answers keep it."""
        original = self.original
        for path, module in list(sys.modules.items()):
            package, *below = path.split(".")
            measures = below[:1] in (["training"], ["evaluation"], ["squad"])
            answers = package == "qa" and not measures
            if answers and vars(module).get(self.name) is original:
                yield module


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of answering or of follow-ups.

    Attributes:
        name: says what it does.
        replacements: its off forms, by the parts that it consists of.
    """

    name: str
    replacements: tuple[Replacement, ...]

    def count_lines(self) -> int:
        """The lines of its functions; 1 for each pattern or number."""
        return sum(
            len(inspect.getsource(each.original).splitlines()) if callable(each.original) else 1
            for each in self.replacements
        )


@contextmanager
def switch_off(rules: Iterable[Rule]) -> Iterator[None]:
    """Answer without some rules."""
    changed: list[tuple[Any, str, Any]] = []
    try:
        for each in (each for rule in rules for each in rule.replacements):
            original = each.original
            for module in each.find_holders():
                changed.append((module, each.name, original))
                setattr(module, each.name, each.off)
        yield
    finally:
        for module, name, original in reversed(changed):
            setattr(module, name, original)


def always(value: Any) -> Callable[..., Any]:
    """A function that gives the same whatever it is asked."""
    return lambda *_, **__: value


def argument(number: int) -> Callable[..., Any]:
    """A function that gives one of its arguments back."""
    return lambda *arguments, **__: arguments[number]


def split_alternatives(module: str, name: str) -> list[Rule]:
    """A rule for each alternative of a verbose pattern: the pattern without it."""
    pattern: re.Pattern[str] = Replacement(module, name, None).original
    parts = _split_at_bars(pattern.pattern)
    return [
        Rule(
            f"{name} without {' '.join(part.split())}",
            (
                Replacement(
                    module,
                    name,
                    re.compile("|".join(parts[:number] + parts[number + 1 :]), pattern.flags),
                ),
            ),
        )
        for number, part in enumerate(parts)
    ]


def _split_at_bars(pattern: str) -> list[str]:
    """The parts of a pattern between the bars that stand in no bracket."""
    parts, depth, is_class, at = [""], 0, False, 0
    while at < len(pattern):
        token = pattern[at : at + 2] if pattern[at] == "\\" else pattern[at]
        if token == "[" and not is_class:
            is_class = True
        elif token == "]":
            is_class = False
        elif not is_class:
            depth += (token == "(") - (token == ")")
        if token == "|" and not depth and not is_class:
            parts.append("")
        else:
            parts[-1] += token
        at += len(token)
    return parts
