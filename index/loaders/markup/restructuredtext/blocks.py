"""The tables of a reStructuredText, and what of its directives and comments is in no passage."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from index.documents import TERM_LEVEL, Content, Heading, Span, shorten
from index.loaders.markup.blocks import split_blocks
from index.loaders.markup.lines import MarkupLine, find_end_of_body, skip_blank
from index.loaders.markup.restructuredtext.directives import (
    CODE_DIRECTIVES,
    NOTE_DIRECTIVES,
    TERM_DIRECTIVES,
    VERSION_DIRECTIVES,
    has_words,
    is_hidden,
)
from index.loaders.markup.restructuredtext.tables import (
    read_grid_table,
    read_list_table,
    read_simple_table,
)
from index.loaders.markup.restructuredtext.titles import strip_markup
from index.loaders.markup.tables import (
    LocatedTable,
    MarkupTable,
    locate_table,
    read_delimited_table,
)

_EXPLICIT = re.compile(r"\.\.(?:[ \t]+|$)")
_DIRECTIVE = re.compile(r"(?P<name>[a-zA-Z][\w:+.-]{0,60}?)[ ]?::(?:[ \t]+|$)")
_TARGET = re.compile(r"_(?:_|`[^`]*`|[^:]*):")
_FOOTNOTE = re.compile(r"\[[^\[\]\s]{1,100}\](?:[ \t]+|$)")
_OPTION = re.compile(r":(?P<name>[\w-]{1,60}):(?:[ \t]+|$)")
_ITEM = re.compile(r"(?:[-*+•‣⁃]|\(?(?:[0-9]{1,4}|#|[a-zA-Z])[.)])[ \t]+")
# What begins on the line below a paragraph, though no blank line parts them.
_BEGINNING = re.compile(
    r"\.\.[ \t]+(?:[a-zA-Z][\w:+.-]{0,60}?::(?:[ \t]|$)|_[^:]{1,200}:)|=+(?:[ ]+=+)+|\+(?:[-=]+\+)+"
)
# Options of which a person reads what they say, and with the name of the option.
_READ_OPTIONS = frozenset(("alt", "caption"))
_NAMED_OPTIONS = frozenset(("type", "default", "value"))
# In characters: a longer term is cut short.
_LONGEST_TERM = 100
_DELIMITERS = {"tab": "\t", "space": " "}


def locate_blocks(content: Content, lines: Sequence[MarkupLine]) -> Content:
    """A text with its tables row by row, and without what nobody sees of it in its blocks."""
    reader = _Reader(content.text, lines)
    reader.read()
    headings = sorted((*content.headings, *reader.terms), key=lambda heading: heading.span)
    content = replace(content, headings=tuple(headings))
    return split_blocks(content, reader.unread, reader.tables, reader.hidden)


@dataclass(frozen=True, slots=True)
class _Options:
    """The options of a directive, by their names; the numbers of their first line and of that
    after the last."""

    words: dict[str, Span]
    first: int
    past: int


@dataclass(slots=True)
class _Reader:
    """Walks through the lines.

    Attributes:
        unread: what is in no block.
        hidden: what is in no block, and parts those before and after it.
        terms: what is explained below each, and where that ends; they have no words of the text.
        caption: of the table that comes next.
        no_grid_before: the number of a line before which no table begins that is drawn with signs.
    """

    text: str
    lines: Sequence[MarkupLine]
    unread: list[Span] = field(default_factory=list)
    hidden: list[Span] = field(default_factory=list)
    tables: list[LocatedTable] = field(default_factory=list)
    terms: list[Heading] = field(default_factory=list)
    caption: str = ""
    no_grid_before: int = 0
    # The margins of the open terms.
    _margins: list[int] = field(default_factory=list)

    def read(self) -> None:
        number = skip_blank(self.lines, 0)
        while number < len(self.lines):
            caption = self.caption
            self._end_terms(number)
            number = self._read_block(number)
            if self.caption == caption:
                self.caption = ""
            number = skip_blank(self.lines, number)

    def _end_terms(self, number: int) -> None:
        """What begins with a line, and is no further term, belongs to none that is less set in."""
        line = self.lines[number]
        depth = sum(margin < line.margin for margin in self._margins)
        if depth == len(self._margins):
            return
        del self._margins[depth:]
        if self._find_term(number) is None:
            self.terms.append(Heading(Span(line.start, line.start), TERM_LEVEL + depth, ""))

    def _find_term(self, number: int) -> Span | None:
        """The term with which the directive on a line begins, if it is one that explains a term."""
        line = self.lines[number]
        explicit = _EXPLICIT.match(line.words)
        match = explicit and _DIRECTIVE.match(line.words, explicit.end())
        if not match or _name_directive(match) not in TERM_DIRECTIVES:
            return None
        term = Span(line.start + match.end(), line.end)
        return term if len(term) else None

    def _words(self, number: int) -> str:
        return self.lines[number].words if number < len(self.lines) else ""

    def _leave_out(self, number: int, past: int) -> None:
        """Lines are in no block; no passage goes on beyond several of them."""
        span = Span(self.lines[number].start, self.lines[past - 1].end)
        (self.hidden if past > number + 1 else self.unread).append(span)

    def _read_block(self, number: int) -> int:
        """What begins with a line; returns the number of the line after it."""
        line = self.lines[number]
        if match := _EXPLICIT.match(line.words):
            return self._read_explicit(number, line.start + match.end())
        if line.words == "__" or line.words.startswith("__ "):
            self._leave_out(number, number + 1)
            return number + 1
        table = read_simple_table(self.lines, number) or self._read_grid_table(number)
        if table is not None:
            self._add_table(table, number, table.past)
            return table.past
        return self._read_paragraph(number)

    def _read_grid_table(self, number: int) -> MarkupTable | None:
        if number < self.no_grid_before:
            return None
        table = read_grid_table(self.lines, number)
        if table is None:
            # What is not a table as a whole is none from a later line on, and is not tried again.
            self.no_grid_before = number
            while self._words(self.no_grid_before)[:1] in ("+", "|"):
                self.no_grid_before += 1
        return table

    def _add_table(
        self, table: MarkupTable, number: int, past: int, names: Sequence[str] = ()
    ) -> None:
        """Add a table that stands on some lines."""
        span = Span(self.lines[number].start, self.lines[past - 1].end)
        self.tables.append(locate_table(self.text, table, span, _strip_cell, self.caption, names))

    def _read_paragraph(self, number: int) -> int:
        """A paragraph, and the literal text that it announces."""
        past = number + 1
        while self._words(past) and not _BEGINNING.match(self._words(past)):
            past += 1
        last = self.lines[past - 1]
        if not last.words.endswith("::"):
            return past
        margin = last.margin
        if past == number + 1 and (item := _ITEM.match(last.words)):
            margin += item.end()
        return find_end_of_body(self.lines, past, margin)

    def _read_explicit(self, number: int, start: int) -> int:
        line = self.lines[number]
        words = line.words[start - line.start :]
        if _FOOTNOTE.match(words):
            self.unread.append(Span(line.start, start))
            return self._read_paragraph(number)
        if match := _DIRECTIVE.match(words):
            if (term := self._find_term(number)) is not None:
                self._begin_term(term, line.margin)
            return self._read_directive(number, _name_directive(match), start + match.end())
        past = find_end_of_body(self.lines, number + 1, line.margin)
        if _TARGET.match(words) or not (words or self._words(number + 1)):
            # What is set in below a blank line does not belong to it.
            blank = (at for at in range(number + 1, past) if not self.lines[at].words)
            past = next(blank, past)
        # A comment, the target of a link, what a name stands for.
        self._leave_out(number, past)
        return past

    def _begin_term(self, term: Span, margin: int) -> None:
        words = shorten(strip_markup(term.of(self.text)), _LONGEST_TERM)
        level = TERM_LEVEL + len(self._margins)
        self.terms.append(Heading(Span(term.start, term.start), level, words))
        self._margins.append(margin)

    def _read_directive(self, number: int, name: str, argument: int) -> int:
        """A directive, of which what is below is read next.

        Args:
            argument: where what follows its name begins.
        """
        line = self.lines[number]
        if is_hidden(name):
            past = find_end_of_body(self.lines, number + 1, line.margin)
            self._leave_out(number, past)
            return past
        options = self._read_options(number)
        # With its options left out, its name would stand alone.
        if name in VERSION_DIRECTIVES or (name in NOTE_DIRECTIVES and not options.words):
            return self._read_paragraph(number)
        has_argument = argument < line.end and has_words(name)
        self.unread.append(Span(line.start, argument if has_argument else line.end))
        self._leave_out_options(options)
        if name in ("list-table", "csv-table", "table"):
            self.caption = self.text[argument : line.end]
        if name in ("list-table", "csv-table") or name in CODE_DIRECTIVES:
            past = max(options.past, find_end_of_body(self.lines, options.past, line.margin))
            first = skip_blank(self.lines, options.past)
            if first < past:
                self._read_rows(name, options, first, past)
            return past
        if options.words:
            return options.past
        return self._read_paragraph(number)

    def _read_options(self, number: int) -> _Options:
        """The options of the directive on a line: they come before any blank line below it."""
        margin, first = self.lines[number].margin, number + 1
        while self._is_below(first, margin) and not _OPTION.match(self._words(first)):
            first += 1
        found: dict[str, Span] = {}
        name, past = "", first
        while self._is_below(past, margin):
            line = self.lines[past]
            if match := _OPTION.match(line.words):
                name = match["name"]
                found[name] = Span(line.start + match.end(), line.end)
            else:
                found[name] = Span(found[name].start, line.end)
            past += 1
        return _Options(found, first, past) if found else _Options({}, number + 1, number + 1)

    def _is_below(self, number: int, margin: int) -> bool:
        return bool(self._words(number)) and self.lines[number].margin > margin

    def _leave_out_options(self, options: _Options) -> None:
        """The names of options are in no block, nor is what most of them say."""
        at = self.lines[options.first].start if options.words else 0
        for name, words in options.words.items():
            if name not in _NAMED_OPTIONS:
                self.unread.append(Span(at, words.start if name in _READ_OPTIONS else words.end))
            at = words.end

    def _read_rows(self, name: str, options: _Options, first: int, past: int) -> None:
        """The rows of a table that is written as a list, or as CSV, on some lines."""
        marked = options.words.get("header-rows", Span(0, 0)).of(self.text).strip()
        header_rows = int(marked) if re.fullmatch("[0-9]{1,2}", marked) else 0
        if name == "list-table":
            rows = read_list_table(self.lines[first:past])
            names: list[str] = []
        elif name == "csv-table":
            sign = options.words.get("delim", Span(0, 0)).of(self.text).strip()
            delimiter = _DELIMITERS.get(sign, sign if len(sign) == 1 else ",")
            given = options.words.get("header", Span(0, 0))
            cells = read_delimited_table(self.text, given.start, given.end, delimiter)
            names = [self.text[start:end] for start, end in (cells[0] if cells else ())]
            begin, end = self.lines[first].start, self.lines[past - 1].end
            rows = read_delimited_table(self.text, begin, end, delimiter)
        else:
            return
        table = MarkupTable([[row] for row in rows if row], header_rows, past)
        self._add_table(table, first, past, names)


def _name_directive(match: re.Match[str]) -> str:
    """The name of a directive without the domain before it."""
    return match["name"].lower().rpartition(":")[2]


def _strip_cell(words: str) -> str:
    """The words of a cell without its markup, nor the quotation marks around it."""
    if len(words) > 1 and words[0] == words[-1] == '"':
        words = words[1:-1].replace('""', '"')
    return strip_markup(words)
