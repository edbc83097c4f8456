"""JSON and plain objects as they come in from other programs, and go out to them.

Both ways they hold valid Unicode. Names of files need not: their bytes that are not UTF-8 are
spelled out, as `caf\\xe9.txt`, and so is what else is half a character.
"""

from __future__ import annotations

import json
from typing import Any, NoReturn, TypeVar

from index.documents.surrogates import spell_surrogates

Value = TypeVar("Value")


def make_valid(value: Value) -> Value:
    """A plain object with valid Unicode in all of its texts; see `spell_surrogates`."""
    valid: Any = value
    match value:
        case str():
            valid = spell_surrogates(value)
        case dict():
            valid = {make_valid(name): make_valid(each) for name, each in value.items()}
        case list() | tuple():
            valid = [make_valid(each) for each in value]
    return valid  # type: ignore[no-any-return]


def dump_json(value: object, *, indent: int | None = None) -> str:
    """JSON in ASCII that every program can read."""
    text = json.dumps(value, indent=indent)
    # Whole characters are escaped as two halves, too: look more closely only where there are some.
    return json.dumps(make_valid(value), indent=indent) if "\\ud" in text else text


def load_json(data: bytes) -> Any:
    """The object in some JSON, with valid Unicode in all of its texts.

    Raises:
        ValueError: it is not JSON in UTF-8, or nested too deeply.
    """
    try:
        return make_valid(json.loads(data.decode(), parse_constant=_refuse_constant))
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number in JSON")
