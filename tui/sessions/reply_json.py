"""Frozen data as JSON and back: what is saved of a reply reads as it was given."""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from collections.abc import Callable, Mapping
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
        made: Kind = _maker(typing.cast("Any", kind))(json.loads(text))
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


@lru_cache
def _maker(kind: Any) -> Callable[[Any], Any]:
    """What makes a value of this kind of what JSON holds."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if dataclasses.is_dataclass(kind):
        return _dataclass_maker(typing.cast("type", kind))
    if origin in (types.UnionType, typing.Union):
        some = _maker(next(part for part in inner if part is not types.NoneType))
        return lambda plain: None if plain is None else some(plain)
    if origin is tuple and inner[-1] is Ellipsis:
        item = _maker(inner[0])
        return lambda plain: tuple(map(item, plain))
    if origin is tuple:
        parts = [_maker(part) for part in inner]
        return lambda plain: tuple(make(item) for make, item in zip(parts, plain, strict=True))
    if origin is not None and issubclass(origin, Mapping):
        value = _maker(inner[1])
        return lambda plain: {key: value(item) for key, item in plain.items()}
    if kind in (int, str, bool):
        return lambda plain: _checked(kind, plain)
    return float if kind is float else lambda plain: plain


def _dataclass_maker(kind: type) -> Callable[[Any], Any]:
    makers = {name: _maker(of) for name, of in typing.get_type_hints(kind).items()}
    return lambda plain: kind(
        **{name: makers[name](item) for name, item in plain.items() if name in makers}
    )


def _checked(kind: type, plain: Any) -> Any:
    if type(plain) is not kind:
        raise Unreadable(f"{plain!r} is no {kind.__name__}")
    return plain
