"""HTML and SVG as text in which whatever is not markup is escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from qa.display import visible

_VOID = frozenset(("input", "meta"))

Child = str | Iterable[str]


class Markup(str):
    """HTML that may stand as it is; any other string is text."""

    __slots__ = ()


def join(*children: Child) -> Markup:
    """The children one after the other: markup as it is, text escaped.

    In text, control characters are replaced by visible stand-ins.
    """
    return Markup("".join(_write_child(child) for child in children))


def element(name: str, /, *children: Child, **attributes: str | float | None) -> Markup:
    """An element. Attributes that are None are left out; of their names, a last `_` is dropped
    (`class_`) and others are hyphens (`text_anchor`).
    """
    start = name
    for key, value in attributes.items():
        if value is not None:
            text = f"{value:.6g}" if isinstance(value, float) else str(value)
            start += f' {key.rstrip("_").replace("_", "-")}="{escape(visible(text))}"'
    return Markup(f"<{start}>" if name in _VOID else f"<{start}>{join(*children)}</{name}>")


def _write_child(child: Child) -> str:
    if isinstance(child, Markup):
        return str(child)
    return escape(visible(child)) if isinstance(child, str) else join(*child)
