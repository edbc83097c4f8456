"""PPTX: a slide is a page, its title a heading; then its words, tables, diagrams and notes.

Hidden slides are left out, though they count; so are dates, footers and slide numbers, and words
that are struck out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element

from index.documents import Content
from index.loaders.office.package_properties import read_office_properties
from index.loaders.shared.archive import Archive
from index.loaders.shared.assembly import Assembly, Item, add_rows, drop_unseen
from index.loaders.shared.decoding import UnreadableFile, refuse_deep_nesting
from index.loaders.shared.header_rows import Merged
from index.loaders.shared.powers import join_runs
from index.loaders.shared.xml import find_part, map_targets, read_part

_USUAL_NAME = "ppt/presentation.xml"
_TITLES = frozenset(("title", "ctrTitle"))
_FURNITURE = frozenset(("dt", "ftr", "hdr", "sldNum", "sldImg"))
# In what kind of placeholder paragraphs have bullets unless they say otherwise.
_BULLETED = frozenset(("body", "obj"))
_BULLET = "•"
# In formulas: what has a power.
_WITH_POWER = ("sSup", "sSubSup")


def load(data: bytes) -> Content:
    """The content of a presentation; raises `UnreadableFile`."""
    archive = Archive(data)
    main = find_part(archive, "", "officeDocument") or _USUAL_NAME
    presentation = read_part(archive, main)
    if presentation is None or presentation.tag != "presentation":
        raise UnreadableFile("not a presentation: it has no list of slides")
    parts = map_targets(archive, main)
    assembly = Assembly()
    with refuse_deep_nesting():
        # A slide that is listed twice is read once.
        for name in dict.fromkeys(
            parts.get(slide.get("r:id", "")) for slide in presentation.iterfind("sldIdLst/sldId")
        ):
            assembly.begin_page()
            slide = read_part(archive, name)
            if name is not None and slide is not None and slide.get("show") not in ("0", "false"):
                _add_slide(assembly, archive, name, slide)
    title, properties = read_office_properties(archive)
    return assembly.content(title or assembly.first_heading, properties)


def _add_slide(assembly: Assembly, archive: Archive, name: str, slide: Element) -> None:
    shapes = [*_find_shapes(slide.find("cSld/spTree"))]
    titles = [shape for shape in shapes if _find_role(shape) in _TITLES]
    title = " ".join(filter(None, map(_read_line, titles)))
    if title:
        assembly.add_heading(title, 1)
    else:
        assembly.begin_part("", 1)
    for shape in shapes:
        if shape.tag == "graphicFrame":
            _add_graphic(assembly, archive, name, shape)
        elif _find_role(shape) not in _TITLES | _FURNITURE:
            _add_paragraphs(assembly, shape.find("txBody"), _find_role(shape) in _BULLETED)
    notes = read_part(archive, find_part(archive, name, "notesSlide"))
    bodies = [
        shape
        for shape in _find_shapes(notes.find("cSld/spTree") if notes is not None else None)
        if _find_role(shape) == "body" and _read_line(shape)
    ]
    if bodies:
        assembly.begin_part("Notes", 2)
    for body in bodies:
        _add_paragraphs(assembly, body.find("txBody"), False)


def _find_shapes(tree: Element | None) -> Iterator[Element]:
    """Shapes with text, tables and diagrams, those in groups too, from back to front."""
    for element in tree if tree is not None else ():
        if element.tag in ("sp", "graphicFrame"):
            yield element
        elif element.tag == "grpSp":
            yield from _find_shapes(element)
        elif element.tag == "AlternateContent":
            choice = element.find("Choice")
            yield from _find_shapes(choice if choice is not None else element.find("Fallback"))


def _find_role(shape: Element) -> str | None:
    """What kind of placeholder a shape fills; None if it fills none."""
    placeholder = shape.find("nvSpPr/nvPr/ph")
    return placeholder.get("type", "obj") if placeholder is not None else None


def _add_paragraphs(assembly: Assembly, body: Element | None, has_bullets: bool) -> None:
    """Paragraphs, each a block; those with bullets or numbers together are a list."""
    items: list[Item] = []
    numbers: dict[int, int] = {}
    for paragraph in body.iterfind("p") if body is not None else ():
        words = _read_words(paragraph)
        if not words:
            continue
        level = _read_level(paragraph)
        numbers = {above: number for above, number in numbers.items() if above <= level}
        mark = _choose_mark(paragraph, has_bullets)
        if mark is None:
            assembly.add_list(items)
            items, numbers = [], {}
            assembly.add_block(words, "paragraph")
            continue
        if mark != _BULLET:
            numbers[level] = numbers.get(level, 0) + 1
            mark = f"{numbers[level]}."
        items.append(Item(level + 1, mark, words))
    assembly.add_list(items)


def _choose_mark(paragraph: Element, has_bullets: bool) -> str | None:
    """A bullet, "1." for any number, or None for neither."""
    if paragraph.find("pPr/buNone") is not None:
        return None
    if paragraph.find("pPr/buAutoNum") is not None:
        return "1."
    has_own = any(paragraph.find(f"pPr/{kind}") is not None for kind in ("buChar", "buBlip"))
    return _BULLET if has_own or has_bullets else None


def _read_level(paragraph: Element) -> int:
    settings = paragraph.find("pPr")
    level = settings.get("lvl", "0") if settings is not None else "0"
    return int(level) if level in tuple("012345678") else 0


def _read_words(paragraph: Element) -> str:
    runs: list[tuple[str, bool]] = []
    for element in paragraph:
        if element.tag in ("r", "fld"):
            words = "" if _is_struck(element) else element.findtext("t") or ""
            runs.append((words, _is_superscript(element)))
        elif element.tag == "br":
            runs.append(("\n", False))
        elif element.tag in ("m", "AlternateContent"):
            powers = {
                each for kind in _WITH_POWER for each in element.iterfind(f".//{kind}/sup//t")
            }
            runs += [(each.text or "", each in powers) for each in element.iter("t")]
    written = drop_unseen(join_runs(runs)).replace("\v", "\n")
    lines = (" ".join(line.split()) for line in written.split("\n"))
    return "\n".join(filter(None, lines))


def _is_superscript(run: Element) -> bool:
    settings = run.find("rPr")
    # In thousandths of a percent, or in percent; below the line it is negative.
    height = settings.get("baseline", "") if settings is not None else ""
    return height.rstrip("%").isdecimal() and height.strip("0%") != ""


def _is_struck(run: Element) -> bool:
    settings = run.find("rPr")
    return settings is not None and settings.get("strike", "noStrike") != "noStrike"


def _read_line(shape: Element) -> str:
    """All words of a shape or a cell in one line."""
    return _join_paragraphs(shape.iterfind("txBody/p"))


def _join_paragraphs(paragraphs: Iterable[Element]) -> str:
    return " ".join(" ".join(map(_read_words, paragraphs)).split())


def _add_graphic(assembly: Assembly, archive: Archive, name: str, frame: Element) -> None:
    """A table, or the words of a diagram."""
    for table in frame.iterfind("graphic/graphicData/tbl"):
        settings = table.find("tblPr")
        is_marked = settings is not None and settings.get("firstRow") in ("1", "true")
        cells = [[*row.iterfind("tc")] for row in table.iterfind("tr")]
        rows = [[_read_line(cell) for cell in row] for row in cells]
        merged = [
            Merged(number, column, number + height - 1, column + width - 1)
            for number, row in enumerate(cells)
            for column, cell in enumerate(row)
            for width, height in [(_read_span(cell, "gridSpan"), _read_span(cell, "rowSpan"))]
            if max(width, height) > 1
        ]
        add_rows(assembly, rows, marked=int(is_marked), merged=merged)
    for diagram in frame.iterfind("graphic/graphicData/relIds"):
        data = read_part(archive, map_targets(archive, name).get(diagram.get("r:dm", "")))
        points = data.iterfind("ptLst/pt") if data is not None else ()
        assembly.add_block(
            "\n".join(filter(None, (_join_paragraphs(point.iterfind("t/p")) for point in points)))
        )


def _read_span(cell: Element, kind: str) -> int:
    """Over how many columns, or rows, a cell reaches."""
    count = cell.get(kind, "1")
    return int(count) if count.isdecimal() and len(count) < 6 else 1
