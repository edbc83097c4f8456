"""Pages saved in one file (MHTML): the page itself, without its pictures and frames."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from email.message import Message

from index.documents import Content
from index.loaders.pages.html import decode_page, extract_content
from index.loaders.shared.decoding import UnreadableFile
from index.loaders.shared.mime import (
    decode_text,
    parse_message,
    read_bytes,
    read_charset,
    read_header,
    refuse_damage,
)

_PAGES = frozenset(("text/html", "application/xhtml+xml"))
# Parts that are looked at to find the page.
_MOST_PARTS = 1_000


def load(data: bytes) -> Content:
    """The content of the page; raises `UnreadableFile` if there is none in it."""
    with refuse_damage():
        message = parse_message(data)
        page = next(_find_pages(message), None)
        if page is None:
            raise UnreadableFile("no saved page: there is no HTML in it")
        html = decode_text(page) if read_charset(page) else decode_page(read_bytes(page))
        content = extract_content(html, is_page=True)
    return replace(content, title=content.title or read_header(message, "Subject") or None)


def _find_pages(message: Message) -> Iterator[Message]:
    """The parts that are pages, the one that the others belong to first."""
    parts = [part for part, _ in zip(message.walk(), range(_MOST_PARTS), strict=False)]
    pages = [part for part in parts if part.get_content_type() in _PAGES]
    start = message.get_param("start")
    yield from (page for page in pages if start and page.get("Content-ID") == start)
    yield from pages
