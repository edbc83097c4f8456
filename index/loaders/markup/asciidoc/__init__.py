"""AsciiDoc: the decoded file, with what its lines say."""

from __future__ import annotations

import re

from index.documents import Content
from index.loaders.markup.asciidoc.grammar import MARKS, AsciiDoc
from index.loaders.markup.head import HeadMarkup, read_head
from index.loaders.markup.read_markup import Dialect, load_markup

_HEAD = HeadMarkup(
    title=re.compile(r"=[ \t]+(?P<words>.*?)(?:[ \t]+=)?[ \t]*"),
    names_section=True,
    # Listings, literal text, passed through, comments.
    block=re.compile(r"(?:-{4,}|\.{4,}|\+{4,}|/{4,}|```)[ \t]*\Z"),
    comment=re.compile(r"//|:[\w!-]+:|\[.*\][ \t]*\Z"),
    field=re.compile(r":(?P<name>[\w-]{1,40}):(?P<words>.*)"),
    # "Ann Smith <ann@example.org>", and "v1.0, 2024-02-29: what is new".
    author=re.compile(
        r"[^\W\d_][\w.'-]*(?: [\w.'-]+){1,2}(?: <[^<>]*>)?(?:; [\w.' -]+(?:<[^<>]*>)?)*[ \t]*"
    ),
    date=re.compile(r"(?:v?[\d.]+, ?)?(?:\d{4}-\d\d-\d\d|\w{3,9} \d\d?, \d{4})(?::.*)?[ \t]*"),
)
_ASCIIDOC = Dialect(
    lambda text, lines: AsciiDoc(text, lines).read(),
    MARKS,
    lambda text, headings: read_head(text, _HEAD, headings),
)


def load(data: bytes) -> Content:
    """The text of a file with what its lines say."""
    return load_markup(data, _ASCIIDOC)
