"""Mailboxes (MBOX): each message under its subject, in the order of the file; it is a page."""

from __future__ import annotations

import re

from index.documents import Content
from index.loaders.mail import add_message
from index.loaders.shared.assembly import Assembly
from index.loaders.shared.decoding import UnreadableFile

# The line before each message: who sent it, and when.
_BEGINNING = re.compile(rb"(?:\A|(?<=\n)\r?\n)From [^\r\n]*\d{4}[^\r\n]*\r?\n")
# A line of a message that would look like one.
_ESCAPED = re.compile(rb"^>(?=>*From )", re.MULTILINE)


def load(data: bytes) -> Content:
    """The content of a mailbox.

    Raises:
        UnreadableFile: it is none.
    """
    beginnings = [*_BEGINNING.finditer(data)]
    if data.strip() and not (beginnings and not data[: beginnings[0].start()].strip()):
        raise UnreadableFile("not a mailbox: it does not begin with a message")
    assembly = Assembly()
    ends = [*(each.start() for each in beginnings[1:]), len(data)]
    for beginning, end in zip(beginnings, ends, strict=False):
        assembly.begin_page()
        try:
            add_message(assembly, _ESCAPED.sub(b"", data[beginning.end() : end]))
        except UnreadableFile:
            # The other messages can be read without it.
            continue
    return assembly.content(None)
