"""AsciiDoc: the decoded file, with what its lines say; its grammar, and the markup of its words."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import partial

from index.documents import Content, Heading, Span
from index.loaders.markup.asciidoc.tables import read_asciidoc_table
from index.loaders.markup.head import LONGEST_LINE, WORTH_FINDING, HeadMarkup, read_head
from index.loaders.markup.lines import (
    Code,
    Found,
    Label,
    LineReader,
    Marker,
    Omission,
    Paragraph,
    Rows,
    Rule,
    Title,
    cut_code,
    skip_blank,
)
from index.loaders.markup.read_markup import compile_marks, load_markup
from index.text.patterns import DONE_TASK, DRAWN_BULLETS, OPEN_TASK, indent_by, put_bar

_HEADING = re.compile(r"(?P<mark>={1,6})[ \t]+(?P<words>\S.*)")
_CLOSING = re.compile(r"[ \t]+(?:=|#){1,6}\Z")
# What headings may be underlined with, the sign of the highest level first.
_UNDERLINES = "=-~^+"
# By how many characters an underline may be shorter or longer than its heading.
_TOLERANCE = 2
_ATTRIBUTE = re.compile(r":!?(?P<name>\w[\w-]*)!?:(?:[ \t]|$)")
# Lines that may stand above a heading, and say something of it; how many are looked at.
_ABOUT = re.compile(r"\[.*\][ \t]*|\.[^\s.].*|//.*")
_MOST_ABOUT = 5
_PREPROCESSOR = re.compile(r"(?:ifn?def|ifeval|endif|toc)::[^\s\[]{0,200}\[.*\]")
_INCLUDE = re.compile(r"include::(?P<target>[^\s\[\]]{1,300})\[.*\]")
_PICTURE = re.compile(r"(?:image|video|audio)::(?P<target>[^\s\[\]]{0,300})\[(?P<alt>[^\],]*+).*\]")
_GIVEN = re.compile(r"\[.*\]")
# Of a quotation it may say who wrote it.
_GIVEN_TO_READ = re.compile(r"\[(?:quote|verse)")
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
# Both underlines and what is around blocks.
_REPEATED = re.compile(r"([-=~^+])\1{1,400}")
_MARKS = compile_marks(
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
_HEAD = HeadMarkup(
    title=re.compile(r"=[ \t]+(?P<words>.*?)(?:[ \t]+=)?[ \t]*"),
    names_section=True,
    # Listings, literal text, passed through, comments.
    block=re.compile(r"(?:-{4,}|\.{4,}|\+{4,}|/{4,}|```)[ \t]*\Z"),
    comment=re.compile(r"//|:[\w!-]+:|\[.*\][ \t]*\Z"),
    field=re.compile(r":(?P<name>[\w-]{1,40}):(?P<words>.*)"),
    # "Ann Smith <ann@example.org>", and "v1.0, 2024-02-29: what is new".
    author=re.compile(
        r"[^\W\d_][\w.'-]*(?: [\w.'-]+){1,2}(?: <[^<>]*>)?(?:; [\w.' -]+(?:<[^<>]*>)?)*[ \t]*"
    ),
    date=re.compile(r"(?:v?[\d.]+, ?)?(?:\d{4}-\d\d-\d\d|\w{3,9} \d\d?, \d{4})(?::.*)?[ \t]*"),
)


@dataclass(frozen=True, slots=True)
class _Frame:
    """A delimited block with blocks in it: what ends it, and what is drawn before its lines."""

    delimiter: str
    indent: str
    marks: tuple[str, ...]


@dataclass(slots=True)
class _AsciiDoc(LineReader):
    """AsciiDoc, from line to line.

    Attributes:
        frames: the open ones, the innermost last.
        marks: those of the open lists, the innermost last.
        goes_on: whether the next block belongs to the item before it.
        follows_term: whether the next paragraph says what the term before it is.
        given, caption: the line of attributes before a block, and its title.
        numbers: of the last item of each open list.
        delimiters: of lines of one sign that may begin a block or end one, where each stands, and
            whether words stand right above it, so that it may end a block.
    """

    END = _DELIMITER
    frames: list[_Frame] = field(default_factory=lambda: [_Frame("", "", ())])
    marks: tuple[str, ...] = ()
    goes_on: bool = False
    follows_term: bool = False
    given: str = ""
    caption: str = ""
    numbers: list[int] = field(default_factory=list)
    delimiters: dict[str, list[tuple[int, bool]]] | None = None

    @property
    def _indent(self) -> str:
        """The indent of the text of the innermost item."""
        return indent_by(2 * len(self.marks), self.frames[-1].indent)

    def _read_part(self, number: int) -> tuple[Iterable[Found], int]:
        line = self.lines[number]
        if (past := self._skip_silent(number)) is not None:
            is_read = line.words == "+" or _GIVEN_TO_READ.match(line.words)
            if (match := _ATTRIBUTE.match(line.words)) and match["name"] in WORTH_FINDING:
                is_read = match
            return () if is_read else [Omission(Span(line.start, self.lines[past - 1].end))], past
        if not line.margin and _TITLE.match(line.words) and not self._match_heading(number):
            if not self.goes_on:
                self._leave_lists()
            self.caption = line.words[1:]
            title = Paragraph(line.start + 1, line.end, self._indent, None, "term")
            return [Omission(Span(line.start, line.start + 1)), title], number + 1
        parts = self._read_block(number)
        self.given = self.caption = ""
        return parts

    def _skip_silent(self, number: int) -> int | None:
        """The number of the line after one that is not drawn; None if it is drawn."""
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
        return min(number + 1, len(self.lines))

    def _read_block(self, number: int) -> tuple[Iterable[Found], int]:
        """The parts that begin at a line that is drawn, and the number of the line after them."""
        line = self.lines[number]
        words = line.words
        if heading := self._match_heading(number):
            return self._read_heading(number, heading)
        if _DELIMITER.fullmatch(words):
            return self._read_delimited(number)
        if match := _INCLUDE.fullmatch(words) or _PICTURE.fullmatch(words):
            is_included = match.re is _INCLUDE
            start, end = match.span("target" if is_included or not match["alt"] else "alt")
            whole = Span(line.start, line.end)
            part = line.start + start, line.start + end
            shown = Paragraph(*part, self._indent, None, "label", (whole.start, whole.end))
            return [Omission(whole), shown] if is_included else [shown], number + 1
        if _RULE.fullmatch(words):
            return [Rule(line.start, line.end)], number + 1
        return self._read_item(number) or self._read_term(number) or self._read_text(number)

    def _leave_lists(self) -> None:
        """The next block belongs to no item, if nothing says otherwise."""
        if not (self.goes_on or self.follows_term):
            self.marks = self.frames[-1].marks
        self.goes_on = self.follows_term = False

    # Headings

    def _match_heading(self, number: int) -> Title | None:
        """The heading that begins with a line."""
        line = self.lines[number]
        if line.margin or len(line.words) > LONGEST_LINE:
            return None
        if match := _HEADING.fullmatch(line.words):
            closing = _CLOSING.search(line.words[-20:])
            start = line.start + match.start("words")
            end = max(start, line.end - (len(closing[0]) if closing else 0))
            words = line.words[start - line.start : end - line.start]
            heading = Heading(Span(line.start, line.end), len(match["mark"]), words)
        elif self._is_underlined(number):
            start, end, below = line.start, line.end, self.lines[number + 1]
            level = _UNDERLINES.index(below.words[0]) + 1
            heading = Heading(Span(start, below.end), level, line.words)
        else:
            return None
        words = " ".join(heading.text.split())
        return Title(start, end, replace(heading, text=words)) if words else None

    def _is_underlined(self, number: int) -> bool:
        line, underline = self._words(number), self._words(number + 1)
        if not underline or underline[0] not in _UNDERLINES or self.lines[number + 1].margin:
            return False
        if underline.strip(underline[0]) or not _is_as_long(underline, line):
            return False
        if _ITEM.match(line) or not re.search(r"\w", line) or not self._stands_apart(number):
            return False
        # "[TIP]" says something of a block; ".NET" does so only if a block is below it.
        return not _ABOUT.fullmatch(line) or not (
            line.startswith("[") or self._is_closed(underline, number + 1)
        )

    def _stands_apart(self, number: int) -> bool:
        """Whether a blank line stands above a line, and above what is said of it.

        A block may begin right below a line of a paragraph; a heading stands apart.
        """
        for at in range(number, max(number - _MOST_ABOUT, -1), -1):
            above = self._words(at - 1) if at else ""
            if not above:
                return True
            if len(above) > LONGEST_LINE or not _ABOUT.fullmatch(above):
                return False
        return False

    def _is_closed(self, delimiter: str, number: int) -> bool:
        """Whether the next such line after a line ends a block, and begins none."""
        if self.delimiters is None:
            self.delimiters = self._find_delimiters()
        places = self.delimiters.get(delimiter, [])
        at = bisect(places, (number, True))
        return at < len(places) and places[at][1]

    def _find_delimiters(self) -> dict[str, list[tuple[int, bool]]]:
        found: dict[str, list[tuple[int, bool]]] = {}
        for number, line in enumerate(self.lines):
            if _REPEATED.fullmatch(line.words):
                above = self._words(number - 1) if number else ""
                # What is right above may be a heading, or say how the block is drawn.
                is_first = bool(above) and (number < 2 or not self._words(number - 2))
                is_given = is_first and _GIVEN.fullmatch(above) is not None
                if is_given or not (is_first and _is_as_long(line.words, above)):
                    ends = bool(above) and not is_given
                    found.setdefault(line.words, []).append((number, ends))
        return found

    def _read_heading(self, number: int, title: Title) -> tuple[Iterable[Found], int]:
        is_first = number == skip_blank(self.lines, 0)
        self.frames, self.marks, self.goes_on, self.follows_term = self.frames[:1], (), False, False
        parts: list[Found] = [title]
        words = self._words(number)
        past = number + (1 if _HEADING.fullmatch(words) else 2)
        if is_first and not words.startswith("=="):
            # Who wrote it, and when.
            while (words := self._words(past)) and not _ATTRIBUTE.match(words):
                author = self.lines[past]
                if not words.startswith("//"):
                    parts.append(Paragraph(author.start, author.end, "", None, "label"))
                past += 1
        return parts, past

    # Delimited blocks

    def _read_delimited(self, number: int) -> tuple[Iterable[Found], int]:
        words = self._words(number)
        if len(self.frames) > 1 and self.frames[-1].delimiter == words:
            self.marks = self.frames.pop().marks
            return (), number + 1
        style = self.given.strip("[]").partition(",")[0].partition("%")[0]
        self._leave_lists()
        if words[0] in "-.+`/|,:!" and (words != "--" or style in ("source", "listing")):
            end = self._find_end(number, "```" if words[0] == "`" else words)
            end = len(self.lines) if end is None else end
            inner = self.lines[number + 1 : end]
            whole = Span(self.lines[number].start, self.lines[min(end, len(self.lines) - 1)].end)
            if words[0] == "/":
                return [Omission(whole, parts=True)], end + 1
            if words[0] in "|,:!":
                table = read_asciidoc_table(self.text, self.lines, number, end, self.given)
                return [Rows(table, whole, self._indent, self.caption)], table.past
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
            drawn = DRAWN_BULLETS[depth % len(DRAWN_BULLETS)]
            if task := _TASK.match(line.words, match.end()):
                drawn = OPEN_TASK if task["state"] == " " else DONE_TASK
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
                if self._words(past) and self._match_heading(past):
                    break
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
        while (words := self._words(past)) and not self._match_heading(past):
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


def _is_as_long(underline: str, line: str) -> bool:
    return abs(len(underline) - len(line)) <= _TOLERANCE


def load(data: bytes) -> Content:
    """The text of a file with what its lines say."""
    return load_markup(data, _AsciiDoc, _MARKS, partial(read_head, markup=_HEAD))
