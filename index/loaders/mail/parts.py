"""The parts of a message: its head, its words with what they quote, the files that came with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from email.message import Message
from itertools import groupby

from index.loaders.pages.html import decode_page, extract_content
from index.loaders.shared.assembly import Assembly
from index.loaders.shared.container import MemberList
from index.loaders.shared.decoding import UnreadableFile
from index.loaders.shared.mime import decode_text, read_bytes, read_charset

# What stands under a heading of its own: what is quoted from another message, and who signs.
_QUOTED, _SIGNATURE = "Quoted message", "Signature"
_SIGNATURE_MARK = "--"
_MARKS = re.compile(r"[> \t]*")
# In characters without spaces and addresses: longer plain words are a message. Those of a page that
# say so many times as much are the message.
_LONGEST_STUB, _TIMES = 300, 3
# In characters: in longer ones even addresses say something.
_LONGEST_PLAIN = 4_000
# What tells to look at the page instead: "see html", "view this email in your browser".
_TELLS = re.compile(
    r"\A\W*html\W*\Z"
    r"|\b(?:see|view|read|open|use|switch to)(?: [\w-]+){0,4} html\b"
    r"|\b(?:e-?mail|mail|message|newsletter)s?(?: (?:client|program|reader|viewer|software|app))?"
    r" (?:does not|doesn['’]t|do not|don['’]t|cannot|can['’]t) (?:support|display|show|read)\b"
    r"|\b(?:view|read|see|open)(?: [\w-]+){0,5} in (?:your|a|the)(?: web)? ?browser\b"
    r"|\bhtml[- ](?:capable|compatible|enabled)\b"
    r"|\bkein html\b|\bim browser (?:ansehen|anzeigen|öffnen|lesen)\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"https?://\S+")
# Messages in messages are read so far; their subjects are headings of as many levels.
MOST_MESSAGES_DEEP = 10
# Of a name that holds a path, only its end is one of a file.
_SEPARATOR = re.compile(r"[/\\]")
# From here on all is quoted: what programs write above the message that is answered.
_ALL_BELOW = re.compile(
    r"-{2,}[ ]?(?:Original Message|Forwarded message|Ursprüngliche Nachricht|Message d'origine"
    r"|Mensaje original|原始邮件|Messaggio originale|Weitergeleitete Nachricht)[ ]?-{2,}\s*",
    re.IGNORECASE,
)
# The head of that message, if no such line stands above it.
_SENDER = re.compile(r"\*?(?:From|Von|De|Da|Van|Från|Fra)[ ]?:\*?[ \t]+\S", re.IGNORECASE)
_SENT = re.compile(
    r"\*?(?:Sent|Date|Gesendet|Datum|Envoyé|Enviado|Inviato|Verzonden|Skickat|Sendt)[ ]?:\*?"
    r"[ \t]+\S",
    re.IGNORECASE,
)
# The line above what is quoted that says who wrote it, and when; it may be wrapped.
_ATTRIBUTION = re.compile(
    r"(?=\S+\s)(?=.*(?:@|\b\d{4}\b|\b\d{1,2}:\d\d\b|\b(?:wrote|writes|said|schrieb|écrit|escribió|scritto|escreveu"
    r"|schreef|skrev|napisał|написал|пишет)\b|写道)).{4,300}[:：]",
    re.IGNORECASE,
)
_HTML = re.compile(
    r"""<div\b[^<>]{0,500}?class=["']?gmail_attr\b(?P<attribution>)(?:(?!</div).){0,2000}</div>
      | <(?P<end>/?)blockquote\b(?P<attributes>[^<>]{0,2000})>
      | <(?:div|hr|span|table)\b[^<>]{0,500}?(?:id|name)=["']?x?_?
        (?P<below>divRplyFwdMsg|appendonsend|OutlookMessageHeader|mail-editor-reference-message)""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_CITES = re.compile(
    r"type=[\"']?cite|class=[\"'][^\"']*(?:gmail_quote|yahoo_quoted)", re.IGNORECASE
)


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
    named, below = [], ""
    lines = text.split("\n")
    attributions = find_attributions(lines)
    for at, line in enumerate(lines):
        is_mark = line.rstrip() == _SIGNATURE_MARK
        if is_mark and not below:
            below = _SIGNATURE
        elif below != _QUOTED and begins_quoted_message(lines, at):
            below = _QUOTED
        marks = _MARKS.match(line)
        is_blank = marks is not None and marks.end() == len(line)
        is_quoted = line.startswith(">") or at in attributions
        named.append((_QUOTED if is_quoted else below, is_blank or is_mark, line))
    return named


def is_stub(plain: str, html: str) -> bool:
    """Whether plain words only tell to look at the page, which says far more."""
    if len(plain) > _LONGEST_PLAIN:
        return False
    words, length = " ".join(plain.split()), _count_characters(plain)
    if length > _LONGEST_STUB or (words and not _TELLS.search(words)):
        return False
    try:
        return _count_characters(extract_content(html).text) >= max(1, _TIMES * length)
    except UnreadableFile:
        return False


def _count_characters(text: str) -> int:
    return len("".join(_ADDRESS.sub("", text).split()))


def decode_html_part(part: Message) -> str:
    """The source of a part in HTML; raises `UnreadableFile` if it is not text."""
    return decode_text(part) if read_charset(part) else decode_page(read_bytes(part))


def add_html_part(assembly: Assembly, part: Message, level: int) -> None:
    """Add the text of a part in HTML."""
    try:
        add_html(assembly, decode_html_part(part), level)
    except UnreadableFile:
        return


def add_html(assembly: Assembly, html: str, level: int) -> None:
    """Add the text of a page under a subject that is a heading of the level.

    Raises:
        UnreadableFile: it is too large.
    """
    was_quoted = False
    for is_quoted, part in split_html(html):
        content = extract_content(part)
        if not content.text.strip():
            continue
        if is_quoted != was_quoted:
            assembly.begin_part(_QUOTED if is_quoted else "", level + 1)
            was_quoted = is_quoted
        below = level + is_quoted
        headings = (replace(each, level=each.level + below) for each in content.headings)
        assembly.add(replace(content, headings=tuple(headings)))


def add_head(
    assembly: Assembly, subject: str, lines: Iterable[tuple[str, str]], level: int
) -> None:
    """Begin a message.

    Args:
        subject: "" if there is none.
        lines: the names of what is shown, such as "From", and the words of each.
    """
    if subject:
        assembly.add_heading(subject, level)
    else:
        assembly.begin_part("", level)
    assembly.add_block("\n".join(f"{name}: {words}" for name, words in lines if words))


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a message."""

    name: str
    data: bytes


def add_attachments(
    assembly: Assembly, attached: Iterable[Attachment], level: int, members: MemberList
) -> None:
    """Add the names of files to the text, and the files to the members.

    Args:
        members: gets the files, each under a name of its own.
    """
    named = [each for each in attached if each.name]
    if not named:
        return
    assembly.begin_part("", level + 1)
    assembly.add_block("Attachments: " + ", ".join(each.name for each in named))
    for each in named:
        name = members.number(_SEPARATOR.split(each.name)[-1])
        if members.wants(name):
            members.add(name, each.data)


def begins_quoted_message(lines: list[str], at: int) -> bool:
    """Whether the message that is answered, or passed on, begins with a line and goes on below."""
    line = lines[at].strip()
    if _ALL_BELOW.fullmatch(line):
        return True
    below = next((each for each in lines[at + 1 : at + 3] if each.strip()), "")
    return _SENDER.match(line) is not None and _SENT.match(below.strip()) is not None


def find_attributions(lines: list[str]) -> set[int]:
    """The numbers of the lines that say who wrote what is quoted below them."""
    numbers: set[int] = set()
    above = ""
    last = len(lines)
    for at, line in enumerate(lines):
        is_quoted = line.startswith(">")
        if is_quoted and not above.startswith(">"):
            words = lines[last].strip() if last < at else ""
            if _ATTRIBUTION.fullmatch(words):
                numbers.add(last)
            elif words and last:
                before = lines[last - 1].strip()
                if before[:1] not in ("", ">") and _ATTRIBUTION.fullmatch(f"{before} {words}"):
                    numbers.update((last - 1, last))
        if line.strip():
            above, last = line, at
        elif last < at - 1:
            # Only one blank line may stand between.
            last = len(lines)
    return numbers


def split_html(html: str) -> Iterator[tuple[bool, str]]:
    """The parts of a page, in order, and whether each is quoted."""
    at, depth = 0, 0
    for tag in _HTML.finditer(html):
        if tag["attribution"] is not None:
            if not depth:
                yield False, html[at : tag.start()]
                yield True, tag[0]
                at = tag.end()
            continue
        if tag["below"]:
            if not depth:
                yield False, html[at : tag.start()]
                at, depth = tag.start(), 1
            break
        if tag["end"]:
            if depth == 1:
                yield True, html[at : tag.start()]
                at = tag.start()
            depth = max(0, depth - 1)
        elif depth or _CITES.search(tag["attributes"]):
            if not depth:
                yield False, html[at : tag.start()]
                at = tag.start()
            depth += 1
    yield depth > 0, html[at:]
