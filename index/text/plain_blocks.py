"""The sections of a text, and the blocks of one that has no markup.

Blank lines part paragraphs; items of lists are known by their signs, cells of rows by tabs. A
section is what stands between one heading and the next; passages are cut from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from index.documents import TERM_LEVEL, Block, BlockKind, Blocks, Content, Heading, Span
from index.text.patterns import ITEM_MARKER

_PARAGRAPH = re.compile(r"\S[^\r\n]*(?:(?>\r\n|\n|\r)[ \t\f\v]*[^\s][^\r\n]*)*+")
_LINE = re.compile(r"[^\r\n]+")
_ITEM = re.compile(rf"[ \t]*(?P<marker>{ITEM_MARKER})[ \t]+(?=\S)")
_BETWEEN_TERMS = re.compile(r"[\s,]+")
# A tab reaches to the next column that is a multiple of this.
_TAB_COLUMNS = 8
# Indentation is measured up to so many columns.
_DEEPEST_COLUMNS = 100
# Deeper lists than this are not lists; what stands there is set in for another reason.
_MOST_DEPTH = 20


def find_paragraphs(text: str, start: int, end: int) -> Iterator[Span]:
    """The paragraphs between two places of a text."""
    for paragraph in _PARAGRAPH.finditer(text, start, max(start, end)):
        yield Span(*paragraph.span())


def split_paragraphs(text: str, cuts: Iterable[tuple[Span, Sequence[Span]]]) -> tuple[Span, ...]:
    """What blank lines part in a text, but for some stretches of it.

    Args:
        cuts: each stretch, and what is there in place of it: the rows of a table, or nothing.
    """
    paragraphs: list[Span] = []
    at = 0
    for span, rows in sorted(cuts, key=lambda cut: cut[0]):
        paragraphs += find_paragraphs(text, at, span.start)
        paragraphs += [row for row in rows if row.start >= at]
        at = max(at, span.end)
    return (*paragraphs, *find_paragraphs(text, at, len(text)))


def complete_blocks(content: Content) -> Content:
    """A content with blocks, also if its loader has told none apart."""
    return content if content.blocks is not None else replace(content, blocks=find_blocks(content))


def find_blocks(content: Content) -> Blocks:
    """The blocks of a content: those that its loader has told apart, if it has."""
    return content.blocks if content.blocks is not None else Blocks(_find_blocks(content))


def _find_blocks(content: Content) -> Iterator[Block]:
    text = content.text
    tables = iter(content.tables)
    table = next(tables, None)
    in_table = False
    end = 0
    for span in list_paragraphs(content):
        # Those of a loader that is not ours may overlap.
        span, end = Span(max(span.start, end), span.end), max(span.end, end)
        if span.start >= span.end:
            continue
        while table is not None and table.span.end <= span.start:
            table, in_table = next(tables, None), False
        if table is not None and table.span.holds(span):
            if not in_table:
                yield from find_header(text, Span(table.span.start, span.start))
            in_table = True
            yield make_row(span.of(text), span.start)
        elif content.layout == "lines":
            yield Block("code", span)
        else:
            yield from find_items(text, span)


def find_header(text: str, span: Span) -> Iterator[Block]:
    """The rows above the first of a table: they name its columns."""
    for line in find_lines(text, span):
        yield make_row(line.of(text), line.start, "header")


def list_paragraphs(content: Content) -> Iterator[Span]:
    """The paragraphs of a content; if it names none, what blank lines part between headings."""
    if content.paragraphs is not None:
        yield from content.paragraphs
    else:
        for section in _split_at_headings(content):
            yield from section.paragraphs


def make_row(row: str, at: int, kind: BlockKind = "row") -> Block:
    """A row of a table whose cells tabs part.

    Args:
        row: its words.
        at: where they stand in the text.
    """
    cells = []
    start = at
    for cell in row.split("\t"):
        first = start + len(cell) - len(cell.lstrip())
        cells.append(Span(first, first + len(cell.strip())))
        start += len(cell) + 1
    return Block(kind, Span(at, at + len(row)), cells=tuple(cells))


def make_paragraph(words: str, at: int) -> Block:
    """A paragraph of its own; an item if it begins with the sign of one, typed by hand.

    Args:
        words: what it says.
        at: where that stands in the text.
    """
    whole = Span(at, at + len(words))
    item = _ITEM.match(words)
    if item is None:
        return Block("paragraph", whole)
    marker = Span(*item.span("marker")).shift(at)
    return Block("item", Span(at + item.end(), whole.end), 1, marker)


def find_items(text: str, span: Span) -> Iterator[Block]:
    """The items of the lists in a paragraph, and what stands before them; or its rows."""
    if _has_rows(text, span):
        yield from (make_row(line.of(text), line.start) for line in find_lines(text, span))
    elif _has_list(text, span):
        yield from _split_items(text, span)
    else:
        yield Block("paragraph", span.strip(text))


def _split_items(text: str, span: Span) -> Iterator[Block]:
    # The block that is being read, and the end of its last line.
    open_block: Block | None = None
    indents: list[int] = []
    for line in find_lines(text, span):
        item = _ITEM.match(text, line.start, line.end)
        words = Span(item.end() if item else line.start, line.end).strip(text)
        if item is None and open_block is not None:
            open_block = replace(open_block, span=Span(open_block.span.start, words.end))
            continue
        if open_block is not None:
            yield open_block
        depth = 0
        if item is not None:
            indent = _measure_columns(text, item.start("marker"), span.start)
            while indents and indents[-1] >= indent:
                indents.pop()
            indents.append(indent)
            depth = min(len(indents), _MOST_DEPTH)
        marker = Span(*item.span("marker")) if item is not None else None
        open_block = Block("paragraph" if item is None else "item", words, depth, marker)
    if open_block is not None:
        yield open_block


def find_lines(text: str, span: Span) -> Iterator[Span]:
    """The lines of a stretch that are not blank, without their ends."""
    for line in _LINE.finditer(text, span.start, span.end):
        if not line[0].isspace():
            yield Span(*line.span())


def _has_rows(text: str, span: Span) -> bool:
    """Whether a paragraph has several lines, with a tab in each."""
    lines = 0
    for line in find_lines(text, span):
        if text.find("\t", line.start + 1, line.end) < 0:
            return False
        lines += 1
    return lines > 1


def _has_list(text: str, span: Span) -> bool:
    """Whether signs of items in a paragraph are such: a line of prose may begin with one, too."""
    items = 0
    above = ":"
    for line in find_lines(text, span):
        if _ITEM.match(text, line.start, line.end):
            items += 1
            if items > 1 or above.endswith(":"):
                return True
        above = line.of(text).rstrip()
    return False


def _measure_columns(text: str, at: int, least: int) -> int:
    """The columns between the beginning of a line and a place in it.

    Args:
        least: where the paragraph begins; what stands before it on its first line counts, too.
    """
    before = text[max(0, at - _DEEPEST_COLUMNS) : at]
    line = re.split(r"[\r\n]", before)[-1]
    return max(0, at - least) if line.strip() else len(line.expandtabs(_TAB_COLUMNS))


@dataclass(frozen=True, slots=True)
class Section:
    """The paragraphs between two headings.

    Attributes:
        path: the headings above, the outermost first.
        paragraphs: in order; if none are marked, they are found as they are read.
        entries: where those paragraphs start that are entries of a list of definitions, each with
            its term, and short.
    """

    path: tuple[Heading, ...]
    paragraphs: Iterable[Span]
    entries: frozenset[int] = frozenset()

    @property
    def names(self) -> tuple[str, ...]:
        """The words of the headings above; those without any only part what they stand between."""
        return tuple(heading.text for heading in self.path if heading.text)


def split_sections(content: Content, short: int) -> Iterator[Section]:
    """The sections of a document, in order.

    Several short entries of a list of definitions, one after the other, are in one section with
    what stands above them: their terms are not headings then.

    Args:
        short: the characters that a short entry has fewer of.
    """
    before: Section | None = None
    entries: list[Section] = []
    for section in _split_at_headings(content):
        is_entry = _is_short_entry(section, content.text, short)
        if is_entry and entries and section.path[:-1] == entries[-1].path[:-1]:
            entries.append(section)
            continue
        if entries:
            # An entry that has entries below it stays their heading.
            outer = entries.pop() if section.path[:-1] == entries[-1].path else None
            yield from _join_entries(before, entries)
            before, entries = outer, []
        if is_entry:
            entries = [section]
        else:
            yield from filter(None, (before,))
            before = section
    yield from _join_entries(before, entries)


def _split_at_headings(content: Content) -> Iterator[Section]:
    path: list[Heading] = []
    at, taken = 0, 0
    for heading in (*content.headings, None):
        end = heading.span.start if heading else len(content.text)
        if content.paragraphs is None:
            paragraphs: Iterable[Span] = find_paragraphs(content.text, at, end)
        else:
            first = taken
            while taken < len(content.paragraphs) and content.paragraphs[taken].start < end:
                taken += 1
            paragraphs = content.paragraphs[first:taken]
        yield Section(tuple(path), paragraphs)
        if heading:
            path = [outer for outer in path if outer.level < heading.level] + [heading]
            # Headings of a loader that is not ours may overlap.
            at = max(at, heading.span.end)


def _is_short_entry(section: Section, text: str, short: int) -> bool:
    """Whether a section is one short paragraph that begins with its heading, a term."""
    paragraphs = section.paragraphs
    if not section.path or not isinstance(paragraphs, Sequence) or len(paragraphs) != 1:
        return False
    term, entry = section.path[-1], paragraphs[0]
    if term.level < TERM_LEVEL or len(term.span) or not term.text or len(entry) >= short:
        return False
    words = _BETWEEN_TERMS.sub("", entry.of(text))
    return words.startswith(_BETWEEN_TERMS.sub("", term.text))


def _join_entries(before: Section | None, entries: list[Section]) -> Iterator[Section]:
    """A section and the short entries after it, as one section if they may be joined."""
    if len(entries) < 2:
        yield from filter(None, (before, *entries))
        return
    path = entries[0].path[:-1]
    paragraphs = tuple(span for entry in entries for span in entry.paragraphs)
    starts = frozenset(span.start for span in paragraphs)
    joined = Section(path, paragraphs, starts)
    above = before.paragraphs if before is not None else ()
    if before is not None and isinstance(above, Sequence) and before.names == joined.names:
        joined = Section(path, (*above, *paragraphs), starts)
    elif before is not None:
        yield before
    yield joined
