"""The tools that MCP offers: what each takes, what it returns, and what it does."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Annotated, Any, TypedDict

import msgspec
from msgspec import Meta, Struct

from index import MissingPath, Passage, Span, describe_promise
from index.documents import spell_surrogates
from qa import records
from qa.citations import Citation, cite_answer, cite_hit, cite_match
from qa.display import visible
from qa.service.requests import (
    AskRequest,
    CheckRequest,
    ListRequest,
    SearchRequest,
    convert_request,
)
from qa.service.service import DocumentText, Service

# Characters of one part; the rest is asked for with a later start.
LONGEST_PART = 20_000
_ID = re.compile("[0-9]{1,18}")
_OUT_OF_CONTEXT = "The source says “not”, “if” or “unless” beside these words."
# The result of a tool: an object for programs, and text for a language model.
ToolResult = tuple[Any, str]


class DocumentPartRecord(TypedDict):
    """A part of a document.

    `next` is where to read on if more was asked for than fits; else None.
    """

    document: str
    title: str | None
    start: int
    end: int
    text: str
    page: int | None
    heading: str | None
    next: int | None
    characters: int


class ReadRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which part of which document: all of it, or by offsets, page or heading."""

    document: Annotated[
        str | int, Meta(description="The path of a document as results give it, or its id.")
    ]
    start: Annotated[int, Meta(ge=0)] | None = None
    end: Annotated[int, Meta(ge=0)] | None = None
    page: Annotated[int, Meta(ge=1)] | None = None
    heading: Annotated[str, Meta(min_length=1, max_length=1000)] | None = None


def read_document_part(source: DocumentText, wanted: ReadRequest) -> DocumentPartRecord:
    """A part of a document, at most `LONGEST_PART` characters of it.

    Raises `MissingPath` if there is no such page or heading.
    """
    text = source.text
    whole = Span(0, len(text))
    page, heading = wanted.page, wanted.heading
    if page is not None:
        found = (each for each in source.passages if each.page == page)
        whole = _span_passages(found, f"page {page}")
    elif heading is not None:
        # Of several sections with one name, the first.
        sections = groupby(source.passages, lambda each: _find_section(each, heading))
        under: Iterable[Passage] = next((each for name, each in sections if name is not None), ())
        whole = _span_passages(under, f"heading {heading!r}")
    first = min(max(wanted.start or 0, whole.start), whole.end)
    last = whole.end if wanted.end is None else min(max(wanted.end, first), whole.end)
    cut = min(last, first + LONGEST_PART)
    passage = next((each for each in source.passages if each.span.end > first), None)
    return {
        "document": source.document.path,
        "title": source.document.title,
        "start": first,
        "end": cut,
        "text": text[first:cut],
        "page": passage.page if passage else None,
        "heading": passage.heading if passage else None,
        "next": cut if cut < last else None,
        "characters": len(text),
    }


def _span_passages(passages: Iterable[Passage], what: str) -> Span:
    """From the first passage to the last; `what` holds them."""
    spans = [each.span for each in passages]
    if not spans:
        raise MissingPath(f"the document has no {what} with text")
    return Span(spans[0].start, spans[-1].end)


def _find_section(passage: Passage, heading: str) -> tuple[str, ...] | None:
    """The headings down to the one that is named, if a passage stands under it; else None."""
    names = [*passage.headings, passage.heading or ""]
    for depth, name in enumerate(names, 1):
        if _fold_heading(name) == _fold_heading(heading):
            return passage.headings[:depth]
    return None


def _fold_heading(name: str) -> str:
    return " ".join(name.split()).casefold()


class CitedAnswer(records.AnswerRecord):
    """An answer with a line that says where it stands."""

    citation: str


class CitedPassage(records.HitRecord):
    """A passage with a line that says where it stands."""

    citation: str


class CitedReply(records.ReplyRecord):
    """A reply whose answers and passages say where they stand."""

    answers: list[CitedAnswer]  # type: ignore[misc]
    passages: list[CitedPassage]  # type: ignore[misc]


class CitedSearch(records.SearchRecord):
    """The passages that a search has found, which say where they stand."""

    passages: list[CitedPassage]  # type: ignore[misc]


class NoArguments(Struct, frozen=True, forbid_unknown_fields=True):
    """Nothing."""


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool, with the types of its arguments and of the object that it returns."""

    name: str
    description: str
    request: type
    result: type
    run: Callable[[Service, Any], Awaitable[ToolResult]]

    async def call(self, service: Service, arguments: object) -> ToolResult:
        """Decode the arguments and run the tool; raises `BadRequest` or `QuotebackError`."""
        return await self.run(service, convert_request(arguments, self.request))

    @property
    def input_schema(self) -> dict[str, Any]:
        return _make_schema(self.request)

    @property
    def output_schema(self) -> dict[str, Any]:
        return _make_schema(self.result)


async def _ask(service: Service, request: AskRequest) -> ToolResult:
    reply = await service.ask(request)
    texts = await service.read_texts(hit.document.path for hit in reply.hits)
    cited = [cite_answer(each, texts[each.document.path]) for each in reply.answers]
    record = records.encode_reply(reply)
    _add_citations(record["answers"], cited)
    _add_citations(
        record["passages"], [cite_hit(hit, texts[hit.document.path]) for hit in reply.hits]
    )
    if reply.answered:
        best = reply.answers[0]
        words = "; ".join(best.hit.passage.quote(span) for span in best.spans)
        lines = [words, _quote(cited[0]), f"Confidence: {best.confidence:.0%}"]
    elif reply.off_topic or not cited:
        lines = ["The documents hold no answer."]
    else:
        lines = ["No answer that is sure. The best candidate:", _quote(cited[0])]
    return record, "\n".join(visible(line) for line in lines)


async def _search(service: Service, request: SearchRequest) -> ToolResult:
    hits = await service.search(request)
    texts = await service.read_texts(hit.document.path for hit in hits)
    cited = [cite_hit(hit, texts[hit.document.path]) for hit in hits]
    record = records.encode_search(request.question, hits)
    _add_citations(record["passages"], cited)
    return record, "\n\n".join(map(_quote, cited)) or "No passage was found."


async def _verify_quotes(service: Service, request: CheckRequest) -> ToolResult:
    checked = await service.check_quotations(request)
    paths = [each.match.document.path for each in checked if each.match is not None]
    texts = await service.read_texts(paths)
    lines = []
    for each in checked:
        lines.append(f"{each.status}: “{each.text}”")
        if (match := each.match) is not None:
            citation = cite_match(match, texts[match.document.path])
            lines += [f"In the source: “{match.text}”"] if match.differences else []
            lines += [_OUT_OF_CONTEXT] if match.is_out_of_context else []
            lines += ["It stands in another document than the one named."] * each.is_elsewhere
            lines += ["The file has changed since it was indexed."] * match.stale
            lines.append(citation.location)
    text = "\n".join(visible(line) for line in lines)
    return records.encode_check(checked), text or "There is no quotation in the text."


async def _read(service: Service, request: ReadRequest) -> ToolResult:
    part = read_document_part(await _find_document(service, request.document), request)
    return part, visible(part["text"])


async def _find_document(service: Service, named: str | int) -> DocumentText:
    """A document by its path or id; models often write an id as text. Raises `MissingPath`."""
    try:
        return await service.read_document(named)
    except MissingPath:
        if isinstance(named, int) or not _ID.fullmatch(named):
            raise
        return await service.read_document(int(named))


async def _list_documents(service: Service, request: ListRequest) -> ToolResult:
    documents = await service.list_documents(request.read_filter())
    page = documents[request.offset : request.offset + request.limit]
    record = {
        "documents": [records.encode_document(each) for each in page],
        "total": len(documents),
    }
    lines = [
        visible(spell_surrogates(f"{each.id}: {each.path}")).replace("\n", " ") for each in page
    ]
    return record, "\n".join([f"{len(documents)} documents", *lines])


async def _read_status(service: Service, _: NoArguments) -> ToolResult:
    status = await service.read_status()
    place = visible(spell_surrogates(status.path))
    text = f"{status.documents} documents, {status.passages} passages in {place}"
    if status.promise is not None:
        text += f"\nPromised: {describe_promise(status.promise, is_old=status.promise_is_old)}."
    return records.encode_status(status), text


def _add_citations(cited: Sequence[Any], citations: Sequence[Citation]) -> None:
    """Make cited answers or passages of these."""
    for record, citation in zip(cited, citations, strict=True):
        record["citation"] = citation.location


def _quote(citation: Citation) -> str:
    return f"“{visible(citation.quotation)}”\n{citation.location}"


def _make_schema(kind: type) -> dict[str, Any]:
    """The JSON schema of a kind, with an object at its root."""
    schema = msgspec.json.schema(kind)
    name = schema.pop("$ref").rpartition("/")[2]
    return {**schema["$defs"].pop(name), "$defs": schema["$defs"]}


TOOLS = (
    Tool(
        "ask",
        "Answer a question from the person's own documents. What is returned is quoted exactly, "
        "with offsets, a calibrated confidence and a citation; `answered` is false where the "
        "documents do not hold the answer. Give earlier questions as `history` for a follow-up.",
        AskRequest,
        CitedReply,
        _ask,
    ),
    Tool(
        "search",
        "List the passages of the person's documents that bear on a question, best first, each "
        "with its exact text, offsets and a citation.",
        SearchRequest,
        CitedSearch,
        _search,
    ),
    Tool(
        "verify_quotes",
        "Check the quotations in a text, such as your own draft, against the person's documents: "
        "each is verbatim, altered (`difference` has the words) or not found. Check every draft "
        "that quotes before you give it, and mend what is altered from `match_text`.",
        CheckRequest,
        records.CheckRecord,
        _verify_quotes,
    ),
    Tool(
        "read",
        "Read a part of a document: by offsets, by page or by heading; without these, from "
        "its beginning. `next` says where to go on.",
        ReadRequest,
        DocumentPartRecord,
        _read,
    ),
    Tool(
        "list_documents",
        "List the documents that are indexed.",
        ListRequest,
        records.DocumentsRecord,
        _list_documents,
    ),
    Tool(
        "status",
        "Say what is indexed, and what has changed since.",
        NoArguments,
        records.StatusRecord,
        _read_status,
    ),
)
