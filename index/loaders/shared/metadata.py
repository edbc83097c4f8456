"""Titles, names, tags and dates as files write them: told apart, without what says nothing."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable

from index.documents import Properties
from index.loaders.shared.assembly import drop_unseen
from index.text.patterns import MONTH, MONTH_NUMBERS

# In characters: what is longer is not a list of names.
_MOST_CHARACTERS = 10_000
# As archives of lists write it, too: "ann at example.org (Ann Smith)".
_ADDRESS = re.compile(r"<[^<>]*>|\(?\S{1,100}@\S+\)?|^\S{1,100} at \S{1,100}\.\S{1,30}(?= \()")
_EMPTY_BRACKETS = re.compile(r"\(\s*\)")
_PLACE = re.compile(r"(?:https?:|www\.|mailto:)\S*", re.IGNORECASE)
_BETWEEN_NAMES = re.compile(r" ?[;\n|] ?|,? (?:and|und|et|y|&) ")
_BETWEEN_TAGS = re.compile(r" ?[,;\n|] ?")
# Whoever a program takes itself, or an unknown person, for.
_NOBODY = re.compile(
    r"(?:microsoft |windows |office |default )?(?:office )?user|(?:un)?known|anonymous|unspecified"
    r"|admin(?:istrator)?|root|guest|author|owner|none|null|n/?a|untitled|openpyxl|python-docx"
    r"|(?:microsoft|apache|adobe|canon|ghostscript|libreoffice|openoffice|latex|pdftex|acrobat)\b.*",
    re.IGNORECASE,
)
_DATE = re.compile(
    rf"""
        (?<!\d)(?P<year_1>\d{{4}})(?P<sign>[-/.])(?P<month_1>\d\d?)(?:(?P=sign)(?P<day_1>\d\d?))?(?!\d)
      # As in PDF: hours and minutes may follow.
      | (?<!\d)(?P<year_2>\d{{4}})(?P<month_2>\d\d)(?P<day_2>\d\d)(?!\d(?!\d{{3}}))
      | (?<!\d)(?P<day_3>\d\d?)(?:st|nd|rd|th|\.)?[\s-](?:of\s)?(?P<name_3>{MONTH})\b\.?,?[\s-]
            (?P<year_3>\d{{4}})\b
      | (?<!\w)(?P<name_4>{MONTH})\b\.?\s(?:(?P<day_4>\d\d?)(?:st|nd|rd|th)?,?\s)?
            (?P<year_4>\d{{4}})\b
      | ^\s*(?P<year_5>\d{{4}})\s*$
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
# What programs write that know none: the days from which they count.
_NO_DATES = frozenset(
    map(
        datetime.date.fromisoformat,
        "1601-01-01 1899-12-30 1899-12-31 1904-01-01 1970-01-01 1980-01-01".split(),
    )
)
_LONGEST_TITLE = 300
# Names of files, of programs, and of what was never named.
_NO_TITLE = re.compile(
    r"(?:\(?(?:anonymous|unspecified)\)?"
    r"|microsoft (?:word|powerpoint|excel)\b.*|(?:untitled|no title).*|undefined|title|n/a"
    r"|(?:new )?document ?\d*|(?:powerpoint[ -])?(?:presentation|präsentation) ?\d*"
    r"|\S+\.[a-z]\w{1,4}|.*\.(?:docx?|pptx?|xlsx?|odt|rtf|tex|ps|pdf|indd|qxd|html?|txt|pages)"
    # An address, a path from a root, one on Windows, a folder, and names in names that a person
    # would not write: not "AC/DC" or "24/7 support".
    r"|\w+:/.*|/.*|[\w:]*\\.*|\S+/|(?:home|users|te?mp|desktop|documents)/.*|(?=\S*/)[^\s_]*+_\S*+"
    r"|(?-i:[a-z0-9_.~-]+(?:/[a-z0-9_.~-]+){2,}))",
    re.IGNORECASE,
)


# What somebody is called by in a line: "Module Tutors: Ann Lee".
_LABEL = re.compile(r"^[^\W\d_]{2,20}(?: [^\W\d_]{2,20}){0,2}:(?!/)\s*", re.MULTILINE)


def make_properties(
    authors: Iterable[str] = (), tags: Iterable[str] = (), dates: Iterable[str | None] = ()
) -> Properties:
    """Properties from what a file says.

    Args:
        authors: names, or lists of them in one.
        tags: tags, or lists of them in one.
        dates: the best one first; the first that can be read counts.
    """
    read = (read_date(words) for words in dates if words)
    return Properties(
        tuple(name for words in authors for name in split_authors(words)),
        tuple(tag for words in tags for tag in split_tags(words)),
        next((date for date in read if date is not None), None),
    )


def split_authors(words: str) -> list[str]:
    """The names in a line, without addresses; an address if there is no name.

    Commas part names only if none of them is one word: not "Smith, Ann".
    """
    names: list[str] = []
    for part in _BETWEEN_NAMES.split(_LABEL.sub("", _join_spaces(words))):
        name = " ".join(_EMPTY_BRACKETS.sub(" ", _ADDRESS.sub(" ", part)).split()).strip("\"' ,")
        # What stands in brackets behind a name is a part of it.
        if name.startswith("(") or name.count("(") != name.count(")"):
            name = name.strip("\"' ,()")
        pieces = [piece.strip() for piece in name.split(",")]
        if not name and "@" in part:
            names.append(part.strip("<>() "))
        else:
            names += pieces if all(" " in piece for piece in pieces) else [name]
    return [
        name for name in names if name and not _NOBODY.fullmatch(name) and not _PLACE.match(name)
    ]


def split_tags(words: str) -> list[str]:
    """The tags in a line, between commas or the like."""
    tags = _BETWEEN_TAGS.split(_join_spaces(words))
    return [tag for tag in tags if tag and not _PLACE.match(tag)]


def _join_spaces(words: str) -> str:
    """The beginning, with single spaces."""
    return "\n".join(" ".join(line.split()) for line in words[:_MOST_CHARACTERS].splitlines())


def read_date(words: str) -> datetime.date | None:
    """The first date in a line; None if there is none.

    Day or month may be missing: the first counts. 03/04/2024 is read as neither day, since it
    may be either.
    """
    match = _DATE.search(words[:_MOST_CHARACTERS])
    if match is None:
        return None
    part = match.groupdict()
    year, month, name, day = (
        next(filter(None, (part.get(f"{kind}_{n}") for n in range(1, 6))), "")
        for kind in ("year", "month", "name", "day")
    )
    try:
        number = MONTH_NUMBERS[name[:3].lower()] if name else int(month or 1)
        date = datetime.date(int(year), number, int(day or 1))
    except ValueError:
        return None
    return None if date in _NO_DATES else date


def choose_title(properties: str | None) -> str | None:
    """A title property as a title, if it looks like one."""
    title = " ".join(drop_unseen(properties or "").replace("\0", " ").split())
    if not 2 < len(title) <= _LONGEST_TITLE or _NO_TITLE.fullmatch(title):
        return None
    return title if sum(map(str.isalpha, title)) >= 0.5 * len(title) else None
