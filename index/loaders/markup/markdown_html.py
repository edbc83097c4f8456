"""HTML within Markdown: the headings in it, and the stretches of text that a person sees."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

from index.documents import Heading, Span

TAG = re.compile(
    r"<!--.*?(?:-->|\Z)|<(?P<sign>/?)(?P<name>[a-z][a-z0-9]*+)(?=[\s/>])[^<>]*+>|<[!?][^<>]*+>",
    re.DOTALL | re.IGNORECASE,
)
# Tags that part what is before them from what comes after. All others stand within a sentence, or
# within the row of a table: "run <file>".
_PARTING = frozenset(
    "address article aside blockquote body br center dd details dialog dir div dl dt fieldset "
    "figcaption figure footer form frame h1 h2 h3 h4 h5 h6 head header hr html iframe legend li "
    "link main menu meta nav ol p picture pre script section style summary table tbody template "
    "tfoot thead title tr ul video".split()
)
_HEADINGS = frozenset(f"h{level}" for level in range(1, 7))
_UNSEEN = frozenset(("script", "style", "template"))
_ALTERNATIVE = re.compile(r"\balt\s*=\s*(?:\"([^\"<>]*)\"|'([^'<>]*)')", re.IGNORECASE)
_WORD = re.compile(r"\w")
# What says nothing at the edges of a stretch: spaces, pictures, cells, and halves of tags.
_PICTURE_LINK = r"<a\b[^<>]*+>\s*+<img\b[^<>]*+>\s*+</a>"
_EDGE = rf"\s|&nbsp;|{_PICTURE_LINK}|<(?:td|th|img|source|wbr)\b[^<>]*+>"
_BEFORE = re.compile(rf"(?:{_EDGE}|</[a-z]\w*+\s*+>)*+", re.IGNORECASE)
_AFTER = re.compile(rf"{_EDGE}|</t[dh]\s*+>|<[a-z][^<>]*+>", re.IGNORECASE)
# The most tags of a block that is taken apart.
_MOST_TAGS = 20_000


@dataclass(frozen=True, slots=True)
class VisibleHtml:
    """What a person sees of a block of HTML, in reading order."""

    headings: tuple[Heading, ...]
    paragraphs: tuple[Span, ...]


def find_visible(text: str, block: Span) -> VisibleHtml:
    """Find the headings and the stretches with words in a block of HTML.

    A stretch may hold tags that stand within a sentence. A picture says nothing, unless a
    heading consists of it.
    """
    headings: list[Heading] = []
    paragraphs: list[Span] = []

    def add(stretch: Span, level: int) -> None:
        words = _read_words(stretch.of(text), pictures=level > 0)
        if words and level:
            headings.append(Heading(stretch, level, words))
        elif words:
            paragraphs.append(_strip(text, stretch))

    start, level, unseen = block.start, 0, ""
    for number, tag in enumerate(TAG.finditer(text, block.start, block.end)):
        if number == _MOST_TAGS:
            break
        name = (tag["name"] or "").lower()
        goes_on = name not in _PARTING and not tag[0].startswith("<!")
        if goes_on or (unseen and name != unseen) or (level and name == "br"):
            continue
        stretch = Span(start, tag.start())
        start = tag.end()
        # The words of a heading may stand in a paragraph of their own in it.
        if level and name not in _HEADINGS and not _read_words(stretch.of(text), pictures=True):
            continue
        if not unseen:
            add(stretch, level)
        is_end = tag["sign"] == "/"
        level = int(name[1]) if name in _HEADINGS and not is_end else 0
        unseen = name if name in _UNSEEN and not is_end else ""
    if not unseen:
        add(Span(start, block.end), level)
    return VisibleHtml(tuple(headings), tuple(paragraphs))


def _strip(text: str, stretch: Span) -> Span:
    """A stretch without what says nothing at its edges."""
    before = _BEFORE.match(text, stretch.start, stretch.end)
    start = before.end() if before else stretch.start
    end = stretch.end
    while (edge := _find_edge(text, start, end)) < end:
        end = edge
    return Span(start, end)


def _find_edge(text: str, start: int, end: int) -> int:
    """Where the last thing before `end` begins that says nothing; `end` where there is none."""
    if text.endswith("&nbsp;", start, end):
        return end - len("&nbsp;")
    if end > start and text[end - 1].isspace():
        return end - 1
    if not text.endswith(">", start, end):
        return end
    opening = "<a" if text.endswith("</a>", start, end) else "<"
    tag = text.rfind(opening, start, end)
    return tag if tag >= 0 and _AFTER.fullmatch(text, tag, end) else end


def _read_words(html: str, *, pictures: bool = False) -> str:
    """The words of a stretch in one line, "" where it has none.

    Args:
        pictures: whether pictures stand for their alternative texts where there are no words.
    """
    words = " ".join(unescape(TAG.sub("", html)).split())
    if pictures and not _WORD.search(words):
        words = " ".join(unescape(each[1] or each[2] or "") for each in _ALTERNATIVE.finditer(html))
    return words if _WORD.search(words) else ""
