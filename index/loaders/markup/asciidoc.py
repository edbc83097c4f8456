"""AsciiDoc: the decoded file, with its headings located."""

from __future__ import annotations

import re

from index.documents import Content
from index.loaders.shared.decoding import decode
from index.loaders.shared.marked_headings import Markup, locate_headings

_ASCIIDOC = Markup(
    heading=re.compile(r"(?P<mark>={1,6})[ \t]+(?P<words>.*?)(?:[ \t]+={1,6})?[ \t]*"),
    title=re.compile(r"=[ \t]+(?P<words>.*?)(?:[ \t]+=)?[ \t]*"),
    # Listings, literal text, passed through, comments.
    block=re.compile(r"(?:-{4,}|\.{4,}|\+{4,}|/{4,}|```)[ \t]*\Z"),
    comment=re.compile(r"//|:[\w!-]+:|\[.*\]"),
)


def load(data: bytes) -> Content:
    return locate_headings(decode(data), _ASCIIDOC)
