"""A part of a document: by offsets, by page, or by heading."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from index import MissingPath, Passage, Span
from qa.service.service import DocumentText

# Characters of one part; the rest is asked for with a later start.
LONGEST_PART = 20_000


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


def read_document_part(
    source: DocumentText,
    *,
    start: int | None = None,
    end: int | None = None,
    page: int | None = None,
    heading: str | None = None,
) -> DocumentPartRecord:
    """A part of a document, at most `LONGEST_PART` characters of it.

    Args:
        start, end: in code points of the document's text; its beginning and end where not given.
        page: the number of a page, from 1.
        heading: a heading as it stands there, or the line of headings of a passage.

    Raises:
        MissingPath: there is no such page or heading.
    """
    text = source.text
    whole = Span(0, len(text))
    if page is not None:
        whole = _find_page(source.passages, page)
    elif heading is not None:
        whole = _find_heading(source.passages, heading)
    first = whole.start if start is None else min(max(start, whole.start), whole.end)
    last = whole.end if end is None else min(max(end, first), whole.end)
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


def _find_page(passages: Sequence[Passage], page: int) -> Span:
    spans = [each.span for each in passages if each.page == page]
    if not spans:
        raise MissingPath(f"the document has no page {page} with text")
    return Span(spans[0].start, spans[-1].end)


def _find_heading(passages: Sequence[Passage], heading: str) -> Span:
    """The text under a heading and its subheadings."""
    wanted = " ".join(heading.split()).casefold()
    spans = [each.span for each in passages if _stands_under(each, wanted)]
    if not spans:
        raise MissingPath(f"the document has no heading {heading!r} with text")
    return Span(spans[0].start, spans[-1].end)


def _stands_under(passage: Passage, wanted: str) -> bool:
    names = [*passage.headings, passage.heading or ""]
    return any(" ".join(name.split()).casefold() == wanted for name in names)
