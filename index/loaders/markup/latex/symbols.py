"""Signs of LaTeX that are written as commands."""

from __future__ import annotations

import re
import unicodedata

from index.loaders.markup.latex.quantities import show_quantities

# Commands that stand for a sign in text.
SIGNS = {
    **{"ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "o": "ø", "O": "Ø", "aa": "å"},
    **{"AA": "Å", "l": "ł", "L": "Ł", "i": "i", "j": "j", "S": "§", "P": "¶", "dag": "†"},
    **{"ddag": "‡", "copyright": "©", "pounds": "£", "euro": "€", "texteuro": "€", "dots": "…"},
    **{"ldots": "…", "textellipsis": "…", "textendash": "–", "textemdash": "—", "slash": "/"},
    **{"textbackslash": "\\", "textasciitilde": "~", "textasciicircum": "^", "textbar": "|"},
    **{"textless": "<", "textgreater": ">", "textquotedblleft": "“", "textquotedblright": "”"},
    **{"textquoteleft": "‘", "textquoteright": "’", "textquotesingle": "'", "textdegree": "°"},
    **{"textregistered": "®", "texttrademark": "™", "textbullet": "•", "textperiodcentered": "·"},
    **{"textunderscore": "_", "textdollar": "$", "textpm": "±", "texttimes": "×", "textmu": "µ"},
    **{"guillemotleft": "«", "guillemotright": "»", "glqq": "„", "grqq": "“", "glq": "‚"},
    **{
        "grq": "‘",
        "flqq": "«",
        "frqq": "»",
        "quad": " ",
        "qquad": " ",
        "space": " ",
        "LaTeX": "LaTeX",
    },
    **{"TeX": "TeX", "LaTeXe": "LaTeX2e", "BibTeX": "BibTeX", "XeTeX": "XeTeX", "newline": "\n"},
    **{"linebreak": "\n", "par": "\n\n", "textquotedbl": '"', "lbrace": "{", "rbrace": "}"},
    **{"th": "þ", "TH": "Þ", "dh": "ð", "DH": "Ð", "textsection": "§", "textparagraph": "¶"},
    **{"degree": "°", "celsius": "°C", "percent": "%", "textperthousand": "‰"},
}
_ACCENTS = {"'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303"}
_ACCENTS |= {"=": "\u0304", ".": "\u0307", "c": "\u0327", "v": "\u030c", "u": "\u0306"}
_ACCENTS |= {"H": "\u030b", "r": "\u030a", "k": "\u0328", "d": "\u0323", "b": "\u0331"}
_GREEK = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau "
    "upsilon phi chi psi omega"
).split()
SIGNS_OF_MATH = {
    **{"le": "≤", "leq": "≤", "leqslant": "≤", "ge": "≥", "geq": "≥", "geqslant": "≥", "ne": "≠"},
    **{
        "neq": "≠",
        "approx": "≈",
        "sim": "∼",
        "simeq": "≃",
        "equiv": "≡",
        "cdot": "·",
        "times": "×",
    },
    **{"pm": "±", "mp": "∓", "infty": "∞", "to": "→", "rightarrow": "→", "leftarrow": "←"},
    **{"Rightarrow": "⇒", "Leftrightarrow": "⇔", "in": "∈", "notin": "∉", "subset": "⊂"},
    **{"subseteq": "⊆", "cup": "∪", "cap": "∩", "forall": "∀", "exists": "∃", "partial": "∂"},
    **{"nabla": "∇", "sum": "∑", "prod": "∏", "int": "∫", "ldots": "…", "cdots": "⋯", "dots": "…"},
    **{"degree": "°", "circ": "∘", "ll": "≪", "gg": "≫", "neg": "¬", "wedge": "∧", "vee": "∨"},
    **{"emptyset": "∅", "varnothing": "∅", "setminus": "∖", "ell": "ℓ", "propto": "∝", "div": "÷"},
    **{"varepsilon": "ε", "varphi": "φ", "vartheta": "ϑ", "mapsto": "↦", "langle": "⟨"},
    **{"rangle": "⟩", "mid": "|", "colon": ":", "quad": " ", "qquad": " ", "left": "", "right": ""},
    **{"big": "", "Big": "", "bigl": "", "bigr": "", "nonumber": "", "displaystyle": ""},
    **{"limits": "", "log": "log", "ln": "ln", "exp": "exp", "sin": "sin", "cos": "cos"},
    **{"max": "max", "min": "min", "Pr": "Pr", "%": "%", "$": "$", "&": "&", "#": "#", "_": "_"},
    **{",": " ", ";": " ", ":": " ", "!": "", " ": " "},
}
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
