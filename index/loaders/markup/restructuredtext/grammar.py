"""The blocks of reStructuredText, and the markup of its words."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from index.loaders.markup.inline_marks import compile_marks
from index.loaders.markup.lines import MarkupLine, find_end_of_body, skip_blank
from index.loaders.markup.read_blocks import (
    BULLETS,
    Code,
    Dialect,
    Found,
    Label,
    Marker,
    Paragraph,
    Rows,
    Rule,
    Title,
    cut_code,
    indent_by,
    list_lines,
    put_bar,
)
from index.loaders.markup.restructuredtext.directives import (
    CODE_DIRECTIVES,
    HIDDEN_DIRECTIVES,
    NOTES,
    TITLED,
    UNSEEN_DIRECTIVES,
    VERSIONS,
)
from index.loaders.markup.restructuredtext.tables import (
    read_grid_table,
    read_list_table,
    read_simple_table,
)

_ADORNMENT = re.compile(rf"([{re.escape(string.punctuation)}])\1*")
# A shorter line of signs may be a title.
_SURELY = 4
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
_DIRECTIVE = re.compile(r"(?P<name>[a-zA-Z][\w:+.-]{0,60}?)::(?:[ \t]+|$)")
_INDENTED = 3
# What is below explicit markup is further in anyway; tables and examples have lines of one margin.
_IN_PLACE = (".. ", "==", "+-", "| ", ">>>")


@dataclass(frozen=True, slots=True)
class _Frame:
    """What is below a directive.

    Attributes:
        margin: where its lines begin.
        indent: what is drawn before them.
    """

    margin: int
    indent: str


@dataclass(slots=True)
class _Reader:
    """Walks through the lines.

    Attributes:
        headings: where they begin.
        frames: the open ones, the innermost last.
        bullets: the margins of open lists.
        numbers: of the last item of lists that number themselves, by their margin.
        no_grid_before: the number of a line before which no table begins that is drawn with signs.
    """

    lines: Sequence[MarkupLine]
    headings: frozenset[int]
    frames: list[_Frame] = field(default_factory=lambda: [_Frame(0, "")])
    bullets: list[int] = field(default_factory=list)
    numbers: dict[int, int] = field(default_factory=dict)
    no_grid_before: int = 0

    def read(self) -> Iterator[Found]:
        number = skip_blank(self.lines, 0)
        while number < len(self.lines):
            margin = self.lines[number].margin
            while margin < self.frames[-1].margin:
                self.frames.pop()
            while self.bullets and self.bullets[-1] > margin:
                self.bullets.pop()
            self.numbers = {at: last for at, last in self.numbers.items() if at <= margin}
            blocks, number = self._read_block(number)
            yield from blocks
            number = skip_blank(self.lines, number)

    def _words(self, number: int) -> str:
        return self.lines[number].words if number < len(self.lines) else ""

    def _indent(self, margin: int) -> str:
        frame = self.frames[-1]
        return indent_by(margin - frame.margin, frame.indent)

    def _read_block(self, number: int) -> tuple[Iterable[Found], int]:
        """What begins with a line, and the number of the line after it."""
        line = self.lines[number]
        if not line.margin and (title := self._read_title(number)):
            return title
        if match := _EXPLICIT.match(line.words):
            return self._read_explicit(number, line.start + match.end())
        if line.words == "__" or line.words.startswith("__ "):
            return (), number + 1
        if line.words.startswith(">>> "):
            past = number
            while self._words(past):
                past += 1
            return [self._make_code(number, past, "pycon", self._indent(line.margin))], past
        indent = self._indent(line.margin)
        if table := read_simple_table(self.lines, number):
            return [list_lines(table, indent)], table.past
        if number >= self.no_grid_before:
            if table := read_grid_table(self.lines, number):
                return [list_lines(table, indent)], table.past
            # If the whole is not a table, neither is a part of it: that is not tried again.
            self.no_grid_before = number
            while self._words(self.no_grid_before)[:1] in ("+", "|"):
                self.no_grid_before += 1
        if line.words == "|" or line.words.startswith("| "):
            return self._read_line_block(number)
        return self._read_item(number) or self._read_paragraph(number)

    # Titles

    def _read_title(self, number: int) -> tuple[Iterable[Found], int] | None:
        words, below = self._words(number), self._words(number + 1)
        line, is_over = self.lines[number], _ADORNMENT.fullmatch(words) is not None
        if line.begin in self.headings:
            title = self.lines[number + 1] if is_over and below else line
            return [Title(title.start, title.end)], number + (3 if is_over else 2)
        if is_over and len(words) >= _SURELY and not below:
            return [Rule(line.start, line.end)], number + 1
        return None

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
            drawn = BULLETS[(len(self.bullets) - 1) % len(BULLETS)]
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
            return [Paragraph(line.start, line.end, indent, None, "term")], number + 1
        return self._finish_paragraph(number, line.start, line.margin)

    def _finish_paragraph(
        self, number: int, start: int, margin: int, marker: Marker | None = None
    ) -> tuple[Iterable[Found], int]:
        """A paragraph that begins within a line, with the literal text that it announces."""
        first, indent = self.lines[number], self._indent(margin)
        past = number + 1
        while self._words(past) and not (
            self.lines[past].margin <= margin if marker else self.lines[past].margin != margin
        ):
            # Not all leave a blank line before a list in a list.
            if marker and _BULLET.match(self._words(past)):
                break
            past += 1
        end = self.lines[past - 1].end
        words = self._words(past - 1)
        if not words.endswith("::") or end - start < 2:
            return [Paragraph(start, end, indent, marker)], past
        inner = margin + (start - first.start)
        first_code = skip_blank(self.lines, past)
        past_code = find_end_of_body(self.lines, first_code, inner)
        # "Example::" is read as "Example:", "Example: ::" likewise, and "::" as nothing.
        end -= 2 if words[:-2].endswith((" ", "\t")) or words == "::" else 1
        shown = len(words) - (self.lines[past - 1].end - end)
        end -= shown - len(words[:shown].rstrip())
        blocks: list[Found] = []
        if end > start or marker:
            blocks.append(Paragraph(start, max(end, start), indent, marker))
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
            return self._finish_paragraph(number, start + match.end(), line.margin, marker)
        if match := _DIRECTIVE.match(words):
            name = match["name"].lower().rpartition(":")[2]
            return self._read_directive(number, name, start + match.end())
        if not words and not self._words(number + 1):
            return (), number + 1
        # A comment, the target of a link, what a name stands for.
        return (), find_end_of_body(self.lines, number + 1, line.margin)

    def _read_directive(self, number: int, name: str, start: int) -> tuple[Iterable[Found], int]:
        line = self.lines[number]
        indent = self._indent(line.margin)
        first, settings = self._read_settings(number + 1, line.margin)
        if name in HIDDEN_DIRECTIVES:
            return (), find_end_of_body(self.lines, first, line.margin)
        if name in CODE_DIRECTIVES:
            past = find_end_of_body(self.lines, first, line.margin)
            first = min(skip_blank(self.lines, first), past)
            given = (
                "" if name in ("csv-table", "parsed-literal") else line.words[start - line.start :]
            )
            if name == "math" and given:
                return [Code([(start, line.end)], "latex", indent)], past
            if first == past:
                return (), past
            language = CODE_DIRECTIVES[name] or given.partition(" ")[0]
            return [self._make_code(first, past, language, indent)], past
        if name == "toctree":
            past = find_end_of_body(self.lines, first, line.margin)
            entries = [each for each in self.lines[first:past] if each.words]
            return [Paragraph(each.start, each.end, indent, None, "link") for each in entries], past
        if name == "list-table":
            past = find_end_of_body(self.lines, first, line.margin)
            rows = read_list_table(self.lines[first:past])
            title = [Paragraph(start, line.end, indent, None, "label")] if line.end > start else []
            return [*title, Rows(rows, "header-rows" in settings, indent)], past
        return self._open_directive(number, name, start, first, settings)

    def _open_directive(
        self, number: int, name: str, start: int, first: int, settings: dict[str, MarkupLine]
    ) -> tuple[Iterable[Found], int]:
        """What is seen of a directive itself; what is below it is read next."""
        line = self.lines[number]
        markup = (line.start, start)
        outer = self._indent(line.margin)
        is_note = name in NOTES or name in VERSIONS or name in TITLED
        inner = put_bar(outer) if is_note else outer
        below = skip_blank(self.lines, first)
        margin = self.lines[below].margin if below < len(self.lines) else 0
        if margin <= line.margin:
            margin = line.margin + _INDENTED
        is_seen_below = (
            is_note or name in UNSEEN_DIRECTIVES or name in ("table", "figure", "rubric")
        )
        self.frames.append(_Frame(margin, inner if is_seen_below else indent_by(2, outer)))
        if name in NOTES:
            blocks: list[Found] = [Label(NOTES[name], markup, inner)]
            if line.end > start:
                # What it says begins on this line.
                past = first
                while (
                    first == number + 1
                    and self._words(past)
                    and (self.lines[past].margin > line.margin)
                ):
                    past += 1
                end = self.lines[past - 1].end if past > number + 1 else line.end
                blocks.append(Paragraph(start, end, inner))
                return blocks, past
            return blocks, first
        if is_note:
            return [Label(VERSIONS.get(name, ""), markup, inner, start, line.end)], first
        if name in UNSEEN_DIRECTIVES:
            return (), first
        if name in ("image", "figure"):
            alternative = settings.get("alt")
            if alternative is None:
                return (), first
            match = _SETTING.match(alternative.words)
            at = alternative.start + (match.end() if match else 0)
            return [Paragraph(at, alternative.end, outer, None, "label")], first
        if line.end > start:
            style = "label" if name == "table" else "term"
            return [Paragraph(start, line.end, outer, None, style)], first
        return [Label(name, markup, outer)], first

    def _read_settings(self, number: int, margin: int) -> tuple[int, dict[str, MarkupLine]]:
        """The options of a directive, by their names, and the number of the line after them."""
        settings: dict[str, MarkupLine] = {}
        while self._words(number) and self.lines[number].margin > margin:
            match = _SETTING.match(self._words(number))
            if match is None:
                break
            settings[match["name"]] = self.lines[number]
            number += 1
        return number, settings


def _find_blocks(lines: Sequence[MarkupLine], headings: frozenset[int]) -> Iterator[Found]:
    """What a text is made of."""
    return _Reader(lines, headings).read()


_TEXT = r"[^`<\s]++(?:\s++[^`<\s]++)*+"
RESTRUCTUREDTEXT_MARKS = compile_marks(
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
    r"\\(?:(?P<plain2>\S)|\s)",
)
RESTRUCTUREDTEXT = Dialect(_find_blocks, RESTRUCTUREDTEXT_MARKS)


def place_first(lines: Sequence[MarkupLine]) -> Sequence[MarkupLine]:
    """The lines of a passage, the first as far in as it was: a passage begins with its words."""
    first, *others = lines
    if first.words.startswith(_IN_PLACE) or not others:
        return lines
    if _begins_item(first.words):
        margins = [line.margin for line in others if _begins_item(line.words)]
    elif others[0].words:
        margins = [others[0].margin]
    else:
        return lines
    return [replace(first, margin=min(margins, default=0)), *others]


def _begins_item(words: str) -> bool:
    """Whether a line begins an item of a list, a field or an option."""
    return any(sign.match(words) for sign in (_BULLET, _NUMBER, _FIELD, _OPTION))
