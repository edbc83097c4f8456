"""What is known of documents: who wrote them, what about, when, in which languages, and how well.

Anybody may have written it: it is cleaned and limited here, whoever has read it.
"""

from __future__ import annotations

import datetime
import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

# Names of one kind, and characters of one and of all of them. They are kept with the
# document in one record of an engine, which has little room.
_MOST_NAMES, _MOST_NAME_CHARACTERS, _MOST_CHARACTERS = 50, 100, 1_500
_MOST_DOUBTFUL = 100
_MOST_LANGUAGES = 20
# No text has as many characters.
_MOST_LETTERS = 2**31
# What programs write if they know no date lies outside.
_FIRST_YEAR, _LAST_YEAR = 1000, 2999


ENGLISH = "en"
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_LANGUAGE_TAG = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]{2,8})*", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Properties:
    """What a document says of itself, nothing if it does not say; and how well it was read.

    Attributes:
        authors: their names, as they stand there.
        tags: tags, keywords and categories, without "#".
        date: the day that it is of, as it is written there: in no time zone.
        doubtful: starts and ends of what was read from a picture, and not surely, in order;
            if there is very much of it, with what stands between.
        languages: of its passages, as ISO 639-1 names them, that of most of its text first.
    """

    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    date: datetime.date | None = None
    doubtful: tuple[tuple[int, int], ...] = ()
    languages: tuple[str, ...] = (ENGLISH,)

    def __post_init__(self) -> None:
        object.__setattr__(self, "authors", _clean(self.authors))
        object.__setattr__(self, "tags", _clean(self.tags, mark="#"))
        if isinstance(self.date, datetime.datetime):
            object.__setattr__(self, "date", self.date.date())
        if self.date is not None and not _FIRST_YEAR <= self.date.year <= _LAST_YEAR:
            object.__setattr__(self, "date", None)
        object.__setattr__(self, "doubtful", _join_stretches(self.doubtful))
        languages = tuple(dict.fromkeys(map(check_language, self.languages)))[:_MOST_LANGUAGES]
        object.__setattr__(self, "languages", languages or (ENGLISH,))

    def __bool__(self) -> bool:
        """Whether the document says anything of itself, or is hard to read."""
        return bool(self.authors or self.tags or self.date or self.doubtful)


def encode_properties(properties: Properties) -> str | None:
    """Properties as all engines store them: a JSON object, None if there are none."""
    fields = {
        "authors": properties.authors,
        "tags": properties.tags,
        "date": properties.date.isoformat() if properties.date else None,
        "doubtful": properties.doubtful,
        "languages": properties.languages if properties.languages != (ENGLISH,) else None,
    }
    known = {name: value for name, value in fields.items() if value}
    return json.dumps(known, ensure_ascii=False) if known else None


def decode_properties(stored: str | None) -> Properties:
    """Properties from the store; raises ValueError if they are not as `encode_properties`."""
    if stored is None:
        return NO_PROPERTIES
    if not isinstance(stored, str):
        raise ValueError(f"properties are {type(stored).__name__}, not text")
    try:
        fields = json.loads(stored)
        date = fields.get("date")
        return Properties(
            _check_names(fields.get("authors", [])),
            _check_names(fields.get("tags", [])),
            datetime.date.fromisoformat(date) if date else None,
            tuple(_check_stretch(*pair) for pair in fields.get("doubtful", ())),
            _check_names(fields.get("languages", [ENGLISH])),
        )
    except (TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"properties of another form: {error}") from error


def _check_names(names: object) -> tuple[str, ...]:
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ValueError("authors, tags and languages are lists of names")
    return tuple(names)


def check_language(language: str) -> str:
    """The name of a language; raises ValueError if ISO 639 has no such name."""
    if not _LANGUAGE.fullmatch(language):
        raise ValueError(f"{language!r:.40} is not the name of a language: give a code such as de")
    return language


def read_language(tag: str) -> str:
    """The language of a name that may have a region or a script: `pt` of `pt-BR`.

    Raises `ValueError` as `check_language` does.
    """
    match = _LANGUAGE_TAG.fullmatch(tag)
    return match[1].lower() if match else check_language(tag)


def _check_stretch(start: object, end: object) -> tuple[int, int]:
    if type(start) is not int or type(end) is not int or not 0 <= start <= end < _MOST_LETTERS:
        raise ValueError("a stretch of the text begins and ends with a number")
    return start, end


def fold(name: str) -> str:
    """A name for comparing: without case and accents."""
    if name.isascii():
        return name.lower()
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _clean(names: Iterable[str], mark: str = "") -> tuple[str, ...]:
    """The names without what nobody sees, each once, as many as there is room for.

    Args:
        mark: what may stand before a name and is not part of it.
    """
    kept: dict[str, str] = {}
    room = _MOST_CHARACTERS
    for name in names:
        # Ten times as long: most of it may be what nobody sees.
        name = "".join(map(_show, name[: 10 * _MOST_NAME_CHARACTERS]))
        name = " ".join(name.split()).lstrip(f"{mark} ")[:_MOST_NAME_CHARACTERS].rstrip()
        if not name or (key := fold(name)) in kept:
            continue
        if len(kept) == _MOST_NAMES or len(name) > room:
            break
        kept[key] = name
        room -= len(name)
    return tuple(kept.values())


def _join_stretches(stretches: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """The stretches in order, those that touch as one; of too many, the nearest are joined."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(stretches):
        if start < 0:
            raise ValueError(f"{start} is before the text")
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        elif start < end:
            joined.append((start, end))
    if len(joined) > _MOST_DOUBTFUL:
        gaps = sorted(range(1, len(joined)), key=lambda at: joined[at][0] - joined[at - 1][1])
        firsts = sorted((0, *gaps[1 - _MOST_DOUBTFUL :]))
        joined = [
            (joined[first][0], joined[past - 1][1])
            for first, past in pairwise((*firsts, len(joined)))
        ]
    return tuple(joined)


def _show(letter: str) -> str:
    """A letter, "" for one that is not seen, a space for a control character."""
    match unicodedata.category(letter):
        case "Cc" | "Zl" | "Zp":
            return " "
        # Half a character, marks of direction, what is not assigned.
        case "Cs" | "Cf" | "Cn" | "Co":
            return ""
    return letter


NO_PROPERTIES = Properties()
