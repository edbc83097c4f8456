"""What is wrong with a question set, and where."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from index import QuotebackError

# Characters shown of a name that is not ours.
LONGEST_NAME = 80


class BadQuestionSet(QuotebackError):
    """A question set cannot be used; the message says where it is wrong."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a question set.

    Attributes:
        where: "line 3", "answer in line 3", a file's name and line, …
        fatal: the set cannot be used; else it is a warning.
    """

    where: str
    text: str
    fatal: bool = True

    def __str__(self) -> str:
        return f"{self.where}: {self.text}" if self.where else self.text

    @property
    def sort_key(self) -> list[str | int]:
        """Sorts problems as they stand in the file: line 10 after line 9."""
        parts = re.split(r"([0-9]+)", self.where)
        return [int(part) if at % 2 else part for at, part in enumerate(parts)]


def name_shortly(name: str) -> str:
    """A name that may be of any length, cut."""
    return name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…"


def warn_of_unknown(
    where: str, what: str, name: str, known: Sequence[str], more: int = 0
) -> Problem:
    """A warning of a key or column that means nothing here; `more`: how often it comes again."""
    near = get_close_matches(name[:LONGEST_NAME], known, 1)
    suggestion = f': did you mean "{near[0]}"?' if near else ""
    again = f" (and in {more} more)" if more else ""
    text = f'the {what} "{name_shortly(name)}" is not known and means nothing{again}{suggestion}'
    return Problem(where, text, fatal=False)
