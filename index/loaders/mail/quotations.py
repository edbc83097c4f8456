"""What a message quotes from the one that it answers, told apart from what it says itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

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
