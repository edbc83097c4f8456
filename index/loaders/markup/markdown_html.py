"""HTML within Markdown: what a person sees of it, and the blocks that its words are in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from html import unescape
from itertools import chain

from index.documents import Block, BlockKind, Blocks, Heading, Span, Table
from index.loaders.markup.block_writer import BlockWriter
from index.loaders.markup.tables import MOST_COLUMNS, LocatedTable
from index.loaders.shared.table_header import read_column_names

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
_TABLE = re.compile(r"</?table\b", re.IGNORECASE)
# The most tags of a block that is taken apart.
_MOST_TAGS = 20_000
_INLINE_TAGS = frozenset(
    "a abbr b code del em i ins kbd mark s small span strong sub sup u".split()
)
SCRIPT = re.compile(r"<(?:script|style)\b", re.IGNORECASE)
# All other tags in a row of a table belong to its cells.
_ROW_ENDS = _HEADINGS | frozenset("tr table thead tbody tfoot caption".split())
_MOST_LISTS = 8
_BULLETS = "•◦▪"


def find_visible(text: str, block: Span) -> tuple[list[Heading], list[Span]]:
    """The headings and the stretches with words in a block of HTML, in reading order.

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
    return headings, paragraphs


def find_html_tables(text: str, html: Span, blocks: Blocks) -> Iterator[LocatedTable]:
    """The tables in a block of HTML whose columns have names, with their rows.

    Args:
        blocks: of the text, with the cells of these rows.
    """
    run: list[Block] = []
    for block in (*blocks.within(html), None):
        if run and (block is None or _TABLE.search(text, run[-1].span.end, block.span.start)):
            table = _locate_table(text, run)
            run = []
            if table is not None:
                yield table
        if block is not None and block.cells:
            run.append(block)


def _locate_table(text: str, run: Sequence[Block]) -> LocatedTable | None:
    rows = [[_read_words(cell.of(text)) for cell in block.cells] for block in run]
    kinds = [block.kind for block in run]
    # Of several rows of names, the last one says most.
    first = next((at for at, kind in enumerate(kinds) if kind == "row"), len(kinds)) or 1
    columns = read_column_names(rows[first - 1 :], is_marked=kinds[0] == "header")
    below = [block.span for block in run[first:]]
    blocks = [row for row in below if _read_words(row.of(text))]
    if columns is None or not blocks or not max(map(len, rows)) <= len(columns) <= MOST_COLUMNS:
        return None
    span = Span(run[0].span.start, run[-1].span.end)
    return LocatedTable(span, Table(span, columns), blocks)


def _strip(text: str, stretch: Span) -> Span:
    """A stretch without what says nothing at its edges."""
    before = _BEFORE.match(text, stretch.start, stretch.end)
    start = before.end() if before else stretch.start
    end = stretch.end
    while (edge := _find_edge(text, start, end)) < end:
        end = edge
    return Span(start, end)


def _find_edge(text: str, start: int, end: int) -> int:
    """The start of the last thing before `end` that says nothing; `end` if there is none."""
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
    """The words of a stretch in one line, "" if it has none.

    Args:
        pictures: whether pictures stand for their alternative texts where there are no words.
    """
    words = " ".join(unescape(TAG.sub("", html)).split())
    if pictures and not _WORD.search(words):
        words = " ".join(unescape(each[1] or each[2] or "") for each in _ALTERNATIVE.finditer(html))
    return words if _WORD.search(words) else ""


@dataclass(slots=True)
class HtmlBlocks:
    """Writes blocks of HTML.

    Attributes:
        write_inline: writes words without their markup.
        lists: the open ones, the innermost last, with the number of their last item; None if they
            have bullets. A blank line in a list does not end it.
    """

    writer: BlockWriter
    write_inline: Callable[[int, int], None]
    lists: list[int | None] = field(default_factory=list)
    _kind: BlockKind = "paragraph"
    _depth: int = 0
    # Where the block begins, and up to where it has been read.
    _first: int = 0
    _past: int = 0
    _cell: int | None = None
    _has_names: bool = True
    _heading: Heading | None = None
    _coming: Iterator[Heading] = field(default_factory=lambda: iter(()))

    def write(self, start: int, end: int, depth: int, headings: Iterable[Heading]) -> None:
        """Write a block that is nested so deep, with its headings."""
        document = self.writer.document
        self._coming = iter(headings)
        self._heading = next(self._coming, None)
        self._set("paragraph", depth + len(self.lists))
        at = self._first = start
        for tag in chain(TAG.finditer(document, start, end), (None,)):
            past = tag.start() if tag else end
            if self._kind != "row":
                # A cell is written when it has ended.
                self._write_part(at, past)
            self._past = past
            name = tag["name"].lower() if tag and tag["name"] else ""
            in_row = self._kind == "row" and name not in _ROW_ENDS
            if not in_row and (tag is None or name not in _INLINE_TAGS):
                self._end()
                self._set("paragraph", depth + len(self.lists))
            if tag:
                if name not in _INLINE_TAGS:
                    self._first = max(self._first, tag.end()) if in_row else tag.end()
                if not in_row or name in ("td", "th"):
                    self._enter(name, tag, depth)
                at = tag.end()
        self._end()

    def _set(self, kind: BlockKind, depth: int) -> None:
        self._kind, self._depth = kind, depth

    def _end(self) -> None:
        """End the block that is being written; words in the place of a heading are one."""
        if self._kind == "row":
            self._end_cell(self._past)
            self._kind = "header" if self._has_names else "row"
        start = self.writer.start
        while self._heading is not None and self._heading.span.end <= start:
            self._heading = next(self._coming, None)
        heading = self._heading
        if heading is not None and heading.span.start <= start and not self.writer.is_empty:
            self.writer.end_heading(heading)
        else:
            self.writer.end_block(self._kind, self._depth, self._trim(self._first, self._past))

    def _enter(self, name: str, tag: re.Match[str], depth: int) -> None:
        """What a tag says of the words after it."""
        is_end = tag[0].startswith("</")
        if name in ("ul", "ol"):
            if not is_end and len(self.lists) < _MOST_LISTS:
                self.lists.append(0 if name == "ol" else None)
            elif is_end and self.lists:
                self.lists.pop()
            self._set("paragraph", depth + len(self.lists))
        elif is_end:
            if name in ("td", "th"):
                self._end_cell(tag.start())
        elif name == "li":
            self._begin_item(tag, depth)
        elif name == "dt":
            self._set("label", depth + len(self.lists))
        elif name == "dd":
            self._set("paragraph", depth + len(self.lists) + 1)
        elif name == "tr":
            self._set("row", depth + len(self.lists))
            self._has_names = True
        elif name in ("td", "th") and self._kind == "row":
            self._end_cell(tag.start())
            self._cell = tag.end()
            self._has_names &= name == "th"
        elif name in _HEADINGS:
            self._set("label", depth)

    def _begin_item(self, tag: re.Match[str], depth: int) -> None:
        depth_of_bullets = sum(last is None for last in self.lists)
        shown = _BULLETS[max(0, depth_of_bullets - 1) % len(_BULLETS)]
        if self.lists and (last := self.lists[-1]) is not None:
            self.lists[-1] = last + 1
            shown = f"{last + 1}."
        self._set("item", depth + max(1, len(self.lists)))
        self.writer.set_marker(*tag.span(), shown)

    def _end_cell(self, end: int) -> None:
        """Write the cell that ends here."""
        if self._cell is None:
            return
        first, past = self._trim(self._cell, end)
        self._cell = None
        self.writer.begin_cell(first, past)
        at = first
        for tag in chain(TAG.finditer(self.writer.document, first, past), (None,)):
            self._write_part(at, tag.start() if tag else past)
            at = tag.end() if tag else past

    def _trim(self, start: int, end: int) -> tuple[int, int]:
        words = Span(start, end).strip(self.writer.document)
        return words.start, words.end

    def _write_part(self, start: int, end: int) -> None:
        """Write words with one space for each run of white space."""
        first, past = self._trim(start, end)
        if first >= past:
            return
        if not self.writer.is_empty and first > start:
            self.writer.replace(start, first, " ")
        self.write_inline(first, past)
        if past < end:
            self.writer.replace(past, end, " ")
