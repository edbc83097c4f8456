"""Roman numerals, in which items of lists are numbered."""

from __future__ import annotations

_STEPS = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc")),
    *((50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)


def write_roman(count: int) -> str:
    """A number in small letters; in digits if there is no such numeral (0, 4000 and more)."""
    if not 1 <= count < 4000:
        return str(count)
    numeral = ""
    for step, letters in _STEPS:
        numeral += letters * (count // step)
        count %= step
    return numeral
