"""The words of a passage as a quotation shows them: without markup, on exact characters.

The source pane draws whole documents, with their blocks. What is quoted beside it, and in a pipe,
is drawn here, from the passage alone: with the same marks of words, in one paragraph, and a row of
a table with the names of its columns. It imports little, since the command line waits for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from index import Hit, Passage, Span, read_structure
from index.documents import Block, Heading, Structure
from qa import visible
from tui.source.rendering.marked_words import BULLET_SIGNS, MarkedWords, iterate_elements
from tui.source.rendering.pieces import Piece, PieceWriter
from tui.source.rendering.row_cells import LINE, split_rows

_ITEM = re.compile(r"(?:[-*+•◦▪]|\(?\d{1,3}[.)])[ \t]+(?=\S)")
_SPACE = re.compile(r"[^\S\n]+")
_NEXT_CELL = " · "
# A longer passage is drawn as it is; no row of a table is as long.
_LONGEST = 10_000
# These stand on lines of their own.
_APART = frozenset(("item", "code", "row", "header"))


class Run(NamedTuple):
    """Words in one style.

    Attributes:
        styles: names of the styles of the source pane.
        is_quoted: whether they are what is quoted, in its evidence.
    """

    text: str
    styles: tuple[str, ...]
    is_quoted: bool


@dataclass(frozen=True, slots=True)
class PassageWords:
    """What is drawn of a passage, in pieces that stand for characters of its text."""

    passage: Passage
    pieces: Sequence[Piece]

    @classmethod
    def of(cls, hit: Hit) -> PassageWords:
        """The words of a passage in the format of its document."""
        return cls(hit.passage, _draw_passage(hit.document.path, hit.passage))

    def draw(self, span: Span, quoted: Iterable[Span] = ()) -> list[Run]:
        """The words of a span of the document, each item of a list on a line of its own.

        Where all of it is markup, or all of what is quoted, such as the address of a link, it is
        drawn as it is.

        Args:
            quoted: spans of the document that stand out.
        """
        whole = self._locate(span)
        parts = [
            Span(max(part.start, whole.start), min(part.end, whole.end))
            for part in map(self._locate, quoted)
            if part.start < whole.end and whole.start < part.end
        ]
        pieces = self.pieces
        if any(self._is_hidden(part) for part in (whole, *parts)):
            pieces = _draw_plain(self.passage.text)
        edges = sorted({edge for part in parts for edge in (part.start, part.end)})
        runs = [
            Run(part.drawn, part.styles, any(_is_in(part, quoted) for quoted in parts))
            for piece in _select(pieces, whole, is_row=bool(self.passage.columns))
            for part in _split(piece, edges)
        ]
        return list(_space(runs))

    def quote(self, span: Span) -> str:
        """The words of a span of the document on one line, without styles."""
        return " ".join("".join(run.text for run in self.draw(span)).split())

    def _locate(self, span: Span) -> Span:
        base = self.passage.span.start
        return Span(span.start - base, span.end - base)

    def _is_hidden(self, part: Span) -> bool:
        if any(re.search(r"\w", piece.drawn) for piece in _select(self.pieces, part)):
            return False
        return re.search(r"\w", part.of(self.passage.text)) is not None


def _select(pieces: Sequence[Piece], part: Span, *, is_row: bool = False) -> list[Piece]:
    """The pieces that stand for a part; a cell alone goes without the name of its column."""
    chosen = [
        piece.cut(part.start, part.end)
        for piece in pieces
        if piece.start < part.end
        and (part.start < piece.end or part.start <= piece.start == piece.end)
    ]
    written = [piece for piece in chosen if piece.start < piece.end]
    return written if is_row and len(written) < 2 else chosen


def _is_in(piece: Piece, part: Span) -> bool:
    """Whether a piece stands for some of a part; the name of a column stands for nothing."""
    return part.start <= piece.start < part.end and piece.start < piece.end


def _split(piece: Piece, edges: Iterable[int]) -> Iterator[Piece]:
    if not piece.is_copy:
        yield piece
        return
    inner = [edge for edge in edges if piece.start < edge < piece.end]
    for start, end in pairwise([piece.start, *inner, piece.end]):
        yield piece.cut(start, end)


def _space(runs: Iterable[Run]) -> Iterator[Run]:
    """The runs with one space for each run of white space, and none at the ends of lines."""
    before: Run | None = None
    gap = ""
    for run in runs:
        text = _SPACE.sub(" ", visible(run.text))
        words = text.strip()
        if "\n" in text:
            gap = "\n"
        elif text.startswith(" "):
            gap = gap or " "
        if not words:
            continue
        if before is not None and gap:
            shared = before.styles if before.styles == run.styles else ()
            yield Run(gap, shared, before.is_quoted and run.is_quoted)
        before = run._replace(text=words)
        yield before
        gap = " " if text.endswith(" ") else ""


def _draw_passage(path: str, passage: Passage) -> list[Piece]:
    if len(passage.text) <= _LONGEST:
        # Whatever is wrong with drawing it, it can be read.
        with suppress(Exception):
            return _draw_structured(path, passage)
    return _draw_plain(passage.text)


def _draw_structured(path: str, passage: Passage) -> list[Piece]:
    structure = read_structure(path, passage.text, is_part=True)
    writer = PieceWriter(passage.text)
    words = MarkedWords(writer, structure.marks)
    if passage.columns and (rows := _find_rows(passage, structure)):
        for row in rows:
            names = tuple(cell.of(passage.text) for cell in row)
            is_header = names == passage.columns[: len(row)]
            _draw_row(writer, words, row, () if is_header else passage.columns)
        return writer.pieces
    if not structure.blocks and not structure.headings:
        return _draw_plain(passage.text)
    for element in iterate_elements(structure):
        kind = element.kind if isinstance(element, Block) else "heading"
        if kind in ("row", "header") and isinstance(element, Block) and element.cells:
            _draw_row(writer, words, element.cells)
        elif kind == "item" or _is_seen(words, element):
            if writer.pieces:
                writer.add("\n" if kind in _APART else " ")
            _draw_element(writer, words, element)
    return writer.pieces


def _find_rows(passage: Passage, structure: Structure) -> Sequence[Sequence[Span]]:
    """The cells of each row, as the index knows them; else as its text shows them."""
    start = passage.span.start
    rows = [[cell.shift(-start) for cell in block.cells] for block in passage.blocks if block.cells]
    if rows and all(1 < len(row) <= len(passage.columns) for row in rows):
        return rows
    return split_rows(passage.text, passage.columns, structure)


def _is_seen(words: MarkedWords, element: Block | Heading) -> bool:
    if isinstance(element, Heading) and not element.text:
        return False
    # What has no words may still have a label in their place; a quotation only begins.
    is_begun = isinstance(element, Heading) or element.kind == "quote"
    if is_begun and not len(element.span):
        return False
    return words.is_seen(element.span.start, element.span.end)


def _draw_element(writer: PieceWriter, words: MarkedWords, element: Block | Heading) -> None:
    span, text = element.span, writer.document
    if isinstance(element, Heading):
        words.write(span.start, span.end)
    elif element.kind == "code":
        for line in LINE.finditer(text, span.start, span.end):
            if line["words"]:
                writer.add("\n" if line.start() > span.start else "")
                writer.copy(*line.span("words"), ("code",))
    else:
        if (marker := element.marker) is not None:
            if marker.of(text) in BULLET_SIGNS:
                writer.replace(marker.start, marker.end, "•", ("marker",))
            else:
                words.write(marker.start, marker.end, ("marker",))
            writer.add(" ")
        words.write(span.start, span.end, ("label",) if element.kind == "label" else ())
        marks = words.find(span.start, span.end) if element.kind == "label" else ()
        if any(mark.kind == "shown" and mark.span == span for mark in marks):
            # It is not in the text, such as "Note".
            writer.add(":", ("label",))


# Plain text


def _draw_plain(text: str) -> list[Piece]:
    """Paragraphs one after the other, items of lists below each other."""
    writer = PieceWriter(text)
    for line in LINE.finditer(text):
        start, past = line.span("words")
        if start == past:
            continue
        item = _ITEM.match(text, start, past)
        if writer.pieces:
            writer.add("\n" if item else " ")
        if item:
            writer.copy(item.start(), item.end(), ("marker",))
            start = item.end()
        writer.copy(start, past)
    return writer.pieces


# Tables


def _draw_row(
    writer: PieceWriter, words: MarkedWords, row: Sequence[Span], columns: Sequence[str] = ()
) -> None:
    """The cells of a row on one line, but for empty ones, each after the name of its column."""
    if writer.pieces:
        writer.add("\n")
    past: int | None = None
    for number, cell in enumerate(row):
        if not len(cell):
            continue
        column = columns[number] if number < len(columns) else ""
        name = f"{column}: " if column else ""
        if past is None:
            writer.replace(cell.start, cell.start, name, ("label",))
        else:
            writer.replace(past, cell.start, f"{_NEXT_CELL}{name}", ("label",))
        words.write(cell.start, cell.end)
        past = cell.end
