"""The blocks of Org, and the markup of its words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from index.loaders.markup.block_writer import Part
from index.loaders.markup.inline_marks import compile_marks
from index.loaders.markup.lines import MarkupLine, skip_blank
from index.loaders.markup.org_tables import read_org_table
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

# A longer line is no heading.
_LONGEST_HEADING = 400
_HEADING = re.compile(r"(?P<mark>\*{1,30})[ \t]+(?P<words>.*?)(?:[ \t]+:[\w@#%:]{1,200}:)?")
_BULLET = re.compile(r"[-+*](?:[ \t]+|$)")
_NUMBER = re.compile(r"(?:[0-9]{1,4}|[a-zA-Z])[.)](?:[ \t]+|$)")
_START_AT = re.compile(r"\[@\w{1,4}\][ \t]+")
_TASK = re.compile(r"\[(?P<state>[ xX-])\](?:[ \t]+|$)")
_TERM = re.compile(r"[ \t]::(?:[ \t]+|$)")
_FOOTNOTE = re.compile(r"\[fn:[\w-]{1,60}\](?:[ \t]+|$)")
_KEYWORD = re.compile(r"#\+(?P<name>[\w-]{1,60})(?:\[[^\[\]]*\])?:[ \t]*")
_BEGIN = re.compile(r"#\+begin_(?P<name>[\w-]{1,60})(?:[ \t]+(?P<language>[^\s:]\S*))?", re.I)
_END = re.compile(r"#\+end_[\w-]{1,60}", re.I)
_DRAWER = re.compile(r":[\w-]{1,60}:")
_PLANNED = re.compile(r"(?:SCHEDULED|DEADLINE|CLOSED|CLOCK):")
_RULE = re.compile(r"-{5,}")

_TASKS = {" ": "☐", "-": "☐"}
_CODE = frozenset("src example export comment".split())
_NOTES = frozenset("note tip hint important attention caution warning danger info todo".split())
_SHOWN_KEYWORDS = frozenset("author date subtitle description".split())


@dataclass(slots=True)
class _Reader:
    """Walks through the lines.

    Attributes:
        headings: where they begin.
        frames: what is shown before lines within open blocks, the innermost last.
        margin: where the text below the last heading begins; -1 where that is not known yet.
        bullets: the margins of open lists.
        endless: beginnings of blocks and drawers that nothing ends.
    """

    lines: Sequence[MarkupLine]
    headings: frozenset[int]
    frames: list[str] = field(default_factory=lambda: [""])
    margin: int = -1
    bullets: list[int] = field(default_factory=list)
    endless: set[str] = field(default_factory=set)

    def read(self) -> Iterator[Found]:
        number = skip_blank(self.lines, 0)
        while number < len(self.lines):
            blocks, number = self._read_block(number)
            yield from blocks
            number = skip_blank(self.lines, number)

    def _words(self, number: int) -> str:
        return self.lines[number].words if number < len(self.lines) else ""

    def _indent(self, margin: int) -> str:
        if self.margin < 0:
            self.margin = margin
        return indent_by(margin - self.margin, self.frames[-1])

    def _is_heading(self, number: int) -> bool:
        return number < len(self.lines) and self.lines[number].begin in self.headings

    def _read_block(self, number: int) -> tuple[Iterable[Found], int]:
        """What begins with a line, and the number of the line after it."""
        line = self.lines[number]
        words = line.words
        if self._is_heading(number):
            return self._read_heading(line), number + 1
        if words.startswith("#") and (found := self._read_hash(number)):
            return found
        if _DRAWER.fullmatch(words) and (end := self._find_end(number, ":end:")):
            return (), end + 1
        if words == ":" or words.startswith(": "):
            return self._read_fixed(number)
        if table := read_org_table(self.lines, number):
            rows = list_lines(table, self._indent(line.margin))
            return [rows] if rows.rows else (), table.past
        if _RULE.fullmatch(words):
            return [Rule(line.start, line.end)], number + 1
        if _PLANNED.match(words):
            return [
                Paragraph(line.start, line.end, self._indent(line.margin), None, "label")
            ], number + 1
        return self._read_item(number) or self._read_paragraph(number, line.start)

    def _read_heading(self, line: MarkupLine) -> list[Found]:
        self.frames, self.margin, self.bullets = [""], -1, []
        match = _HEADING.fullmatch(line.words) if len(line.words) <= _LONGEST_HEADING else None
        if match is None:
            return [Paragraph(line.start, line.end)]
        return [Title(line.start + match.start("words"), line.start + match.end("words"))]

    def _find_end(self, number: int, end: str) -> int:
        """The number of the line that ends a block or drawer; 0 if none does."""
        if end in self.endless:
            return 0
        for past in range(number + 1, len(self.lines)):
            if self.lines[past].words.lower() == end:
                return past
        self.endless.add(end)
        return 0

    def _read_hash(self, number: int) -> tuple[Iterable[Found], int] | None:
        line = self.lines[number]
        if match := _BEGIN.match(line.words):
            return self._begin_block(number, match["name"].lower(), match["language"] or "")
        if _END.match(line.words):
            if len(self.frames) > 1:
                self.frames.pop()
            return (), number + 1
        if match := _KEYWORD.match(line.words):
            start, name = line.start + match.end(), match["name"].lower()
            if name == "title":
                return [Title(start, line.end)], number + 1
            if name == "caption":
                return [Paragraph(start, line.end, self.frames[-1], None, "label")], number + 1
            if name in _SHOWN_KEYWORDS:
                marker = Marker(line.start + 2, line.start + 3 + len(name), is_term=True)
                return [Paragraph(start, line.end, "", marker)], number + 1
            return (), number + 1
        if line.words == "#" or line.words.startswith(("# ", "#+")):
            return (), number + 1
        return None

    def _begin_block(self, number: int, name: str, language: str) -> tuple[Iterable[Found], int]:
        indent = self._indent(self.lines[number].margin)
        if name in _CODE:
            end = self._find_end(number, f"#+end_{name}")
            if not end or name in ("comment", "export"):
                return (), max(number, end) + 1
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
            drawn = BULLETS[(len(self.bullets) - 1) % len(BULLETS)]
        elif (match := _NUMBER.match(line.words)) or (match := _FOOTNOTE.match(line.words)):
            drawn = ""
        else:
            return None
        at = match.end()
        if again := _START_AT.match(line.words, at):
            at = again.end()
        end = line.start + len(match[0].rstrip())
        if drawn and (task := _TASK.match(line.words, at)):
            drawn, at = _TASKS.get(task["state"], "☑"), task.end()
            end = line.start + task.end("state") + 1
        marker = Marker(line.start, end, drawn)
        term = _TERM.search(line.words, at) if drawn else None
        if term is None:
            return self._read_paragraph(number, line.start + at, marker)
        indent = self._indent(line.margin)
        described = Paragraph(
            line.start + at,
            line.start + term.start(),
            indent,
            marker,
            "term",
        )
        if term.end() == len(line.words):
            return [described], number + 1
        blocks, past = self._read_paragraph(number, line.start + term.end(), None, 2)
        return [described, *blocks], past

    def _read_paragraph(
        self, number: int, start: int, marker: Marker | None = None, below: int = 0
    ) -> tuple[list[Found], int]:
        """A paragraph that begins within a line.

        Args:
            below: columns by which it is indented below a term; 0 where there is none.
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
            self._is_heading(number)
            or words.startswith(("#+", "# ", "|", ": "))
            or (_BULLET.match(words) and (words[0] != "*" or self.lines[number].margin))
            or (_NUMBER.match(words) and words[0].isdigit())
            or _FOOTNOTE.match(words)
            or _DRAWER.fullmatch(words)
            or _PLANNED.match(words)
        )


def _find_blocks(lines: Sequence[MarkupLine], headings: frozenset[int]) -> Iterator[Found]:
    """What a text is made of."""
    return _Reader(lines, headings).read()


ORG_MARKS = compile_marks(
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
ORG = Dialect(_find_blocks, ORG_MARKS)
