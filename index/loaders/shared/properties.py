"""The properties of office files that say what a document is called."""

from __future__ import annotations

from index.loaders.shared.archive import Archive
from index.loaders.shared.decoding import UnreadableFile
from index.loaders.shared.titles import choose_title
from index.loaders.shared.xml import parse_xml

# Where Office, and where OpenDocument, keeps them.
_PARTS = ("docProps/core.xml", "meta.xml")


def read_title(archive: Archive) -> str | None:
    """The title in the properties of an office file; None where it has none of use."""
    for name in _PARTS:
        try:
            data = archive.read(name)
            if data is not None:
                return choose_title(parse_xml(data).findtext(".//title"))
        except UnreadableFile:
            # The file can be read without it.
            continue
    return None
