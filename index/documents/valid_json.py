"""JSON and plain objects as they come in from other programs, and go out to them.

Both ways they hold valid Unicode. Names of files need not: their bytes that are not UTF-8 are
spelled out, as `caf\\xe9.txt`, and so is what else is half a character.

Data that is kept or sent and comes back as it was keeps such halves, escaped.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar, cast

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
# Python keeps the byte 0xE9 of a name that is not UTF-8 as U+DCE9.
_BYTES, _FIRST_BYTE, _LAST_BYTE = 0xDC00, 0xDC80, 0xDCFF
_SPELLED_BYTE = re.compile(r"\\x([89a-f][0-9a-f])")
Value = TypeVar("Value")
# The field of a hit that is a function.
_READER = "read_surroundings"


def replace_surrogates(text: str) -> str:
    """Replace every lone surrogate by U+FFFD, one for one, so that offsets stay right."""
    return text if text.isascii() else _LONE_SURROGATE.sub("\ufffd", text)


def spell_surrogates(text: str) -> str:
    r"""Spell out every lone surrogate, so that the text is valid Unicode and names stay different.

    A byte of a file's name becomes `\xe9`, any other half of a character `\ud800`.
    """
    return text if text.isascii() else _LONE_SURROGATE.sub(_spell, text)


def read_spelled_bytes(text: str) -> str:
    """A name as Python keeps it, from one in which `spell_surrogates` has spelled out bytes."""
    return _SPELLED_BYTE.sub(lambda match: chr(_BYTES + int(match[1], 16)), text)


def _spell(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code - _BYTES:02x}" if _FIRST_BYTE <= code <= _LAST_BYTE else f"\\u{code:04x}"


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
    # Whole characters are escaped as two halves, too: look more closely only if there are some.
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


def dump_plain(value: object) -> str:
    """Data classes as JSON in ASCII, of which `load_plain` makes the same again.

    What reads the index as it is asked, such as the surroundings of a hit, is left out.
    """
    import msgspec

    # Not by msgspec, which refuses the lone surrogates of paths that are not valid Unicode.
    return json.dumps(msgspec.to_builtins(value, enc_hook=_encode), separators=(",", ":"))


def load_plain(
    text: str | bytes,
    kind: type[Value],
    change: Callable[[dict[str, Any]], dict[str, Any]] = lambda fields: fields,
) -> Value:
    """The data that was dumped, also by another version.

    Unknown fields are ignored, and missing ones get their defaults.

    Args:
        kind: the class of it.
        change: is given the fields of each object, and returns those that count.

    Raises:
        ValueError, RecursionError: it is not JSON, a field without a default is missing, or the
            value of one has the wrong type.
    """
    import msgspec

    def read(fields: dict[str, Any]) -> dict[str, Any]:
        fields.pop(_READER, None)
        return change(fields)

    return msgspec.convert(json.loads(text, object_hook=read), kind)


def _encode(value: Any) -> float | None:
    """A number of NumPy as one of Python; None for a function."""
    return None if callable(value) else float(value)
