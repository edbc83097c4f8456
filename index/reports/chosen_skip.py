"""Why something is left out of an index, where a person has chosen that."""

from __future__ import annotations

from enum import StrEnum


class ChosenSkip(StrEnum):
    """A reason that a person has given, in the words of reports; nobody is surprised by it.

    Other reasons are of the file: its kind, its size.
    """

    HIDDEN = "hidden"
    IGNORED = "ignored"
    EXCLUDED = "excluded"
    NOT_INCLUDED = "not included"
    REMOVED = "removed"
