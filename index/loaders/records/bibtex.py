"""BibTeX: an entry is a passage under its title, a field a line of it."""

from __future__ import annotations

import re

from index.documents import Content
from index.loaders.markup.latex.reader import LatexReader
from index.loaders.shared.assembly import Assembly
from index.loaders.shared.decoding import UnreadableFile, decode
from index.text.patterns import MONTH_NUMBERS

_ENTRY = re.compile(r"@[ \t]*([A-Za-z]{1,40})[ \t\r\n]*[{(]")
_KEY = re.compile(r"\s*+([^,{}\"]{0,200}+),")
_FIELD = re.compile(r"[\s,]*([A-Za-z][\w:.+-]{0,60})\s*=\s*")
_WORD = re.compile(r"[^\s,{}\"#]+")
_JOINED = re.compile(r"\s*#\s*")
# What no person reads.
_UNSEEN = frozenset(("file", "bdsk-url-1", "bdsk-file-1", "timestamp", "owner", "groups", "rating"))
_MOST_STRINGS, _LONGEST_STRING = 10_000, 1_000
# In characters: a longer field, such as an abstract, is a paragraph of its own.
_LONG_CHARACTERS = 400
# Fields that hold an address, and what is written otherwise in one.
_ADDRESSES = frozenset(("url", "doi", "eprint"))
_URL = re.compile(r"\A\s*\\url\s*\{([^{}]*)\}\s*\Z")
_ESCAPED = re.compile(r"\\([_%&#])")
_BRACES = {ord("{"): None, ord("}"): None}
# Signs that LaTeX takes for a comment and the end of a cell, unless a backslash stands before them
# or they are between the bars of `\verb|50%|`.
_NOT_BARE = r"\\(?:verb\*?|lstinline)(?P<bar>[^\w\s{*]).{0,998}?(?P=bar)|\\."
_BARE = re.compile(rf"{_NOT_BARE}|(?P<sign>[%&])", re.DOTALL)
_BARE_PERCENT = re.compile(rf"{_NOT_BARE}|(?P<sign>%)", re.DOTALL)
_SIGN = re.compile(r"\\.|[{}\"]", re.DOTALL)


def load(data: bytes) -> Content:
    """The entries of a bibliography; raises `UnreadableFile`."""
    source = decode(data)
    assembly = Assembly()
    strings = {month: month.capitalize() for month in MONTH_NUMBERS}
    has_entries = False
    at = 0
    while entry := _ENTRY.search(source, at):
        at, kind = entry.end(), entry[1].lower()
        if kind in ("comment", "preamble"):
            at = _find_end(source, at, "}") + 1
            continue
        # An entry may have fields alone.
        has_key = kind != "string" and not _FIELD.match(source, at)
        key = _KEY.match(source, at) if has_key else None
        if has_key and key is None:
            continue
        fields, at = _read_fields(source, key.end() if key else at, strings)
        name = " ".join(key[1].split()) if key else ""
        # Prose may look like an entry without fields.
        if not fields and kind != "string" and (not name or " " in name):
            continue
        has_entries = True
        if kind == "string":
            room = _MOST_STRINGS - len(strings)
            strings |= {name: words[:_LONGEST_STRING] for name, words in [*fields.items()][:room]}
        else:
            _add_entry(assembly, kind, name, fields)
    if source.strip() and not has_entries:
        raise UnreadableFile("no BibTeX: there is no entry in it")
    return assembly.content(None)


def _add_entry(assembly: Assembly, kind: str, key: str, fields: dict[str, str]) -> None:
    shown = {name: _show(name, words) for name, words in fields.items() if name not in _UNSEEN}
    title = shown.get("title", "")
    assembly.begin_part(title if len(title) <= _LONG_CHARACTERS else "", 1)
    short = [
        f"{name}: {words}"
        for name, words in shown.items()
        if words and len(words) <= _LONG_CHARACTERS
    ]
    assembly.add_block("\n".join((f"{kind}: {key}" if key else kind, *short)))
    for name, words in shown.items():
        if len(words) > _LONG_CHARACTERS:
            assembly.add_block(f"{name}: {words}")


def _show(name: str, words: str) -> str:
    """The words of a field as they are printed; an address as a browser takes it."""
    if name in _ADDRESSES:
        address = _ESCAPED.sub(r"\1", _URL.sub(r"\1", words))
        if "\\" not in address:
            return " ".join(address.translate(_BRACES).split())
    if "\\" not in words and "$" not in words:
        words = words.translate(_BRACES | {ord("~"): " "})
        return " ".join(words.replace("--", "–").split())
    # In a field, they are words; "&" parts the cells of an environment.
    bare = _BARE_PERCENT if "\\begin" in words else _BARE
    words = bare.sub(lambda found: f"\\{found[0]}" if found["sign"] else found[0], words)
    return " ".join(LatexReader(words).show().split())


def _read_fields(source: str, at: int, strings: dict[str, str]) -> tuple[dict[str, str], int]:
    """The fields of an entry, and the place after it."""
    fields: dict[str, str] = {}
    while field := _FIELD.match(source, at):
        words, at = _read_value(source, field.end(), strings)
        while joined := _JOINED.match(source, at):
            more, at = _read_value(source, joined.end(), strings)
            words += more
        fields.setdefault(field[1].lower(), words)
    return fields, at


def _read_value(source: str, at: int, strings: dict[str, str]) -> tuple[str, int]:
    opening = source[at : at + 1]
    if opening in ("{", '"'):
        end = _find_end(source, at + 1, "}" if opening == "{" else opening)
        return source[at + 1 : end], end + 1
    word = _WORD.match(source, at)
    if word is None:
        return "", at
    return strings.get(word[0].lower(), word[0]), word.end()


def _find_end(source: str, at: int, closing: str) -> int:
    """Where the brace or the quotation mark that closes a value is; the end if none does.

    None within braces does.
    """
    depth = 0
    for sign in _SIGN.finditer(source, at):
        if sign[0] == closing and depth <= 0:
            return sign.start()
        depth += (sign[0] == "{") - (sign[0] == "}")
    return len(source)
