"""The settings of an index: the values that each may have, checked on writing and reading."""

from __future__ import annotations

import re
from collections.abc import Callable

from index.engines.setting_names import THRESHOLD


class BadSetting(ValueError):
    """A value that a setting cannot have."""


def check_setting(name: str, value: object) -> str:
    """The value, if the setting may have it; else raises `BadSetting`."""
    if not is_valid(name, value):
        raise BadSetting(f"the setting {name} cannot be {value!r}")
    return str(value)


def is_valid(name: str, value: object) -> bool:
    """Whether a setting may have this value."""
    try:
        return isinstance(value, str) and (name not in _CHECKS or _CHECKS[name](value))
    except (ValueError, RecursionError):
        return False


def _is_number(value: str) -> bool:
    return value.isdecimal() and len(value) < 20


_CHECKS: dict[str, Callable[[str], bool]] = {
    "format": _is_number,
    # The identity of the index, which all its parts bear.
    "index_id": lambda value: bool(re.fullmatch("[0-9a-f]{32}", value)),
    "model": lambda value: bool(value.strip()),
    # The version of the model, and the folder of the vectors that it made.
    "fingerprint": bool,
    "vectors": lambda value: bool(re.fullmatch("vectors(-[0-9a-f]{16})?", value)),
    THRESHOLD: lambda value: 0 <= float(value) <= 1,
    "commits": _is_number,
    # Whether archives are opened.
    "archives": lambda value: value in ("yes", "no"),
    # The derived parts may lack something. Set with every change of documents, and before the
    # keyword index is rebuilt, until the derived parts have caught up.
    "unfinished": lambda value: value == "yes",
}
