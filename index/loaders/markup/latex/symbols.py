"""Signs of LaTeX that are written as commands; numbers and units (siunitx) as they are printed."""

from __future__ import annotations

import re
import unicodedata

# The commands, with how many groups each takes.
QUANTITIES = {"num": 1, "ang": 1, "unit": 1, "si": 1, "numlist": 1, "numproduct": 1}
QUANTITIES |= {"numrange": 2, "qty": 2, "SI": 2, "qtylist": 2, "SIlist": 2, "qtyproduct": 2}
QUANTITIES |= {"qtyrange": 3, "SIrange": 3}
_UNITS = {
    "metre": "m", "meter": "m", "second": "s", "gram": "g", "kilogram": "kg", "ampere": "A",
    "kelvin": "K", "mole": "mol", "candela": "cd", "hertz": "Hz", "newton": "N",
    "pascal": "Pa", "joule": "J", "watt": "W", "coulomb": "C", "volt": "V", "farad": "F",
    "ohm": "Ω", "siemens": "S", "weber": "Wb", "tesla": "T", "henry": "H", "lumen": "lm",
    "lux": "lx", "becquerel": "Bq", "gray": "Gy", "sievert": "Sv", "katal": "kat",
    "radian": "rad", "steradian": "sr", "minute": "min", "hour": "h", "day": "d",
    "celsius": "°C", "degreeCelsius": "°C", "degree": "°", "arcminute": "′", "hectare": "ha",
    "arcsecond": "″", "litre": "l", "liter": "L", "tonne": "t", "electronvolt": "eV",
    "dalton": "Da", "decibel": "dB", "bel": "B", "percent": "%", "byte": "B", "angstrom": "Å",
    "micron": "µm", "micro": "µ", "um": "µm", "uL": "µL", "ul": "µl", "ug": "µg",
    "kilo": "k", "hecto": "h", "deca": "da", "deci": "d", "centi": "c", "milli": "m",
    "nano": "n", "pico": "p", "femto": "f", "mega": "M", "giga": "G", "tera": "T",
    "peta": "P", "kibi": "Ki", "mebi": "Mi", "gibi": "Gi", "tebi": "Ti", "%": "%",
}  # fmt: skip
_PREFIXES = frozenset(
    "kilo hecto deca deci centi milli micro nano pico femto mega giga tera peta kibi mebi gibi "
    "tebi".split()
)
_BEFORE, _AFTER = {"square": "²", "cubic": "³"}, {"squared": "²", "cubed": "³"}
_PART = re.compile(r"\\([A-Za-z]+|%)\s*(?:\{([^{}]{0,50})\})?|([^\\\s~]+)")
_POWER = re.compile(r"[eEdD]([+-]?\d+)$")
_ANGLE = "°′″"
_QUANTITY = re.compile(
    rf"\\({'|'.join(sorted(QUANTITIES, key=len, reverse=True))})(?![A-Za-z])"
    r"(?:\[[^\[\]]{0,200}\])?((?:\{[^{}]{0,200}\}){1,3})"
)
# Commands that stand for a sign in text.
SIGNS = {
    "ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "o": "ø", "O": "Ø", "aa": "å",
    "AA": "Å", "l": "ł", "L": "Ł", "i": "i", "j": "j", "S": "§", "P": "¶", "dag": "†",
    "ddag": "‡", "copyright": "©", "pounds": "£", "euro": "€", "texteuro": "€", "dots": "…",
    "ldots": "…", "textellipsis": "…", "textendash": "–", "textemdash": "—", "slash": "/",
    "textbackslash": "\\", "textasciitilde": "~", "textasciicircum": "^", "textbar": "|",
    "textless": "<", "textgreater": ">", "textquotedblleft": "“", "textquotedblright": "”",
    "textquoteleft": "‘", "textquoteright": "’", "textquotesingle": "'", "textdegree": "°",
    "textregistered": "®", "texttrademark": "™", "textbullet": "•", "textperiodcentered": "·",
    "textunderscore": "_", "textdollar": "$", "textpm": "±", "texttimes": "×", "textmu": "µ",
    "guillemotleft": "«", "guillemotright": "»", "glqq": "„", "grqq": "“", "glq": "‚",
    "grq": "‘", "flqq": "«", "frqq": "»", "quad": " ", "qquad": " ", "space": " ",
    "LaTeX": "LaTeX", "TeX": "TeX", "LaTeXe": "LaTeX2e", "BibTeX": "BibTeX", "XeTeX": "XeTeX",
    "newline": "\n", "linebreak": "\n", "par": "\n\n", "textquotedbl": '"', "lbrace": "{",
    "rbrace": "}",
    "th": "þ", "TH": "Þ", "dh": "ð", "DH": "Ð", "textsection": "§", "textparagraph": "¶",
    "degree": "°", "celsius": "°C", "percent": "%", "textperthousand": "‰",
}  # fmt: skip
_ACCENTS = {
    "'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303",
    "=": "\u0304", ".": "\u0307", "c": "\u0327", "v": "\u030c", "u": "\u0306",
    "H": "\u030b", "r": "\u030a", "k": "\u0328", "d": "\u0323", "b": "\u0331",
}  # fmt: skip
_GREEK = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau "
    "upsilon phi chi psi omega"
).split()
SIGNS_OF_MATH = {
    "le": "≤", "leq": "≤", "leqslant": "≤", "ge": "≥", "geq": "≥", "geqslant": "≥", "ne": "≠",
    "neq": "≠", "approx": "≈", "sim": "∼", "simeq": "≃", "equiv": "≡", "cdot": "·",
    "times": "×", "pm": "±", "mp": "∓", "infty": "∞", "to": "→", "rightarrow": "→",
    "leftarrow": "←",
    "Rightarrow": "⇒", "Leftrightarrow": "⇔", "in": "∈", "notin": "∉", "subset": "⊂",
    "subseteq": "⊆", "cup": "∪", "cap": "∩", "forall": "∀", "exists": "∃", "partial": "∂",
    "nabla": "∇", "sum": "∑", "prod": "∏", "int": "∫", "ldots": "…", "cdots": "⋯", "dots": "…",
    "degree": "°", "circ": "∘", "ll": "≪", "gg": "≫", "neg": "¬", "wedge": "∧", "vee": "∨",
    "emptyset": "∅", "varnothing": "∅", "setminus": "∖", "ell": "ℓ", "propto": "∝", "div": "÷",
    "varepsilon": "ε", "varphi": "φ", "vartheta": "ϑ", "mapsto": "↦", "langle": "⟨",
    "rangle": "⟩", "mid": "|", "colon": ":", "quad": " ", "qquad": " ", "left": "", "right": "",
    "big": "", "Big": "", "bigl": "", "bigr": "", "nonumber": "", "displaystyle": "",
    "limits": "", "log": "log", "ln": "ln", "exp": "exp", "sin": "sin", "cos": "cos",
    "max": "max", "min": "min", "Pr": "Pr", "%": "%", "$": "$", "&": "&", "#": "#", "_": "_",
    ",": " ", ";": " ", ":": " ", "!": "", " ": " ",
}  # fmt: skip
for _name in _GREEK:
    _spoken = "LAMDA" if _name == "lambda" else _name.upper()
    SIGNS_OF_MATH.setdefault(_name, unicodedata.lookup(f"GREEK SMALL LETTER {_spoken}"))
    SIGNS_OF_MATH.setdefault(
        _name.capitalize(), unicodedata.lookup(f"GREEK CAPITAL LETTER {_spoken}")
    )
_ROW_SIGN = re.compile(
    r"\\(?P<step>begin|end)\{[^{}]{0,50}\}|\\(?P<row>\\)\*?(?:\[[^\[\]\n]{0,20}\])?"
    r"|\\.|(?P<brace>[{}])|\n"
)
_MATH_COMMAND = re.compile(r"\\(\\|[A-Za-z]+|[%$&#_,;:! ])")
_UNSEEN = re.compile(r"\\(?:label|tag\*?|notag|nonumber)\b(?:\{[^{}\n]{0,200}\})?")


def show_quantity(name: str, groups: list[str]) -> str:
    r"""The words of a command of `QUANTITIES`: "92 °C" of `\qty{92}{\celsius}`."""
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

    return _QUANTITY.sub(show, formula)


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


def is_accent(name: str) -> bool:
    """Whether a command puts an accent on the next letter."""
    return name in _ACCENTS


def put_accent(name: str, letter: str) -> str:
    """A letter with an accent."""
    letter = {"\\i": "i", "\\j": "j"}.get(letter.strip(), letter)
    if not letter[:1].isalpha():
        return letter
    return unicodedata.normalize("NFC", letter[0] + _ACCENTS[name]) + letter[1:]


def show_formula(source: str) -> str:
    """A formula: signs as such, what has no sign as it is written; each of its rows in a line."""
    source = _split_rows(_UNSEEN.sub("", show_quantities(source)))
    shown = _MATH_COMMAND.sub(lambda command: SIGNS_OF_MATH.get(command[1], command[0]), source)
    return "\n".join(filter(None, (" ".join(row.split()) for row in shown.split("\n"))))


def _split_rows(source: str) -> str:
    """A formula with a line for each row; those of a matrix in it stay as they are."""
    depth = 0

    def replace(sign: re.Match[str]) -> str:
        nonlocal depth
        if sign["step"]:
            depth += 1 if sign["step"] == "begin" else -1
        elif sign["brace"]:
            depth += 1 if sign["brace"] == "{" else -1
        elif sign["row"] and not depth:
            return "\n"
        return " " if sign[0] == "\n" else sign[0]

    return _ROW_SIGN.sub(replace, source)
