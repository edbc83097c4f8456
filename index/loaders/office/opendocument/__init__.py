"""OpenDocument text (ODT) and presentations (ODP): headings, lists, tables, notes; slides as pages.

Left out are deleted text under change tracking, comments, tables of contents, hidden slides,
and dates, footers and numbers of slides.
"""

from __future__ import annotations

from index.documents import Content
from index.loaders.office.opendocument.body import Body
from index.loaders.office.opendocument.body import Styles
from index.loaders.office.package_properties import read_office_properties
from index.loaders.shared.archive import Archive, refuse_encrypted
from index.loaders.shared.contents_list import exclude_contents_lists
from index.loaders.shared.decoding import UnreadableFile
from index.loaders.shared.xml import read_part
from xml.etree.ElementTree import Element
from index.loaders.office.opendocument.body import read_words

_FURNITURE = frozenset(("page-number", "date-time", "footer", "header", "page"))


def load(data: bytes) -> Content:
    """The content of an OpenDocument file.

    Raises:
        UnreadableFile: it is damaged, encrypted or of another kind.
    """
    archive = Archive(data)
    refuse_encrypted(archive)
    root = read_part(archive, "content.xml")
    if root is None:
        raise UnreadableFile("not an OpenDocument file: it has no text part")
    styles = Styles(root, read_part(archive, "styles.xml"))
    body = Body(styles)
    try:
        if (text := root.find("body/text")) is not None:
            body.add_elements(text)
        elif (slides := root.find("body/presentation")) is not None:
            for slide in slides.iterfind("page"):
                add_slide(body, slide, styles)
        else:
            raise UnreadableFile("neither a text nor a presentation")
    except RecursionError as error:
        raise UnreadableFile("its parts are nested too deeply") from error
    core = read_office_properties(archive)
    title = core.title or body.title or body.assembly.first_heading
    return exclude_contents_lists(body.assembly.content(title, core.properties))


def add_slide(body: Body, slide: Element, styles: Styles) -> None:
    """Add what stands on a slide, and its notes."""
    body.assembly.begin_page()
    if styles.is_hidden_slide(slide.get("style-name")):
        return
    titles = [shape for shape in slide if shape.get("class") == "title"]
    title = " ".join(
        read_words(paragraph, []) for shape in titles for paragraph in shape.iter("p")
    ).strip()
    if title:
        body.assembly.add_heading(title, 1)
    else:
        body.assembly.begin_part("", 1)
    body.add_elements(
        shape
        for shape in slide
        if shape.tag != "notes" and shape.get("class") not in _FURNITURE and shape not in titles
    )
    notes = [
        shape
        for shape in slide.iterfind("notes/frame")
        if shape.get("class") == "notes" and "".join(shape.itertext()).strip()
    ]
    if notes:
        body.assembly.begin_part("Notes", 2)
        body.add_elements(notes)
