"""A page of a manual as it is put together: sections, paragraphs, terms, listings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from index.documents import Block, BlockKind, Blocks, Content, Span
from index.loaders.shared.assembly import Assembly, add_rows
from index.text.plain_blocks import find_items

_SECTION, _PART, _TERM = 1, 2, 3
_DEEPEST, _LONGEST_TERM, _LONGEST_NAME = 6, 100, 120
_NAMES = frozenset(("NAME", "NOM", "NOMBRE", "BEZEICHNUNG", "名前", "名称"))


class _Run(NamedTuple):
    """A part of a paragraph that is one block, in pieces; that of an item begins with its mark."""

    kind: BlockKind
    pieces: list[str]


class Page:
    """Grows line by line.

    Attributes:
        is_verbatim: whether lines stay as they are.
    """

    def __init__(self, outermost: int) -> None:
        """Begin a page.

        Args:
            outermost: how deep items are nested that stand in no other list, nor are indented.
        """
        self.is_verbatim = False
        self._outermost = outermost
        self._assembly = Assembly()
        # Those of the paragraph.
        self._runs: list[_Run] = []
        self._depth = 0
        # At which depths a term has begun.
        self._in_term: set[int] = set()
        self._in_name = False
        self._name = ""

    def add_words(self, words: str, *, glued: bool = False) -> None:
        """Words of the paragraph; a line of a listing."""
        if self.is_verbatim:
            self._add("code", words.rstrip() + "\n")
            return
        words = " ".join(words.split())
        if words:
            kind = self._runs[-1].kind if self._runs else "paragraph"
            kind = kind if kind == "item" else "paragraph"
            self._add(kind, words if glued or self._ends_line() else f" {words}")

    def break_line(self) -> None:
        """End the line."""
        if self._runs and not self._ends_line():
            self._runs[-1].pieces.append("\n")

    def end_paragraph(self) -> None:
        """End the paragraph."""
        runs, self._runs = self._runs, []
        parts = ["".join(run.pieces) for run in runs]
        text = "".join(parts)
        at = len(text.strip()) - len(text.rstrip())
        text = text.strip()
        if self._in_name and text and not self._name:
            self._name = " ".join(text.split())
        blocks = Blocks()
        for run, part in zip(runs, parts, strict=True):
            start, at = min(max(at, 0), len(text)), at + len(part)
            span = Span(start, max(start, min(at, len(text))))
            for block in self._make_blocks(run, text, span):
                blocks.append(block)
        self._assembly.add(Content(text, paragraphs=(Span(0, len(text)),), blocks=blocks))

    def _make_blocks(self, run: _Run, text: str, span: Span) -> Iterator[Block]:
        """The blocks that a stretch of a paragraph is: one, but words may be a list by hand."""
        words = span.strip(text)
        if not len(words):
            return
        depth = self._depth
        if run.kind in ("item", "label") or depth in self._in_term:
            depth = max(1, depth + self._outermost)
        if run.kind == "code":
            # The first line keeps its indentation.
            first = max(span.start, text.rfind("\n", 0, words.start) + 1)
            yield Block("code", Span(first, words.end), depth)
        elif run.kind == "label":
            yield Block("label", words, depth - 1)
        elif run.kind == "item" and len(run.pieces) > 1:
            marker = Span(words.start, words.start + len(run.pieces[0]) - 1)
            yield Block("item", Span(marker.end, words.end).strip(text), depth, marker)
        else:
            for block in find_items(text, words):
                yield replace(block, depth=block.depth + depth)

    def _add(self, kind: BlockKind, piece: str) -> None:
        if not self._runs or self._runs[-1].kind != kind:
            self._runs.append(_Run(kind, []))
        self._runs[-1].pieces.append(piece)

    def begin_section(self, title: str, *, is_part: bool = False) -> None:
        """A section, or a part of one."""
        self.end_paragraph()
        self.is_verbatim = False
        self._depth, self._in_term = 0, set()
        self._in_name = title.strip().upper() in _NAMES
        self._assembly.add_heading(title, _PART if is_part else _SECTION)

    def begin_term(self, term: str) -> None:
        """Begin the description of a term."""
        term = " ".join(term.split())
        self.end_paragraph()
        if self._depth <= _DEEPEST:
            shown = term if len(term) <= _LONGEST_TERM else ""
            self._assembly.begin_part(shown, _TERM + self._depth)
            self._in_term.add(self._depth)
        self._add("label", f"{term}\n")

    def add_term(self, term: str) -> None:
        """Another term with the same description."""
        self.break_line()
        self._add("label", " ".join(term.split()) + "\n")

    def begin_item(self, mark: str) -> None:
        """An item of a list."""
        self.end_paragraph()
        self._add("item", f"{mark} ")

    def end_term(self) -> None:
        """End the description of the term of this depth."""
        self.end_paragraph()
        if self._depth in self._in_term:
            self._in_term.discard(self._depth)
            self._assembly.begin_part("", _TERM + self._depth)

    def indent(self) -> None:
        """Set in what follows: it belongs to the term above."""
        self.end_paragraph()
        self._depth += 1

    def outdent(self) -> None:
        """End what was set in, and the description of its term."""
        self.end_term()
        self._depth = max(0, self._depth - 1)

    def add_rows(self, rows: list[list[str]]) -> None:
        """A table."""
        self.end_paragraph()
        add_rows(self._assembly, rows)

    def finish(self, title: str) -> Content:
        """The content; a page that does not say its name and purpose has the title given."""
        self.end_paragraph()
        name = self._name if len(self._name) <= _LONGEST_NAME else ""
        return self._assembly.content(name or title or None)

    def _ends_line(self) -> bool:
        return not self._runs or self._runs[-1].pieces[-1].endswith(("\n", " "))
