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
# The head of that message, where no such line stands above it.
_SENDER = re.compile(r"\*?(?:From|Von|De|Da|Van|Från|Fra)[ ]?:\*?[ \t]+\S", re.IGNORECASE)
_SENT = re.compile(
    r"\*?(?:Sent|Date|Gesendet|Datum|Envoyé|Enviado|Inviato|Verzonden|Skickat|Sendt)[ ]?:\*?"
    r"[ \t]+\S",
    re.IGNORECASE,
)
_HTML = re.compile(
    r"""<(?P<end>/?)blockquote\b(?P<attributes>[^<>]{0,2000})>
      | <(?:div|hr|span|table)\b[^<>]{0,500}?(?:id|name)=["']?x?_?
        (?P<below>divRplyFwdMsg|appendonsend|OutlookMessageHeader|mail-editor-reference-message)""",
    re.VERBOSE | re.IGNORECASE,
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


def split_html(html: str) -> Iterator[tuple[bool, str]]:
    """The parts of a page, in order, and whether each is quoted."""
    at, depth = 0, 0
    for tag in _HTML.finditer(html):
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
