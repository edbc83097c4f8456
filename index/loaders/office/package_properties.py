"""The properties of office files: what a document is called, who wrote it, what about and when."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from io import BytesIO
from xml.etree.ElementTree import Element

from olefile import OleFileIO

from index.documents import NO_PROPERTIES, Properties
from index.loaders.shared.archive import Archive
from index.loaders.shared.decoding import UnreadableFile
from index.loaders.shared.metadata import choose_title, make_properties
from index.loaders.shared.xml import read_part

# Where Office, and where OpenDocument, keeps them.
_PARTS = ("docProps/core.xml", "meta.xml")
# Whoever began a document comes before whoever saved it last.
_AUTHORS = ("initial-creator", "creator")
_TAGS = ("keyword", "keywords", "category")
# A document goes on being written: the day that it was saved last counts.
_DATES = ("modified", "date", "created", "creation-date")


# A title, None if there is none of use, and the rest of what an office file says of itself.
OfficeProperties = tuple[str | None, Properties]
_NOTHING: OfficeProperties = (None, NO_PROPERTIES)


def read_office_properties(archive: Archive, name: str | None = None) -> OfficeProperties:
    """The properties of an office file.

    Args:
        name: of the part that holds them, if that is known.
    """
    for part in (name,) if name else _PARTS:
        try:
            if (root := read_part(archive, part)) is not None:
                return _read(root)
        except UnreadableFile:
            # The file can be read without it.
            continue
    return _NOTHING


def _read(root: Element) -> OfficeProperties:
    authors = next((names for tag in _AUTHORS if (names := [*_find(root, tag)])), ())
    tags = [words for tag in _TAGS for words in _find(root, tag)]
    dates = [words for tag in _DATES for words in _find(root, tag)]
    return choose_title(root.findtext(".//title")), make_properties(authors, tags, dates)


def _find(root: Element, tag: str) -> Iterator[str]:
    for element in root.iter(tag):
        if words := (element.text or "").strip():
            yield words


def read_old_properties(data: bytes) -> OfficeProperties:
    """The properties of a file; none if they cannot be read."""
    try:
        with closing(OleFileIO(BytesIO(data))) as file:
            summary = file.get_metadata()
        encoding = f"cp{summary.codepage}" if summary.codepage else "cp1252"
        title, author, keywords, category = (
            words.decode(encoding, "replace").strip("\0 ") if isinstance(words, bytes) else ""
            for words in (summary.title, summary.author, summary.keywords, summary.category)
        )
    except Exception:
        # Whatever is wrong with them, the file can be read without them.
        return _NOTHING
    days = (time and f"{time:%Y-%m-%d}" for time in (summary.last_saved_time, summary.create_time))
    return choose_title(title), make_properties([author], [keywords, category], days)
