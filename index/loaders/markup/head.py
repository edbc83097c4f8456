"""The head of a text: what stands above it for programs, and says what it is.

Front matter is YAML or TOML. YAML is read as strings, lists and mappings only: nothing in it makes
an object, or is run. Texts in Org or AsciiDoc have a title, and lines that say more.
"""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from index.documents import NO_PROPERTIES, Heading, Properties, Span
from index.loaders.shared.metadata import make_properties, read_date, split_authors, split_tags

# The parser in C, where there is one.
_YAML = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
# In characters: of a longer one only the title is read.
_LONGEST_FRONT_MATTER = 20_000
# A first line with a key tells front matter from two rules with text between them. Comments may
# stand above it, such as those of SPDX; so may a heading above text, but that begins with a word.
_COMMENTS = r"(?:(?:#[^\r\n]*+)?\r?\n)*+"
_YAML_BLOCK = re.compile(
    rf"\A---[ \t]*\r?\n(?=[\w\"'][^\r\n]*:|{_COMMENTS}[\w-]+:[ \t\r\n])"
    r"(.*?)^(?:---|\.\.\.)[ \t]*\r?$",
    re.DOTALL | re.MULTILINE,
)
_TOML_BLOCK = re.compile(
    r"\A\+\+\+[ \t]*\r?\n(?=[\w\"'#\[][^\r\n]*[=\]#])(.*?)^\+\+\+[ \t]*\r?$",
    re.DOTALL | re.MULTILINE,
)
# What is no valid YAML is read line by line.
_KEY_LINE = re.compile(r"^([A-Za-z_-]{1,40})[ \t]*[:=][ \t]*([^\r\n]*)", re.MULTILINE)
# Values that begin with these mean something to YAML.
_SIGNS = frozenset("&*!|>{%@`")
# Keys in lower case, without "-" and "_", the best first.
_AUTHORS = ("authors", "author", "creator", "by")
_TAGS = ("tags", "tag", "keywords", "keyword", "categories", "category")
_DATES = (
    "date published publisheddate publishdate pubdate created createdat creationdate "
    "updated updatedat lastmod lastmodified modified"
).split()
# Where these are strings, spaces part the tags in them, and a tag holds none.
_SPACED = frozenset(("tags", "categories"))
# Where generators of sites keep them.
_INNER = ("taxonomies", "extra", "params")
_NAMES = ("name", "literal", "full_name", "given", "family")
_MOST_VALUES = 200
_LINE = re.compile(r"[^\r\n]+")
# In characters: a longer line is not a heading, and says nothing about the document.
LONGEST_LINE = 400
_HEAD_LINES = 100
# What a line that says what the document is may say that is to be found: it is in passages.
WORTH_FINDING = frozenset(("abstract", "dedication", "description", "subtitle", "summary"))


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above the first paragraph.

    Attributes:
        title: None if none is given.
        lines: those that are for programs.
    """

    title: str | None = None
    properties: Properties = NO_PROPERTIES
    lines: Sequence[Span] = ()


def read_front_matter(text: str) -> Head | None:
    """The front matter that a text begins with, as one line; None if it begins with none."""
    block = _YAML_BLOCK.match(text) or _TOML_BLOCK.match(text)
    if block is None:
        return None
    fields = _parse(block[1], is_toml=block.re is _TOML_BLOCK)
    title = fields.get("title")
    words = " ".join(title.split()) if isinstance(title, str) else ""
    return Head(words or None, read_fields(fields), [Span(0, block.end())])


def _parse(source: str, *, is_toml: bool) -> dict[str, Any]:
    if len(source) > _LONGEST_FRONT_MATTER:
        return _split_lines(source[:_LONGEST_FRONT_MATTER])
    try:
        if is_toml:
            return _fold_keys(tomllib.loads(source.replace("\r\n", "\n")))
        return _fold_keys(yaml.load(source, _YAML))
    except (yaml.YAMLError, ValueError, TypeError, RecursionError):
        return _split_lines(source)


def _split_lines(source: str) -> dict[str, Any]:
    """The values that stand on the lines of their keys."""
    values: dict[str, Any] = {}
    for name, words in _KEY_LINE.findall(source):
        words = words.strip()
        if words[:1] in ("'", '"'):
            words = words[1:-1] if len(words) > 1 and words[-1] == words[0] else ""
        if words[:1] not in _SIGNS:
            values.setdefault(_fold_key(name), words.strip("[]"))
    return values


def _fold_keys(fields: object) -> dict[str, Any]:
    if not isinstance(fields, Mapping):
        return {}
    known = {_fold_key(name): value for name, value in fields.items() if isinstance(name, str)}
    for name in _INNER:
        if isinstance(inner := known.get(name), Mapping):
            known = {_fold_key(str(each)): value for each, value in inner.items()} | known
    return known


def _fold_key(name: str) -> str:
    return name.lower().replace("-", "").replace("_", "")


def read_fields(fields: Mapping[str, Any]) -> Properties:
    """What fields say, by their keys in lower case without "-" and "_"."""
    if not fields:
        return NO_PROPERTIES
    authors = next((names for key in _AUTHORS if (names := [*_names(fields.get(key))])), [])
    tags = [tag for name in _TAGS for tag in _list_tags(name, fields.get(name))]
    dates = (_read_date(fields.get(name)) for name in _DATES)
    date = next((date for date in dates if date is not None), None)
    return Properties(tuple(authors), tuple(tags), date)


def _names(value: object) -> Iterator[str]:
    """The names in a string, a list, or a mapping that describes a person."""
    for each in value[:_MOST_VALUES] if isinstance(value, list) else [value]:
        if isinstance(each, str):
            yield from split_authors(each)
        elif isinstance(each, Mapping):
            known = [each.get(name) for name in _NAMES]
            if isinstance(known[0], Mapping):
                known = [known[0].get(name) for name in _NAMES]
            words = [word for word in known if isinstance(word, str)]
            # A name as a whole, or its parts.
            whole = any(isinstance(word, str) for word in known[:3])
            yield from split_authors(words[0] if whole else " ".join(words))


def _list_tags(name: str, value: object) -> Iterator[str]:
    if isinstance(value, list):
        # A tag of a list is one, whatever is in it.
        yield from (each for each in value[:_MOST_VALUES] if isinstance(each, str))
    elif isinstance(value, str):
        tags = split_tags(value)
        yield from value.split() if name in _SPACED and len(tags) == 1 else tags


def _read_date(value: object) -> datetime.date | None:
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    return read_date(value) if isinstance(value, str) else None


@dataclass(frozen=True, slots=True)
class HeadMarkup:
    """How a markup language writes what a document is.

    Attributes:
        title: matches a line that names the document, in the group `words`.
        names_section: whether that line is a heading, too.
        block: matches a line that begins a block: the head ends before it.
        comment: matches lines that are no text.
        field: matches a line that says something of the document: its `name`, and what (`words`).
        author, date: match lines right under the title that do so without a name.
    """

    title: re.Pattern[str]
    names_section: bool
    block: re.Pattern[str]
    comment: re.Pattern[str]
    field: re.Pattern[str]
    author: re.Pattern[str] | None = None
    date: re.Pattern[str] | None = None


def read_head(text: str, headings: Sequence[Heading], markup: HeadMarkup) -> Head:
    """What the lines above the first paragraph say of a document with these headings."""
    title: str | None = None
    authors: list[str] = []
    tags: list[str] = []
    dates: list[str] = []
    lines: list[Span] = []
    under_title = 0
    for line, _ in zip(_LINE.finditer(text), range(_HEAD_LINES), strict=False):
        words = line[0]
        if len(words) > LONGEST_LINE or markup.block.match(words):
            break
        if is_title := markup.title.fullmatch(words):
            title = title or " ".join(is_title["words"].split()) or None
            under_title = 2
            if markup.names_section:
                continue
        elif field := markup.field.fullmatch(words):
            name, value = field["name"].lower(), field["words"].strip()
            match name:
                case "author" | "authors":
                    authors.append(value)
                case "filetags":
                    tags += value.strip(":").split(":")
                case "keywords" | "tags" | "category" | "categories":
                    tags += split_tags(value)
                case "date" | "revdate":
                    dates.append(value)
            if name in WORTH_FINDING:
                continue
        elif under_title == 2 and markup.author and markup.author.fullmatch(words):
            authors.append(words)
        elif under_title > 0 and markup.date and markup.date.fullmatch(words):
            dates.append(words)
        elif not markup.comment.match(words):
            break
        under_title = max(0, under_title - 1)
        lines.append(Span(*line.span()))
    if title is None and markup.names_section and headings and headings[0].level == 1:
        # It may be underlined.
        title = headings[0].text if not text[: headings[0].span.start].strip() else None
    return Head(title, make_properties(authors, tags, dates), lines)
