"""Org: the decoded file, with its headings located."""

from __future__ import annotations

import re

from index.documents import Content
from index.loaders.markup.marked_headings import Markup, locate_headings
from index.loaders.shared.decoding import decode

# Lines that belong to the element below them.
_OF_ELEMENT = r"(?:caption|name|header|results|plot|attr_\w+):"

_ORG = Markup(
    # Without what is to be done, how urgent it is, and tags.
    heading=re.compile(
        r"(?P<mark>\*{1,9})[ \t]+(?:(?:TODO|DONE)[ \t]+)?(?:\[#\w\][ \t]+)?"
        r"(?P<words>.*?)(?:[ \t]+:[\w@#%:]{1,200}:)?[ \t]*"
    ),
    title=re.compile(r"#\+title:(?P<words>.*)", re.IGNORECASE),
    block=re.compile(r"#\+begin_\w", re.IGNORECASE),
    # And the drawer in which programs keep what they know of a file.
    comment=re.compile(
        rf"#(?:[ \t]|\Z|\+(?!{_OF_ELEMENT})\w+:)|:[\w-]{{1,40}}:(?:[ \t]|\Z)", re.IGNORECASE
    ),
    field=re.compile(rf"#\+(?!{_OF_ELEMENT})(?P<name>\w{{1,40}}):(?P<words>.*)", re.IGNORECASE),
)


def load(data: bytes) -> Content:
    return locate_headings(decode(data), _ORG)
