"""DOCX: the text as it stands on the page, with headings, lists, tables, notes and text boxes.

Left out are deleted text under change tracking, comments, text that is hidden or struck out, and
the table of contents.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from xml.etree.ElementTree import Element

from index.documents import Content
from index.loaders.office.docx.styles import Numbering, Styles, is_on, read_integer, value
from index.loaders.office.package_properties import read_office_properties
from index.loaders.shared.archive import Archive
from index.loaders.shared.assembly import Assembly, Item, add_rows, drop_unseen
from index.loaders.shared.contents_list import exclude_contents_lists
from index.loaders.shared.decoding import UnreadableFile, refuse_deep_nesting
from index.loaders.shared.header_rows import Merged
from index.loaders.shared.powers import join_runs
from index.loaders.shared.table_header import LONGEST_CAPTION, lays_out_page
from index.loaders.shared.xml import find_part, read_part

# What is not shown: deleted and moved text, settings, the code of fields, pronunciation aids.
_HIDDEN = frozenset(
    "del moveFrom delText delInstrText instrText rPr pPr tblPr tblGrid trPr tcPr sdtPr sdtEndPr "
    "sectPr rt proofErr bookmarkStart bookmarkEnd".split()
)
# Rows with names, at most.
_MOST_MARKED = 3
# A cell reaches over no more columns.
_MOST_SPANNED = 100
# In a document's properties of a part, the name of a table of contents.
_CONTENTS_GALLERIES = frozenset(("Table of Contents", "Bibliographies Table of Contents"))
# A line that may be a heading though only its bold type shows it; one that Word numbers.
_HEADING_WORDS = re.compile(r"(?:\d{1,2}(?:\.\d{1,2})*\.? )?[^\W\d][^\n\t\d:;]{1,78}[^\W\d]\)?")
_NUMBERED_WORDS = re.compile(r"[^\W\d][^\n\t]{1,78}[^\s.,:;!]")
_USUAL_NAME = "word/document.xml"
_PICTURE = re.compile(r"word/media/.")
# In formulas: what has a power.
_WITH_POWER = frozenset(("sSup", "sSubSup"))


@dataclass(slots=True)
class _Inline:
    """The words of a paragraph, and what is attached to it.

    Attributes:
        words: in pieces, each with whether it is a superscript.
        notes: footnotes and endnotes, by kind and id.
        unread: what the style of the paragraph says of words that are hidden or struck out.
    """

    unread: dict[str, bool] = field(default_factory=dict)
    words: list[tuple[str, bool]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)

    @property
    def text(self) -> str:
        return join_runs(self.words).strip()

    def add(self, words: str, *, is_raised: bool = False) -> None:
        """Append words."""
        if words:
            self.words.append((words, is_raised))

    def add_fraction(self, numerator: str, denominator: str, *, is_raised: bool) -> None:
        """Append a fraction of a formula as it is written on one line: 1/2, (a + b)/c."""
        # Not 31/2 for 3 1/2.
        if self.words and self.words[-1][0][-1].isdigit():
            self.add(" ")
        parts = [
            part if part.isalnum() or not part else f"({part})" for part in (numerator, denominator)
        ]
        self.add("/".join(parts), is_raised=is_raised)


class Body:
    """Reads the body of a document.

    Attributes:
        title: the words of the first paragraph that is styled as the title.
    """

    def __init__(
        self, styles: Styles, numbering: Numbering, notes: dict[str, dict[str, Element]]
    ) -> None:
        self.assembly = Assembly()
        self.title: str | None = None
        self._styles, self._numbering = styles, numbering
        self._notes = {kind: dict(given) for kind, given in notes.items()}
        self._items: list[Item] = []
        self._list = ""
        self._indent = 0
        self._level = 0
        # What the paragraph above a table calls it.
        self._caption = ""

    def read(self, body: Element | None) -> None:
        """Read the whole body of the document."""
        self._add_elements([*_find_blocks(body)])

    def _add_elements(self, elements: Sequence[Element]) -> None:
        """Add the paragraphs and tables of a part of the document."""
        for element, following in zip_longest(elements, elements[1:]):
            if element.tag == "p":
                self._add_paragraph(element, following)
            else:
                self._end_list()
                self._add_table(element)
                self._caption = ""
        self._end_list()

    def _add_paragraph(self, paragraph: Element, following: Element | None) -> None:
        if self._styles.is_contents(paragraph):
            return
        inline = _Inline(self._styles.unread_paragraph(paragraph))
        self._collect(paragraph, inline)
        words = inline.text
        is_caption = self._styles.is_caption(paragraph) and len(words) <= LONGEST_CAPTION
        self._caption = " ".join(words.split()) if is_caption else ""
        level = self._styles.heading_level(paragraph)
        position = self._styles.list_position(paragraph) if words else None
        label = self._numbering.label(*position) if position else ""
        labelled = f"{label} {words}" if label else words
        if level is not None:
            self._end_list()
            self._level = level
            self.assembly.add_heading(labelled, level)
            if self.title is None and words and self._styles.is_title(paragraph):
                self.title = " ".join(words.split())
        elif position is not None and self._is_numbered_heading(
            paragraph, position, words, following
        ):
            self._end_list()
            self._add_bold_line(labelled)
        elif position is not None:
            self._add_item(position, label, words)
        elif words:
            self._end_list()
            if _HEADING_WORDS.fullmatch(words) and _is_bold_alone(paragraph, following):
                self._add_bold_line(words)
            else:
                is_quotation = self._styles.is_quotation(paragraph)
                self.assembly.add_block(words, "quote" if is_quotation else "paragraph")
        self._add_attached(inline)

    def _add_bold_line(self, words: str) -> None:
        """Add a heading that only its type shows: it may be a name, so it stays in the text."""
        self.assembly.begin_part(words, self._level + 1)
        self.assembly.add_block(words, "paragraph")

    def _add_item(self, position: tuple[str, int], label: str, words: str) -> None:
        """Add an item to the open list, or to a list that is set in below one of its items."""
        indent = self._numbering.indent(*position)
        is_inner = bool(self._items) and position[0] != self._list and indent > self._indent
        if not is_inner and position[0] != self._list:
            self._end_list()
        if not self._items:
            self._list, self._indent = position[0], indent
        self._items.append(Item(1 + position[1] + is_inner, label, words))

    def _is_numbered_heading(
        self, paragraph: Element, position: tuple[str, int], words: str, following: Element | None
    ) -> bool:
        """Whether an item with a number is a bold line above what is not an item beside it."""
        return (
            self._numbering.is_counted(*position)
            and _NUMBERED_WORDS.fullmatch(words) is not None
            and following is not None
            and _is_bold_alone(paragraph, following)
            and self._styles.list_position(following) != position
        )

    def _end_list(self) -> None:
        """Add the items of the list that ends as one block, a line each."""
        self.assembly.add_list(self._items)
        self._items = []

    def _add_attached(self, inline: _Inline) -> None:
        """Add text boxes and notes after the paragraph to which they belong."""
        if inline.boxes or inline.notes:
            self._end_list()
        for box in inline.boxes:
            self._add_elements([*_find_blocks(box)])
        for kind, name in inline.notes:
            # A note that refers to itself is read once.
            note = self._notes[kind].pop(name, None)
            if note is not None:
                self.assembly.add_block(self._flatten(note), "paragraph")

    def _add_table(self, table: Element) -> None:
        """Add a table: a line for each row, a tab between cells. One for layout is taken apart."""
        parts = [*_find_rows(table)]
        cells = [
            text for row in parts for cell in _find_cells(row) if (text := self._flatten(cell))
        ]
        marked = _count_marked(parts)
        # A row of names is not a part of a layout.
        has_names = marked > 0 and sum(1 for _ in _find_cells(parts[marked - 1])) > 1
        if lays_out_page(cells, has_names=has_names):
            for row in parts:
                for cell in _find_cells(row):
                    self._add_elements([*_find_blocks(cell)])
            return
        attached = _Inline()
        rows: list[list[str]] = []
        for row in parts:
            rows.append([""] * min(_count(row, "trPr/gridBefore"), _MOST_SPANNED))
            for cell in _find_cells(row):
                # A cell over several columns stands in the first of them.
                rows[-1] += [self._flatten(cell, attached), *[""] * (_count_columns(cell) - 1)]
        add_rows(
            self.assembly,
            rows,
            marked=marked,
            merged=[*_find_merged(parts)],
            caption=self._caption,
        )
        self._add_attached(attached)

    def _flatten(self, container: Element, attached: _Inline | None = None) -> str:
        """All words of a cell or a note on one line.

        Args:
            attached: collects notes and text boxes. If it is given, items of lists are
                counted and get their bullets and numbers: do this once for each item.
        """
        parts: list[str] = []
        for element in _find_blocks(container):
            if element.tag != "p":
                parts += [
                    self._flatten(cell, attached)
                    for row in _find_rows(element)
                    for cell in _find_cells(row)
                ]
                continue
            inline = _Inline(self._styles.unread_paragraph(element))
            self._collect(element, inline)
            words = inline.text
            if attached is not None:
                attached.notes += inline.notes
                attached.boxes += inline.boxes
                if words and (position := self._styles.list_position(element)):
                    words = f"{self._numbering.label(*position)} {words}"
            parts.append(words)
        return " ".join(" ".join(parts).split())

    def _collect(self, parent: Element, inline: _Inline, *, is_raised: bool = False) -> None:
        """Add what a paragraph, or a part of one, holds."""
        for element in parent:
            tag = element.tag
            if tag == "t":
                inline.add(drop_unseen(element.text or ""), is_raised=is_raised)
            elif tag in ("tab", "ptab"):
                inline.add("\t")
            elif tag in ("br", "cr"):
                inline.add("\n")
            elif tag == "noBreakHyphen":
                inline.add("-", is_raised=is_raised)
            elif tag in ("footnoteReference", "endnoteReference"):
                inline.notes.append((tag.removesuffix("Reference"), element.get("id", "")))
            elif tag == "txbxContent":
                inline.boxes.append(element)
            elif tag == "AlternateContent":
                chosen = _choose(element)
                if chosen is not None:
                    self._collect(chosen, inline, is_raised=is_raised)
            # Pictures in VML have formulas in elements of this name, too.
            elif tag == "f" and element.find("den") is not None and _has_bar(element):
                numerator = self._read_part(element.find("num"), inline.unread)
                denominator = self._read_part(element.find("den"), inline.unread)
                inline.add_fraction(numerator, denominator, is_raised=is_raised)
            elif tag not in _HIDDEN and not (
                tag == "r" and self._styles.is_unread(element, inline.unread)
            ):
                is_power = _is_superscript(element) or (tag == "sup" and parent.tag in _WITH_POWER)
                self._collect(element, inline, is_raised=is_raised or is_power)

    def _read_part(self, part: Element | None, unread: dict[str, bool]) -> str:
        """The words of a part of a formula."""
        inline = _Inline(unread)
        if part is not None:
            self._collect(part, inline)
        return inline.text


def _find_blocks(container: Element | None) -> Iterator[Element]:
    """Paragraphs and tables at any depth of wrapping; not those of a marked table of contents."""
    for element in container if container is not None else ():
        if element.tag in ("p", "tbl"):
            yield element
        elif element.tag == "AlternateContent":
            yield from _find_blocks(_choose(element))
        elif (
            element.tag not in _HIDDEN
            and value(element, "sdtPr/docPartObj/docPartGallery") not in _CONTENTS_GALLERIES
        ):
            yield from _find_blocks(element)


def _find_rows(table: Element) -> Iterator[Element]:
    for element in table:
        if element.tag == "tr":
            if element.find("trPr/del") is None:
                yield element
        elif element.tag not in _HIDDEN:
            yield from _find_rows(element)


def _count_marked(rows: Sequence[Element]) -> int:
    """How many of the first rows are set apart as those that name the columns, below titles."""
    repeated = [is_on(row.find("trPr/tblHeader")) for row in rows[: _MOST_MARKED + 1]]
    if any(repeated[:1]):
        return repeated.index(False) if False in repeated else 1
    first = next((at for at, row in enumerate(rows) if sum(1 for _ in _find_cells(row)) > 1), 0)
    bold = [_is_bold(row) for row in rows[first : first + 2]]
    return first + 1 if bold == [True, False] else 0


def _find_merged(rows: Sequence[Element]) -> Iterator[Merged]:
    """The cells that are shown as one."""
    # Those that may reach into the next row, by their columns.
    above: dict[int, Merged] = {}
    for number, row in enumerate(rows):
        column, open_cells = min(_count(row, "trPr/gridBefore"), _MOST_SPANNED), {}
        for cell in _find_cells(row):
            width = _count_columns(cell)
            merge = cell.find("tcPr/vMerge")
            if merge is not None and merge.get("val", "continue") == "continue":
                if column in above:
                    open_cells[column] = replace(above.pop(column), bottom=number)
            else:
                open_cells[column] = Merged(number, column, number, column + width - 1)
            column += width
        yield from filter(_is_several, above.values())
        above = open_cells
    yield from filter(_is_several, above.values())


def _is_several(cells: Merged) -> bool:
    return cells.top < cells.bottom or cells.left < cells.right


def _is_bold_alone(paragraph: Element, following: Element | None) -> bool:
    """Whether a paragraph is set in bold type above something that is not."""
    return following is not None and _is_bold(paragraph) and not _is_bold(following)


def _is_bold(part: Element) -> bool:
    """Whether all words of a paragraph or a row are set in bold type."""
    runs = [run for run in part.iter("r") if run.find("t") is not None]
    return bool(runs) and all(is_on(run.find("rPr/b")) for run in runs)


def _find_cells(row: Element) -> Iterator[Element]:
    for element in row:
        if element.tag == "tc":
            yield element
        elif element.tag not in _HIDDEN:
            yield from _find_cells(element)


def _count_columns(cell: Element) -> int:
    """Over how many columns a cell reaches."""
    return max(1, min(_count(cell, "tcPr/gridSpan"), _MOST_SPANNED))


def _count(part: Element, setting: str) -> int:
    return max(0, read_integer(value(part, setting)) or 0)


def _choose(alternatives: Element) -> Element | None:
    """The first of several renderings of the same thing."""
    choice = alternatives.find("Choice")
    return choice if choice is not None else alternatives.find("Fallback")


def _has_bar(fraction: Element) -> bool:
    return value(fraction, "fPr/type") != "noBar"


def _is_superscript(run: Element) -> bool:
    return value(run, "rPr/vertAlign") == "superscript"


def load(data: bytes) -> Content:
    """The content of a DOCX file; raises `UnreadableFile`."""
    archive = Archive(data)
    main = find_part(archive, "", "officeDocument") or _USUAL_NAME
    document = read_part(archive, main)
    if document is None:
        raise UnreadableFile("not a Word document: it has no text part")
    parts = {
        kind: read_part(archive, find_part(archive, main, kind))
        for kind in ("styles", "numbering", "footnotes", "endnotes")
    }
    body = Body(
        Styles(parts["styles"]),
        Numbering(parts["numbering"]),
        {"footnote": _read_notes(parts["footnotes"]), "endnote": _read_notes(parts["endnotes"])},
    )
    with refuse_deep_nesting():
        body.read(document.find("body"))
    core = find_part(archive, "", "core-properties")
    title, properties = read_office_properties(archive, core)
    title = title or body.title or body.assembly.first_heading
    content = body.assembly.content(title, properties)
    if not content.text.strip() and any(_PICTURE.match(part.filename) for part in archive.parts):
        raise UnreadableFile("no text in it, only pictures: a PDF of it can be read by OCR")
    return exclude_contents_lists(content)


def _read_notes(root: Element | None) -> dict[str, Element]:
    """Footnotes or endnotes by their ids, without the lines that separate them from the text."""
    if root is None:
        return {}
    return {note.get("id", ""): note for note in root if note.get("type", "normal") == "normal"}
