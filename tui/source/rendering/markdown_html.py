"""HTML within Markdown: its words, and the lists, terms and headings that they are in."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from tui.source.rendering.rendering import PLAIN, LineFormat
from tui.source.rendering.writer import RenderingWriter

TAG = re.compile(r"<!--.*?(?:-->|\Z)|<[/!?]?(?P<name>[a-zA-Z][a-zA-Z0-9]*+)[^<>]*+>", re.DOTALL)
BULLETS = "•◦▪"
_INLINE_TAGS = frozenset(
    "a abbr b code del em i ins kbd mark s small span strong sub sup u".split()
)
_HEADINGS = {f"h{level}": f"heading-{min(level, 3)}" for level in range(1, 7)}
SCRIPT = re.compile(r"<(?:script|style)\b", re.IGNORECASE)
_MOST_LISTS = 8


@dataclass(slots=True)
class _List:
    """An open list.

    Attributes:
        indent: what its items begin with.
        last: the number of its last item; None where they have bullets.
        hang: what further lines of its last item begin with.
    """

    indent: str
    last: int | None
    hang: str


@dataclass(slots=True)
class HtmlWriter:
    """Writes blocks of HTML.

    Attributes:
        write_inline: writes words without their markup.
        end_line: ends a line with a format.
        lists: the open ones, the innermost last: a blank line in a list does not end it.
    """

    writer: RenderingWriter
    write_inline: Callable[[int, int], None]
    end_line: Callable[[LineFormat], None]
    lists: list[_List] = field(default_factory=list)
    _form: LineFormat = PLAIN
    _marker: str = ""

    def write(self, start: int, end: int) -> None:
        """Write a block."""
        at, first = start, self.writer.length
        self._form = self._make_form()
        for tag in (*TAG.finditer(self.writer.document, start, end), None):
            past = tag.start() if tag else end
            self._write_words(at, past, is_first=first == self.writer.length)
            name = tag["name"].lower() if tag and tag["name"] else ""
            if self.writer.length > first and (tag is None or name not in _INLINE_TAGS):
                self.end_line(self._form)
                first, self._form = self.writer.length, self._make_form()
            if tag:
                self._enter(name, is_end=tag[0].startswith("</"))
                at = tag.end()

    def _make_form(self) -> LineFormat:
        hang = self.lists[-1].hang if self.lists else ""
        return LineFormat(hang, hang)

    def _enter(self, name: str, *, is_end: bool) -> None:
        """What a tag says of the words after it."""
        hang = self.lists[-1].hang if self.lists else ""
        if name in ("ul", "ol"):
            if not is_end and len(self.lists) < _MOST_LISTS:
                self.lists.append(_List(hang, 0 if name == "ol" else None, hang))
            elif is_end and self.lists:
                self.lists.pop()
            self._form, self._marker = self._make_form(), ""
        elif is_end:
            return
        elif name == "li":
            self._begin_item()
        elif name == "dt":
            self._form = LineFormat(hang, hang, "term")
        elif name == "dd":
            self._form = LineFormat(hang + "  ", hang + "  ")
        elif name in _HEADINGS:
            self._form = LineFormat(style=_HEADINGS[name])

    def _begin_item(self) -> None:
        items = self.lists[-1] if self.lists else _List("", None, "")
        if items.last is None:
            depth = sum(1 for each in self.lists if each.last is None)
            self._marker = BULLETS[max(0, depth - 1) % len(BULLETS)]
        else:
            items.last += 1
            self._marker = f"{items.last}."
        items.hang = items.indent + " " * (len(self._marker) + 1)
        self._form = LineFormat(items.indent, items.hang)

    def _write_words(self, start: int, end: int, *, is_first: bool) -> None:
        """Write what is between two tags, with one space for each run of white space."""
        part = self.writer.document[start:end]
        inner_start, inner_end = end - len(part.lstrip()), start + len(part.rstrip())
        if inner_start >= inner_end:
            return
        if self._marker:
            self.writer.add(self._marker, ("marker",))
            self.writer.add(" ")
            self._marker = ""
        elif not is_first and inner_start > start:
            self.writer.replace(start, inner_start, " ")
        self.write_inline(inner_start, inner_end)
        if inner_end < end:
            self.writer.replace(inner_end, end, " ")
