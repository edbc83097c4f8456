"""Days of the week and months as words of their own, so that "Mon" is found by "Monday"."""

from __future__ import annotations

import re

from index.text.patterns import MONTHS, SHORT_MONTHS, SHORT_WEEKDAYS, WEEKDAYS

_SHORTEST = 3
# All names, in full and shortened, with the letters that they all begin with.
_NAMES = {
    name: name[:_SHORTEST].lower() for name in (*WEEKDAYS, *MONTHS, *SHORT_WEEKDAYS, *SHORT_MONTHS)
}
_IN_FULL = {name[:_SHORTEST].lower(): name for name in (*WEEKDAYS, *MONTHS)}
# In lower case, short names and two of the months are other words ("sat", "march", "may").
_LOWER = [name.lower() for name in (*WEEKDAYS, *MONTHS) if name not in ("March", "May")]
_NAME = re.compile(
    rf"(?<!\w)(?P<name>{'|'.join(sorted([*_NAMES, *_LOWER], key=len, reverse=True))})s?(?!\w)"
)


def spell_out_calendar_name(text: str) -> str:
    """The full name where a text is only the short one of a day or a month; else the text."""
    short = _NAMES.get(text.removesuffix("."))
    return text if short is None else _IN_FULL[short]


def calendar_words(text: str) -> list[str]:
    """A word for each day of the week and each month that a text names, in full or shortened."""
    return [f"calendar0{_NAMES[match['name'].title()]}" for match in _NAME.finditer(text)]
