"""OpenDocument text (ODT) and presentations (ODP): headings, lists, tables, notes; slides as pages.

Left out are deleted text under change tracking, text that is struck out, comments, tables of
contents, hidden slides, and dates, footers and numbers of slides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element

from index.documents import Content
from index.loaders.office.package_properties import read_office_properties
from index.loaders.shared.archive import Archive, refuse_encrypted
from index.loaders.shared.assembly import Assembly, Item, add_rows, drop_unseen
from index.loaders.shared.contents_list import exclude_contents_lists
from index.loaders.shared.decoding import UnreadableFile, refuse_deep_nesting
from index.loaders.shared.header_rows import Merged
from index.loaders.shared.powers import join_runs
from index.loaders.shared.roman import write_roman
from index.loaders.shared.table_header import lays_out_page
from index.loaders.shared.xml import read_part

# Styles that build on each other are followed so far.
_MOST_PARENTS = 20
_LEVELS = tuple("123456789")
BULLET = "•"
# What is not text of the document, or not shown.
_HIDDEN = frozenset(
    "tracked-changes annotation annotation-end forms sequence-decls user-field-decls "
    "variable-decls dde-connection-decls table-of-content illustration-index table-index "
    "object-index user-index note-citation ruby-text event-listeners hidden-text script".split()
)
# What stands in the text at a place though it is not part of the sentence there.
_ATTACHED = frozenset(("note", "frame", "custom-shape", "g"))
# A cell, a row or spaces that are repeated more often than this only fill the page.
_MOST_REPEATED = 1_000
# The tag that superscripts get.
_RAISED = "superscript"
_SPACE = re.compile(r"[ \t\r\n]+")
_FURNITURE = frozenset(("page-number", "date-time", "footer", "header", "page"))


class Styles:
    """Looks styles up by the names that a document gives them.

    Args:
        content: the part with the document's text, and styles for it alone.
        common: the part with the styles that have names of their own.
    """

    def __init__(self, content: Element, common: Element | None) -> None:
        parts = [part for part in (common, content) if part is not None]
        self._styles = {
            style.get("name", ""): style for part in parts for style in part.iter("style")
        }
        self._lists = {
            style.get("name", ""): style for part in parts for style in part.iter("list-style")
        }

    def builds_on(self, name: str | None, common: str) -> bool:
        """Whether a paragraph's style is a common one, such as "Title", or builds on it."""
        return any(base == common for base, _ in self._list_bases(name))

    def is_struck(self, name: str | None) -> bool:
        """Whether words of a style, or of one that it builds on, are struck out."""
        return self._find_setting(name, "text-line-through-style") not in ("", "none")

    def is_superscript(self, name: str | None) -> bool:
        """Whether words of a style, or of one that it builds on, stand above the line."""
        height = self._find_setting(name, "text-position").split(" ")[0].rstrip("%")
        return height == "super" or (height.isdecimal() and int(height[:9]) > 0)

    def _find_setting(self, name: str | None, kind: str) -> str:
        """What a style, or the first that it builds on, says of its words; "" if none does."""
        for _, style in self._list_bases(name):
            settings = style.find("text-properties") if style is not None else None
            setting = settings.get(kind) if settings is not None else None
            if setting is not None:
                return setting
        return ""

    def _list_bases(self, name: str | None) -> Iterator[tuple[str | None, Element | None]]:
        """A style and those that it builds on, by name; the last one may be unknown."""
        for _ in range(_MOST_PARENTS):
            style = self._styles.get(name or "")
            yield name, style
            if style is None:
                return
            name = style.get("parent-style-name")

    def is_hidden_slide(self, name: str | None) -> bool:
        """Whether slides of a style are not shown."""
        style = self._styles.get(name or "")
        settings = style.find("drawing-page-properties") if style is not None else None
        return settings is not None and settings.get("visibility") == "hidden"

    def choose_mark(self, list_style: str | None, level: int, number: int) -> str:
        """The bullet or number of an item in a list, such as "2.".

        Args:
            level: 0 for the outermost list.
        """
        style = self._lists.get(list_style or "")
        for rule in style if style is not None else ():
            if rule.get("level") == str(level + 1) and rule.tag == "list-level-style-number":
                return _write_number(rule, number)
        return BULLET


def _write_number(rule: Element, number: int) -> str:
    kind = rule.get("num-format", "1")
    before, after = rule.get("num-prefix", ""), rule.get("num-suffix", "")
    if not kind:
        return f"{before}{after}".strip() or BULLET
    if kind in ("a", "A") and number <= 26:
        return f"{before}{chr(ord(kind) + number - 1)}{after}"
    if kind in ("i", "I"):
        roman = write_roman(number)
        return f"{before}{roman.upper() if kind == 'I' else roman}{after}"
    return f"{before}{number}{after}"


def read_level(heading: Element) -> int:
    """The level of a heading; 1 is the highest."""
    level = heading.get("outline-level", "1")
    return int(level) if level in _LEVELS else len(_LEVELS)


class Body:
    """Reads the body of a document, or what stands on a slide.

    Attributes:
        title: the words of the first paragraph that is styled as the title.
    """

    def __init__(self, styles: Styles) -> None:
        self.assembly = Assembly()
        self.title: str | None = None
        self._styles = styles

    def add_elements(self, elements: Iterable[Element]) -> None:
        """Add paragraphs, lists, tables and what holds them."""
        for element in elements:
            tag = element.tag
            if tag in ("p", "h"):
                self._add_paragraph(element)
            elif tag == "list":
                attached: list[Element] = []
                self.assembly.add_list([*self._read_items(element, attached)])
                self._add_attached(attached)
            elif tag == "table":
                self._add_table(element)
            elif tag not in _HIDDEN:
                # A section, a frame, a text box, an index, a group of shapes.
                self.add_elements(element)

    def _add_paragraph(self, paragraph: Element) -> None:
        attached: list[Element] = []
        words = read_words(paragraph, attached)
        style = paragraph.get("style-name")
        is_title = self._styles.builds_on(style, "Title")
        if paragraph.tag == "h" or is_title:
            self.assembly.add_heading(words, 1 if is_title else read_level(paragraph))
            if is_title and words and self.title is None:
                self.title = " ".join(words.split())
        else:
            is_quotation = self._styles.builds_on(style, "Quotations")
            self.assembly.add_block(words, "quote" if is_quotation else "paragraph")
        self._add_attached(attached)

    def _add_attached(self, attached: Iterable[Element]) -> None:
        """Add notes and text boxes after the paragraph to which they belong."""
        for element in attached:
            if element.tag == "note":
                self.assembly.add_block(self._flatten(element), "paragraph")
            else:
                self.add_elements(element)

    def _read_items(
        self, items: Element, attached: list[Element], style: str | None = None, level: int = 0
    ) -> Iterator[Item]:
        """The items of a list, with their bullets or numbers."""
        style = items.get("style-name") or style
        number = 0
        for item in items:
            start = item.get("start-value", "")
            number = int(start) if start.isdecimal() and len(start) < 10 else number + 1
            is_marked = item.tag == "list-header"
            for element in item:
                if element.tag == "list":
                    yield from self._read_items(element, attached, style, level + 1)
                elif words := " ".join(read_words(element, attached).split()):
                    mark = "" if is_marked else self._styles.choose_mark(style, level, number)
                    is_marked = True
                    yield Item(level + 1, mark, words)

    def _add_table(self, table: Element) -> None:
        """Add a table: a line for each row. One for layout is taken apart."""
        rows = [*_find_rows(table)]
        cells = [[self._flatten(cell) for cell in _find_cells(row)] for row in rows]
        given = [cell for row in cells for cell in row if cell]
        header = table.find("table-header-rows")
        if lays_out_page(given, has_names=header is not None):
            for row in rows:
                for cell in _find_cells(row):
                    self.add_elements(cell)
            return
        add_rows(
            self.assembly,
            cells,
            marked=len(header) if header is not None else 0,
            merged=[*_find_merged(rows)],
        )

    def _flatten(self, container: Element) -> str:
        """All words of a cell or a note on one line."""
        words = [read_words(each, []) for each in _find_paragraphs(container)]
        return " ".join(" ".join(words).split())


def read_words(paragraph: Element, attached: list[Element]) -> str:
    """The words of a paragraph; notes and text boxes in it are put into `attached`."""
    runs: list[tuple[str, bool]] = []
    _collect(paragraph, runs, attached, is_raised=False)
    lines = (_SPACE.sub(" ", line).strip(" ") for line in drop_unseen(join_runs(runs)).split("\v"))
    return "\n".join(filter(None, lines))


def _collect(
    parent: Element, runs: list[tuple[str, bool]], attached: list[Element], *, is_raised: bool
) -> None:
    runs.append((parent.text or "", is_raised))
    for element in parent:
        tag = element.tag
        if tag == "s" or tag == "tab":
            runs.append((" ", is_raised))
        elif tag == "line-break":
            runs.append(("\v", is_raised))
        elif tag in _ATTACHED:
            attached.append(element)
        elif tag not in _HIDDEN:
            _collect(element, runs, attached, is_raised=is_raised or tag == _RAISED)
        runs.append((element.tail or "", is_raised))


def _find_paragraphs(container: Element) -> Iterator[Element]:
    for element in container:
        if element.tag in ("p", "h"):
            yield element
        elif element.tag not in _HIDDEN:
            yield from _find_paragraphs(element)


def _find_rows(table: Element) -> Iterator[Element]:
    for element in table:
        if element.tag == "table-row":
            yield element
        elif element.tag in ("table-header-rows", "table-rows", "table-row-group"):
            yield from _find_rows(element)


def _find_cells(row: Element) -> Iterator[Element]:
    """The cells of a row, one under others too; a repeated one as often as it is shown."""
    for cell in row:
        if cell.tag in ("table-cell", "covered-table-cell"):
            times = cell.get("number-columns-repeated", "1")
            is_count = times.isdecimal() and len(times) < 6
            yield from [cell] * (int(times) if is_count and int(times) <= _MOST_REPEATED else 1)


def _find_merged(rows: Iterable[Element]) -> Iterator[Merged]:
    """The cells that are shown as one."""
    for number, row in enumerate(rows):
        for column, cell in enumerate(_find_cells(row)):
            width, height = (
                int(count) if (count := cell.get(f"number-{kind}-spanned", "1")).isdecimal() else 1
                for kind in ("columns", "rows")
            )
            if max(width, height) > 1:
                yield Merged(number, column, number + height - 1, column + width - 1)


def load(data: bytes) -> Content:
    """The content of an OpenDocument file; raises `UnreadableFile`."""
    archive = Archive(data)
    refuse_encrypted(archive)
    root = read_part(archive, "content.xml")
    if root is None:
        raise UnreadableFile("not an OpenDocument file: it has no text part")
    styles = Styles(root, read_part(archive, "styles.xml"))
    _apply_styles(root, styles)
    body = Body(styles)
    with refuse_deep_nesting():
        if (text := root.find("body/text")) is not None:
            body.add_elements(text)
        elif (slides := root.find("body/presentation")) is not None:
            for slide in slides.iterfind("page"):
                add_slide(body, slide, styles)
        else:
            raise UnreadableFile("neither a text nor a presentation")
    title, properties = read_office_properties(archive)
    title = title or body.title or body.assembly.first_heading
    return exclude_contents_lists(body.assembly.content(title, properties))


def _apply_styles(root: Element, styles: Styles) -> None:
    """Take the words out of what is struck out, and give superscripts a tag of their own."""
    for span in [*root.iter("span")]:
        name = span.get("style-name")
        if styles.is_struck(name):
            tail = span.tail
            span.clear()
            span.tail = tail
        elif styles.is_superscript(name):
            span.tag = _RAISED


def add_slide(body: Body, slide: Element, styles: Styles) -> None:
    """Add what stands on a slide, and its notes."""
    body.assembly.begin_page()
    if styles.is_hidden_slide(slide.get("style-name")):
        return
    titles = [shape for shape in slide if shape.get("class") == "title"]
    title = " ".join(
        read_words(paragraph, []) for shape in titles for paragraph in shape.iter("p")
    ).strip()
    if title:
        body.assembly.add_heading(title, 1)
    else:
        body.assembly.begin_part("", 1)
    body.add_elements(
        shape
        for shape in slide
        if shape.tag != "notes" and shape.get("class") not in _FURNITURE and shape not in titles
    )
    notes = [
        shape
        for shape in slide.iterfind("notes/frame")
        if shape.get("class") == "notes" and "".join(shape.itertext()).strip()
    ]
    if notes:
        body.assembly.begin_part("Notes", 2)
        body.add_elements(notes)
