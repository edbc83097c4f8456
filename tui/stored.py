"""Frozen data as JSON and back: what is saved of a reply reads as it was given."""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeVar

Kind = TypeVar("Kind")


class Unreadable(Exception):
    """What is stored is not of the kind that is wanted."""


def dumps(value: object) -> str:
    """A dataclass as JSON, in ASCII: file names need not be valid Unicode."""
    return json.dumps(_plain(value), separators=(",", ":"))


def loads(kind: type[Kind], text: str) -> Kind:
    """The dataclass that was stored; fields it did not have yet take their defaults.

    Raises:
        Unreadable: the text is no JSON, or holds something else.
    """
    try:
        made: Kind = _made(kind, json.loads(text))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise Unreadable(f"not what was stored: {error}") from error
    return made


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, bool | int | str):
        return value
    return float(value)


def _made(kind: Any, plain: Any) -> Any:
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if dataclasses.is_dataclass(kind):
        names = _fields(typing.cast("type", kind))
        return typing.cast("type", kind)(
            **{name: _made(names[name], item) for name, item in plain.items() if name in names}
        )
    if origin in (types.UnionType, typing.Union):
        if plain is None:
            return None
        return _made(next(part for part in inner if part is not types.NoneType), plain)
    if origin is tuple:
        if inner[-1] is Ellipsis:
            return tuple(_made(inner[0], item) for item in plain)
        return tuple(_made(part, item) for part, item in zip(inner, plain, strict=True))
    if origin is not None and issubclass(origin, Mapping):
        return {key: _made(inner[1], item) for key, item in plain.items()}
    if kind in (int, str, bool) and type(plain) is not kind:
        raise Unreadable(f"{plain!r} is no {kind.__name__}")
    return float(plain) if kind is float else plain


@lru_cache
def _fields(kind: type) -> Mapping[str, Any]:
    return typing.get_type_hints(kind)
