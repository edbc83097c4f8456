"""The requests to a service: the objects that HTTP, MCP and the socket decode and check."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Literal,
    TypeVar,
    get_args,
    get_origin,
    get_type_hints,
)

import msgspec
from msgspec import Meta, Struct

from index import DEFAULT_MODE, Mode
from index.documents import load_json, read_spelled_bytes
from qa.defaults import FEWEST_WORDS, PASSAGES_READ

if TYPE_CHECKING:
    from index import Filter
    from qa.conversation import Turn

Kind = TypeVar("Kind")

# Characters of a question, and documents that one request lists: no honest caller needs more.
LONGEST_SENT_QUESTION = 10_000
# Characters of a text that is checked: a long book.
LONGEST_SENT_TEXT = 1_000_000
MOST_DOCUMENTS = 1_000
_MOST_TURNS, _MOST_PATTERNS, _MOST_PASSAGES = 100, 100, 100

Question = Annotated[
    str,
    Meta(min_length=1, max_length=LONGEST_SENT_QUESTION, description="A question in plain words."),
]
_EarlierText = Annotated[str, Meta(max_length=LONGEST_SENT_QUESTION)]
# Not a tuple of two: msgspec 0.22 crashes on one beside a string with a limit.
_Turn = _EarlierText | Annotated[tuple[_EarlierText, ...], Meta(min_length=2, max_length=2)]
_Path = Annotated[str, Meta(min_length=1, max_length=4096)]
_Patterns = Annotated[tuple[_Path, ...], Meta(max_length=_MOST_PATTERNS)]
_Count = Annotated[int, Meta(ge=1, le=_MOST_PASSAGES)]


class _Filtered(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Conditions that confine a question to some of the documents."""

    paths: Annotated[
        _Patterns, Meta(description="Only from documents whose path matches, as in .gitignore.")
    ] = ()
    types: Annotated[
        _Patterns, Meta(description="Only from documents of these types: pdf, md, …")
    ] = ()
    tags: Annotated[
        _Patterns, Meta(description="Only from documents with all of these tags or keywords.")
    ] = ()
    authors: Annotated[
        _Patterns,
        Meta(description="Only from documents by an author whose name has the words of one."),
    ] = ()
    languages: Annotated[
        _Patterns,
        Meta(description="Only from documents with passages in one of these languages: de, fr, …"),
    ] = ()
    since: Annotated[
        str | None,
        Meta(
            description="Only from documents of this day or later: 2026-01-31, or with a time. "
            "The day that a document gives itself counts, else that of its file.",
            extra_json_schema={"format": "date"},
        ),
    ] = None
    until: Annotated[
        str | None,
        Meta(
            description="Only from documents of this day or earlier.",
            extra_json_schema={"format": "date"},
        ),
    ] = None

    def __post_init__(self) -> None:
        self.read_filter()

    def read_filter(self) -> Filter:
        """The documents to search.

        Raises `ValueError` if a date is not one, or a language has no such name, and `BadPattern`.
        """
        from index import Filter, parse_since, parse_until

        return Filter(
            read_patterns(self.paths),
            self.types,
            _read_moment("since", self.since, parse_since),
            until=_read_moment("until", self.until, parse_until),
            tags=self.tags,
            authors=self.authors,
            languages=self.languages,
        )


def read_patterns(patterns: Iterable[str]) -> list[str]:
    """Patterns of paths, in which bytes of names may be spelled out as in our replies."""
    return [read_spelled_bytes(pattern) for pattern in patterns]


def _read_moment(name: str, text: str | None, parse: Callable[[str], datetime]) -> datetime | None:
    try:
        return None if text is None else parse(text)
    except ValueError as error:
        raise ValueError(f"{name} {error}") from None


class ListRequest(_Filtered, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which documents to list, in the order of their paths."""

    offset: Annotated[int, Meta(ge=0)] = 0
    limit: Annotated[int, Meta(ge=1, le=MOST_DOCUMENTS)] = 100


class AskRequest(_Filtered, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A question; what it does not set is taken from the settings."""

    question: Question
    history: Annotated[
        tuple[_Turn, ...],
        Meta(
            max_length=_MOST_TURNS,
            description="Earlier turns, oldest first: a question, or [question, answer].",
        ),
    ] = ()
    k: Annotated[_Count | None, Meta(description="Passages to read.")] = None
    mode: Annotated[Mode | None, Meta(description="How passages are found.")] = None
    threshold: Annotated[
        Annotated[float, Meta(ge=0, le=1)] | None,
        Meta(description="Confidence below which nothing is answered."),
    ] = None

    def read_history(self) -> list[Turn]:
        """The earlier turns, as `Assistant.ask` takes them."""
        return [turn if isinstance(turn, str) else (turn[0], turn[1]) for turn in self.history]


class SearchRequest(_Filtered, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A question for which passages are wanted, and no answers."""

    question: Question
    k: Annotated[_Count | None, Meta(description="Passages to list.")] = None
    mode: Annotated[Mode | None, Meta(description="How they are found.")] = None


class CheckRequest(_Filtered, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A text whose quotations are to be checked."""

    text: Annotated[
        str,
        Meta(
            max_length=LONGEST_SENT_TEXT,
            description="A text in Markdown, such as a draft. What stands between quotation "
            "marks, or in a block quote, is looked up in the documents.",
        ),
    ]
    fewest_words: Annotated[
        Annotated[int, Meta(ge=1, le=100)],
        Meta(description="What has fewer words is no quotation."),
    ] = FEWEST_WORDS
    path: Annotated[
        _Path | None,
        Meta(
            description="Absolute path of the file that the text is in, if any: it is not a source "
            "of what it quotes itself, even if it is indexed."
        ),
    ] = None


@dataclass(frozen=True, slots=True)
class Defaults:
    """Values for questions that do not set them themselves."""

    k: int = PASSAGES_READ
    mode: Mode = DEFAULT_MODE
    threshold: float | None = None


class IndexRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Files and folders to add, or to bring up to date."""

    paths: Annotated[
        tuple[_Path, ...],
        Meta(
            min_length=1,
            max_length=1000,
            description="Absolute paths below the folders that are allowed.",
        ),
    ]
    include: Annotated[
        _Patterns | None, Meta(description="Of folders, only files that match, as in .gitignore.")
    ] = None
    exclude: Annotated[_Patterns | None, Meta(description="Of folders, what is left out.")] = None


class BadRequest(Exception):
    """A request that cannot be understood, or is not even JSON: the message says why in a line."""

    def __init__(self, message: str, *, malformed: bool = False) -> None:
        super().__init__(message)
        self.malformed = malformed


def decode_request(body: bytes, kind: type[Kind]) -> Kind:
    """The request in a body of JSON; raises `BadRequest` if it is not one of this kind."""
    try:
        fields = load_json(body)
    except ValueError as error:
        raise BadRequest(f"the body is not JSON: {error}", malformed=True) from None
    return convert_request(fields, kind)


def convert_request(fields: object, kind: type[Kind]) -> Kind:
    """The request in an object that is decoded already; raises `BadRequest`."""
    try:
        return msgspec.convert(fields, kind)
    except msgspec.ValidationError as error:
        raise BadRequest(_explain(error, kind)) from None


def _explain(error: Exception, kind: type) -> str:
    """Describe a mistake and its place: msgspec writes `Expected …, got … - at `$.field``."""
    problem, _, where = str(error).partition(" - at ")
    field = where.strip("`").removeprefix("$").removeprefix(".")
    if problem.startswith("Invalid enum value"):
        choices = ", ".join(_list_choices(get_type_hints(kind).get(field)))
        problem += f": choose one of {choices}" if choices else ""
    return f"{field}: {problem[:1].lower()}{problem[1:]}" if field else problem


def _list_choices(kind: Any) -> list[str]:
    """The texts that a type allows, if it names them."""
    if get_origin(kind) is Literal:
        return list(get_args(kind))
    return [choice for each in get_args(kind) for choice in _list_choices(each)]
