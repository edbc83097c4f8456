"""The macros that a Texinfo source defines: what they stand for takes their place."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_LINE_END = re.compile(r"\r\n|\n|\r")
_BEGIN = re.compile(
    r"[ \t]*@r?macro[ \t]+(?P<name>[A-Za-z][\w-]*+)[ \t]*+(?:\{(?P<names>[^{}]*)\})?.*"
)
_END = re.compile(r"[ \t]*@end[ \t]+r?macro\b.*")
_ARGUMENT = re.compile(r"\\(\w*)\\")
_BRACE_OR_COMMA = re.compile(r"[@\\].|[{},]", re.DOTALL)
_ESCAPED = re.compile(r"\\([\\{},])")
_MOST_MACROS, _LONGEST_BODY = 1_000, 20_000
# How deep macros stand in what others stand for, and how much text they may make.
_DEEPEST, _MOST_TEXT = 10, 2_000_000


@dataclass(frozen=True, slots=True)
class _Macro:
    """The names of its arguments, and what it stands for."""

    names: Sequence[str]
    body: str

    def fill(self, given: Sequence[str]) -> str:
        """What it stands for with some arguments; those that are missing are empty."""
        values = {"": "\\", **dict(zip(self.names, given, strict=False))}
        return _ARGUMENT.sub(lambda match: values.get(match[1], ""), self.body)


def expand_macros(source: str) -> str:
    """A source without its macros; those beyond the limits on depth and length stay."""
    if "macro" not in source:
        return source
    macros, rest = _collect(_LINE_END.split(source))
    return _Expander(macros).expand(rest, _DEEPEST) if macros else source


def _collect(lines: Sequence[str]) -> tuple[dict[str, _Macro], str]:
    """The macros that are defined, and all other lines."""
    macros: dict[str, _Macro] = {}
    rest: list[str] = []
    begun: re.Match[str] | None = None
    body: list[str] = []
    for line in lines:
        if begun is None:
            begun, body = _BEGIN.fullmatch(line), []
            if begun is None:
                rest.append(line)
        elif _END.fullmatch(line):
            words = "\n".join(body)
            if len(macros) < _MOST_MACROS and len(words) <= _LONGEST_BODY:
                names = [name.strip() for name in (begun["names"] or "").split(",")]
                macros[begun["name"]] = _Macro([*filter(None, names)], words)
            begun = None
        else:
            body.append(line)
    # One that nothing ends is none.
    return macros, "\n".join(rest if begun is None else [*rest, *body])


class _Expander:
    """Puts texts in the place of macros."""

    def __init__(self, macros: Mapping[str, _Macro]) -> None:
        self._macros = macros
        names = "|".join(sorted(map(re.escape, macros), key=len, reverse=True))
        self._call = re.compile(rf"(?<!@)@({names})(?![\w-])")
        self._left = _MOST_TEXT

    def expand(self, text: str, depth: int) -> str:
        """A text without macros, down to a depth."""
        pieces: list[str] = []
        at = 0
        while depth and self._left > 0 and (call := self._call.search(text, at)):
            pieces.append(text[at : call.start()])
            macro = self._macros[call[1]]
            given, at = _read_arguments(text, call.end(), len(macro.names))
            words = macro.fill(given)
            is_open = at == call.end() and text.startswith("{", at)
            self._left -= _LONGEST_BODY if is_open else len(words)
            pieces.append(self.expand(words, depth - 1))
        return "".join([*pieces, text[at:]])


def _read_arguments(text: str, at: int, count: int) -> tuple[list[str], int]:
    """The arguments from a place on, and where they end: in braces, or to the end of the line."""
    if not text.startswith("{", at):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        return ([text[at:end].strip()], end) if count else ([], at)
    given: list[str] = []
    start, depth = at + 1, 0
    for sign in _BRACE_OR_COMMA.finditer(text, at, at + _LONGEST_BODY):
        if sign[0] == "{":
            depth += 1
        elif sign[0] == "," and depth == 1 and len(given) + 1 < count:
            given.append(_unescape(text[start : sign.start()]))
            start = sign.end()
        elif sign[0] == "}":
            depth -= 1
            if not depth:
                return [*given, _unescape(text[start : sign.start()])], sign.end()
    return [], at


def _unescape(argument: str) -> str:
    return _ESCAPED.sub(r"\1", argument.strip())
