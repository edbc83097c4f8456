"""The lines of a roff file: macros with their arguments, and text; what only a printer needs goes.

Definitions of macros and conditions are gone through: of a condition, what holds for a terminal
is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.loaders.markup.roff.escapes import STRINGS, replace_escapes

_COMMENT = re.compile(r'(?<!\\)((?:\\\\)*)\\["#].*')
_CONTROL = re.compile(r"[.'][ \t]*")
_ARGUMENT = re.compile(r'"((?:[^"]|"")*)(?:"|\Z)|((?:\\ |\S)+)')
_SKIPPED_TO_END = frozenset(("de", "de1", "dei", "am", "am1", "ami", "ig"))
_PLACE = re.compile(r"\\\$([1-9])")
_MOST_STRINGS, _LONGEST_STRING = 1_000, 200
# Conditions that hold where a manual is shown on a terminal.
_HOLDS = re.compile(r"!?[nt]\b|!?\(?\\n\(?\.g\)?|'\\\*\[?\.T\]?'utf8'")


@dataclass(frozen=True, slots=True)
class Macro:
    """A line that says what to do: a name, and arguments without quotes around them."""

    name: str
    arguments: tuple[str, ...]


class Source:
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

    def __iter__(self) -> Iterator[Macro | str]:
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

    def _parse(self, line: str) -> Macro | str | None:
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
            return Macro(name, arguments)
        return None

    def _choose(self, name: str, rest: str) -> str | None:
        """What follows a condition, where it holds; None where nothing does."""
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
