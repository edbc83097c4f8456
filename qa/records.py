"""Replies, hits and reports as plain objects: what `--json` prints, and HTTP and MCP return."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar, cast

from index import Cost, Document, Failure, Hit, Passage, Promise, Report, Risk, Span, Status
from qa.answering.answers import Answer, Reply
from qa.defaults import QuotationStatus
from qa.question_form import AnswerForm

if TYPE_CHECKING:
    from qa.quotations.checking import CheckedQuotation, Match

Record = TypeVar("Record")


class SpanRecord(TypedDict):
    """A stretch of a document's text, in code points, and the text itself."""

    start: int
    end: int
    text: str


class PropertiesRecord(TypedDict):
    """What a document says of itself, and its languages; see `index.Properties`."""

    authors: list[str]
    tags: list[str]
    date: str | None
    languages: list[str]


class AnswerRecord(TypedDict):
    """One answer; see `qa.Answer`. Of a list, the source has so many members `more`."""

    text: str
    form: AnswerForm
    document: str
    start: int
    end: int
    spans: list[SpanRecord]
    more: int
    evidence: list[SpanRecord]
    sentence_start: int
    sentence_end: int
    page: int | None
    heading: str | None
    score: float
    confidence: float
    stale: bool


class HitRecord(PropertiesRecord):
    """One passage that was retrieved; see `index.Hit`.

    `doubtful` are its parts that were read from a picture, and not surely.
    """

    document: str
    start: int
    end: int
    text: str
    page: int | None
    heading: str | None
    score: float
    scores: dict[str, float]
    stale: bool
    doubtful: list[SpanRecord]


class ReplyRecord(TypedDict):
    """The object of `ask --json`; see `qa.Reply`."""

    question: str
    resolved_question: str
    answered: bool
    off_topic: bool
    unread: list[str]
    answers: list[AnswerRecord]
    passages: list[HitRecord]
    threshold: float
    promise: PromiseRecord | None
    timings_ms: dict[str, float]


class PromiseRecord(TypedDict):
    """How often answers that reach the threshold are wrong at most; see `index.Promise`."""

    risk: Risk
    at_most: float
    threshold: float
    questions: int
    shown: int
    wrong: int


class SearchRecord(TypedDict):
    """The object of `search --json`."""

    question: str
    passages: list[HitRecord]


class DifferenceRecord(TypedDict):
    """Words of a quotation that are other words in its source; "" for none.

    Offsets are those of the text that was checked, and of the document.
    """

    quoted: str
    start: int
    end: int
    source: str
    source_start: int
    source_end: int


class QuotationRecord(TypedDict):
    """One quotation of a text; see `qa.CheckedQuotation`.

    What is said of its match is None, or empty, if it was not found. `allowed` is what looks
    different in a verbatim quotation and may; `cited` are the documents that are named beside
    it, and `elsewhere` says that it stands in another one.
    """

    text: str
    start: int
    end: int
    status: QuotationStatus
    out_of_context: bool
    elsewhere: bool
    document: str | None
    match_start: int | None
    match_end: int | None
    match_text: str | None
    page: int | None
    heading: str | None
    stale: bool
    difference: list[DifferenceRecord]
    allowed: list[str]
    cited: list[str]


class CheckRecord(TypedDict):
    """The object of `check --json`, which also names the file of each quotation."""

    quotations: list[QuotationRecord]


class DocumentRecord(PropertiesRecord):
    """One document of `list --json`."""

    id: int
    path: str
    title: str | None


class DocumentsRecord(TypedDict):
    """Some documents, by path, and how many there are in all."""

    documents: list[DocumentRecord]
    total: int


class PassageRecord(TypedDict):
    """One passage of a document; see `index.Passage`."""

    start: int
    end: int
    text: str
    page: int | None
    heading: str | None


class FailureRecord(TypedDict):
    """A file or folder, and why it was not indexed."""

    path: str
    reason: str


class ReportRecord(TypedDict):
    """The object of `index --json`; see `index.Report`."""

    added: int
    updated: int
    moved: int
    removed: int
    unchanged: int
    skipped: list[FailureRecord]
    skipped_by_reason: dict[str, int]
    failed: list[FailureRecord]


class CostRecord(TypedDict):
    """What `status --cost` adds as `cost`; see `index.Cost`. Sizes are bytes."""

    disk: dict[str, int]
    memory: dict[str, int]
    probes: int
    first_ms: float
    median_ms: float


class StatusRecord(TypedDict):
    """The object of `status --json`; see `index.Status`."""

    index: str
    documents: int
    passages: int
    vectors: int
    model: str
    outdated: bool
    bytes: int
    waiting: int
    to_reread: int
    unread: list[str]
    folders: list[str]
    stale: list[str]
    gone: list[str]
    new: list[str]
    failed: list[FailureRecord]
    skipped: list[FailureRecord]
    removed: list[str]
    threshold: float | None
    promise: PromiseRecord | None
    promise_is_old: bool


def _encode(kind: type[Record], source: object, **others: object) -> Record:
    """A record of a kind: its fields are `others`, or attributes of `source` by the same names."""
    record: dict[str, Any] = {}
    for name in kind.__annotations__:
        value = others[name] if name in others else getattr(source, name)
        if isinstance(value, tuple):
            value = list(value)
        elif isinstance(value, Mapping):
            value = dict(value)
        record[name] = value
    return cast(Record, record)


def encode_reply(reply: Reply) -> ReplyRecord:
    """A reply with its answers and passages."""
    return _encode(
        ReplyRecord,
        reply,
        answers=[encode_answer(answer) for answer in reply.answers],
        passages=[encode_hit(hit) for hit in reply.hits],
        promise=encode_promise(reply.promise),
    )


def encode_answer(answer: Answer) -> AnswerRecord:
    """One answer; the text of each span is the document's own."""
    return _encode(
        AnswerRecord,
        answer,
        document=answer.document.path,
        start=answer.span.start,
        end=answer.span.end,
        spans=_encode_parts(answer.hit, answer.spans),
        evidence=_encode_parts(answer.hit, answer.evidence),
        sentence_start=answer.sentence.start,
        sentence_end=answer.sentence.end,
    )


def _encode_parts(hit: Hit, spans: Iterable[Span]) -> list[SpanRecord]:
    return [
        {"start": span.start, "end": span.end, "text": hit.passage.quote(span)} for span in spans
    ]


def encode_hit(hit: Hit) -> HitRecord:
    """One passage."""
    return {
        "document": hit.document.path,
        "start": hit.passage.span.start,
        "end": hit.passage.span.end,
        "text": hit.passage.text,
        "page": hit.passage.page,
        "heading": hit.passage.heading,
        "score": hit.score,
        "scores": dict(hit.scores),
        "stale": hit.stale,
        "doubtful": _encode_parts(hit, hit.document.find_doubtful(hit.passage.span)),
        **encode_properties(hit.document),
    }


def encode_search(question: str, hits: Sequence[Hit]) -> SearchRecord:
    """A question with the passages that a search has found."""
    return {"question": question, "passages": [encode_hit(hit) for hit in hits]}


def encode_check(checked: Iterable[CheckedQuotation]) -> CheckRecord:
    """The quotations of a text with what is to be said of them."""
    return {"quotations": [encode_quotation(each) for each in checked]}


def encode_quotation(checked: CheckedQuotation) -> QuotationRecord:
    """One quotation."""
    match, span = checked.match, checked.quotation.span
    return {
        "text": checked.text,
        "start": span.start,
        "end": span.end,
        "status": checked.status,
        "out_of_context": match is not None and match.is_out_of_context,
        "elsewhere": checked.is_elsewhere,
        "document": match.document.path if match else None,
        "match_start": match.span.start if match else None,
        "match_end": match.span.end if match else None,
        "match_text": match.text if match else None,
        "page": match.passage.page if match else None,
        "heading": match.passage.heading if match else None,
        "stale": match is not None and match.stale,
        "difference": _encode_differences(checked, match) if match else [],
        "allowed": list(match.allowances) if match else [],
        "cited": [document.path for document in checked.cited],
    }


def _encode_differences(checked: CheckedQuotation, match: Match) -> list[DifferenceRecord]:
    start = checked.quotation.span.start
    return [
        {
            "quoted": each.quoted.shift(-start).of(checked.text),
            "start": each.quoted.start,
            "end": each.quoted.end,
            "source": each.source.shift(-match.span.start).of(match.text),
            "source_start": each.source.start,
            "source_end": each.source.end,
        }
        for each in match.differences
    ]


def encode_document(document: Document) -> DocumentRecord:
    """One document, without its text."""
    return {
        "id": document.id,
        "path": document.path,
        "title": document.title,
        **encode_properties(document),
    }


def encode_properties(document: Document) -> PropertiesRecord:
    """What a document says of itself, and its languages."""
    properties = document.properties
    date = properties.date
    return {
        "authors": list(properties.authors),
        "tags": list(properties.tags),
        "date": date.isoformat() if date else None,
        "languages": list(properties.languages),
    }


def encode_passage(passage: Passage) -> PassageRecord:
    """One passage, without its document."""
    return {
        "start": passage.span.start,
        "end": passage.span.end,
        "text": passage.text,
        "page": passage.page,
        "heading": passage.heading,
    }


def encode_report(report: Report) -> ReportRecord:
    """What a run of indexing did."""
    return _encode(
        ReportRecord,
        report,
        skipped=_encode_failures(report.skipped.listed),
        skipped_by_reason=report.skipped.reasons,
        failed=_encode_failures(report.failed),
    )


def encode_status(status: Status) -> StatusRecord:
    """What is in an index, and what is out of date."""
    return _encode(
        StatusRecord,
        status,
        index=status.path,
        failed=_encode_failures(status.failed),
        skipped=_encode_failures(status.skipped),
        promise=encode_promise(status.promise),
    )


def encode_promise(promise: Promise | None) -> PromiseRecord | None:
    """What is promised of a threshold, if anything."""
    return None if promise is None else _encode(PromiseRecord, promise)


def encode_cost(cost: Cost) -> CostRecord:
    """What an index costs where it is kept."""
    return {
        "disk": dict(cost.footprint.disk),
        "memory": dict(cost.footprint.memory),
        "probes": cost.probes,
        "first_ms": round(cost.first_ms, 1),
        "median_ms": round(cost.median_ms, 1),
    }


def _encode_failures(failures: Iterable[Failure]) -> list[FailureRecord]:
    return [{"path": each.path, "reason": each.reason} for each in failures]
