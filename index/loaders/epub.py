"""EPUB: the chapters in reading order, each read as the HTML that it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from index.documents import Content
from index.loaders import html
from index.loaders.shared.archive import Archive, resolved
from index.loaders.shared.assembly import Assembly
from index.loaders.shared.decoding import UnreadableFile
from index.loaders.shared.titles import title_in
from index.loaders.shared.xml import parsed

_CONTAINER, _ENCRYPTION = "META-INF/container.xml", "META-INF/encryption.xml"
_CHAPTER_TYPES = frozenset(("application/xhtml+xml", "text/html", "text/x-oeb1-document"))
# A heading of this level takes the place of no other.
_DEEPEST = 9
# In XHTML an element may end in its own tag; in HTML only these end with it.
_VOID = frozenset(b"area base br col embed hr img input link meta param source track wbr".split())
_SELF_CLOSED = re.compile(rb"<([A-Za-z][A-Za-z0-9]{0,30})((?:\s[^<>]{0,2000})?)/>")


def load(data: bytes) -> Content:
    archive = Archive(data)
    place = _package_place(archive)
    package = _part(archive, place)
    if package is None:
        raise UnreadableFile("not an EPUB: its list of contents is missing")
    protected = _encrypted_parts(archive)
    items = {
        item.get("id", ""): item
        for item in package.iterfind("manifest/item")
        if item.get("media-type") in _CHAPTER_TYPES
    }
    chapters = [
        resolved(place, _path(items[name].get("href", "")))
        for name in (reference.get("idref", "") for reference in package.iterfind("spine/itemref"))
        if name in items
    ]
    if protected.intersection(chapters):
        raise UnreadableFile("protected against copying (DRM): its text is encrypted")
    names = _chapter_names(archive, place, package)
    book = Assembly()
    # A chapter that is listed twice is read once.
    for chapter in dict.fromkeys(chapters):
        page = archive.read(chapter)
        if page is not None:
            _add_chapter(book, html.load(_opened_out(page)), names, chapter)
    if book.is_empty:
        raise UnreadableFile("no text in it: only pictures, or its chapters are missing")
    return book.content(title_in(package.findtext("metadata/title")))


def _add_chapter(book: Assembly, page: Content, names: dict[str, str], chapter: str) -> None:
    """Append a part of the book; what begins without a heading is parted from what was before."""
    if not page.text.strip():
        return
    first = min((block.start for block in page.blocks or ()), default=len(page.text))
    if not any(heading.span.start <= first for heading in page.headings):
        # A part that the table of contents leaves out goes on with the chapter before.
        level = 1 if chapter in names or not names else _DEEPEST
        book.begin_part(names.get(chapter, ""), level)
    book.add(page)


def _package_place(archive: Archive) -> str:
    container = _part(archive, _CONTAINER)
    root = container.find("rootfiles/rootfile") if container is not None else None
    if root is None:
        raise UnreadableFile("not an EPUB: it does not say where its contents are")
    return resolved("", root.get("full-path", ""))


def _part(archive: Archive, name: str) -> Element | None:
    data = archive.read(name)
    return parsed(data) if data is not None else None


def _encrypted_parts(archive: Archive) -> set[str]:
    root = _part(archive, _ENCRYPTION)
    if root is None:
        return set()
    return {
        resolved("", unquote(reference.get("URI", "")))
        for reference in root.iter("CipherReference")
    }


def _chapter_names(archive: Archive, place: str, package: Element) -> dict[str, str]:
    """What the table of contents calls each chapter, by its part: EPUB 3's own, else EPUB 2's."""
    names: dict[str, str] = {}
    for item in package.iterfind("manifest/item"):
        where = resolved(place, unquote(item.get("href", "")))
        is_navigation = "nav" in item.get("properties", "").split()
        if is_navigation or item.get("media-type") == "application/x-dtbncx+xml":
            try:
                contents = _part(archive, where)
            except UnreadableFile:
                # The book can be read without.
                continue
            if contents is not None:
                for reference, words in _entries(contents):
                    names.setdefault(resolved(where, reference), words)
    return names


def _entries(contents: Element) -> Iterator[tuple[str, str]]:
    """The entries of a table of contents: what they refer to, and their words."""
    for link in contents.iter("a"):
        yield _path(link.get("href", "")), _words(link)
    for point in contents.iter("navPoint"):
        target, label = point.find("content"), point.find("navLabel")
        if target is not None and label is not None:
            yield _path(target.get("src", "")), _words(label)


def _path(reference: str) -> str:
    return unquote(reference.partition("#")[0])


def _words(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _opened_out(page: bytes) -> bytes:
    """XHTML that an HTML parser reads as it is meant: `<title/>` would begin one without end."""

    def tags(match: re.Match[bytes]) -> bytes:
        name, attributes = match.groups()
        if name.lower() in _VOID:
            return match[0]
        return b"<%b%b></%b>" % (name, attributes, name)

    return _SELF_CLOSED.sub(tags, page)
