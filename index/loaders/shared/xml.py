"""XML of office files and books, without its namespaces; entities are never expanded.

Also how the parts of an Office file (DOCX, PPTX, XLSX) refer to each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError
from xml.parsers.expat.errors import XML_ERROR_NO_MEMORY, codes

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from index.loaders.shared.archive import Archive, resolve_name
from index.loaders.shared.decoding import UnreadableFile

_NO_MEMORY = codes[XML_ERROR_NO_MEMORY]


def parse_xml(data: bytes) -> Element:
    """The root of a document; tags and attributes have their local names only.

    One that names a relationship has `r:` before it: there may be an `id` beside an `r:id`.

    Raises:
        UnreadableFile: it is not well-formed, or declares entities.
    """
    try:
        root: Element = fromstring(data)
    except DefusedXmlException as error:
        raise UnreadableFile("declares XML entities, which no such document needs") from error
    except (ParseError, ValueError, LookupError) as error:
        if getattr(error, "code", None) == _NO_MEMORY:
            raise MemoryError from error
        raise UnreadableFile("damaged: its XML is broken") from error
    for element in root.iter():
        element.tag = _strip_namespace(element.tag)
        if any("}" in name for name in element.attrib):
            element.attrib = {_shorten_name(name): value for name, value in element.attrib.items()}
    return root


def _strip_namespace(name: str) -> str:
    return name.rpartition("}")[2]


def _shorten_name(name: str) -> str:
    local = _strip_namespace(name)
    return f"r:{local}" if name.endswith(f"/relationships}}{local}") else local


def read_part(archive: Archive, name: str | None) -> Element | None:
    """The XML of a part; None if there is none of this name."""
    data = archive.read(name) if name else None
    return parse_xml(data) if data is not None else None


def find_relationships(archive: Archive, name: str) -> Iterator[tuple[str, str, str]]:
    """The relationships of a part, or of the whole file (""), to other parts of it.

    Each is (id, kind, target): what the part calls it, and the name of the other part.
    """
    folder, _, file = name.rpartition("/")
    relations = read_part(archive, f"{folder}/_rels/{file}.rels".lstrip("/"))
    for relation in relations.iterfind("Relationship") if relations is not None else ():
        if relation.get("TargetMode") != "External":
            kind = relation.get("Type", "").rpartition("/")[2]
            yield relation.get("Id", ""), kind, resolve_name(name, relation.get("Target", ""))


def map_targets(archive: Archive, name: str) -> dict[str, str]:
    """The names of the parts that a part refers to, by the ids that it gives them."""
    return {number: target for number, _, target in find_relationships(archive, name)}


def find_part(archive: Archive, name: str, kind: str) -> str | None:
    """The name of the part of a kind to which the part `name` has a relationship."""
    related = find_relationships(archive, name)
    return next((target for _, own, target in related if own == kind), None)
