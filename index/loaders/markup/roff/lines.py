"""The lines of a roff file: macros with their arguments, and text; what only a printer needs goes.

Escapes are the signs that they stand for, without fonts, sizes and movements. Definitions of macros
and conditions are gone through: of a condition, what holds for a terminal is kept.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

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
_SIGNS = {
    "-": "-", "e": "\\", "\\": "\\", "~": " ", " ": " ", "0": " ", "t": "\t", "'": "'",
    "`": "`", ".": ".", "_": "_", '"': "",
}  # fmt: skip
_SILENT = frozenset("&|^%:/,){}acduprzE!")
_GLYPHS = {
    "aq": "'", "dq": '"', "em": "—", "en": "–", "hy": "-", "bu": "•", "co": "©", "rg": "®",
    "tm": "™", "lq": "“", "rq": "”", "oq": "‘", "cq": "’", "ga": "`", "ha": "^", "ti": "~",
    "rs": "\\", "sl": "/", "ba": "|", "br": "│", "or": "|", "bv": "|", "lC": "{", "rC": "}",
    "lB": "[", "rB": "]", "la": "⟨", "ra": "⟩", "+-": "±", "mu": "×", "di": "÷", ">=": "≥",
    "<=": "≤", "!=": "≠", "==": "≡", "->": "→", "<-": "←", "ua": "↑", "da": "↓", "<>": "↔",
    "de": "°", "ct": "¢", "Po": "£", "Eu": "€", "eu": "€", "Ye": "¥", "sc": "§", "dg": "†",
    "dd": "‡", "Fo": "«", "Fc": "»", "fo": "‹", "fc": "›", "12": "½", "14": "¼", "34": "¾",
    "S1": "¹", "S2": "²", "S3": "³", "ss": "ß", "AE": "Æ", "ae": "æ", "OE": "Œ", "oe": "œ",
    "/o": "ø", "/O": "Ø", "/l": "ł", "/L": "Ł", "oa": "å", "oA": "Å", "if": "∞", "sq": "□",
    "ci": "○", "pl": "+", "mi": "−", "eq": "=", "at": "@", "sh": "#", "Do": "$", "ap": "∼",
    "~~": "≈", "~=": "≅", "sr": "√", "no": "¬", "OK": "✓", "lh": "☜", "rh": "☞", "u2026": "…",
    "Bq": "„", "bq": "‚", "r!": "¡", "r?": "¿", "ps": "¶", "ul": "_", "rn": "‾", "md": "·",
    "mc": "µ", "fm": "′", "sd": "″",
}  # fmt: skip
_ACCENTS = {
    "'": "\u0301", "`": "\u0300", "^": "\u0302", ":": "\u0308", "~": "\u0303",
    ",": "\u0327", "v": "\u030c",
}  # fmt: skip
_GREEK = "alpha beta gamma delta epsilon zeta eta theta iota kappa lamda mu nu xi omicron pi rho"
_GREEK += " sigma tau upsilon phi chi psi omega"
_GREEK_LETTERS = dict(zip("abgdezyhiklmncoprstufxqw", _GREEK.split(), strict=True))
# Strings of the macro packages.
STRINGS = {
    "lq": "“", "rq": "”", "Aq": "'", "R": "®", "Tm": "™", 'L"': '"', 'R"': '"',
    "C`": '"', "C'": '"', "--": "—", "PI": "π", "Lt": "<", "Gt": ">", "Am": "&", "Ba": "|",
}  # fmt: skip
_COMMENT = re.compile(r'(?<!\\)((?:\\\\)*)\\["#].*')
_CONTROL = re.compile(r"[.'][ \t]*")
_ARGUMENT = re.compile(r'"((?:[^"]|"")*)(?:"|\Z)|((?:\\ |\S)+)')
_SKIPPED_TO_END = frozenset(("de", "de1", "dei", "am", "am1", "ami", "ig"))
_PLACE = re.compile(r"\\\$([1-9])")
_MOST_STRINGS, _LONGEST_STRING = 1_000, 200
# Conditions that hold where a manual is shown on a terminal.
_HOLDS = re.compile(r"!?[nt]\b|!?\(?\\n\(?\.g\)?|'\\\*\[?\.T\]?'utf8'")


def replace_escapes(text: str, strings: Mapping[str, str]) -> str:
    """A text with the signs that its escapes stand for.

    Args:
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


@dataclass(frozen=True, slots=True)
class MacroLine:
    """A line that says what to do: a name, and arguments without quotes around them."""

    name: str
    arguments: tuple[str, ...]


class RoffLines:
    """The lines of a file, one after the other; escapes in them are kept.

    Attributes:
        strings: what the file calls by names so far.
    """

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines()
        self._at = 0
        self._otherwise = False
        self._definitions: dict[str, str] = {}
        self.strings = dict(STRINGS)

    def __iter__(self) -> Iterator[MacroLine | str]:
        while self._at < len(self._lines):
            line = self._take()
            if (parsed := self._parse(line)) is not None:
                yield parsed

    def plain(self, words: str) -> str:
        """Words with the signs that their escapes stand for."""
        return replace_escapes(words, self.strings)

    def _take(self) -> str:
        pieces = []
        while self._at < len(self._lines):
            line = _COMMENT.sub(r"\1", self._lines[self._at])
            self._at += 1
            if line.endswith("\\") and not line.endswith("\\\\"):
                pieces.append(line[:-1])
                continue
            pieces.append(line)
            break
        return "".join(pieces)

    def _parse(self, line: str) -> MacroLine | str | None:
        # One condition may stand in another.
        for _ in range(20):
            control = _CONTROL.match(line)
            if control is None:
                return None if line in ("\\}", ".\\}") else line
            name, rest = _split_name(line[control.end() :])
            if name in ("if", "ie", "el"):
                taken = self._choose(name, rest)
                if taken is None:
                    return None
                line = taken
                continue
            if name in _SKIPPED_TO_END:
                self._take_definition(name, rest.split())
                return None
            if name in ("ds", "as"):
                self._define(rest)
                return None
            if not name or name.startswith(("\\", ".")):
                return None
            arguments = tuple(_read_arguments(rest))
            if name in self._definitions:
                return _fill_in(self._definitions[name], arguments)
            return MacroLine(name, arguments)
        return None

    def _choose(self, name: str, rest: str) -> str | None:
        """The rest of a line after a condition that holds; None if there is no such rest."""
        if name == "el":
            holds, body = self._otherwise, rest
        else:
            condition, body = _split_condition(rest)
            holds = _is_met(condition)
            self._otherwise = not holds
        body = body.lstrip()
        if not body.startswith("\\{"):
            return body if holds else None
        if holds:
            # The line that ends it says nothing by itself.
            return body[2:].lstrip() or None
        self._skip_block(body)
        return None

    def _skip_block(self, first: str) -> None:
        depth = first.count("\\{") - first.count("\\}")
        while depth > 0 and self._at < len(self._lines):
            line = self._lines[self._at]
            self._at += 1
            depth += line.count("\\{") - line.count("\\}")

    def _take_definition(self, kind: str, names: list[str]) -> None:
        """Go to the end of a definition; one that is only a few words is kept."""
        end = ("".join(names[:1]) if kind == "ig" else "".join(names[1:2])) or "."
        body = []
        while self._at < len(self._lines):
            line = self._lines[self._at]
            self._at += 1
            if line.startswith(".") and line[1:].strip() == end:
                break
            body.append(line)
        words = " ".join(body)
        is_words = len(words) <= _LONGEST_STRING and not any(map(_CONTROL.match, body))
        if kind == "de" and names and is_words and len(self._definitions) < _MOST_STRINGS:
            self._definitions[names[0]] = words.replace("\\\\", "\\")

    def _define(self, rest: str) -> None:
        name, _, words = rest.strip().partition(" ")
        if name and len(self.strings) < _MOST_STRINGS:
            words = words.lstrip().removeprefix('"')[:_LONGEST_STRING]
            self.strings[name] = self.plain(words)[:_LONGEST_STRING]


def _fill_in(words: str, arguments: Sequence[str]) -> str:
    """A definition with the arguments of its call."""
    return _PLACE.sub(
        lambda place: "".join(arguments[int(place[1]) - 1 : int(place[1])]), words, 50
    )


def _split_name(words: str) -> tuple[str, str]:
    match = re.match(r"[^\s\\]*", words)
    end = match.end() if match else 0
    return words[:end], words[end:].strip()


def _split_condition(rest: str) -> tuple[str, str]:
    """A condition, and what stands behind it."""
    rest = rest.lstrip()
    if match := re.match(r"!?'[^']*'[^']*'|!?\([^()]*\)|!?\S+", rest):
        return match[0], rest[match.end() :]
    return "", ""


def _is_met(condition: str) -> bool:
    match = _HOLDS.fullmatch(condition)
    if match is None:
        return False
    return condition.startswith("!") == ("t" in condition and "n" not in condition)


def _read_arguments(rest: str) -> Iterator[str]:
    for match in _ARGUMENT.finditer(rest):
        yield match[1].replace('""', '"') if match[1] is not None else match[2]
