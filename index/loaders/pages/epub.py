"""EPUB: the chapters in reading order, each read as the HTML that it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from index.documents import Content, Properties
from index.loaders.pages import html
from index.loaders.pages.html.page_furniture import READINGS
from index.loaders.shared.archive import Archive, resolve_name
from index.loaders.shared.assembly import Assembly, drop_unseen
from index.loaders.shared.contents_list import exclude_contents_lists
from index.loaders.shared.decoding import UnreadableFile
from index.loaders.shared.metadata import choose_title, make_properties
from index.loaders.shared.xml import read_part

_CONTAINER, _ENCRYPTION = "META-INF/container.xml", "META-INF/encryption.xml"
_CHAPTER_TYPES = frozenset(("application/xhtml+xml", "text/html", "text/x-oeb1-document"))
_NCX_TYPE = "application/x-dtbncx+xml"
# A heading of this level ends no other heading's part.
_LOWEST_LEVEL = 9
# In XHTML any element may end in its own tag; in HTML only these may.
_VOID = frozenset(b"area base br col embed hr img input link meta param source track wbr".split())
_SELF_CLOSED = re.compile(rb"<([A-Za-z][A-Za-z0-9]{0,30})((?:\s[^<>]{0,2000})?)/>")


def load(data: bytes) -> Content:
    """The content of an EPUB file.

    Raises:
        UnreadableFile: it is damaged, encrypted, protected against copying or has no text.
    """
    archive = Archive(data)
    package_name = _find_package(archive)
    package = read_part(archive, package_name)
    if package is None:
        raise UnreadableFile("not an EPUB: its list of contents is missing")
    encrypted = _encrypted_parts(archive)
    items = {
        item.get("id", ""): item
        for item in package.iterfind("manifest/item")
        if item.get("media-type") in _CHAPTER_TYPES
    }
    chapters = [
        resolve_name(package_name, _path_of(items[name].get("href", "")))
        for name in (reference.get("idref", "") for reference in package.iterfind("spine/itemref"))
        if name in items
    ]
    if encrypted.intersection(chapters):
        raise UnreadableFile("protected against copying (DRM): its text is encrypted")
    names = _chapter_names(archive, package_name, package)
    book = Assembly()
    # A chapter that is listed twice is read once.
    for chapter in dict.fromkeys(chapters):
        page = archive.read(chapter)
        if page is not None:
            source = html.decode_page(_to_html(page))
            _add_chapter(book, html.extract_content(source), names, chapter)
    if book.is_empty:
        raise UnreadableFile("no text in it: only pictures, or its chapters are missing")
    content = book.content(choose_title(package.findtext("metadata/title")))
    return replace(exclude_contents_lists(content), properties=_read_properties(package))


def _read_properties(package: Element) -> Properties:
    metadata = package.find("metadata")
    elements = [*metadata.iter()] if metadata is not None else []
    creators = [
        each for each in elements if each.tag == "creator" and each.get("role", "aut") == "aut"
    ]
    # The day of the book comes before that of the file.
    dates = [each for each in elements if each.tag == "date"]
    dates.sort(key=lambda each: each.get("event") in ("modification", "creation"))
    dates += (each for each in elements if each.get("property") == "dcterms:modified")
    return make_properties(
        map(_words_of, creators),
        [_words_of(each) for each in elements if each.tag == "subject"],
        map(_words_of, dates),
    )


def _add_chapter(book: Assembly, page: Content, names: dict[str, str], chapter: str) -> None:
    """Append a chapter. One that begins without a heading is named as in the contents."""
    if not page.text.strip():
        return
    first = min((block.start for block in page.paragraphs or ()), default=len(page.text))
    if not any(heading.span.start <= first for heading in page.headings):
        # A part that the table of contents does not name continues the chapter before it.
        level = 1 if chapter in names or not names else _LOWEST_LEVEL
        book.begin_part(names.get(chapter, ""), level)
    book.add(page)


def _find_package(archive: Archive) -> str:
    """The name of the part that lists what the book consists of."""
    container = read_part(archive, _CONTAINER)
    root = container.find("rootfiles/rootfile") if container is not None else None
    if root is None:
        raise UnreadableFile("not an EPUB: it does not say where its contents are")
    return resolve_name("", root.get("full-path", ""))


def _encrypted_parts(archive: Archive) -> set[str]:
    root = read_part(archive, _ENCRYPTION)
    references = root.iter("CipherReference") if root is not None else ()
    return {resolve_name("", unquote(reference.get("URI", ""))) for reference in references}


def _chapter_names(archive: Archive, package_name: str, package: Element) -> dict[str, str]:
    """The names of chapters by their parts, as the table of contents of EPUB 3 or 2 has them."""
    names: dict[str, str] = {}
    for item in package.iterfind("manifest/item"):
        name = resolve_name(package_name, unquote(item.get("href", "")))
        is_navigation = "nav" in item.get("properties", "").split()
        if is_navigation or item.get("media-type") == _NCX_TYPE:
            try:
                contents = read_part(archive, name)
            except UnreadableFile:
                # The book can be read without it.
                continue
            if contents is not None:
                for reference, words in _contents_entries(contents):
                    names.setdefault(resolve_name(name, reference), words)
    return names


def _contents_entries(contents: Element) -> Iterator[tuple[str, str]]:
    """The entries of a table of contents: the part that each refers to, and its words."""
    for reading in [each for each in contents.iter() if each.tag in READINGS]:
        words_after = reading.tail
        reading.clear()
        reading.tail = words_after
    for link in contents.iter("a"):
        yield _path_of(link.get("href", "")), _words_of(link)
    for point in contents.iter("navPoint"):
        target, label = point.find("content"), point.find("navLabel")
        if target is not None and label is not None:
            yield _path_of(target.get("src", "")), _words_of(label)


def _path_of(reference: str) -> str:
    """A reference without the place within the part."""
    return unquote(reference.partition("#")[0])


def _words_of(element: Element) -> str:
    return " ".join(drop_unseen("".join(element.itertext())).split())


def _to_html(page: bytes) -> bytes:
    """XHTML as an HTML parser reads it rightly.

    In HTML, `<title/>` would begin a title without an end.
    """

    def open_and_close(match: re.Match[bytes]) -> bytes:
        name, attributes = match.groups()
        if name.lower() in _VOID:
            return match[0]
        return b"<%b%b></%b>" % (name, attributes, name)

    return _SELF_CLOSED.sub(open_and_close, page)
