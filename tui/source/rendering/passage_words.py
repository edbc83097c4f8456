"""The words of a passage as a quotation shows them: without markup, on exact characters.

The source pane draws whole documents, with their blocks. What is quoted beside it, and in a pipe,
is drawn here, from the passage alone: with the same marks of words, in one paragraph, and a row of
a table with the names of its columns. It imports little, since the command line waits for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import PurePath
from typing import NamedTuple

from index import Hit, Passage, Span
from qa import visible
from tui.source.rendering.cells import Cells, write_cell
from tui.source.rendering.pieces import Piece, PieceWriter
from tui.source.rendering.row_cells import LINE, split_at_bars, split_rows

WriteWords = Callable[[PieceWriter, int, int], None]

_SPACE = re.compile(r"[^\S\n]+")
_ITEM = re.compile(r"(?:(?P<bullet>[-*+•◦▪])|\(?\d{1,3}[.)])[ \t]+(?=\S)")
_QUOTE_SIGN = re.compile(r"(?:[ ]{0,3}>[ ]?)*+[ \t]*+")
# A line of code, as it ends or begins; a passage from the middle of a long block has no fence.
_CODE_LINE = re.compile(r"(?://|/\*|\*/|[})\]]|>>> |\$ ).*|.*[;{}(\[]|.*[\w\])'\"],")
_NEXT_CELL = " · "
# A longer passage is drawn as it is; no row of a table is as long.
_LONGEST = 10_000


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
class _Format:
    """How a format marks things.

    Attributes:
        write: writes words without their markup.
        hidden: what is not drawn at the beginning of a line.
        unseen: lines that are not drawn.
        fence: what begins and ends lines of code, where a format has such; it has tables, too.
        quote: writes a whole passage by its blocks, where a format has many kinds of them.
    """

    write: WriteWords
    hidden: re.Pattern[str] | None = None
    unseen: re.Pattern[str] | None = None
    fence: re.Pattern[str] | None = None
    quote: Callable[[PieceWriter], None] | None = None


def _write_plain(writer: PieceWriter, start: int, end: int) -> None:
    for match in LINE.finditer(writer.document, start, end):
        if match["words"]:
            writer.add(" " if match.start() > start else "")
            writer.copy(*match.span("words"))


_PLAIN = _Format(_write_plain)


# Their patterns take long to compile, and most of them are never needed.


@cache
def _make_markdown() -> _Format:
    from tui.source.rendering.markdown_inline import InlineWriter

    return _Format(
        lambda writer, start, end: InlineWriter(writer, _QUOTE_SIGN).write(start, end),
        re.compile(r"(?:>[ \t]?)*(?:#{1,6}[ \t]+)?"),
        re.compile(r"(?:[-=*_][ \t]*){3,}|\|?[ \t|:-]{3,}|\[(?!\^)[^\[\]]{1,200}\]:[ \t]*\S.*"),
        re.compile(r"`{3,}+[^`]*+|~{3,}+.*+"),
    )


@cache
def _make_restructuredtext() -> _Format:
    from tui.source.rendering.markup.marks import RESTRUCTUREDTEXT_MARKS
    from tui.source.rendering.markup.quoting import quote_restructuredtext

    return _Format(_write_by(RESTRUCTUREDTEXT_MARKS), quote=quote_restructuredtext)


@cache
def _make_org() -> _Format:
    from tui.source.rendering.markup.marks import ORG_MARKS

    return _Format(
        _write_by(ORG_MARKS),
        re.compile(r"\*++[ \t]++"),
        re.compile(r"#\+\w[\w-]*(?:[: \t].*)?|:[\w-]{1,60}:|-{5,}"),
    )


@cache
def _make_asciidoc() -> _Format:
    from tui.source.rendering.markup.marks import ASCIIDOC_MARKS

    return _Format(
        _write_by(ASCIIDOC_MARKS),
        re.compile(r"={1,6}[ \t]+|\.(?=[^\s.])"),
        re.compile(r"([-=*_.+/'])\1{3,}|--|\+|\[.*\]|:!?\w[\w-]*!?:.*"),
    )


_FORMATS = {
    ".md": _make_markdown,
    ".markdown": _make_markdown,
    ".rst": _make_restructuredtext,
    ".org": _make_org,
    ".adoc": _make_asciidoc,
    ".asciidoc": _make_asciidoc,
}


def _write_by(marks: re.Pattern[str]) -> WriteWords:
    from tui.source.rendering.markup.words import write_words

    return lambda writer, start, end: write_words(writer, marks, start, end)


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
            pieces = _draw_lines(self.passage.text, _PLAIN)
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
            return _draw_formatted(path, passage)
    writer = PieceWriter(passage.text)
    _write_plain(writer, 0, len(passage.text))
    return writer.pieces


def _draw_formatted(path: str, passage: Passage) -> list[Piece]:
    if passage.columns:
        rows = split_rows(passage.text, len(passage.columns), _suffix_of(path))
        if rows:
            return _draw_rows(passage, rows, _choose_format(path))
    return _draw_lines(passage.text, _choose_format(path))


def _choose_format(path: str) -> _Format:
    make = _FORMATS.get(_suffix_of(path))
    return make() if make else _PLAIN


def _suffix_of(path: str) -> str:
    name = re.sub(r"\.rst\.txt\Z", ".rst", path.removesuffix(".gz").lower())
    return PurePath(name).suffix


# Lines


def _draw_lines(text: str, form: _Format) -> list[Piece]:
    """Paragraphs one after the other, items of lists and lines of code below each other."""
    writer = PieceWriter(text)
    if form.quote:
        form.quote(writer)
        return writer.pieces
    # The paragraph that is read: what its first line begins with, and where its words are.
    start = end = 0
    is_code = form.fence is not None and _is_code(text, form.fence)

    def write_paragraph() -> None:
        if start < end:
            form.write(writer, start, end)

    for line in LINE.finditer(text):
        at, past = line.span("words")
        if form.fence and form.fence.fullmatch(text, at, past):
            write_paragraph()
            start, is_code = past, not is_code
            continue
        if is_code:
            writer.add("\n")
            writer.copy(at, past, ("code",))
            start = end = past
            continue
        if at == past or (form.unseen and form.unseen.fullmatch(text, at, past)):
            write_paragraph()
            start = end = past
            continue
        if form.fence and text.startswith("|", at, past):
            write_paragraph()
            _draw_row(writer, split_at_bars(text, at, past), form)
            start = end = past
            continue
        hidden = form.hidden.match(text, at, past) if form.hidden else None
        # A line of a quotation goes on with its paragraph.
        begins = hidden is not None and bool(hidden[0].strip("> \t"))
        item = None if begins else _ITEM.match(text, at, past)
        if item or begins or start >= end:
            write_paragraph()
            if writer.pieces:
                writer.add("\n" if item else " ")
            if item and item["bullet"] and form is not _PLAIN:
                writer.replace(item.start("bullet"), item.end("bullet"), "•", ("marker",))
                at = item.end("bullet")
            elif item:
                writer.copy(item.start(), item.end(), ("marker",))
                at = item.end()
            elif hidden:
                at = hidden.end()
            start = at
        end = past
    write_paragraph()
    return writer.pieces


def _is_code(text: str, fence: re.Pattern[str]) -> bool:
    lines = [match["words"] for match in LINE.finditer(text) if match["words"]]
    if any(map(fence.fullmatch, lines)):
        return False
    return 2 * sum(1 for line in lines if _CODE_LINE.fullmatch(line)) > len(lines) > 1


# Tables


def _draw_rows(passage: Passage, rows: Sequence[Cells], form: _Format) -> list[Piece]:
    """Rows below each other, with the names of their columns; but for the row of these names."""
    writer = PieceWriter(passage.text)
    for row in rows:
        words = tuple(passage.text[start:end] for start, end in row)
        is_header = words == passage.columns[: len(row)]
        _draw_row(writer, row, form, () if is_header else passage.columns)
    return writer.pieces


def _draw_row(writer: PieceWriter, row: Cells, form: _Format, columns: Sequence[str] = ()) -> None:
    """The cells of a row on one line, but for empty ones, each after the name of its column."""
    if writer.pieces:
        writer.add("\n")
    past: int | None = None
    for number, (start, end) in enumerate(row):
        if start == end:
            continue
        column = columns[number] if number < len(columns) else ""
        name = f"{column}: " if column else ""
        if past is None:
            writer.replace(start, start, name, ("label",))
        else:
            writer.replace(past, start, f"{_NEXT_CELL}{name}", ("label",))
        _write_cell(writer, start, end, form)
        past = end


def _write_cell(writer: PieceWriter, start: int, end: int, form: _Format) -> None:
    if form is _PLAIN:
        write_cell(writer, start, end)
    else:
        form.write(writer, start, end)
