"""Markdown as a person would read it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from markdown_it import MarkdownIt
from markdown_it.token import Token

from index.loaders.markup import EntangledQuotes, limit_quotes
from tui.source.rendering.markdown_html import BULLETS, SCRIPT, TAG, HtmlWriter
from tui.source.rendering.markdown_inline import BADGE_ADDRESS, InlineWriter
from tui.source.rendering.rendering import PLAIN, LineFormat, Rendering, Table
from tui.source.rendering.writer import RenderingWriter

_LINE_END = re.compile(r"\r\n|\n|\r")
# What is longer than any book is drawn as it is.
_MOST_CHARACTERS = 6_000_000
_FRONT_MATTER = re.compile(
    r"\A(?:---[ \t]*\r?\n(?=[\w\"'][^\r\n]*:).*?^(?:---|\.\.\.)"
    r"|(?P<toml>\+\+\+)[ \t]*\r?\n(?=[\w\"'#\[][^\r\n]*[=\]#]).*?^\+\+\+)[ \t]*\r?(?:\n|\Z)",
    re.DOTALL | re.MULTILINE,
)
_DEFINITION = re.compile(
    r"[ ]{0,3}\[(?!\^)[^\[\]\r\n]{1,200}\]:[ \t]*+\S[^\r\n]*+(?:\r\n|\n|\r|\Z)"
)
_DESCRIPTION = re.compile(r"^[ ]{0,3}:[ \t]++(?=\S)", re.MULTILINE)
_FOOTNOTE = re.compile(r"\[\^[^\[\]\s]{1,20}\]:[ \t]+")
_TASK = re.compile(r"\[([ xX])\][ \t]+")
# A picture that is a link, or one whose address may say that it is a badge.
_BADGE = re.compile(
    r"\[!\[[^\[\]]*+\](?:\([^()]*+\)|\[[^\[\]]*+\])\](?:\([^()]*+\)|\[[^\[\]]*+\])"
    r"|!\[[^\[\]]*+\]\((?P<address>[^()]*+)\)"
)
_MARKER = re.compile(r"[ \t]*(?P<marker>[-+*]|[0-9]{1,9}[.)])[ \t]*")
_QUOTE_SIGN = re.compile(r"(?:[ ]{0,3}>[ ]?)*+[ \t]*+")
_HEADING = re.compile(r"#{1,6}[ \t]*+")
_BAR = re.compile(r"(?<!\\)\|")
_QUOTE = "▌ "
_RULE = LineFormat(style="rule", fill="─")
_HEADING_RULE = LineFormat(style="rule", fill="━")
_CODE = LineFormat("  ", "  ", "block", " ")


def render_markdown(text: str) -> Rendering | None:
    """The rendering of a document; None if it is too long, or would take too long to parse."""
    if len(text) > _MOST_CHARACTERS:
        return None
    try:
        return _MarkdownRenderer(text).render()
    except EntangledQuotes:
        return None


@dataclass(slots=True)
class _Container:
    """A quotation or an item of a list: what its lines begin with.

    Attributes:
        indent: what each line but the first begins with.
        first: what the first line begins with.
        style: the style of what is in it.
        is_begun: whether a line of it has been written.
    """

    indent: str
    first: str = ""
    style: str = ""
    is_begun: bool = False


class _MarkdownRenderer:
    """Walks through the blocks of a document."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._writer = RenderingWriter(text)
        front = _FRONT_MATTER.match(text)
        self._body = front.end() if front else 0
        self._front_language = "toml" if front and front["toml"] else "yaml"
        self._starts = [self._body]
        self._starts += [match.end() for match in _LINE_END.finditer(text, self._body)]
        self._starts.append(len(text))
        # The innermost is the last one.
        self._containers: list[_Container] = []
        self._is_ordered: list[bool] = []
        # Markers of items whose first line has not been written: start, end, and what is drawn.
        self._markers: list[tuple[int, int, str]] = []
        self._marker_end = 0
        self._needs_blank = False
        self._html = HtmlWriter(self._writer, self._write_inline, self._end_line)

    def render(self) -> Rendering:
        parser = limit_quotes(MarkdownIt("commonmark").enable("table"))
        # Link definitions stay paragraphs: the parser gives no lines for them.
        parser.disable("reference")
        parser.core.ruler.disable("inline")
        tokens = parser.parse(_LINE_END.sub("\n", self._text[self._body :]))
        if self._body:
            # Without the rules around it.
            self._write_code_lines(list(self._lines(0, self._body))[1:-1], self._front_language)
        number = 0
        while number < len(tokens):
            number = self._write_token(tokens, number)
        return self._writer.finish()

    def _write_token(self, tokens: Sequence[Token], number: int) -> int:
        """Write the block that begins at a token; returns the number of the next one."""
        token = tokens[number]
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                if not self._is_ordered:
                    self._needs_blank = True
                self._is_ordered.append(token.type == "ordered_list_open")
            case "bullet_list_close" | "ordered_list_close":
                self._is_ordered.pop()
                if not self._is_ordered:
                    self._needs_blank = True
            case "list_item_open":
                self._open_item(token)
            case "blockquote_open":
                self._containers.append(_Container(_QUOTE, _QUOTE, "quote"))
            case "list_item_close" | "blockquote_close":
                if self._markers:
                    self._begin_block()
                    self._end_line()
                self._containers.pop()
            case "heading_open":
                self._write_heading(token)
                return number + 3
            case "paragraph_open":
                self._write_paragraph(token)
                return number + 3
            case "fence" | "code_block":
                self._write_code(token)
            case "hr":
                self._begin_block()
                self._end_line(_RULE)
                self._needs_blank = True
            case "html_block":
                self._write_html(token)
            case "table_open":
                return self._write_table(tokens, number)
        return number + 1

    # Lines

    def _lines(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The start and the end of each line of a part of the document, without its line end."""
        at = start
        for match in _LINE_END.finditer(self._text, start, end):
            yield at, match.start()
            at = match.end()
        if at < end:
            yield at, end

    def _content_start(self, start: int) -> int:
        """Where a line that starts there has its words: after the signs of what it is in."""
        # A marker on this line ends after its start.
        at = max(start, self._marker_end)
        if any(each.style for each in self._containers) and (
            sign := _QUOTE_SIGN.match(self._text, at)
        ):
            at = sign.end()
        return at

    def _bounds(self, token: Token) -> tuple[int, int]:
        """The start and the end of the words of a block."""
        first, last = token.map or (0, 0)
        start = self._content_start(self._starts[first])
        end = self._starts[min(last, len(self._starts) - 1)]
        part = self._text[start:end]
        return end - len(part.lstrip()), start + len(part.rstrip())

    def _begin_block(self) -> None:
        """Write the blank line before a block, where one is needed, and the markers of items."""
        if self._needs_blank and self._writer.length:
            begun = [each.indent for each in self._containers if each.is_begun]
            self._writer.end_line(LineFormat("".join(begun).rstrip()))
        self._needs_blank = False
        for start, end, drawn in self._markers:
            if drawn:
                self._writer.replace(start, end, drawn, ("marker",))
            else:
                self._writer.copy(start, end, ("marker",))
            # The space after it is highlighted with it.
            if self._text.startswith(" ", end):
                self._writer.copy(end, end + 1)
            else:
                self._writer.add(" ")
        self._markers.clear()

    def _frame(self, form: LineFormat) -> LineFormat:
        """A format within the open containers, for their next line."""
        first = "".join(each.indent if each.is_begun else each.first for each in self._containers)
        rest = "".join(each.indent for each in self._containers)
        style = form.style or next((each.style for each in self._containers if each.style), "")
        for each in self._containers:
            each.is_begun = True
        return LineFormat(first + form.first, rest + form.rest, style, form.fill)

    def _end_line(self, form: LineFormat = PLAIN) -> None:
        self._writer.end_line(self._frame(form))

    def _write_inline(self, start: int, end: int) -> None:
        sign = _QUOTE_SIGN if any(each.style for each in self._containers) else None
        InlineWriter(self._writer, sign, self._end_line).write(start, end)

    # Blocks

    def _open_item(self, token: Token) -> None:
        start = self._content_start(self._starts[(token.map or (0, 0))[0]])
        marker = _MARKER.match(self._text, start)
        if marker is None:
            self._containers.append(_Container("  "))
            return
        self._marker_end = marker.end()
        if self._is_ordered[-1]:
            drawn, width = "", len(marker["marker"]) + 1
        else:
            depth = self._is_ordered.count(False) - 1
            drawn, width = BULLETS[depth % len(BULLETS)], 2
        task = _TASK.match(self._text, marker.end())
        end = marker.end("marker")
        if task is not None and drawn:
            drawn = "☐" if task[1] == " " else "☑"
            self._marker_end, end = task.end(), task.end(1) + 1
        self._markers.append((marker.start("marker"), end, drawn))
        self._containers.append(_Container(" " * width))

    def _write_heading(self, token: Token) -> None:
        start, end = self._bounds(token)
        if token.markup.startswith("#"):
            opening = _HEADING.match(self._text, start, end)
            start = opening.end() if opening else start
            words = self._text[start:end]
            inner = words.rstrip("#")
            if not inner or inner.endswith((" ", "\t")):
                end = start + len(inner.rstrip())
        else:
            # The last line is the one that underlines it.
            end = start + len(
                self._text[start : self._starts[(token.map or (0, 1))[1] - 1]].rstrip()
            )
        level = int(token.tag[1])
        if _is_unseen(self._text[start:end]):
            return
        self._needs_blank = True
        self._begin_block()
        self._write_inline(start, end)
        self._end_line(LineFormat(style=f"heading-{min(level, 3)}"))
        if level == 1:
            self._end_line(_HEADING_RULE)
        self._needs_blank = True

    def _write_paragraph(self, token: Token) -> None:
        start, end = self._bounds(token)
        while definition := _DEFINITION.match(self._text, start, end):
            start = definition.end()
        if start >= end or _is_unseen(self._text[start:end]):
            return
        self._begin_block()
        descriptions = list(_DESCRIPTION.finditer(self._text, start, end))
        if descriptions:
            self._write_descriptions(start, end, descriptions)
        else:
            note = _FOOTNOTE.match(self._text, start, end)
            self._write_inline(start, end)
            self._end_line(LineFormat("", " " * len(note[0])) if note else PLAIN)
        # In a list without blank lines, the next item follows at once.
        self._needs_blank = not token.hidden

    def _write_descriptions(self, start: int, end: int, signs: Sequence[re.Match[str]]) -> None:
        """Write a paragraph as a term and what is said of it, each after a colon."""
        for line_start, line_end in self._lines(start, signs[0].start()):
            self._write_inline(line_start, line_end)
            self._end_line(LineFormat(style="term"))
        past = [*(sign.start() for sign in signs[1:]), end]
        for sign, description_end in zip(signs, past, strict=True):
            words = self._text[sign.end() : description_end].rstrip()
            self._write_inline(sign.end(), sign.end() + len(words))
            self._end_line(LineFormat("  ", "  "))

    def _write_code(self, token: Token) -> None:
        first, last = token.map or (0, 0)
        if token.type == "fence":
            first += 1
        words = token.content.removesuffix("\n").split("\n") if token.content else []
        bounds = []
        for number, line in enumerate(words, first):
            if number >= min(last, len(self._starts) - 1):
                break
            start, end = next(self._lines(self._starts[number], self._starts[number + 1]), (0, 0))
            # What the line begins with belongs to the containers.
            if self._text[start:end].endswith(line):
                start = end - len(line)
            else:
                start = end - len(self._text[start:end].lstrip())
            bounds.append((start, end))
        info = token.info.split()
        self._write_code_lines(bounds, info[0].strip("{}.") if info else "")

    def _write_code_lines(self, bounds: Iterable[tuple[int, int]], language: str) -> None:
        self._begin_block()
        if self._containers and not self._containers[-1].is_begun and self._is_ordered:
            # The marker stands on a line of its own.
            self._end_line()
        start = self._writer.length
        for line_start, line_end in bounds:
            self._writer.copy(line_start, line_end)
            self._end_line(_CODE)
        if language:
            self._writer.add_code(start, language)
        self._needs_blank = True

    def _write_html(self, token: Token) -> None:
        start, end = self._bounds(token)
        if _is_unseen(self._text[start:end]) or SCRIPT.match(self._text, start):
            return
        self._begin_block()
        self._html.write(start, end)
        self._needs_blank = True

    def _write_table(self, tokens: Sequence[Token], number: int) -> int:
        self._begin_block()
        if self._containers and not self._containers[-1].is_begun and self._is_ordered:
            self._end_line()
        first_line, rows, right = self._writer.line, [], set()
        columns = 0
        while tokens[number].type != "table_close":
            token = tokens[number]
            if token.type == "th_open":
                if "right" in str(token.attrs.get("style", "")):
                    right.add(columns)
                columns += 1
            elif token.type == "tr_close":
                pass
            elif token.type == "tr_open" and token.map:
                rows.append(token.map[0])
            number += 1
        cells = np.zeros((len(rows), columns, 2), np.int32)
        for row, line in enumerate(rows):
            start, end = next(self._lines(self._starts[line], self._starts[line + 1]), (0, 0))
            cells[row] = self._write_row(self._content_start(start), end, columns)
            self._end_line()
        self._writer.add_table(Table(first_line, cells, True, frozenset(right)))
        self._needs_blank = True
        return number + 1

    def _write_row(self, start: int, end: int, columns: int) -> list[tuple[int, int]]:
        """Write the cells of a row; returns where each is drawn."""
        row = self._text[start:end]
        start, end = end - len(row.lstrip()), start + len(row.rstrip())
        start += self._text[start : start + 1] == "|"
        bars = [match.start() for match in _BAR.finditer(self._text, start, end)]
        if not bars or bars[-1] != end - 1:
            bars.append(end)
        drawn: list[tuple[int, int]] = []
        for cell_start, cell_end in zip([start, *(bar + 1 for bar in bars)], bars, strict=False):
            if len(drawn) == columns:
                break
            cell = self._text[cell_start:cell_end]
            at = self._writer.length
            InlineWriter(self._writer).write(
                cell_end - len(cell.lstrip()), cell_start + len(cell.rstrip())
            )
            drawn.append((at, self._writer.length))
            self._writer.add(" ")
        end = self._writer.length
        return drawn + [(end, end)] * (columns - len(drawn))


def _is_unseen(part: str) -> bool:
    """Whether nothing of a part is drawn that has a letter or a digit: badges and tags only."""
    if not part.lstrip().startswith(("[![", "![", "<", "[")):
        return False
    return not re.search(r"\w", TAG.sub("", _BADGE.sub(_drop_badge, part)))


def _drop_badge(picture: re.Match[str]) -> str:
    is_badge = picture["address"] is None or BADGE_ADDRESS.search(picture["address"])
    return "" if is_badge else picture[0]
