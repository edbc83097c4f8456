"""DOCX: the text as it stands on the page, with headings, lists, tables, notes and text boxes.

Left out are deleted text under change tracking, comments, hidden text, page numbers and the
table of contents.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element

from index.documents import Content
from index.loaders.docx.body import Body
from index.loaders.docx.fields import find_field_results
from index.loaders.docx.numbering import Numbering
from index.loaders.docx.styles import Styles
from index.loaders.shared.archive import Archive, resolve_name
from index.loaders.shared.contents_list import exclude_contents_lists
from index.loaders.shared.decoding import UnreadableFile
from index.loaders.shared.titles import choose_title
from index.loaders.shared.xml import parse_xml

_USUAL_NAME = "word/document.xml"


def load(data: bytes) -> Content:
    """The content of a DOCX file.

    Raises:
        UnreadableFile: it is damaged, encrypted or of another kind.
    """
    archive = Archive(data)
    main = _find_part(archive, "", "officeDocument") or _USUAL_NAME
    document = _read_part(archive, main)
    if document is None:
        raise UnreadableFile("not a Word document: it has no text part")
    parts = {
        kind: _read_part(archive, _find_part(archive, main, kind))
        for kind in ("styles", "numbering", "footnotes", "endnotes")
    }
    body = Body(
        Styles(parts["styles"]),
        Numbering(parts["numbering"]),
        {"footnote": _read_notes(parts["footnotes"]), "endnote": _read_notes(parts["endnotes"])},
        find_field_results(document),
    )
    try:
        body.read(document.find("body"))
    except RecursionError as error:
        raise UnreadableFile("its parts are nested too deeply") from error
    properties = _read_part(archive, _find_part(archive, "", "core-properties"))
    title = properties.findtext("title") if properties is not None else None
    return exclude_contents_lists(body.assembly.content(choose_title(title) or body.title))


def _find_part(archive: Archive, name: str, kind: str) -> str | None:
    """The name of the part of a kind to which the part `name` has a relationship."""
    folder, _, file = name.rpartition("/")
    relations = _read_part(archive, f"{folder}/_rels/{file}.rels".lstrip("/"))
    if relations is None:
        return None
    for relation in relations.iterfind("Relationship"):
        is_external = relation.get("TargetMode") == "External"
        if relation.get("Type", "").endswith(f"/{kind}") and not is_external:
            return resolve_name(name, relation.get("Target", ""))
    return None


def _read_part(archive: Archive, name: str | None) -> Element | None:
    data = archive.read(name) if name else None
    return parse_xml(data) if data is not None else None


def _read_notes(root: Element | None) -> dict[str, Element]:
    """Footnotes or endnotes by their ids, without the lines that separate them from the text."""
    if root is None:
        return {}
    return {note.get("id", ""): note for note in root if note.get("type", "normal") == "normal"}
