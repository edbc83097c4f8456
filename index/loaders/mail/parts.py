"""The parts of messages that hold text: plain text, with what it quotes, and HTML."""

from __future__ import annotations

import re
from dataclasses import replace
from email.message import Message
from itertools import groupby

from index.loaders.html import extract_content
from index.loaders.html import load as load_html
from index.loaders.shared.assembly import Assembly
from index.loaders.shared.decoding import UnreadableFile, decode

# What stands under a heading of its own: what is quoted from another message, and who signs.
_QUOTED, _SIGNATURE = "Quoted message", "Signature"
_SIGNATURE_MARK = "--"
_MARKS = re.compile(r"[> \t]*")


def decode_text(part: Message) -> str:
    """The text of a part; "" where it has none."""
    data = _read_bytes(part)
    try:
        text = data.decode(part.get_content_charset() or "")
    except (LookupError, UnicodeError, ValueError):
        try:
            text = decode(data)
        except UnreadableFile:
            return ""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def add_plain_text(assembly: Assembly, text: str, level: int) -> None:
    """Add the paragraphs of a message under a subject that is a heading of the level."""
    name = ""
    for (part, is_blank), lines in groupby(_name_lines(text), key=lambda line: line[:2]):
        if is_blank:
            continue
        if part != name:
            name = part
            assembly.begin_part(name, level + 1)
        assembly.add_block("\n".join(line.rstrip() for *_, line in lines))


def _name_lines(text: str) -> list[tuple[str, bool, str]]:
    """The lines, each with the heading of its part and whether it only parts paragraphs."""
    named, is_signed = [], False
    for line in text.split("\n"):
        is_signed = is_signed or line.rstrip() == _SIGNATURE_MARK
        marks = _MARKS.match(line)
        is_blank = marks is not None and marks.end() == len(line)
        part = _QUOTED if line.startswith(">") else _SIGNATURE if is_signed else ""
        named.append((part, is_blank or line.rstrip() == _SIGNATURE_MARK, line))
    return named


def add_html(assembly: Assembly, part: Message, level: int) -> None:
    """Add the text of a part in HTML; its headings stand below the subject."""
    charset = part.get_content_charset()
    try:
        content = extract_content(decode_text(part)) if charset else load_html(_read_bytes(part))
    except UnreadableFile:
        return
    headings = (replace(each, level=each.level + level) for each in content.headings)
    assembly.add(replace(content, headings=tuple(headings)))


def _read_bytes(part: Message) -> bytes:
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""
