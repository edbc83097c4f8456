"""HTML, as a person would read it: no scripts, menus or markup; blocks and headings kept apart."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from index.documents import Content, Heading, Span
from index.loaders.decoding import decode

_DROPPED = frozenset(
    "head script style noscript template nav footer aside form button select textarea input "
    "svg math iframe object embed canvas audio video map dialog".split()
)
_DROPPED_ROLES = frozenset("navigation banner contentinfo search complementary menu".split())
_DROPPED_CLASSES = frozenset(
    "nav navbar navheader navfooter navigation sidebar breadcrumb breadcrumbs menu footer "
    "site-footer site-header toc skip-link related".split()
)
_BLOCKS = frozenset(
    "address article blockquote body caption center dd details div dl dt fieldset figcaption "
    "figure h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main ol p pre section summary "
    "table tbody td tfoot th thead tr ul".split()
)
# Everything inside these reads as one block: its lines belong together.
_KEPT_WHOLE = frozenset("ul ol dl table pre".split())
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_SPACE = re.compile(r"[ \t\n\r\f\v]+")
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)


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
    if declared is not None:
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            try:
                return data.decode(declared[1].decode("ascii"))
            except (LookupError, UnicodeDecodeError):
                pass
    return decode(data)


@dataclass(slots=True)
class _Page:
    """The text as it grows.

    Attributes:
        start: where the block being read starts; None between blocks.
        gap: what will go before its next word.
        level: its heading level, 0 for a paragraph.
        whole: how many elements that read as one block are open.
        verbatim: how many elements whose white space counts are open.
        numbers: the next number of each open list; 0 where it has bullets.
    """

    pieces: list[str] = field(default_factory=list)
    length: int = 0
    headings: list[Heading] = field(default_factory=list)
    blocks: list[Span] = field(default_factory=list)
    start: int | None = None
    gap: str = ""
    level: int = 0
    whole: int = 0
    verbatim: int = 0
    numbers: list[int] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def write(self, words: str) -> None:
        """Append words to the block, or begin one with them."""
        if self.start is None:
            self._put("\n\n" if self.length else "")
            self.start = self.length
        else:
            self._put(self.gap)
        self.gap = ""
        self._put(words)
        if self.level:
            self.words.append(words)

    def separate(self, gap: str) -> None:
        """Part what follows from what came, within the block; a line break beats a space."""
        if self.start is not None and "\n" not in self.gap:
            self.gap = gap

    def close_block(self) -> None:
        """End the block being read, if any."""
        if self.start is not None:
            span = Span(self.start, self.length)
            if self.level:
                heading = " ".join(" ".join(self.words).split())
                self.headings.append(Heading(span, self.level, heading))
            else:
                self.blocks.append(span)
        self.start, self.gap = None, ""
        self.words.clear()

    def _put(self, piece: str) -> None:
        self.pieces.append(piece)
        self.length += len(piece)


def _walk(root: LexborNode, page: _Page) -> None:
    """Visit the tree in document order, without recursion: nesting may be deep."""
    waiting = [(root, False)]
    while waiting:
        node, leaving = waiting.pop()
        if leaving:
            _leave(node.tag or "", page)
        elif node.tag == "-text":
            _text(node.text_content or "", page)
        elif not _is_dropped(node):
            _enter(node.tag or "", page)
            waiting.append((node, True))
            waiting += [(child, False) for child in node.iter(include_text=True)][::-1]


def _text(words: str, page: _Page) -> None:
    if page.verbatim:
        if page.start is None:
            words = words.lstrip("\n")
        if words.strip() or page.start is not None:
            page.write(words)
        return
    if words[:1].isspace():
        page.separate(" ")
    if stripped := _SPACE.sub(" ", words).strip(" "):
        page.write(stripped)
        if words[-1].isspace():
            page.separate(" ")


def _enter(tag: str, page: _Page) -> None:
    if tag == "br":
        page.separate("\n")
    if tag not in _BLOCKS:
        return
    _part(tag, page)
    page.level = _HEADINGS.get(tag, 0) if not page.whole else 0
    page.whole += tag in _KEPT_WHOLE
    page.verbatim += tag == "pre"
    if tag in ("ul", "ol"):
        page.numbers.append(int(tag == "ol"))
    elif tag == "li":
        number = page.numbers[-1] if page.numbers else 0
        page.write(f"{number}." if number else "•")
        page.separate(" ")
        if number:
            page.numbers[-1] += 1


def _leave(tag: str, page: _Page) -> None:
    if tag not in _BLOCKS:
        return
    page.verbatim -= tag == "pre"
    page.whole -= tag in _KEPT_WHOLE
    if tag in ("ul", "ol") and page.numbers:
        page.numbers.pop()
    _part(tag, page)
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
