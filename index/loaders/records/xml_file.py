"""XML: a document in DocBook or FictionBook is read as such, any other as the file itself."""

from __future__ import annotations

import re

from index.documents import Content
from index.loaders.pages import docbook
from index.loaders.plain import code
from index.loaders.shared.decoding import UnreadableFile

_DOCUMENT = re.compile(rb"docbook\.org/ns/docbook|//DTD (?:Simplified )?DocBook|<FictionBook\b")
# In bytes: what says so stands at the beginning.
_HEAD_BYTES = 10_000


def load(data: bytes) -> Content:
    if _DOCUMENT.search(data, 0, _HEAD_BYTES):
        try:
            return docbook.load(data)
        except UnreadableFile:
            # It can be read as it is.
            pass
    return code.load(data)
