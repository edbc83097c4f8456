"""Org: the decoded file, and the grammar that finds its parts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from index.documents import Content, Heading, Span
from index.loaders.markup.block_writer import Part
from index.loaders.markup.head import LONGEST_LINE, WORTH_FINDING, HeadMarkup, read_head
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
)
from index.loaders.markup.read_markup import compile_marks, load_markup
from index.loaders.markup.tables import MarkupTable, strip_cell
from index.text.patterns import DONE_TASK, DRAWN_BULLETS, OPEN_TASK, indent_by, put_bar

# Lines that belong to the element below them.
_OF_ELEMENT = r"(?:caption|name|header|results|plot|attr_\w+):"
_HEAD = HeadMarkup(
    title=re.compile(r"#\+title:(?P<words>.*)", re.IGNORECASE),
    names_section=False,
    block=re.compile(r"#\+begin_\w", re.IGNORECASE),
    # And the drawer in which programs keep what they know of a file.
    comment=re.compile(
        rf"#(?:[ \t]|\Z|\+(?!{_OF_ELEMENT})\w+:)|:[\w-]{{1,40}}:(?:[ \t]|\Z)", re.IGNORECASE
    ),
    field=re.compile(rf"#\+(?!{_OF_ELEMENT})(?P<name>\w{{1,40}}):(?P<words>.*)", re.IGNORECASE),
)

# What is to be done, how urgent it is, and tags are no part of what it says.
_HEADING = re.compile(
    r"(?P<mark>\*{1,9})[ \t]+(?P<shown>(?:(?:TODO|DONE)[ \t]+)?(?:\[#\w\][ \t]+)?(?P<words>.*?))"
    r"(?:[ \t]+:[\w@#%:]{1,200}:)?"
)
_BULLET = re.compile(r"[-+*](?:[ \t]+|$)")
_NUMBER = re.compile(r"(?:[0-9]{1,4}|[a-zA-Z])[.)](?:[ \t]+|$)")
_START_AT = re.compile(r"\[@\w{1,4}\][ \t]+")
_TASK = re.compile(r"\[(?P<state>[ xX-])\](?:[ \t]+|$)")
_TERM = re.compile(r"[ \t]::(?:[ \t]+|$)")
_FOOTNOTE = re.compile(r"\[fn:[\w-]{1,60}\](?:[ \t]+|$)")
_KEYWORD = re.compile(r"#\+(?P<name>[\w-]{1,60})(?:\[[^\[\]]*\])?:[ \t]*")
_BEGIN = re.compile(r"#\+begin_(?P<name>[\w-]{1,60})(?:[ \t]+(?P<language>[^\s:]\S*))?", re.I)
_END = re.compile(r"#\+end_[\w-]{1,60}", re.I)
_CAPTION = re.compile(r"#\+caption(?:\[[^\[\]]*\])?:[ \t]*", re.IGNORECASE)
# Comments, and keywords but for those that say something to people.
_OMITTED = re.compile(
    rf"#(?:[ \t]|\Z|\+(?!(?:title|{'|'.join(sorted(WORTH_FINDING))}):)\w[\w-]*:)", re.IGNORECASE
)
_DRAWER = re.compile(r":(?P<name>[\w-]{1,60}):")
# Where programs keep what they know of a heading.
_OF_PROGRAMS = frozenset(("properties", "logbook"))
_PLANNED = re.compile(r"(?:SCHEDULED|DEADLINE|CLOSED|CLOCK):")
_RULE = re.compile(r"-{5,}")
# A row that says how wide its columns are, and where their words stand in them.
_WIDTHS = re.compile(r"(?=.*<)(?:\|[ \t]*+(?:<[lrc]?\d{0,4}>)?[ \t]*+)+\|?")
_TABLE_RULE = re.compile(r"\|[-+]{2,}\|?")

_TASKS = {" ": OPEN_TASK, "-": OPEN_TASK}
_CODE = frozenset("src example export comment".split())
_NOTES = frozenset("note tip hint important attention caution warning danger info todo".split())
_SHOWN_KEYWORDS = frozenset("author date subtitle description".split())
_MARKS = compile_marks(
    # Badges.
    r"\[\[(?:[^\[\]]++\]\[)?file:https?:[^\[\]]++\]\]",
    r"\[\[[^\[\]]++\]\[(?P<link1>[^\[\]]++)\]\]",
    r"\[\[(?:file:|[*#])?(?P<link2>[^\[\]]++)\]\]",
    r"(?P<link3>\[fn:[\w-]{1,60}\])",
    r"<<[^<>\n]{1,200}>>",
    r"(?<![\w=])=(?=[^\s=])(?P<code1>[^=]++)(?<!\s)=(?![\w=])",
    r"(?<![\w~])~(?=[^\s~])(?P<code2>[^~]++)(?<!\s)~(?![\w~])",
    r"(?<![\w*])\*(?=[^\s*])(?P<strong1>[^*]++)(?<!\s)\*(?![\w*])",
    r"(?<![\w/:.<])/(?=[^\s/])(?P<emphasis1>[^/]++)(?<!\s)/(?![\w/])",
    r"(?<![\w_])_(?=[^\s_])(?P<emphasis2>[^_]++)(?<!\s)_(?![\w_])",
    r"(?<![\w+])\+(?=[^\s+])(?P<struck1>[^+]++)(?<!\s)\+(?![\w+])",
    r"\\\\(?=\s|$)",
)


@dataclass(slots=True)
class _Grammar(LineReader):
    """Org, from line to line.

    Attributes:
        frames: what is shown before lines within open blocks, the innermost last.
        margin: where the text below the last heading begins; -1 if that is not known yet.
        bullets: the margins of open lists.
        caption: of the table that comes next.
    """

    END = re.compile(r":end:|#\+end_[\w-]{1,60}", re.IGNORECASE)
    frames: list[str] = field(default_factory=lambda: [""])
    margin: int = -1
    bullets: list[int] = field(default_factory=list)
    caption: str = ""

    def _indent(self, margin: int) -> str:
        if self.margin < 0:
            self.margin = margin
        return indent_by(margin - self.margin, self.frames[-1])

    def _match_heading(self, number: int) -> re.Match[str] | None:
        words = self._words(number)
        is_in_block = len(self.frames) > 1
        if not words.startswith("*") or self.lines[number].margin or is_in_block:
            return None
        match = _HEADING.fullmatch(words) if len(words) <= LONGEST_LINE else None
        return match if match and match["words"] else None

    def _read_part(self, number: int) -> tuple[Iterable[Found], int]:
        line = self.lines[number]
        words = line.words
        caption = self.caption if number and self._words(number - 1) else ""
        self.caption = ""
        if heading := self._match_heading(number):
            return [self._read_heading(line, heading)], number + 1
        if words.startswith("#") and (found := self._read_hash(number, caption)):
            return found
        if (drawer := _DRAWER.fullmatch(words)) and (end := self._find_end_of_drawer(number)):
            # What is in it is for people if its name is not one that programs use.
            is_read = drawer["name"].lower() not in _OF_PROGRAMS
            past = number if is_read else end
            omitted = Span(line.start, self.lines[past].end)
            return [Omission(omitted, parts=not is_read)], past + 1
        if words == ":" or words.startswith(": "):
            return self._read_fixed(number)
        if words.startswith("|"):
            table = _read_table(self.lines, number)
            span = Span(line.start, self.lines[table.past - 1].end)
            return [Rows(table, span, self._indent(line.margin), caption)], table.past
        if _RULE.fullmatch(words):
            return [Rule(line.start, line.end)], number + 1
        if _PLANNED.match(words):
            indent = self._indent(line.margin)
            return [Paragraph(line.start, line.end, indent, None, "label")], number + 1
        return self._read_item(number) or self._read_paragraph(number, line.start)

    def _find_end_of_drawer(self, number: int) -> int | None:
        """The number of the line that ends the drawer to which a line belongs."""
        is_end = self._words(number).lower() == ":end:"
        return number if is_end else self._find_end(number, ":end:")

    def _read_heading(self, line: MarkupLine, match: re.Match[str]) -> Title:
        self.margin, self.bullets = -1, []
        words = " ".join(match["words"].split())
        heading = Heading(Span(line.start, line.end), len(match["mark"]), words)
        return Title(line.start + match.start("shown"), line.start + match.end("shown"), heading)

    def _read_hash(self, number: int, caption: str) -> tuple[Iterable[Found], int] | None:
        line = self.lines[number]
        if match := _BEGIN.match(line.words):
            return self._begin_block(number, match["name"].lower(), match["language"] or "")
        if _END.match(line.words):
            if len(self.frames) > 1:
                self.frames.pop()
            return (), number + 1
        if match := _CAPTION.match(line.words):
            start = line.start + match.end()
            self.caption = line.words[match.end() :]
            shown = Paragraph(start, line.end, self.frames[-1], None, "label")
            return [Omission(Span(line.start, start)), shown], number + 1
        omitted = [Omission(Span(line.start, line.end))] if _OMITTED.match(line.words) else []
        if omitted:
            self.caption = caption
        if match := _KEYWORD.match(line.words):
            start, name = line.start + match.end(), match["name"].lower()
            if name == "title":
                return [*omitted, Title(start, line.end)], number + 1
            if name in _SHOWN_KEYWORDS:
                marker = Marker(line.start + 2, line.start + 3 + len(name), is_term=True)
                return [*omitted, Paragraph(start, line.end, "", marker)], number + 1
            return omitted, number + 1
        if line.words == "#" or line.words.startswith(("# ", "#+")):
            return omitted, number + 1
        return None

    def _begin_block(self, number: int, name: str, language: str) -> tuple[Iterable[Found], int]:
        indent = self._indent(self.lines[number].margin)
        end = self._find_end(number, f"#+end_{name}")
        if end is None:
            return (), number + 1
        if name in _CODE:
            if name in ("comment", "export"):
                return (), end + 1
            lines = cut_code(self.lines[number + 1 : end])
            return [Code(lines, language if name == "src" else "", indent)], end + 1
        self.frames.append(put_bar(indent))
        line = self.lines[number]
        label = Label(name.capitalize(), (line.start, line.end), self.frames[-1])
        return [label] if name in _NOTES else [], number + 1

    def _read_fixed(self, number: int) -> tuple[Iterable[Found], int]:
        parts: list[Part] = []
        indent = self._indent(self.lines[number].margin)
        while (words := self._words(number)) == ":" or words.startswith(": "):
            line = self.lines[number]
            parts.append((min(line.start + 2, line.end), line.end))
            number += 1
        return [Code(parts, "", indent)], number

    # Lists and paragraphs

    def _read_item(self, number: int) -> tuple[Iterable[Found], int] | None:
        line = self.lines[number]
        match = _BULLET.match(line.words)
        while self.bullets and self.bullets[-1] > line.margin:
            self.bullets.pop()
        if match is not None:
            if not self.bullets or self.bullets[-1] < line.margin:
                self.bullets.append(line.margin)
            drawn = DRAWN_BULLETS[(len(self.bullets) - 1) % len(DRAWN_BULLETS)]
        elif (match := _NUMBER.match(line.words)) or (match := _FOOTNOTE.match(line.words)):
            drawn = ""
        else:
            return None
        at = match.end()
        if again := _START_AT.match(line.words, at):
            at = again.end()
        end = line.start + len(match[0].rstrip())
        if drawn and (task := _TASK.match(line.words, at)):
            drawn, at = _TASKS.get(task["state"], DONE_TASK), task.end()
            end = line.start + task.end("state") + 1
        marker = Marker(line.start, end, drawn)
        term = _TERM.search(line.words, at) if drawn else None
        if term is None:
            return self._read_paragraph(number, line.start + at, marker)
        indent = self._indent(line.margin)
        described = Paragraph(line.start + at, line.start + term.start(), indent, marker, "term")
        if term.end() == len(line.words):
            return [described], number + 1
        blocks, past = self._read_paragraph(number, line.start + term.end(), None, 2)
        return [described, *blocks], past

    def _read_paragraph(
        self, number: int, start: int, marker: Marker | None = None, below: int = 0
    ) -> tuple[list[Found], int]:
        """A paragraph that begins within a line.

        Args:
            below: columns by which it is indented below a term; 0 if there is none.
        """
        line = self.lines[number]
        indent = indent_by(below, self._indent(line.margin))
        is_item = marker is not None or below > 0
        past = number + 1
        while self._words(past) and not self._begins(past):
            if is_item and self.lines[past].margin <= line.margin:
                break
            past += 1
        end = self.lines[past - 1].end
        return [Paragraph(start, end, indent, marker)], past

    def _begins(self, number: int) -> bool:
        """Whether a line begins something else than the paragraph before it."""
        words = self._words(number)
        return bool(
            self._match_heading(number)
            or words.startswith(("#+", "# ", "|", ": "))
            or (_BULLET.match(words) and (words[0] != "*" or self.lines[number].margin))
            or (_NUMBER.match(words) and words[0].isdigit())
            or _FOOTNOTE.match(words)
            or _DRAWER.fullmatch(words)
            or _PLANNED.match(words)
        )


def _read_table(lines: Sequence[MarkupLine], number: int) -> MarkupTable:
    """The table that begins with a line."""
    rows: list[list[list[Part]]] = []
    header_rows, past = 0, number
    while past < len(lines) and (words := lines[past].words).startswith("|"):
        if not _TABLE_RULE.fullmatch(words):
            if not _WIDTHS.fullmatch(words):
                rows.append([list(_split_row(lines[past]))])
        elif len(rows) == 1 and past + 1 < len(lines) and lines[past + 1].words.startswith("|"):
            header_rows = 1
        past += 1
    return MarkupTable(rows, header_rows, past)


def _split_row(line: MarkupLine) -> Iterator[Part]:
    inner = line.words[1:].removesuffix("|")
    at = line.start + 1
    for cell in inner.split("|"):
        yield strip_cell(cell, at)
        at += len(cell) + 1


def load(data: bytes) -> Content:
    """The text of a file with what its lines say."""
    return load_markup(data, _Grammar, _MARKS, partial(read_head, markup=_HEAD))
