"""HTML, as a person would read it: no scripts, menus or markup; blocks and headings kept apart."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from functools import lru_cache

from selectolax.lexbor import LexborHTMLParser, LexborNode

from index.documents import Content, Heading, Span
from index.loaders.decoding import decode
from index.loaders.nesting import tamed

_DROPPED = frozenset(
    "head script style noscript template nav footer aside button select textarea input "
    "svg math iframe object embed canvas audio video map dialog".split()
)
_DROPPED_ROLES = frozenset("navigation banner contentinfo search complementary menu".split())
_DROPPED_CLASSES = frozenset(
    "nav navbar navheader navfooter navigation sidebar breadcrumb breadcrumbs menu footer "
    "site-footer site-header toc skip skip-link skiplink skip-nav skip-to-content related".split()
)
# Names that hint at menus, which are left out where links fill half of them or more.
_MENU_NAMES = frozenset(
    "nav navbar navigation sidebar breadcrumb breadcrumbs menu menubar topbar footer toc pager "
    "pagination related social share".split()
)
_NAME_PART = re.compile(r"[a-z]+")
_BANNER = re.compile(
    r"cookie[-_]?(?:banner|bar|consent|notice|law|popup|message|dialog|overlay|alert)|gdpr"
)
_LONGEST_BANNER, _LONGEST_HEADER = 1_500, 300
# From so many links on, with this share of its characters, an element is made of links.
_LINKS, _LINK_SHARE = 3, 0.7
# What hangs on a heading, to link to it.
_LINK_SIGNS = frozenset("¶#§🔗↩")
_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption "
    "figure form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main ol p pre section summary "
    "table tbody td tfoot th thead tr ul".split()
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
# Everything inside these reads as one block: its lines belong together.
_KEPT_WHOLE = frozenset("ul ol dl table pre".split()) | _HEADINGS.keys()
# White space that is shown as one space, but for that which is one.
_SPACE = re.compile(r"[ \t\n\r\f\v]{2,}|[\t\n\r\f\v]")
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
    return extract(_decode(data))


def extract(html: str) -> Content:
    """The content of a page, as a person would read it.

    Raises:
        UnreadableFile: its tree would not fit in memory.
    """
    tree = LexborHTMLParser(tamed(html))
    root = tree.body or tree.root
    if root is None:
        return Content("")
    mains = tree.css("main, [role=main]")
    is_main = len(mains) == 1 and len(mains[0].text(deep=True).strip()) > 200
    if is_main:
        root = mains[0]
    titles = frozenset(map(_words, root.css("h1, h2, h3, h4, h5, h6")))
    page = _Page(len(root.text(deep=True)), is_main, titles)
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


@dataclass(frozen=True, slots=True)
class _Mark:
    """How far a page had come where an element began: what it kept, and what it had read."""

    node: LexborNode
    pieces: int
    length: int
    headings: int
    blocks: int
    read: int
    linked: int
    links: int
    inner: int


@dataclass(slots=True)
class _Page:
    """The text as it grows.

    Attributes:
        size: characters of the page, hidden ones too.
        is_main: what is read is marked as the page's main part.
        titles: the words of the page's headings.
        start: where the block being read starts; None between blocks.
        first: its first piece.
        gap: what will go before its next word.
        marker: a list item's bullet or number, which will go before its first word.
        level: its heading level, 0 for a paragraph.
        whole: how many elements that read as one block are open.
        verbatim: how many elements whose white space counts are open.
        numbers: the next number of each open list; None where it has bullets.
        read, linked: characters read so far, in all and in links.
        links, inner: links so far, in all and to headings of the page.
        in_link: whether a link is open.
    """

    size: int
    is_main: bool
    titles: frozenset[str]
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
    read: int = 0
    linked: int = 0
    links: int = 0
    inner: int = 0
    in_link: bool = False

    def write(self, words: str) -> None:
        """Append words to the block, or begin one with them."""
        if self.start is None:
            self._put("\n\n" if self.length else "")
            self.start, self.first = self.length, len(self.pieces)
        else:
            self._put(self.gap)
        self._put(self.marker)
        self._put(words)
        self.read += len(words)
        self.linked += len(words) if self.in_link else 0
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
            if words:
                self.headings.append(Heading(span, self.level, words))
            else:
                self.blocks.append(span)
        self.start, self.gap = None, ""

    def mark(self, node: LexborNode) -> _Mark | None:
        """Where `node` begins, if what is in it can be taken back: between blocks, no heading."""
        if self.start is not None or self.marker or node.tag in _HEADINGS:
            return None
        return _Mark(
            node,
            len(self.pieces),
            self.length,
            len(self.headings),
            len(self.blocks),
            self.read,
            self.linked,
            self.links,
            self.inner,
        )

    def take_back(self, mark: _Mark) -> None:
        """Leave out what was kept since `mark`."""
        del self.pieces[mark.pieces :], self.headings[mark.headings :], self.blocks[mark.blocks :]
        self.length = mark.length

    def _put(self, piece: str) -> None:
        self.pieces.append(piece)
        self.length += len(piece)


# A node that is entered or left, and where it began if it is left.
_Visit = tuple[LexborNode, bool, _Mark | None]


def _walk(root: LexborNode, page: _Page) -> None:
    """Visit what is in `root` in document order, without recursion: nesting may be deep."""
    waiting = _children(root)
    while waiting:
        node, leaving, mark = waiting.pop()
        if leaving:
            _leave(node.tag or "", page)
            if mark is not None and page.start is None and _is_around(mark, page):
                page.take_back(mark)
        elif node.tag == "-text":
            _text(node.text_content or "", page)
        elif not _is_dropped(node, page):
            _enter(node, page)
            waiting.append((node, True, page.mark(node) if node.tag in _BLOCKS else None))
            waiting += _children(node)


def _children(node: LexborNode) -> list[_Visit]:
    found: list[_Visit] = [(child, False, None) for child in node.iter(include_text=True)]
    return found[::-1]


def _text(words: str, page: _Page) -> None:
    if not words.isascii():
        words = _BREAK_HINTS.sub("", words)
    if page.verbatim:
        if page.start is None:
            words = words.lstrip("\n")
        if words.strip() or page.start is not None:
            page.write(words)
        return
    words = _SPACE.sub(" ", words)
    if words.startswith(" "):
        page.separate(" ")
    if stripped := words.strip(" "):
        page.write(stripped)
        if words.endswith(" "):
            page.separate(" ")


def _enter(node: LexborNode, page: _Page) -> None:
    tag = node.tag or ""
    if tag == "br":
        page.separate("\n")
    elif tag == "a" and (target := node.attributes.get("href")):
        page.in_link = True
        page.links += 1
        page.inner += target.startswith("#") and _words(node) in page.titles
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
    if tag == "a":
        page.in_link = False
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


def _is_dropped(node: LexborNode, page: _Page) -> bool:
    tag = node.tag or ""
    if tag.startswith(("-", "!")):
        return True
    if tag in _DROPPED:
        # Within the main part these hold notes, too.
        return tag != "aside" or not page.is_main
    attributes = node.attributes
    if not attributes:
        return False
    if tag == "a" and node.text(deep=True).strip() in _LINK_SIGNS:
        return True
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    if (attributes.get("role") or "") in _DROPPED_ROLES:
        return True
    if not _is_named_for_dropping(attributes.get("class"), attributes.get("id")):
        return False
    # A page may be wrapped in an element of any name.
    size = len(node.text(deep=True))
    links = sum(len(link.text(deep=True)) for link in node.css("a"))
    return 2 * size < page.size or links > _LINK_SHARE * size


@lru_cache(maxsize=4096)
def _is_named_for_dropping(classes: str | None, identity: str | None) -> bool:
    return not _DROPPED_CLASSES.isdisjoint(f"{classes or ''} {identity or ''}".lower().split())


def _words(node: LexborNode) -> str:
    """What a heading says, or a link to it, without numbers and signs."""
    return " ".join(re.findall(r"[^\W\d_]+", node.text(deep=True).lower()))


def _is_around(mark: _Mark, page: _Page) -> bool:
    """Whether what was read since `mark` stands around the text of the page: menus and the like."""
    read = page.read - mark.read
    if not read or len(page.headings) > mark.headings + 1:
        return False
    tag, links = mark.node.tag, page.links - mark.links
    share = (page.linked - mark.linked) / read
    is_made_of_links = links >= _LINKS and share >= _LINK_SHARE
    # A table of contents: its words come again.
    if is_made_of_links and page.inner - mark.inner > 0.8 * links and tag != "p":
        return True
    # The top of a page, before its first heading.
    is_top = page.titles and not page.headings and not page.is_main
    if is_top and (is_made_of_links or (tag == "header" and read <= _LONGEST_HEADER)):
        return True
    if read > _LONGEST_BANNER and share < 0.5:
        return False
    attributes = mark.node.attributes
    names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}".lower()
    if read <= _LONGEST_BANNER and _BANNER.search(names):
        return True
    is_menu = tag == "aside" or not _MENU_NAMES.isdisjoint(_NAME_PART.findall(names))
    return is_menu and links > 0 and share >= 0.5
