"""Texinfo: the words that are printed; chapters and sections as headings."""

from __future__ import annotations

import re

from index.documents import Content
from index.loaders.markup.texinfo.macros import expand_macros
from index.loaders.markup.texinfo.words import show_words
from index.loaders.shared.assembly import Assembly
from index.loaders.shared.decoding import decode
from index.loaders.shared.office_table import add_rows

_COMMAND = re.compile(r"[ \t]*@([A-Za-z]+)(?![A-Za-z{])[ \t]*+(.*)")
_TAB = re.compile(r"(?<!@)@tab(?![A-Za-z])")
_COMMENT = re.compile(r"@(?:c|comment)(?:[ \t].*)?$")
_LEVELS = dict.fromkeys("top chapter unnumbered appendix chapheading majorheading".split(), 2)
_LEVELS |= dict.fromkeys("section unnumberedsec appendixsec heading appendixsection".split(), 3)
_LEVELS |= dict.fromkeys("subsection unnumberedsubsec appendixsubsec subheading".split(), 4)
_LEVELS |= dict.fromkeys(
    "subsubsection unnumberedsubsubsec appendixsubsubsec subsubheading".split(), 5
)
_LEVELS |= {"part": 1}
_TERM = 6
_SKIPPED = frozenset(
    "menu detailmenu ignore titlepage copying direntry macro rmacro linemacro tex html docbook xml "
    "latex iftex ifhtml ifdocbook ifxml iflatex documentdescription ifset".split()
)
_VERBATIM = frozenset(
    "example smallexample lisp smalllisp display smalldisplay format smallformat verbatim".split()
)
# Lines of these stay lines, but are no code.
_TYPESET = frozenset("display smalldisplay format smallformat".split())
_LISTS = frozenset("itemize enumerate table vtable ftable multitable".split())
_TERMS = frozenset(("table", "vtable", "ftable"))
_DEFINITION = re.compile(
    r"def(?:fn|vr|tp|un|mac|spec|var|opt|typefn|typefun|typevr|cv|op|block|line)"
)
_MOST_VALUES, _LONGEST_VALUE = 1_000, 200


def load(data: bytes) -> Content:
    """The content of a source."""
    return _Reader().read(expand_macros(decode(data)))


class _Reader:
    """Goes through the lines."""

    def __init__(self) -> None:
        self._assembly = Assembly()
        self._lines: list[str] = []
        self._mark = ""
        self._listing: list[str] | None = None
        self._listing_name = ""
        # The lists around: the name of each, and how many items it has.
        self._lists: list[tuple[str, int]] = []
        self._rows: list[list[str]] | None = None
        self._values: dict[str, str] = {}
        self._title = ""

    def read(self, source: str) -> Content:
        """The content of a source."""
        skipped: list[str] = []
        for line in re.split(r"\r\n|\n|\r", source):
            command = _COMMAND.fullmatch(line)
            name = command[1] if command else ""
            words = command[2].strip() if command else ""
            if skipped:
                if name == skipped[-1] and name not in ("macro", "tex", "html"):
                    skipped.append(name)
                elif name == "end" and words.split()[:1] == skipped[-1:]:
                    skipped.pop()
            elif self._listing is not None:
                if name == "end" and words == self._listing_name:
                    self._end_listing()
                elif self._listing_name == "verbatim" or not name:
                    self._listing.append(line)
            elif name == "bye":
                break
            elif name in _SKIPPED:
                skipped = [name]
            elif command is None:
                self._add_line(line)
            else:
                self._do(name, _COMMENT.sub("", words).strip())
        self._end_listing()
        self._end_table()
        self._end_paragraph()
        return self._assembly.content(self._title or self._assembly.first_heading)

    def _add_line(self, line: str) -> None:
        line = _COMMENT.sub("", line)
        if line.startswith("\\input"):
            return
        if line.strip():
            self._lines.append(line)
        elif self._rows is None:
            self._end_paragraph()

    def _do(self, name: str, words: str) -> None:
        if name in _LEVELS:
            self._end_paragraph()
            self._assembly.add_heading(self._show(words), _LEVELS[name])
        elif name == "settitle":
            self._title = " ".join(self._show(words).split())
        elif name in _VERBATIM:
            self._end_paragraph()
            self._listing, self._listing_name = [], name
        elif name in _LISTS:
            self._end_paragraph()
            self._lists.append((name, 0))
            if name == "multitable":
                self._rows = []
        elif name in ("item", "itemx", "headitem"):
            self._add_item(name, words)
        elif name == "tab":
            self._end_cell()
            self._add_cells(words)
        elif name == "end":
            self._end(words)
        elif _DEFINITION.match(name):
            self._begin_definition(name, words)
        elif name == "set":
            key, _, value = words.partition(" ")
            if len(self._values) < _MOST_VALUES:
                self._values[key] = self._show(value)[:_LONGEST_VALUE]
        elif name in ("sp", "quotation", "node", "cartouche", "group", "flushleft", "noindent"):
            self._end_paragraph()
        elif name in ("center", "title", "subtitle", "author", "exdent"):
            self._lines.append(words)

    def _add_item(self, name: str, words: str) -> None:
        if self._rows is not None:
            self._end_row()
            self._rows.append([])
            self._add_cells(words)
            return
        if not self._lists:
            self._add_line(words)
            return
        kind, count = self._lists[-1]
        if kind in _TERMS:
            if name == "itemx" and self._mark:
                self._mark += f"{self._show(words)}\n"
                return
            self._end_paragraph()
            term = " ".join(self._show(words).split())
            self._assembly.begin_part(term, _TERM + len(self._lists))
            self._mark = f"{term}\n"
            return
        self._end_paragraph()
        self._lists[-1] = (kind, count + 1)
        self._mark = f"{count + 1}. " if kind == "enumerate" else "• "
        if words:
            self._lines.append(words)

    def _begin_definition(self, name: str, words: str) -> None:
        term = " ".join(self._show(words).split())
        if name.endswith("x") and self._mark:
            self._mark += f"{term}\n"
            return
        self._end_paragraph()
        self._assembly.begin_part(term, _TERM + len(self._lists))
        self._mark = f"{term}\n"

    def _end(self, words: str) -> None:
        if self._rows is not None and words == "multitable":
            self._end_table()
        self._end_paragraph()
        if words in _TERMS or _DEFINITION.match(words):
            self._assembly.begin_part("", _TERM + len(self._lists))
        if words in _LISTS and self._lists:
            self._lists.pop()

    def _show(self, words: str, notes: list[str] | None = None) -> str:
        return show_words(words, self._values, [] if notes is None else notes)

    def _end_paragraph(self) -> None:
        if self._rows is not None:
            return
        notes: list[str] = []
        lines = self._show("\x00".join(self._lines), notes).split("\n")
        self._lines = []
        words = "\n".join(" ".join(line.replace("\x00", " ").split()) for line in lines)
        if words.strip() or self._mark.strip(" •"):
            self._assembly.add_block(self._mark + words)
        self._mark = ""
        for note in notes:
            self._assembly.add_block(" ".join(note.replace("\x00", " ").split()))

    def _end_listing(self) -> None:
        listing, self._listing = self._listing, None
        if listing is None:
            return
        name = self._listing_name
        lines = [
            line
            if name == "verbatim"
            else show_words(_COMMENT.sub("", line), self._values, [], is_code=name not in _TYPESET)
            for line in listing
        ]
        self._assembly.add_block(self._mark + "\n".join(lines).strip("\n"))
        self._mark = ""

    def _add_cells(self, words: str) -> None:
        first, *others = _TAB.split(words)
        self._lines.append(first)
        for cell in others:
            self._end_cell()
            self._lines.append(cell)

    def _end_cell(self) -> None:
        if self._rows:
            self._rows[-1].append(" ".join(self._show(" ".join(self._lines)).split()))
        self._lines = []

    def _end_row(self) -> None:
        if self._rows:
            self._end_cell()
        self._lines = []

    def _end_table(self) -> None:
        if self._rows is None:
            return
        self._end_row()
        rows, self._rows = self._rows, None
        add_rows(self._assembly, rows, is_marked=False)
