"""The body of a DOCX file: its paragraphs and tables in reading order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, zip_longest
from xml.etree.ElementTree import Element

from index.loaders.docx.numbering import Numbering
from index.loaders.docx.styles import Styles
from index.loaders.shared.assembly import Assembly
from index.loaders.shared.table_header import are_names, column_names, header_of

# Deleted and moved text, settings, the code of fields, and the reading aids of ruby text.
_UNSEEN = frozenset(
    "del moveFrom delText delInstrText instrText rPr pPr tblPr tblGrid trPr tcPr sdtPr sdtEndPr "
    "sectPr rt proofErr bookmarkStart bookmarkEnd".split()
)
# Lengths, in characters, from which a cell of a table is no cell but a part of the page.
_LARGE_CELL = 500
# A line that may be a heading though nothing but its type says so.
_TITLE = re.compile(r"(?:\d{1,2}(?:\.\d{1,2})*\.? )?[^\W\d][^\n\t\d:;]{1,78}[^\W\d]\)?")


@dataclass(slots=True)
class _Inline:
    """A paragraph's words, and what hangs on them: notes by kind and id, text boxes."""

    words: list[str] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)


class Body:
    """Puts the text together.

    Attributes:
        assembly: what has been read so far.
        title: the words of the first paragraph that is styled as the title.
    """

    def __init__(
        self, styles: Styles, numbering: Numbering, notes: dict[str, dict[str, Element]]
    ) -> None:
        self.assembly = Assembly()
        self.title: str | None = None
        self._styles, self._numbering = styles, numbering
        self._notes = {kind: dict(given) for kind, given in notes.items()}
        self._items: list[str] = []
        self._list = ""
        self._level = 0

    def add(self, container: Element | None) -> None:
        """All paragraphs and tables in a part of the document."""
        elements = [*_blocks(container)]
        for element, following in zip_longest(elements, elements[1:]):
            if element.tag == "p":
                self._add_paragraph(element, following)
            else:
                self._end_list()
                self._add_table(element)
        self._end_list()

    def _add_paragraph(self, paragraph: Element, following: Element | None) -> None:
        if self._styles.is_contents(paragraph):
            return
        inline = _inline(paragraph)
        words = "".join(inline.words).strip()
        level = self._styles.heading_level(paragraph)
        item = self._styles.numbering(paragraph) if words else None
        label = self._numbering.label(*item) if item else ""
        labelled = f"{label} {words}" if label else words
        if level is not None:
            self._end_list()
            self._level = level
            self.assembly.add_heading(labelled, level)
            if self.title is None and words and self._styles.is_title(paragraph):
                self.title = " ".join(words.split())
        elif item is not None:
            if item[0] != self._list:
                self._end_list()
            self._list = item[0]
            self._items.append(labelled)
        elif words:
            self._end_list()
            if _reads_as_heading(paragraph, words, following):
                # It may be a name all the same: it stays in the text.
                self.assembly.begin_part(words, self._level + 1)
            self.assembly.add_block(words)
        self._add_hanging(inline)

    def _end_list(self) -> None:
        """The items of a list are one block, a line each."""
        self.assembly.add_block("\n".join(self._items))
        self._items = []

    def _add_hanging(self, inline: _Inline) -> None:
        """Text boxes and notes follow the paragraph that they hang on."""
        if inline.boxes or inline.notes:
            self._end_list()
        for box in inline.boxes:
            self.add(box)
        for kind, name in inline.notes:
            # A note that refers to itself must not come again.
            note = self._notes[kind].pop(name, None)
            if note is not None:
                self.assembly.add_block(self._flat(note))

    def _add_table(self, table: Element) -> None:
        """A row a line, a tab between cells; one that only lays out the page is taken apart."""
        hanging = _Inline()
        rows = [[self._flat(cell, hanging) for cell in _cells(row)] for row in _rows(table)]
        cells = [cell for row in rows for cell in row if cell]
        if len(cells) == 1 or any(len(cell) > _LARGE_CELL for cell in cells):
            for row in _rows(table):
                for cell in _cells(row):
                    self.add(cell)
            return
        lines = [line for row in rows if (line := "\t".join(row).rstrip("\t"))]
        columns = _columns(table, rows)
        if columns is None:
            self.assembly.add_block("\n".join(lines))
        else:
            self.assembly.add_table(columns, lines)
        self._add_hanging(hanging)

    def _flat(self, container: Element, hanging: _Inline | None = None) -> str:
        """All words of a cell or a note, on one line."""
        found: list[str] = []
        for element in _blocks(container):
            if element.tag == "p":
                inline = _inline(element)
                found.append("".join(inline.words))
                if hanging is not None:
                    hanging.notes += inline.notes
                    hanging.boxes += inline.boxes
            else:
                found += [
                    self._flat(cell, hanging) for row in _rows(element) for cell in _cells(row)
                ]
        return " ".join(" ".join(found).split())


def _blocks(container: Element | None) -> Iterator[Element]:
    """Paragraphs and tables, through whatever wraps them."""
    for element in container if container is not None else ():
        if element.tag in ("p", "tbl"):
            yield element
        elif element.tag == "AlternateContent":
            yield from _blocks(_chosen(element))
        elif element.tag not in _UNSEEN:
            yield from _blocks(element)


def _rows(table: Element) -> Iterator[Element]:
    for element in table:
        if element.tag == "tr":
            if element.find("trPr/del") is None:
                yield element
        elif element.tag not in _UNSEEN:
            yield from _rows(element)


def _columns(table: Element, rows: Sequence[Sequence[str]]) -> tuple[str, ...] | None:
    """The names of the columns, where the first row has them: it is marked so, or reads so."""
    if len(rows) < 2 or len(rows[0]) < 2 or not any(rows[0]) or not are_names(rows[0]):
        return None
    first, second = islice(_rows(table), 2)
    if _comes_again(first) or (_is_bold(first) and not _is_bold(second)):
        return column_names(rows[0])
    header = header_of(rows)
    return header.columns if header and header.row == 0 and header.is_sure else None


def _reads_as_heading(paragraph: Element, words: str, following: Element | None) -> bool:
    """Whether a paragraph without a style is a line of bold type above one that is not bold."""
    return (
        _TITLE.fullmatch(words) is not None
        and following is not None
        and _is_bold(paragraph)
        and not _is_bold(following)
    )


def _comes_again(row: Element) -> bool:
    """Whether a row is marked to be shown at the top of each page."""
    return _is_on(row.find("trPr/tblHeader"))


def _is_bold(part: Element) -> bool:
    """Whether all words of a paragraph or a row are in bold type of their own."""
    runs = [run for run in part.iter("r") if run.find("t") is not None]
    return bool(runs) and all(_is_on(run.find("rPr/b")) for run in runs)


def _cells(row: Element) -> Iterator[Element]:
    for element in row:
        if element.tag == "tc":
            yield element
        elif element.tag not in _UNSEEN:
            yield from _cells(element)


def _chosen(alternatives: Element) -> Element | None:
    """The first of two renderings of the same thing."""
    choice = alternatives.find("Choice")
    return choice if choice is not None else alternatives.find("Fallback")


def _inline(paragraph: Element) -> _Inline:
    inline = _Inline()
    _collect(paragraph, inline)
    return inline


def _collect(parent: Element, inline: _Inline) -> None:
    for element in parent:
        tag = element.tag
        if tag == "t":
            inline.words.append(element.text or "")
        elif tag == "tab":
            inline.words.append("\t")
        elif tag in ("br", "cr"):
            inline.words.append("\n")
        elif tag == "noBreakHyphen":
            inline.words.append("-")
        elif tag in ("footnoteReference", "endnoteReference"):
            inline.notes.append((tag.removesuffix("Reference"), element.get("id", "")))
        elif tag == "txbxContent":
            inline.boxes.append(element)
        elif tag == "AlternateContent":
            chosen = _chosen(element)
            if chosen is not None:
                _collect(chosen, inline)
        elif tag not in _UNSEEN and not (tag == "r" and _is_hidden(element)):
            _collect(element, inline)


def _is_hidden(run: Element) -> bool:
    return _is_on(run.find("rPr/vanish"))


def _is_on(setting: Element | None) -> bool:
    return setting is not None and setting.get("val", "true") not in ("0", "false", "off")
