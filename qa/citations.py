"""Citations: where a quotation stands, for papers, notes and programs.

citation = cite_answer(reply.answers[0], index.text(reply.answers[0].document.path))
print(format_citations([citation], "bibtex"))
"""

from __future__ import annotations

import datetime
import os
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import chain, count, pairwise
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from index import Document, Hit, Passage, Span, find_format
from index.documents import dump_json, spell_surrogates
from qa.answering.answers import Answer
from qa.defaults import CITATION_FORMATS, CitationFormat
from qa.display import visible

if TYPE_CHECKING:
    from qa.quotations.checking import Match

# What stands between sentences of a quotation that do not follow each other.
_GAP = " … "
# Text of documents must not act as markup. Markdown takes a backslash before any of these.
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~&!$])")
# Markers of lists and headings: these act only at the start of a line.
_MARKER = re.compile(r"^(\d*)([-+=.)])")
_BIBTEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{character: "\\" + character for character in "&%$#_{}"},
}


@dataclass(frozen=True, slots=True)
class Citation:
    """One quotation, and where it stands.

    Attributes:
        document: absolute path of the file, or the name of a text that has no file.
        title: the document's own title; None if it has none.
        heading, page: in the document, where they are known.
        line: of the document's text, from 1; None if the text is not known, or has changed.
        start, end: of the quotation in that text, in code points.
        quotation: what is quoted; "…" where something is left out.
        authors: of the document, as it names them.
        date: the day that the document gives itself; None if it gives none.
    """

    document: str
    title: str | None
    heading: str | None
    page: int | None
    line: int | None
    start: int
    end: int
    quotation: str
    authors: tuple[str, ...] = ()
    date: datetime.date | None = None

    @property
    def url(self) -> str:
        """The address of the file, with line or page; the name alone of a text that has no file."""
        return link_to_place(self.document, self.line, self.page)

    @property
    def location(self) -> str:
        """Where it stands, in a line that is safe to draw: `path:line, p. 3, heading`."""
        parts = [self.document if self.line is None else f"{self.document}:{self.line}"]
        parts += [f"p. {self.page}"] if self.page is not None else []
        parts += [self.heading] if self.heading else []
        return visible(spell_surrogates(", ".join(parts))).replace("\n", " ")


def cite_answer(answer: Answer, text: str | None) -> Citation:
    """The citation of an answer: its evidence.

    The text of its document tells the line; None if it cannot be had.
    """
    return _cite_parts(answer.document, answer.hit.passage, answer.evidence, text)


def cite_hit(hit: Hit, text: str | None) -> Citation:
    """The citation of a passage; `text` as for `cite_answer`."""
    return _cite_parts(hit.document, hit.passage, [hit.passage.span], text)


def cite_match(match: Match, text: str | None) -> Citation:
    """The citation of what a quotation was found to be; `text` as for `cite_answer`."""
    return _cite_parts(match.document, match.passage, match.spans, text, match.text)


def format_citations(citations: Sequence[Citation], form: CitationFormat) -> str:
    """Citations in one of the formats, ending in a line feed; raises `ValueError` for another."""
    if form == "markdown":
        return "\n".join(map(_format_markdown, citations))
    if form == "bibtex":
        keys = _name_keys(citations)
        return "\n".join(map(_format_bibtex, keys, citations))
    if form == "csl":
        keys = _name_keys(citations)
        return _dump_json(
            [_encode_csl(key, each) for key, each in zip(keys, citations, strict=True)]
        )
    if form == "json":
        return _dump_json([_encode_json(each) for each in citations])
    raise ValueError(f"no format {form!r}: choose one of {', '.join(CITATION_FORMATS)}")


def link_to_place(path: str, line: int | None = None, page: int | None = None) -> str:
    """The address of a file, and of a line in it; a name that is no path stays as it is.

    In a file that is opened at a page it is the page (RFC 8118): its lines are those of the text
    that was extracted.
    """
    if not Path(path).is_absolute():
        return path
    # Names need not be valid Unicode: every byte can be quoted.
    address = "file://" + quote(os.fsencode(Path(path).as_posix()))
    form = find_format(path)
    if page is not None and form is not None and form.has_pages:
        return f"{address}#page={page}"
    return address if line is None else f"{address}#L{line}"


def _cite_parts(
    document: Document,
    passage: Passage,
    parts: Sequence[Span],
    text: str | None,
    quoted: str | None = None,
) -> Citation:
    """The citation of parts of a document, with "…" where words between two are left out.

    `quoted` is what stands from the first part to the last, if it is not in the passage.
    """
    span = Span(parts[0].start, parts[-1].end)
    whole = passage.quote(span) if quoted is None else quoted
    # The text of the document may be other words meanwhile.
    line = None
    if text is not None and span.of(text) == whole:
        line = text.count("\n", 0, span.start) + 1
    inner = [part.shift(-span.start) for part in parts]
    quotation = inner[0].of(whole)
    for before, part in pairwise(inner):
        between = whole[before.end : part.start]
        quotation += (_GAP if between.strip() else " ") + part.of(whole)
    return Citation(
        document.path,
        document.title,
        passage.heading,
        passage.page,
        line,
        span.start,
        span.end,
        quotation,
        document.properties.authors,
        document.properties.date,
    )


def _dump_json(records: Sequence[Any]) -> str:
    return dump_json(records, indent=2) + "\n"


def _encode_json(citation: Citation) -> dict[str, Any]:
    date = citation.date.isoformat() if citation.date else None
    return {**asdict(citation), "date": date, "url": citation.url}


def _choose_title(citation: Citation) -> str:
    return citation.title or PurePath(citation.document).name or citation.document


def _format_markdown(citation: Citation) -> str:
    parts = [escape_markdown(author) for author in citation.authors]
    parts += [f"*{escape_markdown(_choose_title(citation))}*"]
    parts += [citation.date.isoformat()] if citation.date else []
    parts += [escape_markdown(citation.heading)] if citation.heading else []
    parts += [f"p. {citation.page}"] if citation.page is not None else []
    line = "" if citation.line is None else f":{citation.line}"
    name = escape_markdown(PurePath(citation.document).name + line)
    link = f"[{name}](<{_escape_address(citation.url)}>)"
    return f"> {escape_markdown(citation.quotation)}\n>\n> — {', '.join(parts)} ({link})\n"


def escape_markdown(text: str) -> str:
    """Text on one line that Markdown shows literally."""
    line = _MARKDOWN.sub(r"\\\1", " ".join(visible(text).split()))
    return _MARKER.sub(r"\1\\\2", line)


def _escape_address(address: str) -> str:
    return quote(visible(address), safe="/:#%?=&+~@!,;'()$-._")


def _format_bibtex(key: str, citation: Citation) -> str:
    date = citation.date
    fields = {
        "author": " and ".join(map(_name_in_bibtex, citation.authors)) or None,
        "title": f"{{{_escape_bibtex(_choose_title(citation))}}}",
        "chapter": _escape_bibtex(citation.heading) if citation.heading else None,
        "pages": str(citation.page) if citation.page is not None else None,
        "year": str(date.year) if date else None,
        "month": str(date.month) if date else None,
        "howpublished": f"\\url{{{_escape_address(citation.url).replace('#', chr(92) + '#')}}}",
        "note": f"``{_escape_bibtex(citation.quotation)}''",
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value is not None]
    return f"@misc{{{key},\n" + ",\n".join(lines) + "\n}\n"


def _name_in_bibtex(author: str) -> str:
    """A name, in braces if BibTeX would take it for the names of several."""
    name = _escape_bibtex(author)
    return f"{{{name}}}" if "and" in name.casefold().split() else name


def _escape_bibtex(text: str) -> str:
    line = " ".join(visible(text).split())
    return "".join(_BIBTEX.get(character, character) for character in line)


def _name_keys(citations: Sequence[Citation]) -> list[str]:
    """A key for each citation: name of the file and line, or offset; numbered where taken."""
    keys: dict[str, None] = {}
    for citation in citations:
        stem = re.sub(r"[^A-Za-z0-9]+", "-", PurePath(citation.document).stem).strip("-")
        key = f"{stem or 'document'}-{citation.line or citation.start}"
        numbered = (f"{key}-{number}" for number in count(2))
        keys[next(name for name in chain([key], numbered) if name not in keys)] = None
    return list(keys)


def _encode_csl(key: str, citation: Citation) -> dict[str, Any]:
    date = citation.date
    item = {
        "id": key,
        "type": "document",
        "author": [{"literal": author} for author in citation.authors] or None,
        "issued": {"date-parts": [[date.year, date.month, date.day]]} if date else None,
        "title": _choose_title(citation),
        "section": citation.heading,
        "page": str(citation.page) if citation.page is not None else None,
        "URL": citation.url,
        "note": citation.quotation,
    }
    return {name: value for name, value in item.items() if value is not None}
