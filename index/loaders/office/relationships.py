"""How the parts of an Office file (DOCX, PPTX) refer to each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from index.loaders.shared.archive import Archive, resolve_name
from index.loaders.shared.xml import read_part


@dataclass(frozen=True, slots=True)
class Relationship:
    """One part refers to another: `id` is what the first calls it, `target` its name."""

    id: str
    kind: str
    target: str


def find_relationships(archive: Archive, name: str) -> Iterator[Relationship]:
    """The relationships of a part, or of the whole file ("") to other parts of it."""
    folder, _, file = name.rpartition("/")
    relations = read_part(archive, f"{folder}/_rels/{file}.rels".lstrip("/"))
    for relation in relations.iterfind("Relationship") if relations is not None else ():
        if relation.get("TargetMode") != "External":
            kind = relation.get("Type", "").rpartition("/")[2]
            target = resolve_name(name, relation.get("Target", ""))
            yield Relationship(relation.get("Id", ""), kind, target)


def find_part(archive: Archive, name: str, kind: str) -> str | None:
    """The name of the part of a kind to which the part `name` has a relationship."""
    related = find_relationships(archive, name)
    return next((relation.target for relation in related if relation.kind == kind), None)
