"""Slides of an OpenDocument presentation: each is a page, its title a heading."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from index.loaders.office.opendocument.body import Body, read_words
from index.loaders.office.opendocument.styles import Styles

_FURNITURE = frozenset(("page-number", "date-time", "footer", "header", "page"))


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
