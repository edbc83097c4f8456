"""The grammar of reStructuredText, and the markup of its words.

A title is a line of text over a line of one repeated sign, or between two such lines,
at the left margin and at the start of a block. Its level is that of its style (the sign,
and whether there is an overline) in the order in which styles first appear.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from index.documents import TERM_LEVEL, Heading, Span, shorten
from index.loaders.markup.lines import (
    Code,
    Found,
    Label,
    LineReader,
    Marker,
    MarkupLine,
    Omission,
    Paragraph,
    Rows,
    Rule,
    Title,
    cut_code,
    find_end_of_body,
    skip_blank,
)
from index.loaders.markup.read_markup import compile_marks, strip_marks
from index.loaders.markup.restructuredtext.directives import (
    CODE_DIRECTIVES,
    HIDDEN_DIRECTIVES,
    LISTS,
    NOTES,
    QUOTE_DIRECTIVES,
    TERM_DIRECTIVES,
    TITLED,
    UNSEEN_DIRECTIVES,
    VERSIONS,
    has_words,
)
from index.loaders.markup.restructuredtext.tables import (
    read_grid_table,
    read_list_table,
    read_simple_table,
)
from index.loaders.markup.tables import MarkupTable, read_delimited_table
from index.text.patterns import BULLET, DRAWN_BULLETS, indent_by, put_bar

_ADORNMENT = re.compile(rf"([{re.escape(string.punctuation)}])\1*")
# A shorter line of signs may be a title, and is an adornment only if its title is no longer.
_SURELY = 4
_LONGEST_TITLE = 1_000
# First lines of something else than a title: list items, fields, options, line blocks,
# doctests, directives and other explicit markup, grid tables.
_NO_TITLE = re.compile(
    rf"""{BULLET}(?:\ |$) | \.\.(?:\ |$) | __(?:\ |$) | \|(?:\ |$) | >>>(?:\ |$)
      | :(?![:\s])[^:]*+:(?:\ |$) | (?:-[A-Za-z]|--[A-Za-z][\w-]*|/[A-Z])(?:[ =,]|$)
      | \+[-=]+\+""",
    re.VERBOSE,
)
_TABLE_BORDER = re.compile(r"=++(?:\ ++=++)++")
_BULLET = re.compile(r"[-*+•‣⁃](?:[ \t]+|$)")
_NUMBER = re.compile(r"\(?(?:[0-9]{1,4}|#|[a-zA-Z]|[ivxlcIVXLC]{1,6})[.)](?:[ \t]+|$)")
_FIELD = re.compile(r":(?P<name>(?![:\s])[^:]{1,200}):(?:[ \t]+|$)")
_OPTION = re.compile(
    r"-{1,2}[\w?][^\s,]{0,80}(?:[ ][\w<>=-]{1,80})?"
    r"(?:,[ ]-{1,2}[\w?][^\s,]{0,80}(?:[ ][\w<>=-]{1,80})?){0,9}(?:[ ]{2,}|$)"
)
_SETTING = re.compile(r":(?P<name>[\w-]{1,60}):(?:[ \t]+|$)")
_EXPLICIT = re.compile(r"\.\.(?:[ \t]+|$)")
_FOOTNOTE = re.compile(r"(\[[^\[\]\s]{1,100}\])(?:[ \t]+|$)")
_DIRECTIVE = re.compile(r"(?P<name>[a-zA-Z][\w:+.-]{0,60}?)[ ]?::(?:[ \t]+|$)")
_TARGET = re.compile(r"_(?:_|`[^`]*`|[^:]*):")
_INDENTED = 3
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
_TEXT = r"[^`<\s]++(?:\s++[^`<\s]++)*+"
MARKS = compile_marks(
    r"``(?P<code1>(?:[^`]|`(?!`))++)``",
    rf"(?::[\w:.+-]{{1,60}}:)?`(?P<link1>{_TEXT})\s*+<[^`<>]++>`_{{0,2}}",
    r":(?:ref|doc|term|numref|any|download|pep|rfc|abbr|command|program):`!?(?P<link2>[^`]++)`",
    r":(?:strong):`(?P<strong1>[^`]++)`",
    r":[\w:.+-]{1,60}:`~(?:\w++\.)*+(?P<code2>[^`]++)`",
    r":[\w:.+-]{1,60}:`!?(?P<code3>[^`]++)`",
    r"_`(?P<plain1>[^`]++)`",
    r"`(?P<link3>[^`]++)`__?(?!\w)",
    r"`(?P<emphasis1>[^`]++)`(?::[\w:.+-]{1,60}:(?![\w`]))?",
    r"(?<![\w*\\])\*\*(?=[^\s*])(?P<strong2>(?:[^*]|\*(?!\*))++)(?<!\s)\*\*",
    r"(?<![\w*\\])\*(?=[^\s*])(?P<emphasis2>[^*]++)(?<!\s)\*(?![\w*])",
    r"(?<![\w|])\|(?P<caption1>[^|\s](?:[^|\n]{0,60}[^|\s])?)\|_{0,2}(?![\w|])",
    r"(?P<link4>\[[#*\w.-]{1,40}\])_(?!\w)",
    r"(?<![\w`:.])(?P<link5>[^\W_](?:[\w.-]{0,60}[^\W_])?)__?(?![\w`])",
    r"\\(?:(?P<plain2>\S)|\s|\Z)",
)


@dataclass(frozen=True, slots=True)
class _Frame:
    """The lines below a directive.

    Attributes:
        margin: where its lines begin.
        indent: what is drawn before them.
    """

    margin: int
    indent: str


@dataclass(frozen=True, slots=True)
class _Options:
    """The options of a directive, by their names; the numbers of their first line and of that
    after the last."""

    words: dict[str, Span]
    first: int
    past: int


@dataclass(slots=True)
class ReStructuredText(LineReader):
    """ReStructuredText, from line to line.

    Attributes:
        styles: those of the titles so far, the highest level first.
        frames: the open ones, the innermost last.
        terms: the margins of those that are explained below them.
        bullets: the margins of open lists.
        margins: those of the text that is open, the innermost last, and whether each is set in as a
            quotation is.
        holds_next: whether what is set in below belongs to what was read last: an item, a term, a
            directive.
        numbers: of the last item of lists that number themselves, by their margin.
        caption: of the table that comes next.
        no_grid_before: the number of a line before which no table begins that is drawn with signs.
    """

    styles: list[str] = field(default_factory=list)
    frames: list[_Frame] = field(default_factory=lambda: [_Frame(0, "")])
    terms: list[int] = field(default_factory=list)
    bullets: list[int] = field(default_factory=list)
    margins: list[tuple[int, bool]] = field(default_factory=lambda: [(0, False)])
    holds_next: bool = False
    numbers: dict[int, int] = field(default_factory=dict)
    caption: str = ""
    no_grid_before: int = 0

    def _indent(self, margin: int) -> str:
        frame = self.frames[-1]
        return indent_by(margin - frame.margin, frame.indent)

    def _read_part(self, number: int) -> tuple[Iterable[Found], int]:
        line = self.lines[number]
        while line.margin < self.frames[-1].margin:
            self.frames.pop()
        while self.bullets and self.bullets[-1] > line.margin:
            self.bullets.pop()
        self.numbers = {at: last for at, last in self.numbers.items() if at <= line.margin}
        ends = [*self._end_terms(number)]
        is_quoted = not (self.holds_next or (number and self._words(number - 1)))
        while self.margins[-1][0] > line.margin:
            _, is_quoted = self.margins.pop()
        if self.margins[-1][0] < line.margin:
            self.margins.append((line.margin, is_quoted))
        self.holds_next = _EXPLICIT.match(line.words) is not None
        caption = self.caption
        parts, past = self._read_block(number)
        if self.caption == caption:
            self.caption = ""
        return [*ends, *parts], past

    def _read_block(self, number: int) -> tuple[Iterable[Found], int]:
        """The parts that begin at a line, and the number of the line after them."""
        line = self.lines[number]
        if not line.margin and (title := self._read_title(number)):
            return title
        if match := _EXPLICIT.match(line.words):
            return self._read_explicit(number, line.start + match.end())
        if line.words == "__" or line.words.startswith("__ "):
            return [self._leave_out(number, number + 1)], number + 1
        if line.words.startswith(">>> "):
            past = number
            while self._words(past):
                past += 1
            return [self._make_code(number, past, "pycon", self._indent(line.margin))], past
        table = read_simple_table(self.lines, number) or self._read_grid_table(number)
        if table is not None:
            return [self._make_rows(table, number, table.past, line.margin)], table.past
        if line.words == "|" or line.words.startswith("| "):
            return self._read_line_block(number)
        return self._read_item(number) or self._read_paragraph(number)

    def _leave_out(self, number: int, past: int) -> Omission:
        """Lines are in no passage; none goes on beyond several of them."""
        span = Span(self.lines[number].start, self.lines[past - 1].end)
        return Omission(span, parts=past > number + 1)

    # Titles and terms

    def _read_title(self, number: int) -> tuple[Iterable[Found], int] | None:
        line = self.lines[number]
        count = self._count_title_lines(number)
        if not count:
            is_rule = _is_adornment(line.words) and len(line.words) >= _SURELY
            is_rule &= not self._words(number + 1)
            return ([Rule(line.start, line.end)], number + 1) if is_rule else None
        last = self.lines[number + count - 1]
        title = self.lines[number + count - 2]
        style = last.words[0] * (count - 1)
        if style not in self.styles:
            self.styles.append(style)
        level = self.styles.index(style) + 1
        heading = Heading(Span(line.start, last.end), level, strip_marks(title.words, MARKS))
        return [Title(title.start, title.end, heading)], number + count

    def _count_title_lines(self, number: int) -> int:
        """How many of the lines that come next are a title with its adornment; 0 if none."""
        first, second, third = (self._words(number + each) for each in range(3))
        if _TABLE_BORDER.fullmatch(first):
            return 0
        if _is_adornment(first) and number + 2 < len(self.lines):
            count, title, adornment = 3, second, third
            is_title = first == third and bool(title) and not _is_adornment(title)
            is_title &= not self.lines[number + 2].margin
        else:
            count, title, adornment = 2, first, second
            is_title = _is_adornment(second) and second != "::" and not _NO_TITLE.match(title)
            is_title = is_title and not self.lines[number + 1].margin
        if not is_title or len(title) > _LONGEST_TITLE:
            return 0
        return count if len(adornment) >= min(_SURELY, _measure_width(title)) else 0

    def _end_terms(self, number: int) -> Iterator[Heading]:
        """End the terms that a line is not below; a heading says so, unless the next term does."""
        line = self.lines[number]
        depth = sum(margin < line.margin for margin in self.terms)
        if depth < len(self.terms):
            del self.terms[depth:]
            if self._find_term(number) is None:
                yield Heading(Span(line.start, line.start), TERM_LEVEL + depth, "")

    def _find_term(self, number: int) -> Span | None:
        """The term with which the directive on a line begins, if it is one that explains a term."""
        line = self.lines[number]
        explicit = _EXPLICIT.match(line.words)
        match = explicit and _DIRECTIVE.match(line.words, explicit.end())
        if not match or _name_directive(match) not in TERM_DIRECTIVES:
            return None
        term = Span(line.start + match.end(), line.end)
        return term if len(term) else None

    # Tables

    def _read_grid_table(self, number: int) -> MarkupTable | None:
        if number < self.no_grid_before:
            return None
        table = read_grid_table(self.lines, number)
        if table is None:
            # If the whole is not a table, neither is a part of it: that is not tried again.
            self.no_grid_before = number
            while self._words(self.no_grid_before)[:1] in ("+", "|"):
                self.no_grid_before += 1
        return table

    def _make_rows(self, table: MarkupTable, number: int, past: int, margin: int) -> Rows:
        """A table that stands on some lines."""
        span = Span(self.lines[number].start, self.lines[past - 1].end)
        return Rows(table, span, self._indent(margin), self.caption)

    def _read_rows(self, name: str, options: _Options, first: int, past: int) -> MarkupTable:
        """The rows of a table that is written as a list, or as CSV, on some lines."""
        text = self.text
        marked = options.words.get("header-rows", Span(0, 0)).of(text).strip()
        header_rows = int(marked) if re.fullmatch("[0-9]{1,2}", marked) else 0
        if name == "list-table":
            rows = read_list_table(self.lines[first:past])
        else:
            sign = options.words.get("delim", Span(0, 0)).of(text).strip()
            delimiter = _DELIMITERS.get(sign, sign if len(sign) == 1 else ",")
            given = options.words.get("header", Span(0, 0))
            names = read_delimited_table(text, given.start, given.end, delimiter)[:1]
            header_rows = 1 if names else header_rows
            begin, end = self.lines[first].start, self.lines[past - 1].end
            rows = [*names, *read_delimited_table(text, begin, end, delimiter)]
        return MarkupTable([[row] for row in rows if row], header_rows, past)

    # Lists and paragraphs

    def _read_line_block(self, number: int) -> tuple[Iterable[Found], int]:
        blocks: list[Found] = []
        margin = self.lines[number].margin
        while self._words(number).startswith("|") and self.lines[number].margin == margin:
            line = self.lines[number]
            inner = line.words[1:].lstrip()
            start = line.end - len(inner)
            columns = max(0, start - line.start - 2)
            indent = indent_by(columns, self._indent(margin))
            blocks.append(Paragraph(start, line.end, indent))
            number += 1
        return blocks, number

    def _read_item(self, number: int) -> tuple[Iterable[Found], int] | None:
        line = self.lines[number]
        start, margin = line.start, line.margin
        if match := _BULLET.match(line.words):
            if not self.bullets or self.bullets[-1] < margin:
                self.bullets.append(margin)
            drawn = DRAWN_BULLETS[(len(self.bullets) - 1) % len(DRAWN_BULLETS)]
            marker = Marker(start, start + 1, drawn)
        elif (match := _NUMBER.match(line.words)) and not self._goes_on(number):
            end = start + len(match[0].rstrip())
            drawn = ""
            if "#" in match[0]:
                self.numbers[margin] = self.numbers.get(margin, 0) + 1
                drawn = match[0].rstrip().replace("#", str(self.numbers[margin]))
            marker = Marker(start, end, drawn)
        elif match := _FIELD.match(line.words):
            marker = Marker(start + 1, start + match.end("name") + 1, is_term=True)
        elif match := _OPTION.match(line.words):
            marker = Marker(start, start + len(match[0].rstrip()), is_term=True)
        else:
            return None
        return self._finish_paragraph(number, start + match.end(), margin, marker)

    def _goes_on(self, number: int) -> bool:
        """Whether the next line belongs to what looks like an item: "A. Smith alternative"."""
        line, after = self.lines[number], self._words(number + 1)
        return (
            bool(after)
            and self.lines[number + 1].margin == line.margin
            and not _NUMBER.match(after)
        )

    def _read_paragraph(self, number: int) -> tuple[Iterable[Found], int]:
        line = self.lines[number]
        if (
            self._words(number + 1)
            and self.lines[number + 1].margin > line.margin
            and not line.words.endswith("::")
        ):
            # What is said of a term is indented below it.
            indent = self._indent(line.margin)
            self.holds_next = True
            return [Paragraph(line.start, line.end, indent, None, "term")], number + 1
        return self._finish_paragraph(number, line.start, line.margin)

    def _finish_paragraph(
        self, number: int, start: int, margin: int, marker: Marker | None = None
    ) -> tuple[Iterable[Found], int]:
        """A paragraph that begins within a line, with the literal text that it announces."""
        first, indent = self.lines[number], self._indent(margin)
        past = number + 1
        while (words := self._words(past)) and not _BEGINNING.match(words):
            below = self.lines[past].margin
            # Not all leave a blank line before a list in a list.
            if below <= margin or _BULLET.match(words) if marker else below != margin:
                break
            past += 1
        end = self.lines[past - 1].end
        words = self._words(past - 1)
        if marker:
            self.holds_next = True
        style = "quote" if self.margins[-1][1] and not marker else ""
        if not words.endswith("::") or end - start < 2:
            return [Paragraph(start, end, indent, marker, style)], past
        inner = margin + (start - first.start)
        first_code = skip_blank(self.lines, past)
        past_code = find_end_of_body(self.lines, first_code, inner)
        # "Example::" is read as "Example:", "Example: ::" likewise, and "::" as nothing.
        end -= 2 if words[:-2].endswith((" ", "\t")) or words == "::" else 1
        shown = len(words) - (self.lines[past - 1].end - end)
        end -= shown - len(words[:shown].rstrip())
        blocks: list[Found] = []
        if end > start or marker:
            blocks.append(Paragraph(start, max(end, start), indent, marker, style))
        if past_code > first_code:
            indent = self._indent(inner)
            blocks.append(self._make_code(first_code, past_code, "", indent))
        return blocks, max(past, past_code)

    def _make_code(self, number: int, past: int, language: str, indent: str) -> Code:
        lines = self.lines[number:past]
        if not language and lines[0].words.startswith(">>> "):
            language = "pycon"
        return Code(cut_code(lines), language, indent)

    # Explicit markup

    def _read_explicit(self, number: int, start: int) -> tuple[Iterable[Found], int]:
        line = self.lines[number]
        words = line.words[start - line.start :]
        if match := _FOOTNOTE.match(words):
            marker = Marker(start, start + match.end(1))
            parts, past = self._finish_paragraph(number, start + match.end(), line.margin, marker)
            return [Omission(Span(line.start, start)), *parts], past
        if match := _DIRECTIVE.match(words):
            terms = [*self._begin_term(number)]
            parts, past = self._read_directive(number, _name_directive(match), start + match.end())
            return [*terms, *parts], past
        past = find_end_of_body(self.lines, number + 1, line.margin)
        if _TARGET.match(words) or not (words or self._words(number + 1)):
            # What is set in below a blank line does not belong to it.
            past = next((at for at in range(number + 1, past) if not self._words(at)), past)
        # A comment, the target of a link, what a name stands for.
        return [self._leave_out(number, past)], past

    def _begin_term(self, number: int) -> Iterator[Heading]:
        if (term := self._find_term(number)) is not None:
            words = shorten(strip_marks(term.of(self.text), MARKS), _LONGEST_TERM)
            yield Heading(Span(term.start, term.start), TERM_LEVEL + len(self.terms), words)
            self.terms.append(self.lines[number].margin)

    def _read_directive(self, number: int, name: str, start: int) -> tuple[Iterable[Found], int]:
        """A directive, of which what is below is read next.

        Args:
            start: where what follows its name begins.
        """
        line = self.lines[number]
        options = self._read_options(number)
        end_of_body = max(options.past, find_end_of_body(self.lines, options.past, line.margin))
        indent = self._indent(line.margin)
        if name in HIDDEN_DIRECTIVES or name in LISTS:
            entries = self.lines[options.past : end_of_body] if name in LISTS else ()
            links = [Paragraph(e.start, e.end, indent, None, "link") for e in entries if e.words]
            return [self._leave_out(number, end_of_body), *links], end_of_body
        parts: list[Found] = [*self._find_omissions(name, line, start, options)]
        if name in ("list-table", "csv-table", "table"):
            self.caption = self.text[start : line.end]
        first = min(skip_blank(self.lines, options.past), end_of_body)
        if name in ("list-table", "csv-table"):
            if line.end > start:
                parts.append(Paragraph(start, line.end, indent, None, "label"))
            if first < end_of_body:
                table = self._read_rows(name, options, first, end_of_body)
                parts.append(self._make_rows(table, first, end_of_body, line.margin))
            return parts, end_of_body
        if name in CODE_DIRECTIVES:
            given = "" if name == "parsed-literal" else self.text[start : line.end]
            if name == "math" and given:
                parts.append(Code([(start, line.end)], "latex", indent))
            elif first < end_of_body:
                language = CODE_DIRECTIVES[name] or given.partition(" ")[0]
                parts.append(self._make_code(first, end_of_body, language, indent))
            return parts, end_of_body
        shown, past = self._open_directive(number, name, start, options)
        return [*parts, *shown], past

    def _open_directive(
        self, number: int, name: str, start: int, options: _Options
    ) -> tuple[Iterable[Found], int]:
        """The parts of a directive itself; what is below it is read next."""
        line, first = self.lines[number], options.past
        markup = (line.start, start)
        outer = self._indent(line.margin)
        is_note = name in NOTES or name in VERSIONS or name in TITLED
        inner = put_bar(outer) if is_note or name in QUOTE_DIRECTIVES else outer
        below = skip_blank(self.lines, first)
        margin = self.lines[below].margin if below < len(self.lines) else 0
        if margin <= line.margin:
            margin = line.margin + _INDENTED
        is_seen_below = (
            is_note or name in UNSEEN_DIRECTIVES or name in ("table", "figure", "rubric")
        )
        self.frames.append(_Frame(margin, inner if is_seen_below else indent_by(2, outer)))
        if name in NOTES:
            label = Label(NOTES[name], markup, inner)
            if line.end <= start:
                return [label], first
            # What it says begins on this line.
            past = first
            while (
                first == number + 1
                and self._words(past)
                and not _BEGINNING.match(self._words(past))
                and self.lines[past].margin > line.margin
            ):
                past += 1
            end = self.lines[past - 1].end if past > number + 1 else line.end
            return [label, Paragraph(start, end, inner)], past
        if is_note:
            return [Label(VERSIONS.get(name, ""), markup, inner, start, line.end)], first
        if name in UNSEEN_DIRECTIVES:
            return (), first
        if name in ("image", "figure"):
            words = options.words.get("alt")
            shown = [Paragraph(words.start, words.end, outer, None, "label")] if words else ()
            return shown, first
        if line.end > start:
            style = "label" if name == "table" else "term"
            end = self.lines[options.first - 1].end if options.words else line.end
            return [Paragraph(start, end, outer, None, style)], first
        return [Label(name, markup, outer)], first

    def _read_options(self, number: int) -> _Options:
        """The options of the directive on a line: they come before any blank line below it."""
        margin, first = self.lines[number].margin, number + 1
        while self._is_below(first, margin) and not _SETTING.match(self._words(first)):
            first += 1
        found: dict[str, Span] = {}
        name, past = "", first
        while self._is_below(past, margin):
            line = self.lines[past]
            if match := _SETTING.match(line.words):
                name = match["name"]
                found[name] = Span(line.start + match.end(), line.end)
            else:
                found[name] = Span(found[name].start, line.end)
            past += 1
        return _Options(found, first, past) if found else _Options({}, number + 1, number + 1)

    def _is_below(self, number: int, margin: int) -> bool:
        return bool(self._words(number)) and self.lines[number].margin > margin

    def _find_omissions(
        self, name: str, line: MarkupLine, start: int, options: _Options
    ) -> Iterator[Omission]:
        """The stretches of a directive and its options that are in no passage."""
        # With its options left out, its name would stand alone.
        if name in VERSIONS or (name in NOTES and not options.words):
            return
        has_argument = start < line.end and has_words(name)
        yield Omission(Span(line.start, start if has_argument else line.end))
        at = self.lines[options.first].start if options.words else 0
        for option, words in options.words.items():
            if option not in _NAMED_OPTIONS:
                yield Omission(Span(at, words.start if option in _READ_OPTIONS else words.end))
            at = words.end


def _name_directive(match: re.Match[str]) -> str:
    """The name of a directive without the domain before it."""
    return match["name"].lower().rpartition(":")[2]


def _is_adornment(line: str) -> bool:
    return _ADORNMENT.fullmatch(line) is not None


def _measure_width(line: str) -> int:
    """Columns that a line takes."""
    return sum(
        0 if unicodedata.combining(sign) else 1 + (unicodedata.east_asian_width(sign) in "WF")
        for sign in line
    )
