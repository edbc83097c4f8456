"""What all adapters share: an index, its passages and filters as frameworks have them in common,
and answers and evidence in texts of any source.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from threading import Lock
from typing import Any

from index import (
    Document,
    Filter,
    Hit,
    Index,
    IndexMoved,
    Passage,
    Retriever,
    Span,
    parse_since,
    parse_until,
)
from index.documents import make_valid, read_spelled_bytes
from index.locations import Location, read_location
from index.models import load_encoder
from index.text import PASSAGE_LEAD, detect_language
from qa.answering.answers import Answer
from qa.answering.by_language import answer_by_language, list_unread
from qa.answering.models import AnsweringModels, LanguagesModels, load_models
from qa.answering.pipeline import Answering, answer_question
from qa.answering.retrieving import Context
from qa.defaults import never
from qa.quotations.checking import check_quotations
from qa.records import encode_properties, encode_quotation

# The retrievers of indexes that stay open; the one that was asked last comes last.
_MOST_OPEN = 8
_opened: dict[Location, Retriever] = {}
_opening = Lock()
# What can be filtered by, and how; see `make_filter`.
_IS, _IN, _SINCE, _UNTIL = "==", "in", ">=", "<="
_OPERATORS = {
    "path": (_IS, _IN),
    "type": (_IS, _IN),
    "author": (_IS, _IN),
    "language": (_IS, _IN),
    "tag": (_IS,),
    "date": (_SINCE, _UNTIL),
}


def open_retriever(index: str) -> Retriever:
    """The retriever of an index, by its folder or URL; raises as `Index.open` does.

    It stays open for the next call. An index that has taken its place meanwhile is opened.
    """
    location = read_location(index)
    with _opening:
        known = _opened.get(location)
        if known is None or _is_replaced(known.index):
            retriever = Retriever(Index.open(location))
            if known is not None:
                known.index.close()
        else:
            retriever = known
        _opened.pop(location, None)
        _opened[location] = retriever
        if len(_opened) > _MOST_OPEN:
            _opened.pop(next(iter(_opened))).index.close()
        return retriever


def _is_replaced(index: Index) -> bool:
    try:
        index.engine.check()
    except IndexMoved:
        return True
    return False


@lru_cache(maxsize=1)
def load_shipped_models() -> AnsweringModels:
    """The models that answer, for texts of any source."""
    return load_models(load_encoder)


@lru_cache(maxsize=1)
def _languages_models() -> LanguagesModels:
    return LanguagesModels()


def check_text(
    text: str, index: str, fewest_words: int, cancelled: Callable[[], bool]
) -> list[dict[str, Any]]:
    """The quotations in a text, as the objects of `quoteback check --json`.

    Raises `UnreadableFile` if it is not a text, and as `Index.open` does.
    """
    opened = open_retriever(index).index
    checked = check_quotations(text, opened, fewest_words=fewest_words, cancelled=cancelled)
    return [make_valid(dict(encode_quotation(each))) for each in checked]


@dataclass(frozen=True, slots=True)
class SourceText:
    """A text to quote from, with what is known of its document.

    The score says how well it fits the question, 0 to 1.
    """

    text: str
    name: str = ""
    title: str | None = None
    heading: str | None = None
    score: float = 0.5

    @classmethod
    def of(cls, text: str, metadata: Mapping[str, Any]) -> SourceText:
        """A text with what the metadata of a framework say of it."""
        names = (metadata.get(key) for key in ("path", "file_path", "source"))
        name = next(filter(None, names), "")
        title, heading = (_read_words(metadata.get(key)) for key in ("title", "heading"))
        return cls(text, str(name), title, heading)


def _read_words(value: Any) -> str | None:
    """A text or a number of metadata, as text; None for anything else."""
    return str(value) if isinstance(value, str | int | float) else None


@dataclass(frozen=True, slots=True)
class SourceAnswer:
    """An answer, whose spans are offsets into the text with this number in the list, from 0."""

    source: int
    answer: Answer


def find_answers(
    question: str,
    sources: Sequence[SourceText],
    most: int | None = None,
    cancelled: Callable[[], bool] = never,
) -> list[SourceAnswer]:
    """The answers to a question that the texts hold, best first: at most so many, or all of them.

    Of texts in other languages than English, which nobody reads without the part `languages`, a
    sentence follows without confidence. Raises `Cancelled`.
    """
    hits = [_make_hit(number, source) for number, source in enumerate(sources) if source.text]
    if not hits:
        return []

    def answer(models: AnsweringModels, read: Sequence[Hit], context: Context | None) -> Answering:
        # Whoever found the texts may have given them in any order.
        count = max(1, len(read))
        return answer_question(
            question,
            read,
            models,
            count,
            cancelled,
            rank_at_least=count,
            most=most,
            context=context,
        )

    def in_english(read: Sequence[Hit], context: Context | None) -> Answering:
        return answer(load_shipped_models(), read, context)

    languages = _languages_models().load() if list_unread(question, hits) else None
    in_all = None if languages is None else partial(answer, languages)
    answering = answer_by_language(question, hits, None, in_english, in_all, most=most)
    return [SourceAnswer(answer.hit.passage.id, answer) for answer in answering.answers]


def find_evidence(
    question: str,
    sources: Sequence[SourceText],
    threshold: float = 0.0,
    cancelled: Callable[[], bool] = never,
) -> list[SourceAnswer]:
    """The best answer in each text that holds one at least this sure; the best text comes first."""
    best: dict[int, SourceAnswer] = {}
    for each in find_answers(question, sources, cancelled=cancelled):
        if each.answer.confidence >= threshold:
            best.setdefault(each.source, each)
    return list(best.values())


def _make_hit(number: int, source: SourceText) -> Hit:
    passage = Passage(
        number,
        Span(0, len(source.text)),
        source.text,
        headings=(source.heading,) if source.heading else (),
        language=detect_language(source.text, lead=PASSAGE_LEAD),
    )
    # Each text counts as a document of its own, also if two are from the same document.
    return Hit(passage, Document(number, source.name, source.title), source.score)


def make_metadata(hit: Hit) -> dict[str, Any]:
    """Where a passage stands: offsets are code points of the document's text."""
    metadata = {
        "path": hit.document.path,
        "title": hit.document.title,
        **encode_properties(hit.document),
        "heading": hit.passage.heading,
        "page": hit.passage.page,
        "start": hit.passage.span.start,
        "end": hit.passage.span.end,
        "passage": hit.passage.id,
        "score": hit.score,
        "stale": hit.stale,
    }
    return make_valid(metadata)


def list_offsets(spans: Iterable[Span]) -> list[dict[str, int]]:
    """Spans as `{"start", "end"}`, as the records of `qa.records` have them."""
    return [{"start": span.start, "end": span.end} for span in spans]


def make_filter(conditions: Iterable[tuple[str, str, Any]]) -> Filter:
    """The filter of conditions that must all hold: field, operator, value.

    `path`, `type`, `author` and `language` take `==` and `in`, once each, and `tag` takes `==`,
    with values as `Filter` has them; `date` takes `>=` and `<=`, and a date. Raises `ValueError` if
    a condition is not one of these, or a date is not one.
    """
    values: dict[tuple[str, str], Any] = {}
    tags: list[str] = []
    for field, operator, value in conditions:
        # A single value counts as a list of one.
        key = (field, operator if field == "date" else _IN)
        if operator not in _OPERATORS.get(field, ()) or key in values:
            raise ValueError(
                f"cannot filter by {field} {operator} {value!r}: path, type, author, language "
                "take == and in, each once; tag takes ==, date takes >= and <="
            )
        if field == "tag":
            tags += _as_list(value)
        else:
            values[key] = value
    return Filter(
        [read_spelled_bytes(pattern) for pattern in _as_list(values.get(("path", _IN), ()))],
        _as_list(values.get(("type", _IN), ())),
        _read_moment(values.get(("date", _SINCE)), parse_since),
        until=_read_moment(values.get(("date", _UNTIL)), parse_until),
        tags=tags,
        authors=_as_list(values.get(("author", _IN), ())),
        languages=_as_list(values.get(("language", _IN), ())),
    )


def make_filter_of_fields(fields: Mapping[str, Any] | None) -> Filter | None:
    """The filter of fields that a `QuotebackRetriever` of LangChain takes; None without fields."""
    if not fields:
        return None
    return make_filter(
        ("date", _SINCE if name == "since" else _UNTIL, value)
        if name in ("since", "until")
        else (name, _IS, value)
        for name, value in fields.items()
    )


def _read_moment(value: Any, parse: Callable[[str], datetime]) -> datetime | None:
    """The moment of a text, a date or a datetime."""
    if value is None:
        return None
    try:
        return parse(str(value))
    except ValueError as error:
        raise ValueError(f"date {error}") from None


def _as_list(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)
