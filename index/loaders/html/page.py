"""The text of a page as it grows: its pieces, blocks, headings and tables."""

from __future__ import annotations

from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from index.documents import Heading, Span, Table
from index.loaders.html.tables import Rows

HEADINGS = {f"h{level}": level for level in range(1, 7)}
# What parts two words within a block, the weakest first.
_GAPS = ("", " ", "\t", "\n")


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a page had come where an element began: what it kept, and what it had read."""

    node: LexborNode
    pieces: int
    length: int
    headings: int
    blocks: int
    tables: int
    read: int
    linked: int
    links: int
    inner: int


@dataclass(slots=True)
class Page:
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
        rows: those of the open table, where they are told apart.
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
    tables: list[Table] = field(default_factory=list)
    rows: Rows | None = None
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
        if self.rows is not None and self.rows.start is None:
            self.rows.begin_words(self.length, len(self.pieces))
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
            elif self.rows is not None and (parted := self.rows.parted(span)):
                self.blocks += parted[0]
                self.tables.append(parted[1])
            else:
                self.blocks.append(span)
        self.start, self.gap, self.rows = None, "", None

    def mark(self, node: LexborNode) -> Mark | None:
        """Where `node` begins, if what is in it can be taken back: between blocks, no heading."""
        if self.start is not None or self.marker or node.tag in HEADINGS:
            return None
        return Mark(
            node,
            len(self.pieces),
            self.length,
            len(self.headings),
            len(self.blocks),
            len(self.tables),
            self.read,
            self.linked,
            self.links,
            self.inner,
        )

    def take_back(self, mark: Mark) -> None:
        """Leave out what was kept since `mark`."""
        del self.pieces[mark.pieces :], self.headings[mark.headings :]
        del self.blocks[mark.blocks :], self.tables[mark.tables :]
        self.length = mark.length

    def _put(self, piece: str) -> None:
        self.pieces.append(piece)
        self.length += len(piece)
