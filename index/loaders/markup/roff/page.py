"""A page of a manual as it is put together: sections, paragraphs, terms, listings."""

from __future__ import annotations

from index.documents import Content
from index.loaders.shared.assembly import Assembly, add_rows

_SECTION, _PART, _TERM = 1, 2, 3
_DEEPEST, _LONGEST_TERM, _LONGEST_NAME = 6, 100, 120
_NAMES = frozenset(("NAME", "NOM", "NOMBRE", "BEZEICHNUNG", "名前", "名称"))


class Page:
    """Grows line by line.

    Attributes:
        is_verbatim: whether lines stay as they are.
    """

    def __init__(self) -> None:
        self.is_verbatim = False
        self._assembly = Assembly()
        self._pieces: list[str] = []
        self._depth = 0
        # At which depths a term has begun.
        self._in_term: set[int] = set()
        self._in_name = False
        self._name = ""

    def add_words(self, words: str, *, glued: bool = False) -> None:
        """Words of the paragraph; a line of a listing."""
        if self.is_verbatim:
            self._pieces.append(words.rstrip() + "\n")
            return
        words = " ".join(words.split())
        if words:
            self._pieces.append(words if glued or self._ends_line() else f" {words}")

    def break_line(self) -> None:
        """What follows stands on a line of its own."""
        if self._pieces and not self._ends_line():
            self._pieces.append("\n")

    def end_paragraph(self) -> None:
        """What follows is another paragraph."""
        text = "".join(self._pieces).strip("\n")
        self._pieces = []
        if self._in_name and text.strip() and not self._name:
            self._name = " ".join(text.split())
        self._assembly.add_block(text)

    def begin_section(self, title: str, *, is_part: bool = False) -> None:
        """A section, or a part of one."""
        self.end_paragraph()
        self.is_verbatim = False
        self._depth, self._in_term = 0, set()
        self._in_name = title.strip().upper() in _NAMES
        self._assembly.add_heading(title, _PART if is_part else _SECTION)

    def begin_term(self, term: str) -> None:
        """What follows describes a term."""
        term = " ".join(term.split())
        self.end_paragraph()
        if self._depth <= _DEEPEST:
            shown = term if len(term) <= _LONGEST_TERM else ""
            self._assembly.begin_part(shown, _TERM + self._depth)
            self._in_term.add(self._depth)
        self._pieces.append(f"{term}\n")

    def add_term(self, term: str) -> None:
        """Another term with the same description."""
        self.break_line()
        self._pieces.append(" ".join(term.split()) + "\n")

    def begin_item(self, mark: str) -> None:
        """An item of a list."""
        self.end_paragraph()
        self._pieces.append(f"{mark} ")

    def end_term(self) -> None:
        """What follows belongs to no term of this depth."""
        self.end_paragraph()
        if self._depth in self._in_term:
            self._in_term.discard(self._depth)
            self._assembly.begin_part("", _TERM + self._depth)

    def indent(self) -> None:
        """What follows is set in: it belongs to the term above."""
        self.end_paragraph()
        self._depth += 1

    def outdent(self) -> None:
        """What follows is set in no longer: it belongs to no term that was."""
        self.end_term()
        self._depth = max(0, self._depth - 1)

    def add_rows(self, rows: list[list[str]]) -> None:
        """A table."""
        self.end_paragraph()
        add_rows(self._assembly, rows, is_marked=False)

    def finish(self, title: str) -> Content:
        """The content; a page that does not say its name and purpose has the title given."""
        self.end_paragraph()
        name = self._name if len(self._name) <= _LONGEST_NAME else ""
        return self._assembly.content(name or title or None)

    def _ends_line(self) -> bool:
        return not self._pieces or self._pieces[-1].endswith(("\n", " "))
