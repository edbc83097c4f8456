"""The text of a page as it grows: its pieces, paragraphs, blocks, headings and tables."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from operator import add, sub
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from index.documents import MOST_DEPTH, TERM_LEVEL, Block, BlockKind, Heading, Span, Table, shorten
from index.loaders.pages.html.tables import TableRows
from index.loaders.pages.html.written_numbers import ListNumbers
from index.text.plain_blocks import make_paragraph, make_row

HEADINGS = {f"h{level}": level for level in range(1, 7)}
# The terms of a list of definitions are headings below all others; one of more characters
# is cut short.
_LONGEST_TERMS = 100
# What parts two words within a block, the weakest first.
_GAPS = ("", " ", "\t", "\n")
# Of cells that reach over rows so many characters are repeated in a page, or as many as it has.
_LEAST_REPEATED = 10_000
# A list within an item is indented so far, up to this depth; its bullets are those of browsers.
_INDENT, _DEEPEST = "  ", 8
_BULLETS = "•◦▪"


class Counts(NamedTuple):
    """Counts of what has been read, whether it is kept or not.

    Attributes:
        characters, linked: characters, in all and in links.
        inner: those to a heading of the page.
        steps: those that only say "previous", "next", "up", "contents" or the like.
        back, forth: those that begin with "previous" and "next".
    """

    characters: int = 0
    linked: int = 0
    links: int = 0
    inner: int = 0
    steps: int = 0
    back: int = 0
    forth: int = 0

    @property
    def prose(self) -> int:
        """Characters that are not in links."""
        return self.characters - self.linked

    def __sub__(self, earlier: Counts) -> Counts:
        return Counts(*map(sub, self, earlier))


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far a page had come where an element began: what it kept, and what it had read."""

    node: LexborNode
    pieces: int
    length: int
    headings: int
    headings_read: int
    paragraphs: int
    blocks: int
    tables: int
    counts: Counts


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
        parting: what will go before the next block: within a list of definitions a line end.
        marker: a list item's bullet or number, which will go before its first word, with its
            indentation.
        level: its heading level, 0 for a paragraph.
        whole: how many elements that read as one block are open.
        verbatim: how many elements whose white space counts are open.
        quotes: how many quotations are open.
        numbers: those of each open list; None if it has bullets.
        rows: those of the open table, if they are told apart.
        begins_row: the next words are the first of a row of a table.
        is_term: what is read is a term of a list of definitions.
        spare: how many characters of cells that reach over rows may still be repeated.
        lists: how many lists of definitions are open, those read as one block not counted.
        terms: what the block being read defines, which then is its heading as well.
        term_first: the first piece of the term being read.
        is_undefined: the block being read has terms, and nothing yet that defines them.
        ended_lists: the outermost list of definitions that has ended since the last block,
            as its depth from 0; None if none has.
        section: the level of the heading above what is read; 0 for none.
        details: of each open element that a reader unfolds, the level of the heading above it.
        ended_details: the level of the headings of those that have ended since the last block;
            None if none has.
        layouts: of each open table, whether it lays out the page.
        headings_read: headings so far, terms not counted.
    """

    size: int
    is_main: bool
    is_article: bool
    titles: frozenset[str]
    pieces: list[str] = field(default_factory=list)
    length: int = 0
    headings: list[Heading] = field(default_factory=list)
    paragraphs: list[Span] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    rows: TableRows | None = None
    begins_row: bool = False
    is_term: bool = False
    spare: int = field(init=False)
    lists: int = 0
    terms: list[str] = field(default_factory=list)
    term_first: int = 0
    is_undefined: bool = False
    ended_lists: int | None = None
    section: int = 0
    details: list[int] = field(default_factory=list)
    ended_details: int | None = None
    layouts: list[bool] = field(default_factory=list)
    headings_read: int = 0
    start: int | None = None
    first: int = 0
    gap: str = ""
    parting: str = "\n\n"
    marker: str = ""
    level: int = 0
    whole: int = 0
    verbatim: int = 0
    quotes: int = 0
    numbers: list[ListNumbers | None] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)
    in_link: bool = False
    # The blocks of the paragraph being read, as they begin; where each ends, for now.
    _open: list[Block] = field(default_factory=list)
    _ends: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.spare = max(self.size, _LEAST_REPEATED)

    @property
    def is_in_list(self) -> bool:
        """Whether a list of definitions is being read entry by entry."""
        return self.lists > 0 and not self.whole

    @property
    def before(self) -> str:
        """The piece right before the next words; "" if they begin a block, or come after a gap."""
        return "" if self.start is None or self.gap else self.pieces[-1]

    def count(self, more: Counts) -> None:
        """Add to what has been read."""
        self.counts = Counts(*map(add, self.counts, more))

    def write(self, words: str) -> None:
        """Append words to the block, or begin one with them."""
        if self.start is None:
            self._put(self.parting if self.length else "")
            self.parting = "\n" if self.lists else "\n\n"
            self.start, self.first = self.length, len(self.pieces)
            self.marker = self.marker.lstrip()
        else:
            self._put(self.gap)
            if self.gap == "\n" and not self.marker and not self.verbatim:
                # It goes on below the words of its item.
                self._put(_INDENT * min(self._depth, _DEEPEST))
        if self.rows is not None and self.rows.start is None:
            self.rows.begin_words(self.length, len(self.pieces))
            self.begins_row = True
        self._begin_block()
        if self.rows is not None:
            self._put(self.rows.part_cells())
        self._put(self.marker)
        self._put(words)
        self._end_block()
        self.count(Counts(len(words), len(words) if self.in_link else 0))
        self.gap = self.marker = ""
        self.is_undefined = False

    def _begin_block(self) -> None:
        """A block begins with the next words, unless they go on with the one before."""
        kind = self._choose_kind()
        if self._open and self._goes_on(kind):
            return
        self.begins_row = False
        depth = self._depth + self.quotes
        # In a row, the sign of an item is one of its words.
        sign = "" if kind == "row" else self.marker.strip()
        start = self.length + (len(self.marker) if sign else 0)
        first = start - len(self.marker.lstrip())
        marker = Span(first, first + len(sign)) if sign else None
        self._open.append(Block(kind, Span(start, start), min(depth, MOST_DEPTH), marker))
        self._ends.append(start)

    def _goes_on(self, kind: BlockKind) -> bool:
        before = self._open[-1].kind
        if self.gap != "\n" or self.verbatim:
            return kind == before or not self.marker
        if kind == "row":
            return before == "row" and not self.begins_row
        return not self.marker and kind != "label" and before in (kind, "item")

    def _end_block(self) -> None:
        """The open block ends, for now, with what was put last."""
        self._ends[-1] = self.length

    def _choose_kind(self) -> BlockKind:
        if self.rows is not None or (self.layouts and not self.layouts[-1]):
            return "row"
        if self.marker:
            return "item"
        if self.verbatim:
            return "code"
        if self.is_term:
            return "label"
        return "quote" if self.quotes else "paragraph"

    @property
    def _depth(self) -> int:
        """How many lists are open, those around a table not counted."""
        return len(self.numbers) - (self.rows.lists if self.rows is not None else 0)

    def begin_rows(self, caption: str) -> None:
        """A table whose rows are told apart, under its caption if there is one above it."""
        self.close_block()
        self.rows = TableRows(len(self.numbers), caption, self.spare)

    def end_row(self, tag: str) -> None:
        """A row, or the caption, of such a table ends."""
        if self.rows is not None:
            if self.rows.start is not None and tag == "tr":
                self._put(self.rows.end_cells())
                self._end_block()
            self.rows.end(tag, self.length, self.pieces)
            self.spare = self.rows.spare

    def begin_item(self, item: LexborNode) -> None:
        """An item of the innermost list: before its first word goes its bullet or number."""
        depth = min(max(1, self._depth), _DEEPEST)
        numbers = self.numbers[-1] if self.numbers else None
        bullet = _BULLETS[min(depth, len(_BULLETS)) - 1]
        sign = bullet if numbers is None else numbers.number(item)
        self.marker = f"{_INDENT * (depth - 1)}{sign} "

    def begin_term(self) -> None:
        """A term of a list of definitions: the block's first, or another for the same."""
        if self.is_undefined:
            self.separate("\n")
        else:
            self.close_block()
        self.is_term = True
        self.term_first = len(self.pieces)

    def end_term(self) -> None:
        """End a term, which was read since `begin_term`: the rest of the block defines it."""
        term = " ".join("".join(self.pieces[self.term_first :]).split())
        # A number alone is that of a note.
        if any(map(str.isalpha, term)):
            self.terms.append(term)
        self.is_undefined = self.start is not None
        self.is_term = False

    def end_list(self) -> None:
        """A list of definitions ends: what follows belongs to none of its terms."""
        self.close_block()
        self.lists -= 1
        self.ended_lists = self.lists
        if not self.lists:
            self.parting = "\n\n"

    def begin_summary(self) -> None:
        """Begin the heading of the innermost element that a reader unfolds."""
        self.close_block()
        self.level = self.details[-1] + 1

    def end_details(self) -> None:
        """An element that a reader unfolds ends: what follows stands under no heading in it."""
        outer = self.details.pop()
        if self.section > outer:
            self.section = outer
            self.ended_details = min(self.ended_details or outer + 1, outer + 1)

    def _part_from_details(self, start: int, level: int) -> None:
        """A heading without words before the block that starts here, unless it is one as high."""
        ended, self.ended_details = self.ended_details, None
        if ended is not None and not 0 < level <= ended:
            self.headings.append(Heading(Span(start, start), ended, ""))

    def separate(self, gap: str) -> None:
        """Part what follows from what came, within the block; the stronger gap holds."""
        if self.rows is not None and self.rows.is_blank:
            # The borders of cells part more.
            return
        if self.start is not None and _GAPS.index(gap) > _GAPS.index(self.gap):
            self.gap = gap

    def close_block(self) -> None:
        """End the block being read, if any."""
        if self.start is not None:
            block = Span(self.start, self.length)
            words = " ".join("".join(self.pieces[self.first :]).split()) if self.level else ""
            self._part_from_details(block.start, self.level)
            if words:
                self.headings.append(Heading(block, self.level, words))
                self.headings_read += 1
                self.ended_lists = None
                self.section = self.level
            else:
                self._add_terms(block.start)
                self._add_paragraph(block)
        self.start, self.gap, self.rows = None, "", None
        self._open.clear()
        self._ends.clear()
        self.terms, self.is_undefined = [], False

    def _add_paragraph(self, span: Span) -> None:
        rows: frozenset[Span] | None = None
        if self.rows is not None and (parts := self.rows.split_table(span)):
            rows = frozenset(parts[0])
            self.paragraphs += parts[0]
            self.tables.append(parts[1])
        else:
            self.paragraphs.append(span)
        text = "".join(self.pieces[self.first :])
        at = self.length - len(text)
        for begun, end in zip(self._open, self._ends, strict=True):
            words = text[begun.span.start - at : end - at]
            if begun.kind not in ("row", "code"):
                # An item may end with a listing, whose last line break is not part of it.
                words = words.rstrip()
            span = Span(begun.span.start, begun.span.start + len(words))
            if begun.kind == "row":
                kind: BlockKind = "row" if rows is None or span in rows else "header"
                block = make_row(words, span.start, kind)
            else:
                block = replace(begun, span=span)
                if (
                    begun.kind == "paragraph"
                    and (typed := make_paragraph(words, span.start)).kind == "item"
                ):
                    block = typed
            self.blocks.append(block)

    def _add_terms(self, start: int) -> None:
        """The terms of the block that starts here as a heading, which has no words of the text.

        Or one without words, if the block comes after a list of definitions.
        """
        depth = self.lists - 1
        if self.ended_lists is not None and not (self.terms and self.ended_lists == depth):
            self.headings.append(Heading(Span(start, start), TERM_LEVEL + self.ended_lists, ""))
        if self.terms:
            terms = shorten(", ".join(self.terms), _LONGEST_TERMS)
            self.headings.append(Heading(Span(start, start), TERM_LEVEL + depth, terms))
        self.ended_lists = None

    def make_checkpoint(self, node: LexborNode) -> Checkpoint | None:
        """Where `node` begins, if what is in it can be taken back: between blocks, no heading."""
        if self.start is not None or self.marker or node.tag in HEADINGS:
            return None
        return Checkpoint(
            node,
            len(self.pieces),
            self.length,
            len(self.headings),
            self.headings_read,
            len(self.paragraphs),
            len(self.blocks),
            len(self.tables),
            self.counts,
        )

    def take_back(self, checkpoint: Checkpoint) -> None:
        """Leave out what was kept since `checkpoint`."""
        del self.pieces[checkpoint.pieces :], self.headings[checkpoint.headings :]
        del self.paragraphs[checkpoint.paragraphs :], self.blocks[checkpoint.blocks :]
        del self.tables[checkpoint.tables :]
        self.length, self.headings_read = checkpoint.length, checkpoint.headings_read

    def _put(self, piece: str) -> None:
        self.pieces.append(piece)
        self.length += len(piece)
