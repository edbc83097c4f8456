"""Quantities: numbers with their units, in questions and in the cells of tables."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.text import NUMBER_WORDS

# After these and "of", a number counts years: "a girl of five".
_PERSONS = "adult baby boy child girl man woman".split()
# By what they measure: units, and what they are multiples of.
_UNITS_BY_KIND = {
    "hours": {"minute min": 1 / 1440, "hour hr": 1 / 24},
    "time": {"day": 1.0, "week": 7.0, "month": 365.25 / 12, "year yr": 365.25},
    "mass": {"g gram": 1.0, "kg kilo kilogram": 1000.0, "lb": 453.6, "oz ounce": 28.35},
    "volume": {"ml": 0.001, "l litre liter": 1.0},
    "length": {
        "cm": 0.01,
        "m metre meter": 1.0,
        "km kilometre kilometer": 1000.0,
        "mile": 1609.3,
    },
    "people": {"person people guest visitor": 1.0},
    "temperature": {"°c degree": 1.0},
    "share": {"% percent": 1.0},
    "£": {"£": 1.0},
    "$": {"$": 1.0},
    "€": {"€": 1.0},
}
# What each unit measures, and in multiples of what.
UNITS = {
    unit: (kind, size)
    for kind, sizes in _UNITS_BY_KIND.items()
    for units, size in sizes.items()
    for unit in units.split()
}
# If a number comes without a unit, after these words it counts years.
UNITS |= dict.fromkeys(("age", "aged", *_PERSONS), UNITS["year"])
_VALUES = {word: float(value) for value, word in enumerate(NUMBER_WORDS)}
_CURRENCIES = ("£", "$", "€")
# Sums are given in thousands and millions, too: "£30k", "£1.5 million".
_SCALES = {
    **dict.fromkeys(("k", "thousand"), 1e3),
    **dict.fromkeys(("m", "mn", "million"), 1e6),
    **dict.fromkeys(("bn", "billion"), 1e9),
}
DIGITS = r"(?:\d{1,3}(?:[ \xa0\u202f]\d{3}(?!\d))++|\d{1,9}(?:,\d{3})*+)(?:\.\d{1,6})?"
UNIT = r"(?:[^\W\d_]{1,12}|°\s?C|%)"
_QUANTITY = re.compile(
    rf"""(?P<before>\baged?\s(?:of\s)?|[£$€]\s?|\b(?:{"|".join(_PERSONS)})\sof\s)?
         (?<![\w.,:/])(?<!\B[-−])(?P<number>{DIGITS}|{"|".join(NUMBER_WORDS)})(?![\w.,]*\d)
         [\s-]{{0,2}}(?P<unit>{UNIT})?""",
    re.IGNORECASE | re.VERBOSE,
)
# "The most in one day": so much is had in it, and nothing lasts as long.
_PERIOD = re.compile(
    r"\b(?:in|per|each|every)\s(?:one|1|24)[\s-](?:hour|day|week|month|year)s?\b", re.IGNORECASE
)
# A number that is all of a cell, with its sign and its unit: "-5 °C", "£.50". In brackets, it may
# be a loss or a note.
_NUMBER = re.compile(
    r"""(?:[^\w(]*\s)?+ [^\w\s(.−–-]*+ (?P<sign>[-−–]?) [^\w\s(.−–-]*+
        (?P<number>\d[\d,.' ]*+|\.\d++) \s*+ (?P<unit>°?[^\W\d]*+) \W*+""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of something, in the unit that all units of its kind are multiples of.

    The unit is the one that is said, as `UNITS` names it; "" if none is.
    """

    value: float
    unit: str = ""

    @property
    def kind(self) -> str:
        return UNITS[self.unit][0] if self.unit else ""


def find_quantities(question: str) -> list[Quantity]:
    """The quantities that a question names, with a unit that is known."""
    quantities = map(_read_match, _QUANTITY.finditer(_PERIOD.sub(" ", question)))
    return [quantity for quantity in quantities if quantity.kind]


def parse_quantity(text: str) -> Quantity:
    """The first quantity in a text; 0 if there is none."""
    match = _QUANTITY.search(text)
    return _read_match(match) if match else Quantity(0.0)


def _read_match(match: re.Match[str]) -> Quantity:
    number = match["number"].lower()
    value = _VALUES.get(number)
    if value is None:
        value = float(re.sub(r"[,\s]", "", number))
    before = (match["before"] or "").split()
    scale = _SCALES.get((match["unit"] or "").lower())
    if scale and before and before[0] in _CURRENCIES:
        return Quantity(value * scale, before[0])
    unit = name_unit(match["unit"] or "") or name_unit(before[0] if before else "")
    return Quantity(value * UNITS[unit][1], unit) if unit else Quantity(value)


def name_unit(text: str) -> str:
    """The last unit among the words of a text ("Age (years)"); "" if there is none."""
    words = [_singular(word) for word in re.findall(r"[^\W\d_]+|°\s?C|[£$€%]", text)]
    return next((word for word in reversed(words) if word in UNITS), "")


def _singular(unit: str) -> str:
    unit = unit.lower().replace(" ", "")
    return unit if unit in UNITS else unit.removesuffix("s")


def parse_number(text: str) -> float | None:
    """The number that a cell holds, without its unit; None if it holds none or several."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    digits = re.sub(r"[,' ](?=\d{3}\b)", "", match["number"]).rstrip(" .,'")
    try:
        value = float(digits.replace(",", "."))
    except ValueError:
        return None
    return -value if match["sign"] else value


def find_unit(text: str) -> str:
    """The unit after a number, in the singular; "" if there is none."""
    match = _NUMBER.fullmatch(text)
    return match["unit"].lower().removesuffix("s") if match else ""
