"""Words of Texinfo: its commands in braces as what they print."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

_TOKEN = re.compile(
    r"@(?:(?P<name>[A-Za-z]+)(?P<open>\{)?|(?P<sign>[^A-Za-z]))|(?P<brace>[{}])|(?P<words>[^@{}]+|.)",
    re.DOTALL,
)
_SIGNS = {
    **{"dots": "…", "enddots": "…", "minus": "−", "result": "⇒", "expansion": "↦", "print": "⊣"},
    **{"equiv": "≡", "error": "error→", "point": "⋆", "copyright": "©", "TeX": "TeX"},
    **{"registeredsymbol": "®", "LaTeX": "LaTeX", "bullet": "•", "tie": " ", "comma": ","},
    **{"pounds": "£", "euro": "€", "textdegree": "°", "ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ"},
    **{
        "OE": "Œ",
        "o": "ø",
        "O": "Ø",
        "aa": "å",
        "AA": "Å",
        "l": "ł",
        "L": "Ł",
        "guillemetleft": "«",
    },
    **{"guillemetright": "»", "quotedblleft": "“", "quotedblright": "”", "quoteleft": "‘"},
    **{"quoteright": "’", "geq": "≥", "leq": "≤", "arrow": "→", "atchar": "@", "lbracechar": "{"},
    **{
        "rbracechar": "}",
        "backslashchar": "\\",
        "ampchar": "&",
        "hashchar": "#",
        "questiondown": "¿",
    },
    **{"exclamdown": "¡", "ordf": "ª", "ordm": "º", "today": "", "click": "→", "dotless": ""},
}
_ACCENTS = {"'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303"}
_ACCENTS |= {"=": "\u0304", ",": "\u0327", "ringaccent": "\u030a", "v": "\u030c", "H": "\u030b"}
_UNSEEN = frozenset("anchor cindex image hyphenation caption shortcaption sortas seealso".split())
_REFERENCES = {"xref": "See ", "pxref": "see ", "ref": "", "inforef": "See ", "link": ""}
_ESCAPED = {"@": "@", "{": "{", "}": "}", " ": " ", "\n": " ", "*": "\n", ".": ".", "!": "!"}
_ESCAPED |= {"?": "?", ":": "", "-": "", "/": "", "|": "", "\t": " ", "&": "&", "\\": "\\"}
# In these, quotation marks and dashes are what they are.
_CODE = frozenset("code samp option kbd key file command env verb t indicateurl".split())
# In these they are typeset, even within code.
_TYPESET = frozenset(("r",))
# Deeper commands are shown without what they would add.
_DEEPEST = 20


def show_words(
    source: str, values: Mapping[str, str], notes: list[str], *, is_code: bool = False
) -> str:
    """The words that a source prints; footnotes go into `notes`.

    Args:
        source: a paragraph or a line.
        values: what the document calls by names.
        notes: is added to.
        is_code: it is a line of an example, with the signs that are written.
    """
    if "@" not in source:
        return source if is_code else _set_quotes(source)
    opened: list[tuple[str, list[str]]] = [("", [])]
    too_deep = 0
    accent = ""
    for token in _TOKEN.finditer(source):
        pieces = opened[-1][1]
        if token["words"] is not None:
            words = token["words"]
            if accent:
                words, accent = _put_accent(words[0], accent) + words[1:], ""
            is_literal = _is_literal([name for name, _ in opened], is_code=is_code)
            pieces.append(words if is_literal else _set_quotes(words))
        elif token["name"] is not None and not token["open"]:
            pieces.append(_SIGNS.get(token["name"], ""))
        elif token["sign"] is not None:
            if token["sign"] in _ACCENTS:
                accent = _ACCENTS[token["sign"]]
            else:
                pieces.append(_ESCAPED.get(token["sign"], token["sign"]))
        elif token["brace"] == "{" or token["open"]:
            if len(opened) > _DEEPEST:
                too_deep += 1
            else:
                opened.append((token["name"] or ("accent" if accent else ""), []))
        elif too_deep:
            too_deep -= 1
        elif len(opened) > 1:
            name, inside = opened.pop()
            words = "".join(inside)
            if name == "accent":
                words, accent = _put_accent(words, accent), ""
            opened[-1][1].append(_show_command(name, words, values, notes))
    return "".join("".join(pieces) for _, pieces in opened)


def _is_literal(names: Sequence[str], *, is_code: bool) -> bool:
    """Whether words have the signs that are written, within commands of these names."""
    for name in reversed(names):
        if name in _CODE or name in _TYPESET:
            return name in _CODE
    return is_code


def _show_command(name: str, words: str, values: Mapping[str, str], notes: list[str]) -> str:
    if name in _ACCENTS:
        return _put_accent(words, _ACCENTS[name])
    if name in _SIGNS:
        return _SIGNS[name]
    if name in _UNSEEN:
        return ""
    if name == "footnote":
        notes.append(words)
        return ""
    if name in _REFERENCES:
        return _REFERENCES[name] + _name_target(words)
    if name in ("uref", "url", "email"):
        parts = [part.strip() for part in words.split(",")]
        shown = "".join(parts[2:3] or parts[1:2])
        return f"{shown} ({parts[0]})" if shown and shown != parts[0] else parts[0]
    if name == "value":
        return values.get(words.strip(), "")
    if name in ("acronym", "abbr"):
        short, _, meaning = words.partition(",")
        return f"{short.strip()} ({meaning.strip()})" if meaning.strip() else short.strip()
    if name == "samp":
        return f"‘{words}’"
    if name == "U":
        code = int(words, 16) if re.fullmatch(r"[0-9A-Fa-f]{1,6}", words) else 0
        return chr(code) if 31 < code < 0xD800 or 0xDFFF < code < 0x110000 else ""
    return words


def _name_target(words: str) -> str:
    """What a reference points at: its title, its label or its node, and the manual."""
    parts = [part.strip() for part in words.split(",")]
    title = next((part for part in (*parts[2:3], *parts[1:2], *parts[:1]) if part), "")
    manual = next((part for part in (*parts[4:5], *parts[3:4]) if part), "")
    return f"“{title}” in {manual}" if manual else f"“{title}”"


def _put_accent(words: str, accent: str) -> str:
    if not words[:1].isalpha():
        return words
    return unicodedata.normalize("NFC", words[0] + accent) + words[1:]


def _set_quotes(words: str) -> str:
    return words.replace("``", "“").replace("''", "”").replace("---", "—")
