"""Mailboxes (MBOX): each message is a document of its own, under its number."""

from __future__ import annotations

import re

from index.documents import Content
from index.loaders.shared.container import MOST_MESSAGES, Container, MemberList, list_names
from index.loaders.shared.decoding import UnreadableFile
from index.loaders.shared.mime import decode_words, drop_start

# The line before each message: who sent it, and when. Prose may name a year, too, but neither names
# a time nor goes on with a head.
_BEGINNING = re.compile(
    rb"(?:\A|(?<=\n)\r?\n)From (?=[^\r\n]*\d{4})"
    rb"(?=[^\r\n]*\d:\d\d|[^\r\n]*+\r?\n[!-9;-~]+:)[^\r\n]*+\r?\n"
)
# A line of a message that would look like one.
_ESCAPED = re.compile(rb"^>(?=>*From )", re.MULTILINE)
# Where the head of a message says what it is about.
_SUBJECT = re.compile(rb"^Subject:[ \t]*([^\r\n]*)", re.MULTILINE | re.IGNORECASE)
_HEAD_BYTES = 8_192
# The kind of file that a message is.
_MESSAGE = ".eml"


def load(data: bytes) -> Content:
    """The numbers and subjects of messages; raises `UnreadableFile` as `open_container` does."""
    return open_container(data, frozenset()).content


def open_container(data: bytes, kinds: frozenset[str]) -> Container:
    """The messages of a mailbox; raises `UnreadableFile` if it is not one, or holds too many."""
    data = drop_start(data)
    beginnings = [*_BEGINNING.finditer(data)]
    if data.strip() and not (beginnings and not data[: beginnings[0].start()].strip()):
        raise UnreadableFile("not a mailbox: it does not begin with a message")
    members = MemberList(kinds, MOST_MESSAGES)
    ends = [*(each.start() for each in beginnings[1:]), len(data)]
    for number, (beginning, end) in enumerate(zip(beginnings, ends, strict=False), 1):
        message = _ESCAPED.sub(b"", data[beginning.end() : end])
        if _MESSAGE in kinds:
            members.add(str(number), message, _MESSAGE)
        members.names.append(f"{number}  {_read_subject(message)}".rstrip())
    return members.finish(list_names(members.names))


def _read_subject(message: bytes) -> str:
    subject = _SUBJECT.search(message, 0, _HEAD_BYTES)
    return " ".join(decode_words(subject[1].decode("utf-8", "replace")).split()) if subject else ""
