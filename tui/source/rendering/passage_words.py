"""The words of a passage as a quotation shows them: without markup, on exact characters.

The source pane draws whole documents. What is quoted beside it, and in a pipe, is drawn here, from
the blocks and marks of the passage alone: a row of a table with the names of its columns. If there
is little room, it is one line. It imports little, since the command line waits for it.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, NamedTuple

from index import Hit, Passage, Span
from index.documents import Block, Mark
from qa import visible
from tui.common.presentation.answers import find_shown_cells
from tui.common.presentation.wording import describe_more
from tui.source.rendering.marked_words import BULLET_SIGNS, MarkedWords

if TYPE_CHECKING:
    from qa import Answer, ConsideredPassage

# Characters shown of the selected passage.
PASSAGE_LENGTH = 360

_SPACE = re.compile(r"[^\S\n]+")
_NEXT_CELL = " · "
# A longer passage is drawn as it is; no row of a table is as long.
_LONGEST = 10_000
# These stand on lines of their own.
_LINES = frozenset(("code", "row", "header"))
_APART = _LINES | {"item"}


class StyledWords(NamedTuple):
    """Words in one style.

    Attributes:
        styles: names of the styles of the source pane.
        is_quoted: whether they are what is quoted, in its evidence.
    """

    text: str
    styles: tuple[str, ...]
    is_quoted: bool


class DrawnPiece(NamedTuple):
    """Words that are drawn for a part of the passage, which may be empty; a copy can be cut."""

    start: int
    end: int
    drawn: str
    styles: tuple[str, ...]
    is_copy: bool

    def cut(self, start: int, end: int) -> DrawnPiece:
        """The words for the characters between two offsets; a replacement stays whole."""
        if not self.is_copy:
            return self
        start, end = max(start, self.start), min(end, self.end)
        drawn = self.drawn[start - self.start : end - self.start]
        return self._replace(start=start, end=end, drawn=drawn)


class PassageWords:
    """The drawn words of a passage, in pieces that stand for characters of its text."""

    def __init__(self, hit: Hit) -> None:
        """The words of the passage that was found."""
        self.passage = hit.passage
        self.pieces = _draw_passage(hit.passage)

    def draw(self, span: Span, quoted: Iterable[Span] = ()) -> list[StyledWords]:
        """The words of a span of the document, each item of a list on a line of its own.

        The spans that are quoted stand out. If all of the span, or all of what is quoted, is
        markup, such as the address of a link, it is drawn as it is.
        """
        whole = self._locate(span)
        parts = [
            Span(max(part.start, whole.start), min(part.end, whole.end))
            for part in map(self._locate, quoted)
            if part.start < whole.end and whole.start < part.end
        ]
        pieces = self.pieces
        if _hide_any(pieces, (whole, *parts), self.passage.text):
            pieces = _draw_passage(self.passage, with_marks=False)
        if _hide_any(pieces, (whole, *parts), self.passage.text):
            pieces = _draw_plain(self.passage.text)
        edges = sorted({edge for part in parts for edge in (part.start, part.end)})
        runs = [
            StyledWords(part.drawn, part.styles, any(_is_in(part, quoted) for quoted in parts))
            for piece in _select(pieces, whole, is_row=bool(self.passage.columns))
            for part in _split(piece, edges)
        ]
        return list(_space(runs))

    def draw_cells(self, cells: Sequence[Span], quoted: Iterable[Span] = ()) -> list[StyledWords]:
        """Some cells of a row on one line, each but the first after the name of its column.

        A cell alone has the name of its column, too: it does not name its row.
        """
        runs: list[StyledWords] = []
        quoted = tuple(quoted)
        for number, cell in enumerate(cells):
            name = self._name_column(cell) if number or len(cells) == 1 else ""
            border = f"{_NEXT_CELL if number else ''}{name}{': ' if name else ''}"
            runs += [StyledWords(visible(border), ("label",), False)] if border else []
            runs += self.draw(cell, quoted)
        return runs

    def _name_column(self, cell: Span) -> str:
        columns = self.passage.columns
        for row in self.passage.blocks:
            if cell in row.cells and len(row.cells) <= len(columns):
                return columns[row.cells.index(cell)]
        return ""

    def quote(self, span: Span) -> str:
        """The words of a span of the document on one line, as text: see `mark_struck`."""
        return _join_line(self.draw(span))

    def _locate(self, span: Span) -> Span:
        base = self.passage.span.start
        return Span(span.start - base, span.end - base)


def format_answer(answer: Answer) -> str:
    """The answer on one line: its words, or their sentence if they are true only in it; all members
    of a list, all sentences; of a row of a table, the cells that are shown.
    """
    words = PassageWords(answer.hit)
    if answer.cells and len(answer.spans) == 1:
        return _join_line(words.draw_cells(answer.cells))
    between = ", " if answer.form == "list" else " "
    spans = answer.spans if answer.stands_alone else (answer.sentence,)
    quoted = between.join(map(words.quote, spans))
    return " ".join(filter(None, (quoted, describe_more(answer.more))))


def list_evidence(answer: Answer) -> list[str]:
    """The evidence, a line for each sentence; of rows of a table, the cells that are shown."""
    words = PassageWords(answer.hit)
    return [
        _join_line(words.draw_cells(cells))
        if (cells := find_shown_cells(answer, each))
        else words.quote(each)
        for each in answer.evidence
    ]


def _join_line(runs: Iterable[StyledWords]) -> str:
    return " ".join("".join(run.text for run in mark_struck(runs)).split())


def mark_struck(runs: Iterable[StyledWords]) -> Iterator[StyledWords]:
    """The runs with `~~` around words that are struck out, for text without styles."""
    for is_struck, together in groupby(runs, key=lambda run: "struck" in run.styles):
        signs = [StyledWords("~~", (), False)] * is_struck
        yield from (*signs, *together, *signs)


def excerpt_passage(hit: Hit, considered: Sequence[ConsideredPassage], length: int) -> str:
    """A passage on one line, safe to draw.

    It starts at the beginning of the passage if the sentence that is most likely to answer
    fits in, else at that sentence.

    Args:
        considered: what the reader made of the passages of the reply; may be empty.
        length: characters, not counting the marks for what is left out.
    """
    passage = hit.passage
    start, end = passage.span.start, passage.span.end
    sentence = next(
        (each.sentence for each in considered if each.hit.passage.id == passage.id), None
    )
    if sentence is not None and sentence.end - start > length:
        start = sentence.start
    rest = PassageWords(hit).quote(Span(start, end))
    short = textwrap.shorten(rest, length + 2, placeholder=" …")
    # `textwrap` drops a first word that is too long.
    shown = short if short.strip(" …") else rest[:length] + " …"
    return f"… {shown}" if start > passage.span.start else shown


def _hide_any(pieces: Sequence[DrawnPiece], parts: Iterable[Span], text: str) -> bool:
    """Whether a part of a passage has words that none of the pieces stand for."""
    return any(
        re.search(r"\w", part.of(text))
        and not any(re.search(r"\w", piece.drawn) for piece in _select(pieces, part))
        for part in parts
    )


def _select(pieces: Sequence[DrawnPiece], part: Span, *, is_row: bool = False) -> list[DrawnPiece]:
    """The pieces that stand for a part; a cell alone goes without the name of its column."""
    chosen = [
        piece.cut(part.start, part.end)
        for piece in pieces
        if piece.start < part.end
        and (part.start < piece.end or part.start <= piece.start == piece.end)
    ]
    written = [piece for piece in chosen if piece.start < piece.end]
    return written if is_row and len(written) < 2 else chosen


def _is_in(piece: DrawnPiece, part: Span) -> bool:
    """Whether a piece stands for some of a part; the name of a column stands for nothing."""
    return part.start <= piece.start < part.end and piece.start < piece.end


def _split(piece: DrawnPiece, edges: Iterable[int]) -> Iterator[DrawnPiece]:
    if not piece.is_copy:
        yield piece
        return
    inner = [edge for edge in edges if piece.start < edge < piece.end]
    for start, end in pairwise([piece.start, *inner, piece.end]):
        yield piece.cut(start, end)


def _space(runs: Iterable[StyledWords]) -> Iterator[StyledWords]:
    """The runs with one space for each run of white space, and none at the ends of lines."""
    before: StyledWords | None = None
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
            yield StyledWords(gap, shared, before.is_quoted and run.is_quoted)
        before = run._replace(text=words)
        yield before
        gap = " " if text.endswith(" ") else ""


class _PieceWriter:
    """A `WordWriter` that collects the pieces of a passage, without regard to lines and tables."""

    def __init__(self, text: str) -> None:
        self.document = text
        self.pieces: list[DrawnPiece] = []
        self._at = 0

    def copy(self, start: int, end: int, styles: Iterable[str] = ()) -> None:
        self._write(DrawnPiece(start, end, self.document[start:end], tuple(styles), True))

    def replace(self, start: int, end: int, drawn: str, styles: Iterable[str] = ()) -> None:
        self._write(DrawnPiece(start, end, drawn, tuple(styles), False))

    def add(self, drawn: str, styles: Iterable[str] = ()) -> None:
        self.replace(self._at, self._at, drawn, styles)

    def _write(self, piece: DrawnPiece) -> None:
        if piece.drawn:
            self.pieces.append(piece)
            self._at = piece.end


def _draw_passage(passage: Passage, *, with_marks: bool = True) -> list[DrawnPiece]:
    """The pieces of a passage; its markup, too, if marks do not count."""
    if len(passage.text) <= _LONGEST:
        # Whatever is wrong with drawing it, it can be read.
        with suppress(Exception):
            return _draw_blocks(passage, passage.marks if with_marks else ())
    return _draw_plain(passage.text)


def _draw_plain(text: str) -> list[DrawnPiece]:
    """A text in one paragraph, as it is."""
    writer = _PieceWriter(text)
    MarkedWords(writer, ()).write(0, len(text))
    return writer.pieces


def _draw_blocks(passage: Passage, marks: Iterable[Mark]) -> list[DrawnPiece]:
    """What a passage is made of: items, rows and lines of code stand on lines of their own."""
    by = -passage.span.start
    if not passage.blocks:
        return _draw_plain(passage.text)
    writer = _PieceWriter(passage.text)
    words = MarkedWords(writer, [replace(mark, span=mark.span.shift(by)) for mark in marks])
    columns = passage.columns
    above: Block | None = None
    for block in passage.own_blocks:
        if block.kind == "rule" or not (block.cells or block.marker or _is_seen(words, block)):
            continue
        if above is not None:
            # What is nested as deep as an item goes on with it.
            is_apart = block.kind in _APART or block.depth < above.depth
            writer.add("\n" if is_apart or above.kind in _LINES else " ")
        above = block
        if block.cells:
            _draw_row(writer, words, block, () if _names_columns(block, passage) else columns)
        elif block.kind == "code":
            _draw_code(writer, words, block.span)
        else:
            _draw_words(writer, words, block)
    return writer.pieces


def _is_seen(words: MarkedWords, block: Block) -> bool:
    # What has no words may still have a label in their place; a quotation only begins.
    is_begun = block.kind == "quote" and not len(block.span)
    return not is_begun and words.is_seen(block.span.start, block.span.end)


def _draw_words(writer: _PieceWriter, words: MarkedWords, block: Block) -> None:
    span = block.span
    if (marker := block.marker) is not None:
        if marker.of(writer.document) in BULLET_SIGNS:
            writer.replace(marker.start, marker.end, "•", ("marker",))
        else:
            words.write(marker.start, marker.end, ("marker",))
        writer.add(" ")
    words.write(span.start, span.end, ("label",) if block.kind == "label" else ())
    marks = words.find(span.start, span.end) if block.kind == "label" else ()
    if any(mark.kind == "shown" and mark.span == span for mark in marks):
        # It is not in the text, such as "Note".
        writer.add(":", ("label",))


def _draw_code(writer: _PieceWriter, words: MarkedWords, span: Span) -> None:
    def end_line(past: int) -> int:
        writer.add("\n")
        return past

    # What it is called, and its language, are said in the source.
    hidden = [mark for mark in words.find(span.start, span.end) if mark.kind == "hidden"]
    MarkedWords(writer, hidden).write(span.start, span.end, ("code",), end_line)


def _names_columns(row: Block, passage: Passage) -> bool:
    """Whether the cells of a row are the names of the columns."""
    start = passage.span.start
    cells = tuple(passage.quote(cell.shift(start)) for cell in row.cells)
    return row.kind == "header" or cells == passage.columns[: len(cells)]


def _draw_row(writer: _PieceWriter, words: MarkedWords, row: Block, columns: Sequence[str]) -> None:
    """The cells of a row on one line, but for empty ones, each after the name of its column."""
    past: int | None = None
    for number, cell in enumerate(row.cells):
        if not len(cell):
            continue
        column = columns[number] if len(row.cells) <= len(columns) else ""
        name = f"{column}: " if column else ""
        if past is None:
            writer.replace(cell.start, cell.start, name, ("label",))
        else:
            writer.replace(past, cell.start, f"{_NEXT_CELL}{name}", ("label",))
        words.write(cell.start, cell.end)
        past = cell.end
