"""Mail (EML): the subject as title, who wrote to whom and when, the words, attachments.

Of a message in several forms the plain one is read, unless it is a stub beside its page. Attached
messages stand under their subjects; other attachments are named, and are documents of their own,
whatever form they came with.
Quoted messages and signatures stand under such a heading.
"""

from __future__ import annotations

import base64
import codecs
import re
from collections.abc import Collection, Iterator, Sequence
from email.message import Message
from itertools import chain
from urllib.parse import unquote

from index.documents import Content
from index.loaders.mail.parts import (
    MOST_MESSAGES_DEEP,
    Attachment,
    add_attachments,
    add_head,
    add_html_part,
    add_plain_text,
    decode_html_part,
    is_stub,
)
from index.loaders.shared.assembly import Assembly
from index.loaders.shared.container import Container, MemberList
from index.loaders.shared.decoding import UnreadableFile
from index.loaders.shared.metadata import make_properties
from index.loaders.shared.mime import (
    decode_text,
    decode_words,
    parse_message,
    read_bytes,
    read_file_name,
    read_header,
    refuse_damage,
)

# What is shown of a message's head, and of what every message has at least one.
_SHOWN = ("From", "To", "Cc", "Date")
_EXPECTED = (*_SHOWN, "Subject", "Received", "Message-ID")
# So many levels of parts may be around a page that is a form of a message.
_MOST_AROUND = 3
# What is read or used with a page.
_OF_PAGES = ("text/html", "text/css")
# How a page names a part that it shows, such as a picture.
_SHOWN_PART = re.compile(r"cid:([^\s\"'<>()]{1,1000})", re.IGNORECASE)
# The library needs it for text that is not ASCII, when no file can be opened any more.
codecs.lookup("raw-unicode-escape")


def load(data: bytes) -> Content:
    """The content of a message; raises `UnreadableFile` as `open_container` does."""
    return open_container(data, frozenset()).content


def open_container(data: bytes, kinds: frozenset[str]) -> Container:
    """A message, and the files of some kinds that came with it; raises `UnreadableFile`."""
    assembly, members = Assembly(), MemberList(kinds)
    with refuse_damage():
        message = parse_message(data)
        if not any(name in message for name in _EXPECTED):
            raise UnreadableFile("not a mail: it says neither who wrote it nor what about")
        subject = _add(assembly, message, 1, members)
        properties = make_properties(
            [read_header(message, "From")],
            [read_header(message, "Keywords")],
            [read_header(message, "Date")],
        )
    return members.finish(assembly.content(subject or None, properties))


def _add(assembly: Assembly, message: Message, level: int, members: MemberList) -> str:
    """Add a message to a text, and its files to the members; returns its subject."""
    subject = read_header(message, "Subject")
    add_head(assembly, subject, [(name, read_header(message, name)) for name in _SHOWN], level)
    attached: list[Attachment] = []
    _add_part(assembly, message, level, attached, members)
    add_attachments(assembly, attached, level, members)
    return subject


def _add_part(
    assembly: Assembly, part: Message, level: int, attached: list[Attachment], members: MemberList
) -> None:
    """Add what a part of a message shows; files that are only attached go into `attached`."""
    kind, inner = part.get_content_type(), _list_parts(part)
    if kind == "message/rfc822" and inner:
        if level < MOST_MESSAGES_DEEP:
            _add(assembly, _decode_message(part, inner[0]), level + 1, members)
    elif kind == "multipart/alternative" and inner:
        form = _choose_form(inner)
        _add_part(assembly, form, level, attached, members)
        # Plain text may have a name, but is a form of the message.
        others = [
            each
            for each in inner
            if _is_marked_attached(each) or each.get_content_type() != "text/plain"
        ]
        for file in _find_files(others, form):
            _add_part(assembly, file, level, attached, members)
    elif kind == "multipart/related" and inner:
        root = _find_root(part, inner)
        _add_part(assembly, root, level, attached, members)
        for file in _find_files(inner, root, _list_shown(root)):
            _add_part(assembly, file, level, attached, members)
    elif kind.startswith("multipart/") and inner:
        for each in inner:
            _add_part(assembly, each, level, attached, members)
    elif _is_attached(part):
        if name := read_file_name(part):
            name = " ".join(decode_words(name).split())
            attached.append(Attachment(name, read_bytes(part)))
    elif kind == "text/html":
        add_html_part(assembly, part, level)
    elif kind.startswith("text/"):
        add_plain_text(assembly, decode_text(part), level)


def _list_parts(part: Message) -> list[Message]:
    """The parts of a part; none if it is a leaf."""
    parts = part.get_payload() if part.is_multipart() else ()
    return [each for each in parts if isinstance(each, Message)]


def _find_root(part: Message, parts: Sequence[Message]) -> Message:
    """The page among its pictures: the part that is named, or the first that is not a picture."""
    start = _strip_id(part.get_param("start"))
    named = (each for each in parts if start and _strip_id(each.get("Content-ID")) == start)
    pages = (each for each in parts if each.get_content_maintype() in ("text", "multipart"))
    return next(chain(named, pages), parts[0])


def _strip_id(name: object) -> str:
    """The name of a part, without what stands around it."""
    return str(name or "").strip().strip("<>")


def _is_marked_attached(part: Message) -> bool:
    return part.get_content_disposition() == "attachment"


def _list_shown(root: Message) -> frozenset[str]:
    """The names of the parts that a page shows."""
    page = _find_page(root, _MOST_AROUND)
    try:
        html = decode_html_part(page) if page is not None else ""
    except UnreadableFile:
        return frozenset()
    return frozenset(unquote(name) for name in _SHOWN_PART.findall(html))


def _find_files(
    parts: Sequence[Message], read: Message | None, shown: Collection[str] = ()
) -> Iterator[Message]:
    """The files and messages in parts that are not read themselves, such as other forms.

    Args:
        read: the one of the parts that is read, with all in it.
        shown: the names of parts that the page shows; they are not files.
    """
    for part in parts:
        inner = _list_parts(part)
        if part is read:
            continue
        if part.get_content_type() == "multipart/related" and inner:
            yield from _find_files(inner, None, _list_shown(_find_root(part, inner)))
        elif part.get_content_maintype() == "multipart" and inner:
            yield from _find_files(inner, None, shown)
        elif inner or _is_file(part, shown):
            yield part


def _is_file(part: Message, shown: Collection[str]) -> bool:
    """Whether a part beside the page of a message is a file that came with it."""
    if _strip_id(part.get("Content-ID")) in shown:
        return False
    if _is_marked_attached(part):
        return True
    # What has an address is part of a page, and so is a picture that has a name of its own.
    if "Content-Location" in part:
        return False
    if part.get_content_maintype() == "text":
        # A form of the message may have a name, but not one to be saved under.
        name = part.get_param("filename", None, "content-disposition")
        is_of_page = part.get_content_type() in _OF_PAGES or "Content-ID" in part
        return name is not None and not is_of_page
    return "Content-ID" not in part or part.get_content_maintype() != "image"


def _decode_message(part: Message, message: Message) -> Message:
    """The message within a part: some programs encode it as a whole, as they must not."""
    if str(part.get("Content-Transfer-Encoding", "")).strip().lower() != "base64":
        return message
    try:
        data = base64.b64decode(str(message.get_payload()).encode("ascii"))
    except ValueError:
        return message
    decoded = parse_message(data)
    return decoded if any(name in decoded for name in _EXPECTED) else message


def _is_attached(part: Message) -> bool:
    """Whether a part is not shown with the message: a file, a picture."""
    is_text = part.get_content_maintype() == "text"
    return _is_marked_attached(part) or not is_text


def _choose_form(forms: Sequence[Message]) -> Message:
    """The form of a message that is read: the plain one, if it says what the others say."""
    best = min(forms, key=_rank_form)
    if best.get_content_type() != "text/plain":
        return best
    plain = decode_text(best)
    for form in forms:
        page = _find_page(form, _MOST_AROUND)
        if page is not None and _is_stub(plain, page):
            return form
    return best


def _find_page(form: Message, levels: int) -> Message | None:
    """The first page in a form, within so many levels of parts: each is seen only so often."""
    if form.get_content_type() == "text/html":
        return None if _is_attached(form) else form
    parts = form.get_payload() if levels and form.get_content_maintype() == "multipart" else ()
    for part in parts:
        if isinstance(part, Message) and (page := _find_page(part, levels - 1)) is not None:
            return page
    return None


def _is_stub(plain: str, page: Message) -> bool:
    try:
        return is_stub(plain, decode_html_part(page))
    except UnreadableFile:
        return False


def _rank_form(part: Message) -> int:
    kind = part.get_content_type()
    if kind == "text/plain":
        return 0 if decode_text(part).strip() else 3
    return 1 if kind in ("text/html", "multipart/related", "multipart/mixed") else 2
