"""JSON and plain objects as they come in from other programs, and go out to them.

Both ways they hold valid Unicode. Names of files need not: their bytes that are not UTF-8 are
spelled out, as `caf\\xe9.txt`, and so is what else is half a character.
"""

from __future__ import annotations

import json
from typing import Any, NoReturn, TypeVar, cast

from index.documents.surrogates import spell_surrogates

Value = TypeVar("Value")


def make_valid(value: Value) -> Value:
    """A plain object with valid Unicode in all of its texts; see `spell_surrogates`."""
    # Imported late: the command line does without.
    import msgspec

    try:
        # It refuses halves of characters, and looks at all of an object in no time.
        msgspec.json.encode(value)
    except (UnicodeError, OverflowError, TypeError):
        return cast("Value", _make_valid(value))
    return value


def _make_valid(value: Any) -> Any:
    match value:
        case str():
            return spell_surrogates(value)
        case dict():
            return {_make_valid(name): _make_valid(each) for name, each in value.items()}
        case list() | tuple():
            return [_make_valid(each) for each in value]
    return value


def dump_json(value: object, *, indent: int | None = None) -> str:
    """JSON in ASCII that every program can read."""
    text = json.dumps(value, indent=indent)
    # Whole characters are escaped as two halves, too: look more closely only where there are some.
    return json.dumps(_make_valid(value), indent=indent) if "\\ud" in text else text


def load_json(data: bytes) -> Any:
    """The object in some JSON, with valid Unicode in all of its texts.

    Bytes that are not UTF-8 are spelled out, as those of names are.

    Raises:
        ValueError: it is not JSON, or nested too deeply.
    """
    try:
        return make_valid(
            json.loads(data.decode(errors="surrogateescape"), parse_constant=_refuse_constant)
        )
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number in JSON")
