"""DOCX: the text as it stands on the page, with headings, lists, tables, notes and text boxes.

Left out are deleted text under change tracking, comments, hidden text and the table of contents.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from index.documents import Content
from index.loaders.office.docx.body import Body
from index.loaders.office.docx.styles import Numbering, Styles
from index.loaders.office.package_properties import read_office_properties
from index.loaders.shared.archive import Archive
from index.loaders.shared.contents_list import exclude_contents_lists
from index.loaders.shared.decoding import UnreadableFile
from index.loaders.shared.xml import find_part, read_part

_USUAL_NAME = "word/document.xml"
_PICTURE = re.compile(r"word/media/.")


def load(data: bytes) -> Content:
    """The content of a DOCX file; raises `UnreadableFile`."""
    archive = Archive(data)
    main = find_part(archive, "", "officeDocument") or _USUAL_NAME
    document = read_part(archive, main)
    if document is None:
        raise UnreadableFile("not a Word document: it has no text part")
    parts = {
        kind: read_part(archive, find_part(archive, main, kind))
        for kind in ("styles", "numbering", "footnotes", "endnotes")
    }
    body = Body(
        Styles(parts["styles"]),
        Numbering(parts["numbering"]),
        {"footnote": _read_notes(parts["footnotes"]), "endnote": _read_notes(parts["endnotes"])},
    )
    try:
        body.read(document.find("body"))
    except RecursionError as error:
        raise UnreadableFile("its parts are nested too deeply") from error
    core = read_office_properties(archive, find_part(archive, "", "core-properties"))
    content = body.assembly.content(core.title or body.title, core.properties)
    if not content.text.strip() and any(_PICTURE.match(part.filename) for part in archive.parts):
        raise UnreadableFile("no text in it, only pictures: a PDF of it can be read by OCR")
    return exclude_contents_lists(content)


def _read_notes(root: Element | None) -> dict[str, Element]:
    """Footnotes or endnotes by their ids, without the lines that separate them from the text."""
    if root is None:
        return {}
    return {note.get("id", ""): note for note in root if note.get("type", "normal") == "normal"}
