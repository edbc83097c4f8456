"""How the parts of an Office file (DOCX, PPTX) refer to each other."""

from __future__ import annotations

from collections.abc import Iterator

from index.loaders.shared.archive import Archive, resolve_name
from index.loaders.shared.xml import read_part


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
