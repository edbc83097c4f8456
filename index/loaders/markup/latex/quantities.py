"""Numbers and units of LaTeX (the package siunitx), as they are printed."""

from __future__ import annotations

import re

# The commands, with how many groups each takes.
QUANTITIES = {"num": 1, "ang": 1, "unit": 1, "si": 1, "numlist": 1, "numproduct": 1}
QUANTITIES |= {"numrange": 2, "qty": 2, "SI": 2, "qtylist": 2, "SIlist": 2, "qtyproduct": 2}
QUANTITIES |= {"qtyrange": 3, "SIrange": 3}
_UNITS = {
    **{"metre": "m", "meter": "m", "second": "s", "gram": "g", "kilogram": "kg", "ampere": "A"},
    **{"kelvin": "K", "mole": "mol", "candela": "cd", "hertz": "Hz", "newton": "N"},
    **{"pascal": "Pa", "joule": "J", "watt": "W", "coulomb": "C", "volt": "V", "farad": "F"},
    **{"ohm": "Ω", "siemens": "S", "weber": "Wb", "tesla": "T", "henry": "H", "lumen": "lm"},
    **{"lux": "lx", "becquerel": "Bq", "gray": "Gy", "sievert": "Sv", "katal": "kat"},
    **{"radian": "rad", "steradian": "sr", "minute": "min", "hour": "h", "day": "d"},
    **{"celsius": "°C", "degreeCelsius": "°C", "degree": "°", "arcminute": "′", "hectare": "ha"},
    **{"arcsecond": "″", "litre": "l", "liter": "L", "tonne": "t", "electronvolt": "eV"},
    **{"dalton": "Da", "decibel": "dB", "bel": "B", "percent": "%", "byte": "B", "angstrom": "Å"},
    **{"micron": "µm", "micro": "µ", "um": "µm", "uL": "µL", "ul": "µl", "ug": "µg"},
    **{"kilo": "k", "hecto": "h", "deca": "da", "deci": "d", "centi": "c", "milli": "m"},
    **{"nano": "n", "pico": "p", "femto": "f", "mega": "M", "giga": "G", "tera": "T"},
    **{"peta": "P", "kibi": "Ki", "mebi": "Mi", "gibi": "Gi", "tebi": "Ti", "%": "%"},
}
_PREFIXES = frozenset(
    "kilo hecto deca deci centi milli micro nano pico femto mega giga tera peta kibi mebi gibi "
    "tebi".split()
)
_BEFORE, _AFTER = {"square": "²", "cubic": "³"}, {"squared": "²", "cubed": "³"}
_PART = re.compile(r"\\([A-Za-z]+|%)\s*(?:\{([^{}]{0,50})\})?|([^\\\s~]+)")
_POWER = re.compile(r"[eEdD]([+-]?\d+)$")
_ANGLE = "°′″"
_FORMULA = re.compile(
    rf"\\({'|'.join(sorted(QUANTITIES, key=len, reverse=True))})(?![A-Za-z])"
    r"(?:\[[^\[\]]{0,200}\])?((?:\{[^{}]{0,200}\}){1,3})"
)


def show_quantity(name: str, groups: list[str]) -> str:
    r"""The words of a command of `QUANTITIES`: "92 °C" of `\qty{92}{\celsius}`.

    Args:
        name: of the command.
        groups: as many as it takes.
    """
    if name in ("unit", "si"):
        return _show_unit(groups[0])
    if name == "ang":
        return "".join(
            _show_number(part) + sign
            for part, sign in zip(groups[0].split(";"), _ANGLE, strict=False)
            if part.strip()
        )
    unit = "" if name.startswith("num") else _show_unit(groups[-1])
    gap = "" if unit in ("", *_ANGLE) else " "

    def show(number: str) -> str:
        return f"{_show_number(number)}{gap}{unit}"

    if name.endswith("range"):
        return f"{show(groups[0])} to {show(groups[1])}"
    if name.endswith("product"):
        return " × ".join(map(show, groups[0].split("x")))
    *others, last = map(show, groups[0].split(";") if name.endswith("list") else groups[:1])
    return f"{', '.join(others)} and {last}" if others else last


def show_quantities(formula: str) -> str:
    """A formula with its quantities as they are printed."""

    def show(command: re.Match[str]) -> str:
        groups = command[2][1:-1].split("}{")
        count = QUANTITIES[command[1]]
        rest = "".join(f"{{{each}}}" for each in groups[count:])
        is_whole = len(groups) >= count
        return show_quantity(command[1], groups[:count]) + rest if is_whole else command[0]

    return _FORMULA.sub(show, formula)


def _show_number(number: str) -> str:
    number = number.strip().replace("+-", " ± ").replace("\\pm", " ± ")
    number = _POWER.sub(lambda power: f" × 10^{int(power[1])}", number)
    return " ".join(number.replace("~", " ").split()).removeprefix("1 × ")


def _show_unit(source: str) -> str:
    r"""A unit as it is printed: "m/s²" of `\metre\per\second\squared`."""
    above: list[str] = []
    below: list[str] = []
    parts = last = above
    prefix = power = ""
    for part in _PART.finditer(source):
        name, argument, words = part.groups()
        if words is not None:
            parts.append(re.sub(r"[{}]", "", words).replace(".", "·"))
        elif name == "per":
            parts = below
            continue
        elif name in _BEFORE or name == "raiseto":
            power = _BEFORE.get(name, f"^{argument}")
            continue
        elif name in _AFTER or name == "tothe":
            if last:
                last[-1] += _AFTER.get(name, f"^{argument}")
            continue
        elif name in _PREFIXES:
            prefix = _UNITS[name]
            continue
        else:
            # A unit that is not known here has the name that it is printed with, as "kg" has.
            parts.append(f"{prefix}{_UNITS.get(name, name)}{power}")
        prefix = power = ""
        last, parts = parts, above
    if not below:
        return " ".join(above)
    divisor = " ".join(below)
    return f"{' '.join(above) or '1'}/{f'({divisor})' if len(below) > 1 else divisor}"
