"""HTML, as a person would read it: no scripts, menus or markup; blocks and headings kept apart."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from index.documents import Content, Heading, Span
from index.loaders.decoding import decode

_DROPPED = frozenset(
    "head script style noscript template nav footer aside button select textarea input "
    "svg math iframe object embed canvas audio video map dialog".split()
)
_DROPPED_ROLES = frozenset("navigation banner contentinfo search complementary menu".split())
_DROPPED_CLASSES = frozenset(
    "nav navbar navheader navfooter navigation sidebar breadcrumb breadcrumbs menu footer "
    "site-footer site-header toc skip-link related".split()
)
_BLOCKS = frozenset(
    "address article blockquote body caption center dd details div dl dt fieldset figcaption "
    "figure form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main ol p pre section summary "
    "table tbody td tfoot th thead tr ul".split()
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
# Everything inside these reads as one block: its lines belong together.
_KEPT_WHOLE = frozenset("ul ol dl table pre".split()) | _HEADINGS.keys()
_SPACE = re.compile(r"[ \t\n\r\f\v]+")
# Where a word may be broken: not seen, and in the way of whoever searches for it.
_BREAK_HINTS = re.compile("[\u00ad\u200b]")
# What parts two words within a block, the weakest first.
_GAPS = ("", " ", "\t", "\n")

_CHARSET = re.compile(
    rb"<(?:meta|\?xml)\b[^>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE
)
# Pages that declare these are written in their supersets, as browsers know.
_SUPERSETS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
}


def load(data: bytes) -> Content:
    tree = LexborHTMLParser(_decode(data))
    root = tree.body or tree.root
    if root is None:
        return Content("")
    mains = tree.css("main, [role=main]")
    if len(mains) == 1 and len(mains[0].text(deep=True).strip()) > 200:
        root = mains[0]
    page = _Page()
    _walk(root, page)
    page.close_block()
    head = tree.css_first("head title")
    title = _SPACE.sub(" ", head.text(deep=True)).strip() if head is not None else ""
    if not title and page.headings:
        title = page.headings[0].text
    return Content(
        "".join(page.pieces),
        title=title or None,
        headings=tuple(page.headings),
        blocks=tuple(page.blocks),
    )


def _decode(data: bytes) -> str:
    """As every text; a declared character set is believed where UTF-8 does not fit."""
    declared = _CHARSET.search(data, 0, 4096)
    if declared is None:
        return decode(data)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        try:
            name = codecs.lookup(declared[1].decode("ascii")).name
            # One in which the declaration itself would not read as it does cannot be meant.
            if declared[0].decode(name) == declared[0].decode("ascii"):
                return data.decode(_SUPERSETS.get(name, name))
        except (LookupError, UnicodeError):
            pass
    return decode(data)


# The sign that many documentation pages hang on a heading, to link to it.
_ANCHOR = re.compile(r"\s*¶$|\s[#§]$")


@dataclass(slots=True)
class _Page:
    """The text as it grows.

    Attributes:
        start: where the block being read starts; None between blocks.
        first: its first piece.
        gap: what will go before its next word.
        marker: a list item's bullet or number, which will go before its first word.
        level: its heading level, 0 for a paragraph.
        whole: how many elements that read as one block are open.
        verbatim: how many elements whose white space counts are open.
        numbers: the next number of each open list; None where it has bullets.
    """

    pieces: list[str] = field(default_factory=list)
    length: int = 0
    headings: list[Heading] = field(default_factory=list)
    blocks: list[Span] = field(default_factory=list)
    start: int | None = None
    first: int = 0
    gap: str = ""
    marker: str = ""
    level: int = 0
    whole: int = 0
    verbatim: int = 0
    numbers: list[int | None] = field(default_factory=list)

    def write(self, words: str) -> None:
        """Append words to the block, or begin one with them."""
        if self.start is None:
            self._put("\n\n" if self.length else "")
            self.start, self.first = self.length, len(self.pieces)
        else:
            self._put(self.gap)
        self._put(self.marker)
        self._put(words)
        self.gap = self.marker = ""

    def separate(self, gap: str) -> None:
        """Part what follows from what came, within the block; the stronger gap holds."""
        if self.start is not None and _GAPS.index(gap) > _GAPS.index(self.gap):
            self.gap = gap

    def close_block(self) -> None:
        """End the block being read, if any."""
        if self.start is not None:
            span = Span(self.start, self.length)
            words = " ".join("".join(self.pieces[self.first :]).split()) if self.level else ""
            if words := _ANCHOR.sub("", words):
                self.headings.append(Heading(span, self.level, words))
            else:
                self.blocks.append(span)
        self.start, self.gap = None, ""

    def _put(self, piece: str) -> None:
        self.pieces.append(piece)
        self.length += len(piece)


def _walk(root: LexborNode, page: _Page) -> None:
    """Visit what is in `root` in document order, without recursion: nesting may be deep."""
    waiting = _children(root)
    while waiting:
        node, leaving = waiting.pop()
        if leaving:
            _leave(node.tag or "", page)
        elif node.tag == "-text":
            _text(_BREAK_HINTS.sub("", node.text_content or ""), page)
        elif not _is_dropped(node):
            _enter(node, page)
            waiting.append((node, True))
            waiting += _children(node)


def _children(node: LexborNode) -> list[tuple[LexborNode, bool]]:
    return [(child, False) for child in node.iter(include_text=True)][::-1]


def _text(words: str, page: _Page) -> None:
    if page.verbatim:
        if page.start is None:
            words = words.lstrip("\n")
        if words.strip() or page.start is not None:
            page.write(words)
        return
    if _SPACE.match(words):
        page.separate(" ")
    if stripped := _SPACE.sub(" ", words).strip(" "):
        page.write(stripped)
        if _SPACE.match(words, len(words) - 1):
            page.separate(" ")


def _enter(node: LexborNode, page: _Page) -> None:
    tag = node.tag or ""
    if tag == "br":
        page.separate("\n")
    if tag not in _BLOCKS:
        return
    _part(tag, page)
    if tag in _HEADINGS and not page.whole:
        page.level = _HEADINGS[tag]
    page.whole += tag in _KEPT_WHOLE
    page.verbatim += tag == "pre"
    if tag in ("ul", "ol"):
        page.numbers.append(_first_number(node) if tag == "ol" else None)
    elif tag == "li":
        number = page.numbers[-1] if page.numbers else None
        page.marker = "• " if number is None else f"{number}. "
        if number is not None:
            page.numbers[-1] = number + 1


def _first_number(node: LexborNode) -> int:
    start = node.attributes.get("start") or ""
    return int(start) if re.fullmatch(r"-?[0-9]{1,9}", start) else 1


def _leave(tag: str, page: _Page) -> None:
    if tag not in _BLOCKS:
        return
    page.verbatim -= tag == "pre"
    page.whole -= tag in _KEPT_WHOLE
    if tag in ("ul", "ol"):
        page.numbers.pop()
    elif tag == "li":
        page.marker = ""
    _part(tag, page)
    if tag in _HEADINGS and not page.whole:
        page.level = 0


def _part(tag: str, page: _Page) -> None:
    """Where a block starts or ends: a line of its own inside a list or table, else a paragraph."""
    if page.whole:
        page.separate("\t" if tag in ("td", "th") else "\n")
    else:
        page.close_block()


def _is_dropped(node: LexborNode) -> bool:
    if node.tag in _DROPPED or (node.tag or "").startswith(("-", "!")):
        return True
    attributes = node.attributes
    if not attributes:
        return False
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    if (attributes.get("role") or "") in _DROPPED_ROLES:
        return True
    names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}".lower().split()
    return any(name in _DROPPED_CLASSES for name in names)
