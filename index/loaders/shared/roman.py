"""Roman numerals: the numbers of items, pages, chapters and sections may be written in them."""

from __future__ import annotations

# Those that others are put together of, the largest first.
_NUMERALS = "m cm d cd c xc l xl x ix v iv i".split()
_VALUES = (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1)
# Larger ones are read as what they more often are: words ("mix", "DM") and units.
_HIGHEST_READ = 399


def write_roman(count: int) -> str:
    """A number in small letters; in digits if there is no such numeral (0, 4000 and more)."""
    if not 1 <= count < 4000:
        return str(count)
    numeral = ""
    for letters, value in zip(_NUMERALS, _VALUES, strict=True):
        numeral += letters * (count // value)
        count %= value
    return numeral


_NUMBERS = {write_roman(number): number for number in range(1, _HIGHEST_READ + 1)}


def read_roman(numeral: str) -> int | None:
    """The number, up to 399, that a numeral in small or capital letters writes; else None."""
    return _NUMBERS.get(numeral.lower())
