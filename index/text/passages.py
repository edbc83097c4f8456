"""From text to passages: paragraphs, long ones cut at sentences, short neighbours joined."""

from __future__ import annotations

import re
import time
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import partial
from itertools import chain, groupby, pairwise
from math import inf

from index.documents import (
    ENGLISH,
    Blocks,
    Content,
    MarkFinder,
    Passage,
    Span,
    Table,
    join_headings,
    pack_passage,
    shorten,
)
from index.text.language import PASSAGE_LEAD, count_letters, detect_language, find_main_language
from index.text.plain_blocks import complete_blocks, find_lines, split_sections
from index.text.sentences import split_sentences

# A passage shorter than this (in characters) does not stand alone if it has a neighbour.
SHORT = 120
# A longer item of a list stands alone.
_LONGEST_ITEM = 240
# Tokens kept free for the title and headings that are encoded with a passage.
CONTEXT_TOKENS = 40
# The most tokens of a passage, also for encoders that take more: the reader sees the question, too.
MOST_TOKENS = 220
# The most characters of a passage for each token that it may have: some text has hardly any
# tokens, as an unknown word of any length is one.
_CHARACTERS_A_TOKEN = 12
# In other languages than English so many letters count as a token.
_LETTERS_A_TOKEN = 5
# The most tokens of one character: composed ones can be taken apart.
_TOKENS_A_CHARACTER = 40
# A longer row of a table (in characters) is cut at its cells.
_LONGEST_ROW = 8_000
# Of what a row that is cut is called, so much goes with each part.
_LONGEST_ROW_NAME = 80
# Lines that are wrapped by hand have no more characters than this.
_LONGEST_WRAPPED = 160
# A place to cut is looked for at most this many characters from the middle.
_MIDDLE_REACH = 100
_COUNTED_AT_ONCE = 1_000
# Counts are remembered for what is cut at the moment, not for a whole book.
_MOST_COUNTED = 10_000
# A longer run of letters and digits is data: no word has it, and no address.
_LONGEST_WORD = 400
# Indentation is measured up to so many columns.
_DEEPEST = 100
# The most characters of each heading that goes with a passage.
_LONGEST_HEADING = 1_000
# A longer block is cut in portions, so that memory does not grow with a file.
_PORTION = 200_000

TokenCounter = Callable[[Sequence[str]], list[int]]
# A stretch of the text to the units that it is cut between.
Units = Callable[[Span], Iterable[Span]]

# Scripts that have no spaces are not written in ASCII.
_DATA = re.compile(rf"(?<![\w+/=-])[\w+/=-]{{{_LONGEST_WORD + 1},}}+", re.ASCII)
# What ends a sentence.
_SENTENCE_ENDS = ".!?。！？…"
# The end of a sentence that announces a list.
_FOLLOWS = re.compile(r"\b(?:following|below|as follows)\b[^.!?]*[.]?\Z", re.IGNORECASE)
_ANNOUNCEMENT = 80  # characters, at most
_FENCE = re.compile(r"```|~~~")
_WORD = re.compile(r"\w")
# Where text that is too long is cut, the best places first: at a line's end, between words, after
# a mark that ends a clause in scripts without spaces.
_PLACES = (re.compile(r"[\r\n]"), re.compile(r"\s"), re.compile(r"[、，；：。！？।။]"))


@dataclass(frozen=True, slots=True)
class NewPassage:
    """A passage that is not stored yet: it has no id.

    Attributes:
        blocks: what it is made of, and its language, as `pack_passage` makes it; b"" for a plain
            English paragraph.
        language: that it is in.
    """

    span: Span
    headings: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    page: int | None = None
    blocks: bytes = b""
    language: str = ENGLISH

    @property
    def heading(self) -> str | None:
        """Headings and column names in one line for people; None if there are none."""
        return join_headings(self.headings, self.columns) or None


def drop_id(passage: Passage) -> NewPassage:
    """A stored passage as a new one, without its id."""
    span = passage.span
    language = passage.language
    blocks = pack_passage(Blocks(passage.blocks), passage.marks, span, language)
    return NewPassage(span, passage.headings, passage.columns, passage.page, blocks, language)


def limit_passage_tokens(encoder_tokens: int) -> int:
    """How many tokens a passage may have for an encoder that takes `encoder_tokens` in all."""
    return max(16, min(MOST_TOKENS, encoder_tokens - 2 - CONTEXT_TOKENS))


def cut_passages(
    content: Content,
    count_tokens: TokenCounter,
    most_tokens: int,
    most_seconds: float = inf,
    *,
    reads_english_alone: bool = False,
) -> list[NewPassage]:
    """Cut a document into passages, in time that grows with its length.

    Every character of a block that is not white space is in exactly one passage; if the
    content has no blocks, every such character outside of headings. Two things may be in none:
    runs of hundreds of letters or digits, which are data, and paragraphs without a letter or a
    digit, which only separate others. Spans ascend and never overlap.

    Args:
        content: what the loader read.
        count_tokens: the encoder's number of tokens of each text.
        most_tokens: no passage has more, except a row of a table.
        most_seconds: of processor time.
        reads_english_alone: whether the encoder knows few words of other languages. A text that is
            mostly in another one is then measured in letters.

    Raises:
        TimeoutError: it takes longer.
    """
    content = complete_blocks(content)
    text, most, blocks = content.text, most_tokens, content.structure.blocks
    main_language = find_main_language(text)
    is_unread = reads_english_alone and main_language != ENGLISH
    find_sentences = partial(_find_sentences, language=main_language)
    find_units = find_lines if content.layout == "lines" else find_sentences
    started, used = time.perf_counter(), time.thread_time()

    def check_time() -> None:
        # The clock never shows less, and is far quicker to read.
        if time.perf_counter() - started > most_seconds < time.thread_time() - used:
            raise TimeoutError

    def count(texts: Sequence[str]) -> list[int]:
        check_time()
        return _estimate_tokens(texts) if is_unread else count_tokens(texts)

    cutter = _Cutter(text, count, most, blocks, partial(find_units, text), main_language)
    passages, marks = [], MarkFinder(content.marks)
    for section in split_sections(content, SHORT):
        names = _shorten_headings(section.names)
        for table, spans in groupby(section.paragraphs, _match_tables(content.tables)):
            # One by one: there may be millions of them.
            if table is not None:
                caption = _shorten_headings([table.caption])
                cut = chain.from_iterable(map(cutter.cut_named_row, spans))
                parts = ((part, (*names, *caption, *row)) for part, row in cut)
            else:
                if content.layout == "prose":
                    spans = chain.from_iterable(_split_long_lines(text, span) for span in spans)
                joined = cutter.join_short(
                    chain.from_iterable(map(cutter.cut, spans)), section.entries
                )
                parts = ((part, names) for part in joined)
            for part, headings in parts:
                check_time()
                page = _find_page(content.page_starts, part.start)
                columns = table.columns if table is not None else ()
                language = detect_language(part.of(text), main_language, PASSAGE_LEAD)
                packed = pack_passage(blocks, marks.find(part), part, language)
                passages.append(NewPassage(part, headings, columns, page, packed, language))
    return passages


def _estimate_tokens(texts: Sequence[str]) -> list[int]:
    return [-(-count_letters(text) // _LETTERS_A_TOKEN) for text in texts]


def _match_tables(tables: Sequence[Table]) -> Callable[[Span], Table | None]:
    """A function that returns the table of a block that is a row, None for other blocks."""
    starts = [table.span.start for table in tables]

    def find_table(block: Span) -> Table | None:
        at = bisect_right(starts, block.start)
        return tables[at - 1] if at and block.start < tables[at - 1].span.end else None

    return find_table


def _shorten_headings(path: Sequence[str]) -> tuple[str, ...]:
    return tuple(shorten(words, _LONGEST_HEADING) for words in path if words)


def _split_long_lines(text: str, block: Span) -> Iterable[Span]:
    """The lines of a block, if most of its text is in lines too long to be wrapped by hand.

    Each of them is a paragraph, as in texts without blank lines. Any other block stays whole.
    """
    lines = [*find_lines(text, block)]
    lengths = map(len, lines)
    if 2 * sum(length for length in lengths if length > _LONGEST_WRAPPED) <= len(block):
        return [block]
    return lines


def _find_sentences(text: str, stretch: Span, *, language: str) -> Iterator[Span]:
    for start, end in split_sentences(stretch.of(text), language):
        yield Span(stretch.start + start, stretch.start + end)


class _Cutter:
    """Cuts blocks into parts that fit, and joins parts that are too short."""

    def __init__(
        self,
        text: str,
        count_tokens: TokenCounter,
        most: int,
        blocks: Blocks,
        find_units: Units,
        language: str,
    ) -> None:
        """Cut parts of a text.

        Args:
            blocks: of the text.
            find_units: what is cut between, outside of tables.
            language: that most of the text is in.
        """
        self._language = language
        self._text, self._count, self._most = text, count_tokens, most
        self._find_units = find_units
        self._blocks, self._items = blocks, frozenset(blocks.list_item_starts())
        self._counted: dict[Span, int] = {}

    def cut(self, block: Span) -> list[Span]:
        """The block in parts that fit, cut between its units if possible, else between words."""
        return self._cut(block, self._find_units)

    def _cut(self, block: Span, find_units: Units) -> list[Span]:
        return [
            part
            for stretch in _drop_data(self._text, block)
            for portion in self._split_portions(stretch)
            for part in self._cut_whole(portion.strip(self._text), find_units)
        ]

    def cut_row(self, row: Span) -> list[Span]:
        """A row of a table, whole; in parts only if it is too long to be read, or holds data."""
        if len(row) > _LONGEST_ROW or len(list(_drop_data(self._text, row))) > 1:
            return self._cut(row, self._find_cells)
        words = row.strip(self._text)
        start = words.start
        # Tabs before the first words stand for cells that are empty.
        while start > row.start and self._text[start - 1] == "\t":
            start -= 1
        return [Span(start, words.end)] if len(words) else []

    def cut_named_row(self, row: Span) -> Iterator[tuple[Span, tuple[str, ...]]]:
        """The parts of a row, as `cut_row` makes them; all but the first with the row's name."""
        name: tuple[str, ...] = ()
        parts = self.cut_row(row)
        for number, part in enumerate(parts, 1):
            yield part, name
            # Most rows are whole: then nobody asks for the name.
            if not name and number < len(parts):
                name = self._name_row(part)

    def _name_row(self, part: Span) -> tuple[str, ...]:
        """The words of the first cell in a part of a row, as a heading."""
        cells = [cell for block in self._blocks.within(part) for cell in block.cells]
        names = _shorten_headings([cell.of(self._text) for cell in cells[:1]])
        return tuple(words[:_LONGEST_ROW_NAME] for words in names)

    def _find_cells(self, stretch: Span) -> Iterator[Span]:
        """The sentences of each cell of a row; of what is in no cell, too."""
        cells = [cell for row in self._blocks.within(stretch) for cell in row.cells if len(cell)]
        bounds = [stretch.start, *(cell.end for cell in cells[:-1]), stretch.end]
        for start, end in pairwise(bounds):
            yield from _find_sentences(self._text, Span(start, end), language=self._language)

    def _split_portions(self, block: Span) -> Iterator[Span]:
        start = block.start
        while block.end - start > _PORTION:
            limit = start + _PORTION
            ends = (self._text.rfind(sign, start, limit) + 1 for sign in "\n\r。 ")
            end = next(filter(None, ends), limit)
            yield Span(start, end)
            start = end
        yield Span(start, block.end)

    def _cut_whole(self, block: Span, find_units: Units) -> list[Span]:
        if not len(block):
            return []
        if self._fits(block):
            return [block]
        parts = [part for unit in find_units(block) for part in self._halve(unit)]
        # Tokens of parts need not add up to those of the whole.
        return [part for window in self._pack(parts) for part in self._halve(window)]

    def join_short(self, parts: Iterable[Span], entries: Set[int] = frozenset()) -> list[Span]:
        """Join parts that are too short to stand alone, or announce the next one, to a neighbour.

        The items of a list are joined to each other, and so to the part that announces them; short
        code, and other short parts that are indented, to the part above; and so is what goes on
        with a sentence of it.

        Args:
            parts: in order.
            entries: where those parts start that are items without a sign.
        """
        joined: list[Span] = []
        was_item = False
        for part in parts:
            if not _WORD.search(self._text, part.start, part.end):
                continue
            begins_list = part.start in entries or part.start in self._items
            is_item = begins_list and len(part) < _LONGEST_ITEM
            if joined and (
                len(joined[-1]) < SHORT
                or self._announces(joined[-1], begins_list)
                or (was_item and is_item)
                or self._goes_on(part, joined[-1])
                or (len(part) < SHORT and self._hangs_on(part, joined[-1]))
            ):
                both = Span(joined[-1].start, part.end)
                if self._fits(both):
                    joined[-1], was_item = both, is_item
                    continue
            joined.append(part)
            was_item = is_item
        if len(joined) > 1 and len(joined[-1]) < SHORT:
            both = Span(joined[-2].start, joined[-1].end)
            if self._fits(both):
                joined[-2:] = [both]
        return joined

    def _announces(self, part: Span, before_list: bool) -> bool:
        """Whether a part ends with a colon, or before a list with words such as "the following".

        Before a list it may also break off: "Ring the ward the same day if".
        """
        end = self._text[max(part.start, part.end - _ANNOUNCEMENT) : part.end]
        if end[-1] in ":：":
            return True
        breaks_off = end[-1].isalpha() and part.start not in self._items
        return before_list and (breaks_off or _FOLLOWS.search(end) is not None)

    def _goes_on(self, part: Span, above: Span) -> bool:
        """Whether a part is the end of a sentence that the one above begins."""
        begins, ends = self._text[part.start], self._text[part.end - 1]
        return (
            begins.islower()
            and ends in _SENTENCE_ENDS
            and self._text[above.end - 1] not in _SENTENCE_ENDS
        )

    def _hangs_on(self, part: Span, above: Span) -> bool:
        is_code = _FENCE.match(self._text, part.start) is not None
        return is_code or self._measure_indent(part) > self._measure_indent(above)

    def _measure_indent(self, part: Span) -> int:
        """Columns between the margin and a part that begins a line."""
        above = self._text[max(0, part.start - _DEEPEST) : part.start]
        before = re.split(r"[\r\n]", above)[-1]
        return 0 if before.strip() else len(before.expandtabs())

    def _fits(self, span: Span) -> bool:
        if len(span) > self._most * _CHARACTERS_A_TOKEN:
            return False
        words = span.of(self._text)
        # An ASCII character is never more than one token, and a few others (of two bytes
        # and more) can only be so many: short text needs no counting.
        others = len(words.encode(errors="surrogatepass")) - len(words)
        if len(words) + _TOKENS_A_CHARACTER * others <= self._most:
            return True
        return self._count_tokens([span])[0] <= self._most

    def _halve(self, part: Span) -> list[Span]:
        """The part, cut in half as often as it takes to fit."""
        if len(part) < 2 or self._fits(part):
            return [part]
        at = self._find_middle(part)
        halves = Span(part.start, at), Span(at, part.end)
        return [span for half in halves for span in self._halve(half.strip(self._text))]

    def _find_middle(self, part: Span) -> int:
        """The best place to cut that is near the middle of a part, or the middle."""
        middle = (part.start + part.end) // 2
        reach = min(_MIDDLE_REACH, middle - part.start)
        for pattern in _PLACES:
            matches = pattern.finditer(self._text, middle - reach, middle + reach - 1)
            ends = [match.end() for match in matches]
            if ends:
                return min(ends, key=lambda at: abs(at - middle))
        return middle

    def _pack(self, parts: Sequence[Span]) -> list[Span]:
        """The parts joined, in order, into as few windows as possible, of about equal size."""
        counts = self._count_tokens(parts)
        total = sum(counts)
        wanted = total / max(1, -(-total // self._most))
        windows: list[Span] = []
        start, filled = parts[0].start, 0
        end = start
        # A step of several sentences stays whole, if it can.
        begins_item = [part.start in self._items for part in parts]
        has_items = any(begins_item)
        for part, tokens, is_place in zip(parts, counts, begins_item, strict=True):
            is_enough = filled >= wanted and (is_place or not has_items)
            if filled and (filled + tokens > self._most or is_enough):
                windows.append(Span(start, end))
                start, filled = part.start, 0
            end, filled = part.end, filled + tokens
        windows.append(Span(start, end))
        return windows

    def _count_tokens(self, spans: Sequence[Span]) -> list[int]:
        if len(self._counted) > _MOST_COUNTED:
            self._counted.clear()
        new = [span for span in dict.fromkeys(spans) if span not in self._counted]
        for at in range(0, len(new), _COUNTED_AT_ONCE):
            batch = new[at : at + _COUNTED_AT_ONCE]
            counts = self._count([span.of(self._text) for span in batch])
            self._counted.update(zip(batch, counts, strict=True))
        return [self._counted[span] for span in spans]


def _drop_data(text: str, block: Span) -> Iterator[Span]:
    """The stretches of a block between runs of data."""
    start = block.start
    if len(block) > _LONGEST_WORD:
        for run in _DATA.finditer(text, block.start, block.end):
            yield Span(start, run.start())
            start = run.end()
    yield Span(start, block.end)


def _find_page(page_starts: Sequence[int], offset: int) -> int | None:
    return bisect_right(page_starts, offset) if page_starts else None
