"""DOCX: the text as it stands on the page, with headings, lists, tables, notes and text boxes.

What was deleted under change tracking is not part of it, nor are comments, hidden text
and the table of contents.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element

from index.documents import Content
from index.loaders.docx.body import Body
from index.loaders.docx.numbering import Numbering
from index.loaders.docx.styles import Styles
from index.loaders.shared.archive import Archive, resolved
from index.loaders.shared.decoding import UnreadableFile
from index.loaders.shared.titles import title_in
from index.loaders.shared.xml import parsed

_USUAL_PLACE = "word/document.xml"


def load(data: bytes) -> Content:
    archive = Archive(data)
    main = _target(archive, "", "officeDocument") or _USUAL_PLACE
    document = _part(archive, main)
    if document is None:
        raise UnreadableFile("not a Word document: it has no text part")
    parts = {
        kind: _part(archive, _target(archive, main, kind))
        for kind in ("styles", "numbering", "footnotes", "endnotes")
    }
    body = Body(
        Styles(parts["styles"]),
        Numbering(parts["numbering"]),
        {"footnote": _notes(parts["footnotes"]), "endnote": _notes(parts["endnotes"])},
    )
    try:
        body.add(document.find("body"))
    except RecursionError as error:
        raise UnreadableFile("its parts are nested too deeply") from error
    properties = _part(archive, _target(archive, "", "core-properties"))
    named = properties.findtext("title") if properties is not None else None
    return body.assembly.content(title_in(named) or body.title)


def _target(archive: Archive, name: str, kind: str) -> str | None:
    """The part of a kind that the part `name` has a relationship to."""
    folder, _, file = name.rpartition("/")
    relations = _part(archive, f"{folder}/_rels/{file}.rels".lstrip("/"))
    if relations is None:
        return None
    for relation in relations.iterfind("Relationship"):
        outside = relation.get("TargetMode") == "External"
        if relation.get("Type", "").endswith(f"/{kind}") and not outside:
            return resolved(name, relation.get("Target", ""))
    return None


def _part(archive: Archive, name: str | None) -> Element | None:
    data = archive.read(name) if name else None
    return parsed(data) if data is not None else None


def _notes(root: Element | None) -> dict[str, Element]:
    """Footnotes or endnotes by their ids; those with a type are lines, not notes."""
    if root is None:
        return {}
    return {note.get("id", ""): note for note in root if note.get("type", "normal") == "normal"}
