"""Escapes of roff: the signs that they stand for, without fonts, sizes and movements."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

_QUOTED = r"'[^'\n]{0,200}'"
_NAME = r"(?:\((?:..)|\[[^\]\n]{0,80}\]|.)"
_ESCAPE = re.compile(
    rf"""\\(?:
        \((?P<two>..) | \[(?P<long>[^\]\n]{{1,80}})\] | C'(?P<quoted>[^'\n]{{1,80}})'
      | \*(?P<string>{_NAME})
      | N'(?P<code>\d{{1,7}})' | o'(?P<over>.)[^'\n]{{0,20}}'
      | (?:[fFmMgkYVO]|n[+-]?){_NAME}
      | s[+-]?(?:\d{{1,2}}|\(..|\[[^\]\n]{{0,9}}\]|{_QUOTED})
      | [hvwXZlLDbxABRSH]{_QUOTED}
      | (?P<sign>.)
    )""",
    re.VERBOSE,
)
_SIGNS = {"-": "-", "e": "\\", "\\": "\\", "~": " ", " ": " ", "0": " ", "t": "\t", "'": "'"}
_SIGNS |= {"`": "`", ".": ".", "_": "_", '"': ""}
_SILENT = frozenset("&|^%:/,){}acduprzE!")
_GLYPHS = {
    **{"aq": "'", "dq": '"', "em": "—", "en": "–", "hy": "-", "bu": "•", "co": "©", "rg": "®"},
    **{"tm": "™", "lq": "“", "rq": "”", "oq": "‘", "cq": "’", "ga": "`", "ha": "^", "ti": "~"},
    **{"rs": "\\", "sl": "/", "ba": "|", "br": "│", "or": "|", "bv": "|", "lC": "{", "rC": "}"},
    **{"lB": "[", "rB": "]", "la": "⟨", "ra": "⟩", "+-": "±", "mu": "×", "di": "÷", ">=": "≥"},
    **{"<=": "≤", "!=": "≠", "==": "≡", "->": "→", "<-": "←", "ua": "↑", "da": "↓", "<>": "↔"},
    **{"de": "°", "ct": "¢", "Po": "£", "Eu": "€", "eu": "€", "Ye": "¥", "sc": "§", "dg": "†"},
    **{"dd": "‡", "Fo": "«", "Fc": "»", "fo": "‹", "fc": "›", "12": "½", "14": "¼", "34": "¾"},
    **{"S1": "¹", "S2": "²", "S3": "³", "ss": "ß", "AE": "Æ", "ae": "æ", "OE": "Œ", "oe": "œ"},
    **{"/o": "ø", "/O": "Ø", "/l": "ł", "/L": "Ł", "oa": "å", "oA": "Å", "if": "∞", "sq": "□"},
    **{"ci": "○", "pl": "+", "mi": "−", "eq": "=", "at": "@", "sh": "#", "Do": "$", "ap": "∼"},
    **{"~~": "≈", "~=": "≅", "sr": "√", "no": "¬", "OK": "✓", "lh": "☜", "rh": "☞", "u2026": "…"},
    **{"Bq": "„", "bq": "‚", "r!": "¡", "r?": "¿", "ps": "¶", "ul": "_", "rn": "‾", "md": "·"},
    **{"mc": "µ", "fm": "′", "sd": "″"},
}
_ACCENTS = {"'": "\u0301", "`": "\u0300", "^": "\u0302", ":": "\u0308", "~": "\u0303"}
_ACCENTS |= {",": "\u0327", "v": "\u030c"}
_GREEK = "alpha beta gamma delta epsilon zeta eta theta iota kappa lamda mu nu xi omicron pi rho"
_GREEK += " sigma tau upsilon phi chi psi omega"
_GREEK_LETTERS = dict(zip("abgdezyhiklmncoprstufxqw", _GREEK.split(), strict=True))
# Strings of the macro packages.
STRINGS = {"lq": "“", "rq": "”", "Aq": "'", "R": "®", "Tm": "™", 'L"': '"', 'R"': '"'}
STRINGS |= {"C`": '"', "C'": '"', "--": "—", "PI": "π", "Lt": "<", "Gt": ">", "Am": "&", "Ba": "|"}


def replace_escapes(text: str, strings: Mapping[str, str]) -> str:
    """A text with the signs that its escapes stand for.

    Args:
        text: a line, or a part of one.
        strings: what the page calls by names; there are no escapes in it.
    """
    if "\\" not in text:
        return text

    def replace(match: re.Match[str]) -> str:
        if string := match["string"]:
            return strings.get(_strip_name(string), "")
        if name := match["two"] or match["long"] or match["quoted"]:
            return _find_glyph(name)
        if match["code"]:
            return _find_character(int(match["code"]))
        if match["over"]:
            return match["over"]
        sign = match["sign"]
        if sign is None or sign in _SILENT:
            return ""
        return _SIGNS.get(sign, sign)

    return _ESCAPE.sub(replace, text)


def _strip_name(name: str) -> str:
    if name.startswith("("):
        return name[1:]
    return name[1:-1] if name.startswith("[") else name


def _find_glyph(name: str) -> str:
    if name in _GLYPHS:
        return _GLYPHS[name]
    if name.startswith("*") and (letter := _GREEK_LETTERS.get(name[1:].lower())):
        size = "SMALL" if name[1:].islower() else "CAPITAL"
        return unicodedata.lookup(f"GREEK {size} LETTER {letter.upper()}")
    if re.fullmatch(r"u[0-9A-Fa-f]{4,6}(?:_[0-9A-Fa-f]{4,6})*", name):
        return "".join(_find_character(int(code, 16)) for code in name[1:].split("_"))
    if len(name) == 2 and name[0] in _ACCENTS:
        return unicodedata.normalize("NFC", name[1] + _ACCENTS[name[0]])
    if name.startswith("char") and name[4:].isdecimal() and len(name) < 12:
        return _find_character(int(name[4:]))
    return ""


def _find_character(code: int) -> str:
    return chr(code) if 32 <= code < 0xD800 or 0xE000 <= code < 0x110000 else ""
