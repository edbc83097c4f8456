"""Sources of manual pages (man, mdoc), read as `man` would print them.

What is no such source is read as plain text: a page as printed has structure there, too.
"""

from __future__ import annotations

import re

from index.documents import Content
from index.loaders.markup.roff.lines import RoffLines
from index.loaders.markup.roff.man import read_man
from index.loaders.markup.roff.mdoc import read_mdoc
from index.loaders.plain import text as plain_text
from index.loaders.shared.decoding import UnreadableFile, decode

_MAN = re.compile(r"^[.'][ \t]*(?:TH|SH|Sh|Dd|Dt)\b", re.MULTILINE)
_MDOC = re.compile(r"^[.'][ \t]*(?:Dd|Dt|Sh)\b", re.MULTILINE)
_LINK = re.compile(r"(?:[.'][ \t]*\\\"[^\n]*\n|\s)*\.so[ \t]+(\S{1,200})\s*\Z")
# In characters: no macro of a page's head stands farther down.
_HEAD = 50_000


def load(data: bytes) -> Content:
    """The content of a page.

    Raises:
        UnreadableFile: it only says which other page to show.
    """
    text = decode(data)
    if link := _LINK.match(text):
        raise UnreadableFile(f"only a link to the page {link[1]}")
    if not _MAN.search(text, 0, _HEAD):
        return plain_text.load(data)
    source = RoffLines(text)
    return read_mdoc(source) if _MDOC.search(text, 0, _HEAD) else read_man(source)
