"""Fields of a DOCX file: text that Word computes, such as page numbers and tables of contents.

A field is one element, or it reaches from a mark of its beginning to a mark of its end, over
several paragraphs if need be: between them stand its code, a separating mark and its result.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

_LISTS = frozenset(("TOC", "INDEX", "TOA"))
_PAGE_NUMBERS = frozenset(("PAGE", "NUMPAGES", "SECTIONPAGES"))
# Damaged marks must not make most of a document the result of a field.
_LARGEST_SHARE = 0.5
# Fields stand within fields; deeper ones are damaged.
_DEEPEST = 20


@dataclass(slots=True)
class FieldResults:
    """Which elements with words are results of fields.

    Attributes:
        lists: the `id`s of those in tables of contents and indexes.
        page_numbers: the `id`s of those that are page numbers.
    """

    lists: set[int] = field(default_factory=set)
    page_numbers: set[int] = field(default_factory=set)


@dataclass(slots=True)
class _OpenField:
    code: list[str] = field(default_factory=list)
    has_result: bool = False
    words: list[Element] = field(default_factory=list)


def find_field_results(document: Element) -> FieldResults:
    """The results of the fields of a document; a field without an end has none."""
    results = FieldResults()
    size = 0
    fields: list[_OpenField] = []
    for element in document.iter():
        if element.tag == "t":
            size += len(element.text or "")
            for each in fields:
                if each.has_result:
                    each.words.append(element)
        elif element.tag == "instrText":
            if fields and not fields[-1].has_result:
                fields[-1].code.append(element.text or "")
        elif element.tag == "fldSimple":
            _add_result(results, element.get("instr", ""), [*element.iter("t")])
        elif element.tag == "fldChar":
            kind = element.get("fldCharType")
            if kind == "begin" and len(fields) < _DEEPEST:
                fields.append(_OpenField())
            elif kind == "separate" and fields:
                fields[-1].has_result = True
            elif kind == "end" and fields:
                ended = fields.pop()
                _add_result(results, "".join(ended.code), ended.words)
    in_lists = sum(
        len(element.text or "") for element in document.iter("t") if id(element) in results.lists
    )
    if in_lists > _LARGEST_SHARE * size:
        results.lists.clear()
    return results


def _add_result(results: FieldResults, code: str, words: Iterable[Element]) -> None:
    """Keep the result of a field, if its code names one that is not text."""
    name = code.split(maxsplit=1)[0].upper() if code.strip() else ""
    if name in _LISTS:
        results.lists.update(map(id, words))
    elif name in _PAGE_NUMBERS:
        results.page_numbers.update(map(id, words))
