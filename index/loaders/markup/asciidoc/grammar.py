"""The blocks of AsciiDoc, and the markup of its words."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from index.loaders.markup.asciidoc.tables import read_asciidoc_table
from index.loaders.markup.inline_marks import compile_marks
from index.loaders.markup.lines import MarkupLine, skip_blank
from index.loaders.markup.read_blocks import (
    BULLETS,
    Code,
    Dialect,
    Found,
    Label,
    Marker,
    Paragraph,
    Rule,
    Title,
    cut_code,
    indent_by,
    list_lines,
    put_bar,
)

_HEADING = re.compile(r"(?P<mark>={1,6}|#{1,6})[ \t]+(?P<words>\S.*)")
_CLOSING = re.compile(r"[ \t]+(?:=|#){1,6}\Z")
_ATTRIBUTE = re.compile(r":!?\w[\w-]*!?:(?:[ \t]|$)")
_PREPROCESSOR = re.compile(r"(?:ifn?def|ifeval|endif|toc)::[^\s\[]{0,200}\[.*\]")
_INCLUDE = re.compile(r"include::(?P<target>[^\s\[\]]{1,300})\[.*\]")
_PICTURE = re.compile(r"(?:image|video|audio)::(?P<target>[^\s\[\]]{0,300})\[(?P<alt>[^\],]*+).*\]")
_GIVEN = re.compile(r"\[.*\]")
_LANGUAGE = re.compile(r"\[(?:source)?(?:[%#.][\w%#.-]*)?,[ \t]*(?P<language>[\w+#.-]{1,40})")
_TITLE = re.compile(r"\.(?=[^\s.])")
_DELIMITER = re.compile(r"-{4,}|\.{4,}|\+{4,}|/{4,}|={4,}|\*{4,}|_{4,}|--|```\S{0,40}|[|,:!]={3,}")
_NOTE = re.compile(r"(?P<name>NOTE|TIP|IMPORTANT|WARNING|CAUTION)(?::[ \t]+|\])")
_RULE = re.compile(r"'{3,}|-{3}|\*{3}|<{3,}")
_ITEM = re.compile(r"(?P<mark>\*{1,6}|-|\.{1,6}|[0-9]{1,4}\.|[a-zA-Z]\.|<(?:[0-9]{1,3}|\.)>)[ \t]+")
_TASK = re.compile(r"\[(?P<state>[ xX*])\][ \t]+")
_TERM = re.compile(r"(?<=\S)(?P<mark>:{2,4}|;;)(?:[ \t]+|$)")
_LONGEST_TERM = 400
_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class _Frame:
    """A delimited block with blocks in it: what ends it, and what is drawn before its lines."""

    delimiter: str
    indent: str
    marks: tuple[str, ...]


@dataclass(slots=True)
class _Reader:
    """Walks through the lines.

    Attributes:
        headings: where they begin.
        ends: for each delimiter, the numbers of the lines that have it.
        frames: the open ones, the innermost last.
        marks: those of the open lists, the innermost last.
        goes_on: whether the next block belongs to the item before it.
        follows_term: whether the next paragraph says what the term before it is.
        given: the line of attributes before a block.
        numbers: of the last item of each open list.
    """

    lines: Sequence[MarkupLine]
    headings: frozenset[int]
    ends: dict[str, list[int]] = field(default_factory=dict)
    frames: list[_Frame] = field(default_factory=lambda: [_Frame("", "", ())])
    marks: tuple[str, ...] = ()
    goes_on: bool = False
    follows_term: bool = False
    given: str = ""
    numbers: list[int] = field(default_factory=list)

    def read(self) -> Iterator[Found]:
        for number, line in enumerate(self.lines):
            if _DELIMITER.fullmatch(line.words):
                self.ends.setdefault(line.words, []).append(number)
        number = skip_blank(self.lines, 0)
        while number < len(self.lines):
            if (silent := self._skip_silent(number)) is not None:
                number = silent
            else:
                blocks, number = self._read_block(number)
                yield from blocks
                self.given = ""
            number = skip_blank(self.lines, number)

    def _words(self, number: int) -> str:
        return self.lines[number].words if number < len(self.lines) else ""

    @property
    def _indent(self) -> str:
        """What the text of the innermost item begins with."""
        return indent_by(2 * len(self.marks), self.frames[-1].indent)

    def _skip_silent(self, number: int) -> int | None:
        """The number of the line after one that is not drawn; None where it is drawn."""
        words = self._words(number)
        if words == "+":
            self.goes_on = True
        elif words.startswith("//") and not words.startswith("///"):
            pass
        elif _ATTRIBUTE.match(words):
            while self._words(number).endswith("\\"):
                number += 1
        elif _PREPROCESSOR.fullmatch(words):
            pass
        elif _GIVEN.fullmatch(words):
            if not words.startswith(("[[", "[#")):
                self.given = words
        else:
            return None
        return number + 1

    def _read_block(self, number: int) -> tuple[Iterable[Found], int]:
        """What begins with a line, and the number of the line after it."""
        line = self.lines[number]
        words = line.words
        if not line.margin and (heading := self._read_heading(number)):
            return heading
        if _DELIMITER.fullmatch(words):
            return self._read_delimited(number)
        if match := _INCLUDE.fullmatch(words):
            start = line.start + match.start("target")
            end = line.start + match.end("target")
            whole = (line.start, line.end)
            return [Paragraph(start, end, self._indent, None, "label", whole)], number + 1
        if match := _PICTURE.fullmatch(words):
            part = match.span("alt") if match["alt"] else match.span("target")
            start, end = line.start + part[0], line.start + part[1]
            whole = (line.start, line.end)
            return [Paragraph(start, end, self._indent, None, "label", whole)], number + 1
        if _RULE.fullmatch(words):
            return [Rule(line.start, line.end)], number + 1
        if not line.margin and (match := _TITLE.match(words)) and not self.goes_on:
            self._leave_lists()
            given, number = self.given, number + 1
            # What is given before a title is for the block after it.
            title = Paragraph(line.start + 1, line.end, self._indent, None, "term")
            blocks, past = self._read_titled(number, given)
            return [title, *blocks], past
        return self._read_item(number) or self._read_term(number) or self._read_text(number)

    def _read_titled(self, number: int, given: str) -> tuple[Iterable[Found], int]:
        self.given = given
        if number < len(self.lines) and (past := self._skip_silent(number)) is not None:
            number = past
        if _DELIMITER.fullmatch(self._words(number)):
            return self._read_delimited(number)
        return (), number

    def _leave_lists(self) -> None:
        """The next block belongs to no item, if nothing says otherwise."""
        if not (self.goes_on or self.follows_term):
            self.marks = self.frames[-1].marks
        self.goes_on = self.follows_term = False

    def _read_heading(self, number: int) -> tuple[Iterable[Found], int] | None:
        line = self.lines[number]
        if line.begin not in self.headings:
            return None
        start, end, past = line.start, line.end, number + 2
        if match := _HEADING.fullmatch(line.words):
            closing = _CLOSING.search(line.words[-20:])
            start, past = line.start + match.start("words"), number + 1
            end -= len(closing[0]) if closing else 0
        self.frames, self.marks, self.goes_on, self.follows_term = self.frames[:1], (), False, False
        blocks: list[Found] = [Title(start, max(start, end))]
        if number == skip_blank(self.lines, 0) and not line.words.startswith("=="):
            # Who wrote it, and when.
            while (words := self._words(past)) and not _ATTRIBUTE.match(words):
                author = self.lines[past]
                if not words.startswith("//"):
                    blocks.append(Paragraph(author.start, author.end, "", None, "label"))
                past += 1
        return blocks, past

    # Delimited blocks

    def _find_end(self, number: int, delimiter: str) -> int:
        """The number of the line that ends a block; that after the last one if none does."""
        ends = self.ends.get(delimiter, [])
        at = bisect_right(ends, number)
        return ends[at] if at < len(ends) else len(self.lines)

    def _read_delimited(self, number: int) -> tuple[Iterable[Found], int]:
        words = self._words(number)
        if len(self.frames) > 1 and self.frames[-1].delimiter == words:
            self.marks = self.frames.pop().marks
            return (), number + 1
        style = self.given.strip("[]").partition(",")[0].partition("%")[0]
        self._leave_lists()
        if words[0] in "-.+`/|,:!" and (words != "--" or style in ("source", "listing")):
            end = self._find_end(number, "```" if words[0] == "`" else words)
            inner = self.lines[number + 1 : end]
            if words[0] == "/":
                return (), end + 1
            if words[0] in "|,:!":
                table = read_asciidoc_table(self.lines, number, end, self.given)
                return [list_lines(table, self._indent)], table.past
            language = words[3:]
            if match := _LANGUAGE.match(self.given):
                language = match["language"]
            return [Code(cut_code(inner), language, self._indent)], end + 1
        return self._open_frame(words, style, self.lines[number].start), number + 1

    def _open_frame(self, words: str, style: str, at: int) -> Iterable[Found]:
        indent = self._indent
        if words != "--":
            indent = put_bar(indent)
        # Lists within it are its own, and are drawn from its left edge.
        self.frames.append(_Frame(words, indent, self.marks))
        self.marks = ()
        note = _NOTE.fullmatch(style + "]")
        if note is None:
            return ()
        return [Label(note["name"].capitalize(), (at, at), indent)]

    # Lists and paragraphs

    def _open_list(self, mark: str) -> int:
        """Go to the list with a mark, open it if there is none; returns the number of the item."""
        if mark[0] != "<":
            self.marks = tuple(each for each in self.marks if each[0] != "<")
        depth = self.marks.index(mark) if mark in self.marks else len(self.marks)
        is_known = mark in self.marks
        self.marks = (*self.marks[:depth], mark)[:_DEEPEST]
        del self.numbers[depth + is_known :]
        self.numbers += [0] * (len(self.marks) - len(self.numbers))
        self.numbers[-1] += 1
        return self.numbers[-1]

    def _read_item(self, number: int) -> tuple[Iterable[Found], int] | None:
        line = self.lines[number]
        match = _ITEM.match(line.words)
        if match is None:
            return None
        mark = match["mark"]
        # Numbers and letters go on in one list.
        kind = re.sub(r"[0-9]+", "1", re.sub("[a-zA-Z]", "a", mark))
        if mark[0] == "<":
            # What is said of the code above belongs to no list before it.
            self._leave_lists()
        count = self._open_list(kind)
        self.goes_on = self.follows_term = False
        start, end = line.start + match.end(), line.start + match.end("mark")
        drawn = ""
        if mark[0] in "*-":
            depth = sum(each[0] in "*-" for each in self.marks) - 1
            drawn = BULLETS[depth % len(BULLETS)]
            if task := _TASK.match(line.words, match.end()):
                drawn = "☐" if task["state"] == " " else "☑"
                start, end = line.start + task.end(), line.start + task.end("state") + 1
        elif mark[0] == "." or mark == "<.>":
            drawn = f"{count}."
        indent = indent_by(2 * (len(self.marks) - 1), self.frames[-1].indent)
        marker = Marker(line.start, end, drawn)
        past = self._find_end_of_text(number)
        text_end = self.lines[past - 1].end
        return [Paragraph(start, text_end, indent, marker)], past

    def _read_term(self, number: int) -> tuple[Iterable[Found], int] | None:
        line = self.lines[number]
        match = _TERM.search(line.words) if len(line.words) <= _LONGEST_TERM else None
        if match is None:
            return None
        self._open_list(match["mark"])
        self.goes_on, self.follows_term = False, True
        indent = indent_by(2 * (len(self.marks) - 1), self.frames[-1].indent)
        term = Paragraph(line.start, line.start + match.start(), indent, None, "term")
        if match.end() == len(line.words):
            return [term], number + 1
        self.follows_term = False
        past = self._find_end_of_text(number)
        start, end = line.start + match.end(), self.lines[past - 1].end
        return [term, Paragraph(start, end, self._indent)], past

    def _read_text(self, number: int) -> tuple[Iterable[Found], int]:
        line = self.lines[number]
        is_literal = line.margin > 0 and not self.follows_term
        if is_literal and self.marks:
            self.goes_on = True
        self._leave_lists()
        if is_literal:
            past = number
            while self._words(past) and self._words(past) != "+":
                past += 1
            return [Code(cut_code(self.lines[number:past]), "", self._indent)], past
        past = self._find_end_of_text(number)
        end = self.lines[past - 1].end
        if note := _NOTE.match(line.words):
            indent = put_bar(self._indent)
            markup = (line.start, line.start + note.end())
            label = Label(note["name"].capitalize(), markup, indent)
            return [label, Paragraph(line.start + note.end(), end, indent)], past
        if self.given.startswith("[verse"):
            verse = self.lines[number:past]
            return [Paragraph(each.start, each.end, self._indent) for each in verse], past
        indent = self._indent
        if self.given.startswith("[quote"):
            indent = put_bar(indent)
        return [Paragraph(line.start, end, indent)], past

    def _find_end_of_text(self, number: int) -> int:
        """The number after the last line of a paragraph that begins with a line."""
        past = number + 1
        while (words := self._words(past)) and self.lines[past].begin not in self.headings:
            if words == "+" or _DELIMITER.fullmatch(words) or _GIVEN.fullmatch(words):
                break
            if words.startswith("//") or _PREPROCESSOR.fullmatch(words):
                break
            if self.marks and (_ITEM.match(words) or self._is_term(words)):
                break
            past += 1
        return past

    def _is_term(self, words: str) -> bool:
        return len(words) <= _LONGEST_TERM and _TERM.search(words) is not None


def _find_blocks(lines: Sequence[MarkupLine], headings: frozenset[int]) -> Iterator[Found]:
    """What a text is made of."""
    return _Reader(lines, headings).read()


ASCIIDOC_MARKS = compile_marks(
    r"\+\+\+(?P<plain1>[^+]++)\+\+\+",
    r"``(?P<code1>[^`]++)``",
    r"(?<=\")`(?P<plain2>[^`]++)`(?=\")",
    r"(?<![\w`\\])`\+?(?P<code2>[^`+]++)\+?`(?![\w`])",
    r"(?<![\w`\\])`(?P<code3>[^`]++)`(?![\w`])",
    r"\*\*(?=\S)(?P<strong1>[^*]++)\*\*",
    r"(?<![\w*\\])\*(?=[^\s*])(?P<strong2>[^*]++)(?<!\s)\*(?![\w*])",
    r"__(?=\S)(?P<emphasis1>[^_]++)__",
    r"(?<![\w_\\])_(?=[^\s_])(?P<emphasis2>[^_]++)(?<!\s)_(?![\w_])",
    r"(?:\[[\w.-]{1,40}\])?(?<![\w#\\])#(?=[^\s#])(?P<strong3>[^#]++)(?<!\s)#(?![\w#])",
    r"(?:link|xref|mailto):[^\s\[\]]{1,300}\[(?P<link1>[^\[\]]++)\]",
    r"(?:link|xref|mailto):(?P<link2>[^\s\[\]]{1,300})\[\]",
    r"(?:https?|ftp|irc)://[^\s\[\]<>]{1,300}\[(?P<link3>[^\[\]]++)\]",
    r"(?P<link4>(?:https?|ftp|irc)://[^\s\[\]<>]{1,300})\[\]",
    r"<<[^<>,]{1,200},\s*+(?P<link5>[^<>]++)>>",
    r"<<(?P<link6>[^<>,]{1,200})>>",
    r"\blinkgit:(?P<link7>[\w.-]{1,80}\[[0-9]\])",
    r"\b(?:kbd|btn|menu|stem|latexmath|asciimath|pass):[^\s\[\]]{0,80}\[(?P<code4>[^\[\]]++)\]",
    r"\bimage:[^\s\[\]]{1,300}\[(?P<caption1>[^\[\],]*+)[^\[\]]*+\]",
    r"\bfootnote(?:ref)?:[\w-]{0,80}(?P<caption2>\[[^\[\]]++\])",
    r"\[\[[^\[\]]{1,200}\]\]",
    r"\{(?:empty|sp|nbsp|zwsp|wj)\}",
    r"[ \t]\+(?=[ \t]*(?:[\r\n]|\Z))",
    r"\\(?P<plain3>[*_`#\[{<])",
)
ASCIIDOC = Dialect(_find_blocks, ASCIIDOC_MARKS)
