"""The settings of an index: their names, and the values that each may have.

Values are checked on writing and on reading, as anybody may have made an index.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import SupportsFloat

from index.documents import replace_surrogates
from index.errors import OtherFormat

# The threshold of abstention.
THRESHOLD = "threshold"
# Whether archives are opened, "yes" or "no".
ARCHIVES = "archives"
# How the names of notes begin.
NOTE = "note: "
# What is promised of a threshold; it holds as long as that is the one in use.
PROMISE = f"{NOTE}promise"
# The digest of the documents, and of the name of the model, that it was fitted to.
PROMISED_CONTENT = f"{NOTE}promised content"


def check_format(place: object, current: str | None, present: int, again: str) -> None:
    """Make sure that an index has the present format of its engine.

    Args:
        place: of the index.
        again: what to do to make an older one again.

    Raises:
        OtherFormat: another version has made or changed it.
    """
    if current != str(present):
        is_newer = current is not None and current.isdecimal() and int(current) > present
        advice = "update Quoteback, or choose another --index" if is_newer else again
        raise OtherFormat(
            f"{place} has index format {current or 'unknown'}, this version of Quoteback has "
            f"{present}: {advice}"
        )


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


def encode_threshold(threshold: float) -> str:
    """A threshold as it is kept; raises `TypeError` or `ValueError` unless it is from 0 to 1."""
    # Any kind of number, NumPy's too, but not a bool.
    if isinstance(threshold, bool) or not isinstance(threshold, SupportsFloat):
        raise TypeError(f"a threshold is a number from 0 to 1, not {threshold!r}")
    number = float(threshold)
    if not 0 <= number <= 1:
        raise ValueError(f"a threshold is a confidence from 0 to 1, not {number}")
    return repr(number)


def name_note(name: str) -> str:
    """The name of the setting that keeps a note."""
    return NOTE + replace_surrogates(name)


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
    ARCHIVES: lambda value: value in ("yes", "no"),
    # The derived parts may lack something. Set with every change of documents, and before the
    # keyword index is rebuilt, until the derived parts have caught up.
    "unfinished": lambda value: value == "yes",
}
