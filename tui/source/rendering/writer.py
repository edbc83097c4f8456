"""Puts a rendering together, from the beginning of a document to its end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from tui.source.rendering.offset_map import OffsetMap
from tui.source.rendering.rendering import PLAIN, CodeBlock, LineFormat, Rendering, Table
from tui.source.span_set import SpanSet


@dataclass(slots=True)
class RenderingWriter:
    """Copies, replaces and leaves out what a document has, in order, and writes lines of it."""

    document: str
    length: int = 0
    _drawn: list[str] = field(default_factory=list)
    _pieces: list[int] = field(default_factory=list)
    _formats: dict[LineFormat, int] = field(default_factory=lambda: {PLAIN: 0})
    _lines: list[int] = field(default_factory=list)
    _styles: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    _tables: list[Table] = field(default_factory=list)
    _code: list[CodeBlock] = field(default_factory=list)

    @property
    def line(self) -> int:
        """Number of the line that is being written."""
        return len(self._lines)

    def copy(self, start: int, end: int, styles: Iterable[str] = ()) -> None:
        """Draw a part of a line of the document as it is."""
        if end <= start:
            return
        pieces, past = self._pieces, self.length + end - start
        goes_on = pieces and pieces[-3] == start and pieces[-1] == self.length
        if goes_on and pieces[-3] - pieces[-4] == pieces[-1] - pieces[-2]:
            pieces[-3], pieces[-1] = end, past
        else:
            pieces += (start, end, self.length, past)
        self._write(self.document[start:end], styles)

    def replace(self, start: int, end: int, drawn: str, styles: Iterable[str] = ()) -> None:
        """Draw something for a part of the document."""
        if drawn:
            self._pieces += (start, end, self.length, self.length + len(drawn))
            self._write(drawn, styles)

    def add(self, drawn: str, styles: Iterable[str] = ()) -> None:
        """Draw what is not in the document."""
        self._write(drawn, styles)

    def end_line(self, form: LineFormat = PLAIN) -> None:
        """End the line that is being written."""
        self._lines.append(self._formats.setdefault(form, len(self._formats)))
        self._write("\n", ())

    def add_table(self, table: Table) -> None:
        """The lines of a table have been written."""
        self._tables.append(table)

    def add_code(self, start: int, language: str) -> None:
        """What has been written since `start` is code."""
        if self.length > start:
            self._code.append(CodeBlock(start, self.length, language))

    def finish(self) -> Rendering:
        """The rendering of what has been written."""
        return Rendering(
            "".join(self._drawn),
            OffsetMap.from_pieces(self._pieces),
            tuple(self._formats),
            np.array(self._lines or [0], np.int16),
            tuple(self._tables),
            {name: SpanSet.from_pairs(pairs) for name, pairs in self._styles.items()},
            tuple(self._code),
        )

    def _write(self, drawn: str, styles: Iterable[str]) -> None:
        self._drawn.append(drawn)
        start, self.length = self.length, self.length + len(drawn)
        for name in styles:
            self._styles.setdefault(name, []).append((start, self.length))
